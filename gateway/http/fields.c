/* SPDX-License-Identifier: Apache-2.0 */
#include "http/fields.h"

#include <string.h>

bool fields_printable(const char *value, size_t most)
{
    size_t n = 0;
    while (value && value[n] >= ' ' && value[n] <= '~')
        n++;
    return value && n > 0 && n <= most && value[n] == '\0';
}

bool fields_short(const char *value, size_t characters)
{
    size_t n = 0;
    for (; value && *value != '\0'; value++)
        n += ((unsigned char)*value & 0xc0) != 0x80;
    return value && n <= characters;
}

int fields_msisdn(const char *value, char out[MSISDN_MAX + 1])
{
    if (!value)
        return -1;
    value += *value == '+' || *value == ' ';
    size_t n = strlen(value);
    if (!msisdn_valid(value, n))
        return -1;
    memcpy(out, value, n + 1);
    return 0;
}
