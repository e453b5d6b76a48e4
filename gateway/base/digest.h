/* SPDX-License-Identifier: Apache-2.0 */
/* Hashes. SHA-256 (FIPS 180-4), HMAC-SHA-256 (RFC 2104) and SipHash come from libsodium; the
 * only user of libsodium in this room. */
#ifndef ML_BASE_DIGEST_H
#define ML_BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DIGEST_SIZE = 32 };

void digest_sha256(const void *data, size_t len, uint8_t out[DIGEST_SIZE]);

/* SHA-256 over a list of named octets: each name, NUL and SHA-256 of its octets, in the order of
 * the calls. The state is libsodium's. */
struct digest_list {
    uint64_t state[13];
};
void digest_list_begin(struct digest_list *l);
void digest_list_add(struct digest_list *l, const char *name, const void *data, size_t len);
void digest_list_end(struct digest_list *l, uint8_t out[DIGEST_SIZE]);

/* key may have any length. */
void digest_hmac(const void *key, size_t key_len, const void *data, size_t len,
                 uint8_t out[DIGEST_SIZE]);

/* The same for many texts under one key: what depends on the key alone is done once. The state is
 * libsodium's, and as secret as the key. */
struct digest_key {
    uint64_t state[26];
};
void digest_key_begin(struct digest_key *k, const void *key, size_t key_len);
void digest_key_hmac(const struct digest_key *k, const void *data, size_t len,
                     uint8_t out[DIGEST_SIZE]);

/* SipHash-2-4 with 128 bits: a hash that nobody can foresee without the key, at a tenth of the cost
 * of an HMAC. For tables in memory, not for what is stored. */
enum { DIGEST_SIP_SIZE = 16 };
void digest_sip(const uint8_t key[DIGEST_SIP_SIZE], const void *data, size_t len,
                uint8_t out[DIGEST_SIP_SIZE]);

/* Are two strings the same? Takes as long for wrong ones of the same length as for right ones. */
bool digest_same_text(const char *a, const char *b);

/* Write n octets as 2n lower-case hex digits and a NUL. out holds 2n + 1. */
void digest_hex(const uint8_t *in, size_t n, char *out);

/* FNV-1a, 64 bits: stable across runs and machines, for identifiers in session records and keys of
 * nodes; not for secrets. */
uint64_t digest_fnv(const void *data, size_t len);

/* Fill out with n octets that nobody can guess. */
void digest_random(void *out, size_t n);

#endif
