/* SPDX-License-Identifier: Apache-2.0 */
/* Sealing for somebody who is not here: who seals cannot open again. libsodium's sealed boxes
 * (X25519, XSalsa20-Poly1305). */
#ifndef ML_BASE_SEAL_H
#define ML_BASE_SEAL_H

#include <stddef.h>
#include <stdint.h>

enum { SEAL_KEY_SIZE = 32, SEAL_ERROR_MAX = 256, SEAL_BLOCK = 256 };

struct seal_public {
    uint8_t key[SEAL_KEY_SIZE];
};

/* Wipe it with seal_wipe when it is no longer needed. */
struct seal_secret {
    uint8_t key[SEAL_KEY_SIZE];
    struct seal_public public;
};

/* Make a pair. */
void seal_make(struct seal_secret *out);
void seal_wipe(struct seal_secret *s);

/* Key files hold one line: base64. A secret key's file must be readable by its owner alone. Return
 * 0, or -1 with why: a sentence with the remedy. seal_write creates both files and never replaces
 * one. */
int seal_read_public(const char *path, struct seal_public *out, char why[SEAL_ERROR_MAX]);
int seal_read_secret(const char *path, struct seal_secret *out, char why[SEAL_ERROR_MAX]);
int seal_write(const struct seal_secret *s, const char *secret_path, const char *public_path,
               char why[SEAL_ERROR_MAX]);

/* Octets of the base64 text, its NUL included, that sealing len octets gives. The plain text is
 * padded to whole blocks of SEAL_BLOCK octets first, so that its length tells little. */
size_t seal_size(size_t len);

/* Seal into base64 (RFC 4648 section 4). out holds seal_size(len). Returns 0, or -1 without memory.
 */
int seal_close(const struct seal_public *to, const void *plain, size_t len, char *out);

/* Open base64 of in_len octets. out holds in_len octets; *len gets those of the plain text. Returns
 * 0, or -1: not base64, damaged, or sealed for another key. */
int seal_open(const struct seal_secret *s, const char *in, size_t in_len, uint8_t *out,
              size_t *len);

#endif
