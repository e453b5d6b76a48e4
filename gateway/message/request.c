/* SPDX-License-Identifier: Apache-2.0 */
#include "message/request.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"

enum { REF_BITS = 56, SUBJECT_OCTETS = REQUEST_SUBJECT_MAX / 2, PROOF_OCTETS = 8 };

struct octets {
    const void *data;
    size_t len;
};

static struct octets octets_of(const char *s)
{
    return (struct octets){s, strlen(s)};
}

/* What the secret says about one or two values, for one purpose. Purpose and values go in as their
 * hashes: all of one length, so no two lists of values give the same octets, and a text of any
 * length fits. */
static void derive(struct octets secret, const char *purpose, struct octets a, struct octets b,
                   uint8_t out[DIGEST_SIZE])
{
    uint8_t message[3][DIGEST_SIZE];
    digest_sha256(purpose, strlen(purpose), message[0]);
    digest_sha256(a.data, a.len, message[1]);
    digest_sha256(b.data, b.len, message[2]);
    digest_hmac(secret.data, secret.len, message, sizeof message, out);
}

/* Eight octets as a number, the first the highest. */
static uint64_t number_at(const uint8_t *p)
{
    uint64_t n = 0;
    for (int i = 0; i < 8; i++)
        n = n << 8 | p[i];
    return n;
}

uint64_t request_ref(const void *secret, size_t secret_len, const char *bridge, const char *mo_id)
{
    uint8_t mac[DIGEST_SIZE];
    derive((struct octets){secret, secret_len}, "mekongline request reference", octets_of(bridge),
           octets_of(mo_id), mac);
    uint64_t ref = number_at(mac) >> (64 - REF_BITS);
    return ref ? ref : 1;
}

void request_id(uint64_t ref, char out[REQUEST_ID_MAX + 1])
{
    snprintf(out, REQUEST_ID_MAX + 1, "%014llx00", (unsigned long long)ref & 0xFFFFFFFFFFFFFF);
}

/* One step of ISO/IEC 7064, MOD 11,10: from the product before and a digit to the sum. */
static int add_digit(int product, char digit)
{
    int sum = (product + (digit - '0')) % 10;
    return sum ? sum : 10;
}

/* The product behind the digits that stand before the check digit. */
static int product_of(const char *digits)
{
    int product = 10;
    for (int i = 0; i < REQUEST_CASE_MAX - 1; i++)
        product = add_digit(product, digits[i]) * 2 % 11;
    return product;
}

void request_case(const void *secret, size_t secret_len, uint64_t ref,
                  char case_no[REQUEST_CASE_MAX + 1], char pin[REQUEST_PIN_MAX + 1])
{
    uint8_t mac[DIGEST_SIZE], octets[8];
    for (int i = 0; i < 8; i++)
        octets[i] = (uint8_t)(ref >> (56 - 8 * i));
    derive((struct octets){secret, secret_len}, "mekongline request case",
           (struct octets){octets, sizeof octets}, octets_of(""), mac);
    /* The numbers are far smaller than 2^64: the remainder favours none by more than 1 in 10^11. */
    unsigned number = (unsigned)(number_at(mac) % 90000000) + 10000000;
    snprintf(case_no, REQUEST_CASE_MAX + 1, "%08u", number);
    case_no[REQUEST_CASE_MAX - 1] = (char)('0' + (11 - product_of(case_no)) % 10);
    case_no[REQUEST_CASE_MAX] = '\0';
    snprintf(pin, REQUEST_PIN_MAX + 1, "%04u", (unsigned)(number_at(mac + 8) % 10000));
}

void request_proof(const void *secret, size_t secret_len, const char *case_no, const char *pin,
                   char out[REQUEST_PROOF_MAX + 1])
{
    uint8_t mac[DIGEST_SIZE];
    derive((struct octets){secret, secret_len}, "mekongline request proof", octets_of(case_no),
           octets_of(pin), mac);
    digest_hex(mac, PROOF_OCTETS, out);
}

void request_subject(const void *secret, size_t secret_len, const char *msisdn,
                     char out[REQUEST_SUBJECT_MAX + 1])
{
    uint8_t mac[DIGEST_SIZE];
    derive((struct octets){secret, secret_len}, "mekongline request subject", octets_of(msisdn),
           octets_of(""), mac);
    digest_hex(mac, SUBJECT_OCTETS, out);
}

bool request_case_valid(const char *case_no)
{
    if (strlen(case_no) != REQUEST_CASE_MAX || strspn(case_no, "0123456789") != REQUEST_CASE_MAX)
        return false;
    return add_digit(product_of(case_no), case_no[REQUEST_CASE_MAX - 1]) == 1;
}
