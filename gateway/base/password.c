/* SPDX-License-Identifier: Apache-2.0 */
#include "base/password.h"

#include <sodium.h>
#include <string.h>

_Static_assert(PASSWORD_STORED_SIZE >= crypto_pwhash_STRBYTES, "it fits");

/* libsodium's own choice for somebody who waits: twice over 64 MiB. */
#define OPS    crypto_pwhash_OPSLIMIT_INTERACTIVE
#define MEMORY crypto_pwhash_MEMLIMIT_INTERACTIVE

int password_begin(void)
{
    return sodium_init() < 0 ? -1 : 0;
}

int password_make(const char *password, char stored[PASSWORD_STORED_SIZE])
{
    return crypto_pwhash_str(stored, password, strlen(password), OPS, MEMORY);
}

bool password_fits(const char *stored, const char *password)
{
    return crypto_pwhash_str_verify(stored, password, strlen(password)) == 0;
}

bool password_is_dated(const char *stored)
{
    return crypto_pwhash_str_needs_rehash(stored, OPS, MEMORY) != 0;
}

void password_invent(char out[PASSWORD_ONCE_SIZE])
{
    static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789"; /* no l, o, 0, 1 */
    _Static_assert(sizeof letters - 1 == 32, "five bits each");
    for (size_t i = 0; i < PASSWORD_ONCE_SIZE - 1; i++)
        out[i] = i % 6 == 5 ? '-' : letters[randombytes_uniform(32)];
    out[PASSWORD_ONCE_SIZE - 2] = '\0'; /* the last hyphen */
}

void password_wipe(void *memory, size_t len)
{
    sodium_memzero(memory, len);
}
