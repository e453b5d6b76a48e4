/* SPDX-License-Identifier: Apache-2.0 */
#include "console/totp.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "base/buf.h"

int32_t totp_code(const void *key, size_t key_len, uint64_t step, int digits)
{
    uint8_t message[8], mac[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    for (int i = 0; i < 8; i++)
        message[i] = (uint8_t)(step >> (56 - 8 * i));
    if (!HMAC(EVP_sha1(), key, (int)key_len, message, sizeof message, mac, &len) || len < 20)
        return -1;
    const uint8_t *at = mac + (mac[len - 1] & 0x0f);
    uint32_t code =
        (uint32_t)(at[0] & 0x7f) << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    uint32_t of = 1;
    while (digits-- > 0)
        of *= 10;
    return (int32_t)(code % of);
}

/* A typed code as a number, or -1. */
static int32_t read_code(const char *typed)
{
    int32_t n = 0;
    int digits = 0;
    for (; *typed; typed++) {
        if (*typed == ' ')
            continue;
        if (!isdigit((unsigned char)*typed) || ++digits > TOTP_DIGITS)
            return -1;
        n = n * 10 + (*typed - '0');
    }
    return digits == TOTP_DIGITS ? n : -1;
}

int64_t totp_fits(const uint8_t key[TOTP_KEY_SIZE], const char *typed, int64_t now_ms, int64_t last)
{
    int32_t code = read_code(typed);
    int64_t now = now_ms / (TOTP_STEP_S * 1000), found = -1;
    if (code < 0)
        return -1;
    for (int64_t step = now + 1; step >= now - 1; step--) {
        if (step > last && step >= 0 &&
            totp_code(key, TOTP_KEY_SIZE, (uint64_t)step, TOTP_DIGITS) == code)
            found = step;
    }
    return found;
}

void totp_text(const uint8_t key[TOTP_KEY_SIZE], char out[TOTP_TEXT_SIZE])
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    _Static_assert(TOTP_KEY_SIZE * 8 % 5 == 0, "no bits are left over");
    for (size_t i = 0; i < TOTP_TEXT_SIZE - 1; i++) {
        size_t bit = 5 * i, octet = bit / 8;
        unsigned two = (unsigned)key[octet] << 8 | (octet + 1 < TOTP_KEY_SIZE ? key[octet + 1] : 0);
        out[i] = letters[two >> (11 - bit % 8) & 31];
    }
    out[TOTP_TEXT_SIZE - 1] = '\0';
}

/* Put s as a part of a URI (RFC 3986): all but unreserved characters escaped. */
static void put_part(struct buf *b, const char *s)
{
    for (; *s; s++) {
        if (isalnum((unsigned char)*s) || strchr("-._~", *s))
            buf_putc(b, *s);
        else
            buf_printf(b, "%%%02X", (unsigned char)*s);
    }
}

void totp_uri(const uint8_t key[TOTP_KEY_SIZE], const char *issuer, const char *login,
              char out[TOTP_URI_SIZE])
{
    char text[TOTP_TEXT_SIZE];
    struct buf b;
    totp_text(key, text);
    buf_init(&b, out, TOTP_URI_SIZE);
    buf_puts(&b, "otpauth://totp/");
    put_part(&b, issuer);
    buf_putc(&b, ':');
    put_part(&b, login);
    buf_printf(&b, "?secret=%s&issuer=", text);
    put_part(&b, issuer);
    memset(text, 0, sizeof text);
}
