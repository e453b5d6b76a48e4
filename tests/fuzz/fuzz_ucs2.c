/* SPDX-License-Identifier: Apache-2.0 */
/* UCS-2: any even octets can be shown as UTF-8, and what was shown can be sent again unchanged. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "text/ucs2.h"

enum { MOST = 1024 };

static void must(int holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[2 * MOST], again[2 * MOST];
    uint8_t octets[2 * MOST];
    if (size > MOST)
        return 0;
    int n = ucs2_decode(data, size, text, sizeof(text));
    must((n >= 0) == (size % 2 == 0));
    if (n < 0)
        return 0;
    must(utf8_valid(text, (size_t)n));
    int m = ucs2_encode(text, (size_t)n, octets, sizeof(octets));
    must(m == (int)size);
    must(ucs2_decode(octets, (size_t)m, again, sizeof(again)) == n);
    must(memcmp(text, again, (size_t)n) == 0);
    return 0;
}
