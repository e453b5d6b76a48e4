/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "catalog/loading.h"

static const struct {
    const char *name;
    enum finding_level level;
} codes[] = {
#define CODE(name, text, level) {text, FINDING_##level},
#include "catalog/codes.def"
#undef CODE
};

/* Drop a code point that the end of the field cut in two. */
static void mend_end(char *text)
{
    size_t len = strlen(text);
    while (len && !utf8_valid(text, len))
        text[--len] = '\0';
}

static void copy_field(char *out, size_t cap, const char *s)
{
    snprintf(out, cap, "%s", s ? s : "");
    mend_end(out);
}

void load_report(struct loading *l, enum code code, struct place at, const char *fmt, ...)
{
    struct finding f = {.level = codes[code].level, .line = at.line};
    copy_field(f.code, sizeof f.code, codes[code].name);
    copy_field(f.file, sizeof f.file, at.file);
    copy_field(f.id, sizeof f.id, at.id);
    copy_field(f.language, sizeof f.language, at.lang);
    va_list args;
    va_start(args, fmt);
    vsnprintf(f.detail, sizeof f.detail, fmt, args);
    va_end(args);
    mend_end(f.detail);
    findings_add(l->findings, &f);
}

int load_no_memory(struct loading *l)
{
    load_report(l, CODE_NO_MEMORY, (struct place){0}, "No memory. Free some and load again.");
    return -1;
}

struct place place_of(const char *file, const struct tree_node *n, const char *id)
{
    return (struct place){.file = file, .line = tree_line(n), .id = id};
}

struct place place_of_text(const struct loading *l, const struct text *t, size_t lang)
{
    const struct origin *from = &l->texts[t - l->c->texts];
    size_t shown = from->node[lang] ? lang : l->c->source;
    struct place at = place_of(from->file[shown], from->node[shown], t->id);
    at.lang = l->c->languages[lang].code;
    return at;
}
