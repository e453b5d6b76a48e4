/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as the status of a gateway: what the console's pages are given of it is short and
 * plain, and one gateway stays one. */
#include <stdlib.h>
#include <string.h>

#include "console/gateways.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_be_plain(const char *s, size_t cap)
{
    size_t len = strnlen(s, cap);
    if (len == cap)
        abort();
    for (size_t i = 0; i < len; i++)
        if (s[i] < ' ' || s[i] > '~')
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gateways *g = calloc(1, sizeof *g);
    if (!g)
        return 0;
    bool first = gateways_take(g, "gateway-1", (const char *)data, size, 1);
    if (g->count != first || gateways_take(g, "gateway-1", (const char *)data, size, 2))
        abort();
    if (g->count == 1) {
        must_be_plain(g->list[0].state, sizeof g->list[0].state);
        must_be_plain(g->list[0].program, sizeof g->list[0].program);
        must_be_plain(g->list[0].content, sizeof g->list[0].content);
    }
    free(g);
    return 0;
}
