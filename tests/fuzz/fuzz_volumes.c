/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as the record of an hour, or as a question: a table comes of it whose sums agree, or a
 * clear refusal. The first octet chooses what is asked; what comes before the first NUL are the
 * words of the question, the rest is the record. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "volumes/write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const int64_t now_ms = 1796148000000;

static void must(bool held)
{
    if (!held)
        abort();
}

static void read_question(const char *words)
{
    struct volumes_query q;
    struct volumes_fault f = {.field = NULL};
    const struct volumes_words all[] = {{.from = words},
                                        {.to = words},
                                        {.by = words},
                                        {.zone = words},
                                        {.only = {[BY_CARRIER] = words}},
                                        {.by = "node", .only = {[BY_NODE] = words}}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (volumes_query_read(&all[i], now_ms, &q, &f) < 0)
            must(f.field && strlen(f.text) > 10);
        else
            must(q.from < q.to && q.to - q.from <= QUERY_DAYS_MAX * 24 && q.by_count > 0);
    }
}

static void write_all(const struct volumes_table *t)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    must(out != NULL);
    volumes_write_csv(t, out);
    volumes_write_json(t, out);
    volumes_write_columns(t, out);
    volumes_write_chart(t, 60, out);
    must(fclose(out) == 0);
    free(text);
}

static void read_record(uint8_t how, const char *record, size_t len)
{
    static const char *const by[] = {"hour", "carrier,kind,language,country", "node,day", "version",
                                     "country,hour"};
    struct volumes_query q;
    struct volumes_fault f;
    const struct volumes_words words = {.by = by[how % 5]};
    must(volumes_query_read(&words, now_ms, &q, &f) == 0);
    struct volumes_table *t = volumes_table_new(&q);
    must(t != NULL);
    const struct volumes_field fields[] = {
        {"salt", "s", 4, 1}, {"1", record, 1, len}, {"2", "1 1\nc a ussd lo LA 1 2 3 4\n", 1, 27}};
    must(volumes_table_add(t, q.from, fields, 3) == 0);
    must(volumes_table_add(t, q.from + 1, fields, 2) == 0);
    must(volumes_table_end(t) == 0);
    uint64_t count = 0, safe = 0;
    for (size_t i = 0; i < volumes_table_rows(t); i++) {
        count += volumes_table_row(t, i)->count[0];
        safe += volumes_table_row(t, i)->safe[0];
    }
    must(count == volumes_table_total(t)->count[0] && safe == volumes_table_total(t)->safe[0]);
    write_all(t);
    volumes_table_free(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    char *copy = malloc(size);
    must(copy != NULL);
    memcpy(copy, data + 1, size - 1);
    copy[size - 1] = '\0';
    size_t words = strlen(copy);
    read_question(copy);
    if (words + 1 < size)
        read_record(data[0], copy + words + 1, size - words - 2);
    free(copy);
    return 0;
}
