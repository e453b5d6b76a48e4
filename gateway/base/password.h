/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords: argon2id by libsodium, which takes a tenth of a second and 64 MiB on purpose. Not for
 * the loop's thread; any thread may call. */
#ifndef ML_BASE_PASSWORD_H
#define ML_BASE_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

enum {
    PASSWORD_STORED_SIZE = 128, /* what is kept of a password, with its NUL */
    PASSWORD_MAX = 256,         /* octets that are looked at; longer ones are refused before */
    PASSWORD_ONCE_SIZE = 25     /* a password made here: 20 letters and digits, in fives */
};

/* Prepare the library; call it before a second thread starts. Returns 0, or -1. */
int password_begin(void);

/* Make what is kept of a password. Returns 0, or -1 without memory. */
int password_make(const char *password, char stored[PASSWORD_STORED_SIZE]);

/* Is it the one that `stored` was made of? Text that is nothing of ours fits no password. */
bool password_fits(const char *stored, const char *password);

/* Was it made with other costs than password_make would use now? */
bool password_is_dated(const char *stored);

/* A password that nobody has thought of, 100 bits, without letters that look alike. */
void password_invent(char out[PASSWORD_ONCE_SIZE]);

/* Forget it. Not left out by the compiler. */
void password_wipe(void *memory, size_t len);

#endif
