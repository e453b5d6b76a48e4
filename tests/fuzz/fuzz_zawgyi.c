/* SPDX-License-Identifier: Apache-2.0 */
/* Zawgyi: any octets are a model or are refused; any text can be converted, by a model that takes
 * all Burmese for Zawgyi. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "text/zawgyi.h"

enum { MOST = 8192, STATES = 227, ROW = 12, HEAD = 30 };

static void must(int holds)
{
    if (!holds)
        abort();
}

/* Each row: one entry; -50 for all other columns and for column 0. */
static struct zawgyi *credulous(void)
{
    static const char head[HEAD] = "UZMODEL \0\0\0\2\0\0\0\0BMARKOV \0\0\0\0\0\xE3";
    static const char row[ROW] = "\0\1\xC2\x48\0\0\0\0\xC2\x48\0\0";
    uint8_t model[HEAD + STATES * ROW];
    char err[ZAWGYI_ERROR_MAX];
    memcpy(model, head, HEAD);
    for (size_t i = 0; i < STATES; i++)
        memcpy(model + HEAD + i * ROW, row, ROW);
    struct zawgyi *z = zawgyi_parse(model, sizeof model, err);
    must(z != NULL);
    return z;
}

static void take_as_model(const uint8_t *data, size_t size)
{
    char err[ZAWGYI_ERROR_MAX] = "";
    struct zawgyi *z = zawgyi_parse(data, size, err);
    must(z != NULL || err[0] != '\0');
    if (z != NULL) {
        double odds = zawgyi_odds(z, "\u103B\u1019\u1014\u1039 \u2003", 16);
        must(isfinite(odds));
    }
    zawgyi_free(z);
}

static void take_as_text(const struct zawgyi *z, const char *text, size_t len)
{
    char *out = malloc(4 * MOST);
    must(out != NULL);
    double odds = zawgyi_odds(z, text, len);
    must(odds == -INFINITY || (odds >= ZAWGYI_THRESHOLD && isfinite(odds)));
    int n = zawgyi_to_unicode(z, text, len, out, 4 * MOST);
    must((n >= 0) == utf8_valid(text, len));
    if (n >= 0)
        must(out[n] == '\0' && utf8_valid(out, (size_t)n));
    free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct zawgyi *z;
    if (z == NULL)
        z = credulous();
    if (size > MOST)
        return 0;
    take_as_model(data, size);
    take_as_text(z, (const char *)data, size);
    return 0;
}
