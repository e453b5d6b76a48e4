/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as a translator's file: the first chooses the format, the rest is the file. It is
 * refused with a fault, or its units can be written and are read the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "desk/exchange.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

/* The gettext library forgets some memory of a file that it refuses. */
const char *__lsan_default_suppressions(void)
{
    return "leak:libgettextpo";
}

static void must(bool held)
{
    if (!held)
        abort();
}

static void check_faults(const struct findings *f)
{
    for (size_t i = 0; i < findings_total(f); i++) {
        const struct finding *one = findings_at(f, i);
        must(one->detail[0] && utf8_valid(one->detail, strlen(one->detail)));
        must(utf8_valid(one->id, strlen(one->id)));
    }
}

static int parse(struct exchange *x, enum exchange_format format, const char *text, size_t len)
{
    struct findings *f = findings_new();
    must(f);
    int rc = exchange_parse(x, format, text, len, f);
    must((rc == 0) == (findings_count(f, FINDING_ERROR) == 0));
    check_faults(f);
    findings_free(f);
    return rc;
}

static void check_same(const struct exchange *a, const struct exchange *b)
{
    must(a->count == b->count);
    for (size_t i = 0; i < a->count; i++) {
        must(!strcmp(a->units[i].id, b->units[i].id));
        must(!strcmp(a->units[i].english, b->units[i].english));
        must(!strcmp(a->units[i].translation, b->units[i].translation));
    }
}

/* Write units, and read them. */
static void check_again(const struct exchange *x, enum exchange_format format)
{
    struct findings *f = findings_new();
    struct exchange again = {.arena = arena_new()};
    char *text;
    size_t len;
    must(f && again.arena);
    must(!exchange_print(x, format, &text, &len, f));
    must(!exchange_parse(&again, format, text, len, f));
    check_same(x, &again);
    free(text);
    arena_free(again.arena);
    findings_free(f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct exchange x = {.arena = arena_new()};
    must(x.arena);
    if (size) {
        enum exchange_format format = data[0] == 'P' ? EXCHANGE_PO : EXCHANGE_CSV;
        if (!parse(&x, format, (const char *)data + 1, size - 1) && format == EXCHANGE_CSV)
            check_again(&x, format);
    }
    arena_free(x.arena);
    return 0;
}
