/* SPDX-License-Identifier: Apache-2.0 */
#include "smpp/spelling.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void spelling_plain(const char *id, char out[PDU_ID_MAX + 1])
{
    size_t n = 0;
    id += strspn(id, "0");
    for (; id[n] != '\0' && n < PDU_ID_MAX; n++)
        out[n] = (char)toupper((unsigned char)id[n]);
    if (n == 0)
        out[n++] = '0';
    out[n] = '\0';
}

/* Read all of a plain form in that base. Returns 0, or -1 if it is no such number. */
static int read_number(const char *plain, int base, uint64_t *out)
{
    const char *digits = base == 10 ? "0123456789" : "0123456789ABCDEF";
    if (plain[strspn(plain, digits)] != '\0')
        return -1;
    errno = 0;
    *out = strtoull(plain, NULL, base);
    return errno == 0 ? 0 : -1;
}

/* Is the last of n forms unlike those before? */
static bool is_new(char forms[SPELLING_FORMS][PDU_ID_MAX + 1], size_t n)
{
    for (size_t i = 0; i + 1 < n; i++)
        if (strcmp(forms[i], forms[n - 1]) == 0)
            return false;
    return true;
}

size_t spelling_forms(const char *id, char out[SPELLING_FORMS][PDU_ID_MAX + 1])
{
    uint64_t number;
    size_t n = 1;
    spelling_plain(id, out[0]);
    if (read_number(out[0], 10, &number) == 0) {
        snprintf(out[n++], PDU_ID_MAX + 1, "%" PRIX64, number);
        n -= !is_new(out, n);
    }
    if (read_number(out[0], 16, &number) == 0) {
        snprintf(out[n++], PDU_ID_MAX + 1, "%" PRIu64, number);
        n -= !is_new(out, n);
    }
    return n;
}
