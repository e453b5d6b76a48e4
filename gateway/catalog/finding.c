/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/finding.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

struct findings {
    struct finding *list;
    size_t kept;
    size_t cap;
    size_t count[2]; /* by level; more than are kept if memory ran out */
};

struct findings *findings_new(void)
{
    return calloc(1, sizeof(struct findings));
}

void findings_free(struct findings *f)
{
    if (!f)
        return;
    free(f->list);
    free(f);
}

void findings_add(struct findings *f, const struct finding *one)
{
    if (!f)
        return;
    f->count[one->level]++;
    if (f->kept == f->cap) {
        size_t cap = f->cap ? 2 * f->cap : 32;
        struct finding *list = realloc(f->list, cap * sizeof *list);
        if (!list)
            return;
        f->list = list;
        f->cap = cap;
    }
    f->list[f->kept++] = *one;
}

size_t findings_count(const struct findings *f, enum finding_level level)
{
    return f->count[level];
}

size_t findings_total(const struct findings *f)
{
    return f->kept;
}

const struct finding *findings_at(const struct findings *f, size_t i)
{
    return i < f->kept ? &f->list[i] : NULL;
}

static const char *level_name(enum finding_level level)
{
    return level == FINDING_ERROR ? "error" : "warning";
}

void findings_print(const struct findings *f, FILE *out)
{
    for (size_t i = 0; i < f->kept; i++) {
        const struct finding *one = &f->list[i];
        fputs(*one->file ? one->file : "content", out);
        if (one->line)
            fprintf(out, ":%u", one->line);
        fprintf(out, ": %s:", level_name(one->level));
        if (*one->id)
            fprintf(out, " %s", one->id);
        if (*one->language)
            fprintf(out, " [%s]", one->language);
        fprintf(out, "%s %s (%s)\n", *one->id || *one->language ? ":" : "", one->detail, one->code);
    }
}

/* Write `,"name":"value"`. */
static void print_member(FILE *out, const char *name, const char *value)
{
    char text[6 * sizeof(struct finding)];
    struct buf b;
    buf_init(&b, text, sizeof text);
    buf_json(&b, value, strlen(value));
    fprintf(out, ",\"%s\":%s", name, text);
}

void findings_print_json(const struct findings *f, FILE *out)
{
    fprintf(out, "{\"errors\":%zu,\"warnings\":%zu,\"findings\":[", f->count[FINDING_ERROR],
            f->count[FINDING_WARNING]);
    for (size_t i = 0; i < f->kept; i++) {
        const struct finding *one = &f->list[i];
        fprintf(out, "%s{\"line\":%u", i ? "," : "", one->line);
        print_member(out, "level", level_name(one->level));
        print_member(out, "code", one->code);
        print_member(out, "file", one->file);
        print_member(out, "id", one->id);
        print_member(out, "language", one->language);
        print_member(out, "detail", one->detail);
        fputc('}', out);
    }
    fprintf(out, "]}\n");
}
