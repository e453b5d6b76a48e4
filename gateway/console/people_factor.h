/* SPDX-License-Identifier: Apache-2.0 */
/* The second factor of a person: a key that only the database and the person's phone have. It is
 * asked for, confirmed with a first code, and then needed at each sign-in. */
#ifndef ML_CONSOLE_PEOPLE_FACTOR_H
#define ML_CONSOLE_PEOPLE_FACTOR_H

#include "console/people.h"
#include "console/totp.h"

/* Make a key; it counts when it is confirmed. The same key as before as long as that has not
 * happened, so that a page may be loaded again. PEOPLE_TAKEN: there is a confirmed one. */
enum people_result people_factor_ask(struct db *db, int64_t person, uint8_t key[TOTP_KEY_SIZE]);

/* What a typed code is worth. */
enum people_factor { FACTOR_NONE, FACTOR_RIGHT, FACTOR_WRONG, FACTOR_FAULT };

/* Confirm the key with a code of it. FACTOR_NONE: none was asked for. */
enum people_factor people_factor_confirm(struct db *db, int64_t person, const char *code,
                                         int64_t now_ms);

/* Is this a code of the confirmed key, and no older one? It is used up then. FACTOR_NONE: there is
 * no key. */
enum people_factor people_factor_use(struct db *db, int64_t person, const char *code,
                                     int64_t now_ms);

enum people_result people_factor_remove(struct db *db, int64_t person);

#endif
