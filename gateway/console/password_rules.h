/* SPDX-License-Identifier: Apache-2.0 */
/* Which passwords are good enough: long, and hard to guess by what zxcvbn knows of words, names,
 * dates, keyboards and of what is known of the person. The only user of that library. */
#ifndef ML_CONSOLE_PASSWORD_RULES_H
#define ML_CONSOLE_PASSWORD_RULES_H

enum { PASSWORD_LEAST = 12, PASSWORD_MOST = 128 /* characters */ };

/* NULL if it is good enough; else why not, as a sentence with the remedy. login and name may be
 * NULL. */
const char *password_weakness(const char *password, const char *login, const char *name);

#endif
