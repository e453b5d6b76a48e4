/* SPDX-License-Identifier: Apache-2.0 */
#include "text/msisdn.h"

#include <stdint.h>
#include <string.h>

#include "base/digest.h"

enum { MSISDN_MIN = 6 };

/* Calling codes of ITU-T E.164; none begins another. */
static const struct {
    char prefix[4];
    char country[3];
} countries[] = {
    {"856", "LA"}, {"855", "KH"}, {"66", "TH"}, {"95", "MM"}, {"84", "VN"}, {"86", "CN"},
};

bool msisdn_valid(const char *s, size_t len)
{
    if (len < MSISDN_MIN || len > MSISDN_MAX)
        return false;
    for (size_t i = 0; i < len; i++)
        if (s[i] < '0' || s[i] > '9')
            return false;
    return true;
}

const char *msisdn_country(const char *msisdn)
{
    for (size_t i = 0; i < sizeof(countries) / sizeof(countries[0]); i++)
        if (strncmp(msisdn, countries[i].prefix, strlen(countries[i].prefix)) == 0)
            return countries[i].country;
    return "";
}

void msisdn_shard(const char *msisdn, char out[3])
{
    uint8_t hash[DIGEST_SIZE];
    digest_sha256(msisdn, strlen(msisdn), hash);
    digest_hex(hash, 1, out);
}
