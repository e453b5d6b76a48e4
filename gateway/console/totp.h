/* SPDX-License-Identifier: Apache-2.0 */
/* One-time codes by the clock (RFC 6238: HMAC-SHA-1, 30 s, six digits), as all authenticator apps
 * make them. The only user of OpenSSL in this room. */
#ifndef ML_CONSOLE_TOTP_H
#define ML_CONSOLE_TOTP_H

#include <stddef.h>
#include <stdint.h>

enum {
    TOTP_KEY_SIZE = 20,
    TOTP_TEXT_SIZE = 33, /* the key in base32, and a NUL */
    TOTP_STEP_S = 30,
    TOTP_DIGITS = 6,
    TOTP_URI_SIZE = 400
};

/* The code of a step (RFC 4226). Returns -1 if the hash cannot be made. key may have any length. */
int32_t totp_code(const void *key, size_t key_len, uint64_t step, int digits);

/* The step that a typed code belongs to: the one at now_ms or its neighbours, and after `last`, so
 * that nobody signs in with a code that was used or seen. Blanks in the code do not count. -1 if it
 * fits none. */
int64_t totp_fits(const uint8_t key[TOTP_KEY_SIZE], const char *typed, int64_t now_ms,
                  int64_t last);

/* The key in base32 (RFC 4648, without padding), for typing. */
void totp_text(const uint8_t key[TOTP_KEY_SIZE], char out[TOTP_TEXT_SIZE]);

/* The address that authenticator apps read (otpauth://totp/…). */
void totp_uri(const uint8_t key[TOTP_KEY_SIZE], const char *issuer, const char *login,
              char out[TOTP_URI_SIZE]);

#endif
