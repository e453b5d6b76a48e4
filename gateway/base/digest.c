/* SPDX-License-Identifier: Apache-2.0 */
#include "base/digest.h"

#include <sodium.h>
#include <string.h>

void digest_sha256(const void *data, size_t len, uint8_t out[DIGEST_SIZE])
{
    crypto_hash_sha256(out, data, len);
}

_Static_assert(sizeof(struct digest_list) >= sizeof(crypto_hash_sha256_state), "it fits");
_Static_assert(_Alignof(struct digest_list) >= _Alignof(crypto_hash_sha256_state), "and lies well");

void digest_list_begin(struct digest_list *l)
{
    crypto_hash_sha256_init((crypto_hash_sha256_state *)l->state);
}

void digest_list_add(struct digest_list *l, const char *name, const void *data, size_t len)
{
    uint8_t hash[DIGEST_SIZE];
    crypto_hash_sha256_state *state = (crypto_hash_sha256_state *)l->state;
    digest_sha256(data, len, hash);
    crypto_hash_sha256_update(state, (const uint8_t *)name, strlen(name) + 1);
    crypto_hash_sha256_update(state, hash, sizeof hash);
}

void digest_list_end(struct digest_list *l, uint8_t out[DIGEST_SIZE])
{
    crypto_hash_sha256_final((crypto_hash_sha256_state *)l->state, out);
}

void digest_hmac(const void *key, size_t key_len, const void *data, size_t len,
                 uint8_t out[DIGEST_SIZE])
{
    struct digest_key k;
    digest_key_begin(&k, key, key_len);
    digest_key_hmac(&k, data, len, out);
    sodium_memzero(&k, sizeof k); /* it is derived from the key */
}

_Static_assert(sizeof(struct digest_key) >= sizeof(crypto_auth_hmacsha256_state), "it fits");
_Static_assert(_Alignof(struct digest_key) >= _Alignof(crypto_auth_hmacsha256_state),
               "and lies well");

void digest_key_begin(struct digest_key *k, const void *key, size_t key_len)
{
    crypto_auth_hmacsha256_init((crypto_auth_hmacsha256_state *)k->state, key, key_len);
}

void digest_key_hmac(const struct digest_key *k, const void *data, size_t len,
                     uint8_t out[DIGEST_SIZE])
{
    struct digest_key state = *k;
    crypto_auth_hmacsha256_update((crypto_auth_hmacsha256_state *)state.state, data, len);
    crypto_auth_hmacsha256_final((crypto_auth_hmacsha256_state *)state.state, out);
    sodium_memzero(&state, sizeof state);
}

_Static_assert(DIGEST_SIP_SIZE == crypto_shorthash_siphashx24_BYTES &&
                   DIGEST_SIP_SIZE == crypto_shorthash_siphashx24_KEYBYTES,
               "one size for both");

void digest_sip(const uint8_t key[DIGEST_SIP_SIZE], const void *data, size_t len,
                uint8_t out[DIGEST_SIP_SIZE])
{
    crypto_shorthash_siphashx24(out, data, len, key);
}

bool digest_same_text(const char *a, const char *b)
{
    size_t len = strlen(a);
    return strlen(b) == len && sodium_memcmp(a, b, len) == 0;
}

void digest_hex(const uint8_t *in, size_t n, char *out)
{
    sodium_bin2hex(out, 2 * n + 1, in, n);
}

uint64_t digest_fnv(const void *data, size_t len)
{
    const uint8_t *p = data;
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < len; i++)
        h = (h ^ p[i]) * 0x100000001b3u;
    return h;
}

void digest_random(void *out, size_t n)
{
    randombytes_buf(out, n); /* ends the program itself if the system has no randomness */
}
