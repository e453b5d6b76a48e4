/* SPDX-License-Identifier: Apache-2.0 */
#include "core/volumes_record.h"

#include <string.h>

enum { DIGITS_MAX = 15 };

static const struct {
    char letter;
    enum volume_line_kind kind;
    size_t labels, counts;
} kinds[] = {
    {'c', VOLUME_LINE_CELL, 4, VOLUME_MEASURES},
    {'n', VOLUME_LINE_NODE, 1, NODE_EVENTS},
    {'v', VOLUME_LINE_VERSION, 1, 1},
};

bool volumes_is_label(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        bool letter = (s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z');
        bool digit = s[i] >= '0' && s[i] <= '9';
        if (!letter && !digit && s[i] != '-' && s[i] != '.' && s[i] != '_')
            return false;
    }
    return len > 0;
}

/* What is left of a line. */
struct rest {
    const char *at, *end;
};

/* The next word; false if there is none, or it is empty. */
static bool take_word(struct rest *r, const char **word, size_t *len)
{
    if (r->at == r->end)
        return false;
    const char *space = memchr(r->at, ' ', (size_t)(r->end - r->at));
    const char *stop = space ? space : r->end;
    *word = r->at;
    *len = (size_t)(stop - r->at);
    r->at = space ? space + 1 : r->end;
    return *len > 0;
}

static bool take_label(struct rest *r, char out[VOLUMES_LABEL_SIZE])
{
    const char *word;
    size_t len;
    if (!take_word(r, &word, &len) || len >= VOLUMES_LABEL_SIZE || !volumes_is_label(word, len))
        return false;
    memcpy(out, word, len);
    out[len] = '\0';
    return true;
}

static bool take_number(struct rest *r, uint64_t *out)
{
    const char *word;
    size_t len;
    if (!take_word(r, &word, &len) || len > DIGITS_MAX)
        return false;
    *out = 0;
    for (size_t i = 0; i < len; i++) {
        if (word[i] < '0' || word[i] > '9')
            return false;
        *out = *out * 10 + (uint64_t)(word[i] - '0');
    }
    return true;
}

/* Read one line. Returns 1 if it was given to fn, 0 if it is of another kind, -1 at a fault. */
static int read_line(struct rest r, volume_line_fn fn, void *arg)
{
    struct volume_line line = {.count = {0}};
    const char *word;
    size_t len, k = 0;
    if (!take_word(&r, &word, &len))
        return -1;
    while (k < sizeof kinds / sizeof *kinds && (len != 1 || kinds[k].letter != word[0]))
        k++;
    if (k == sizeof kinds / sizeof *kinds)
        return 0;
    line.kind = kinds[k].kind;
    for (size_t i = 0; i < kinds[k].labels; i++)
        if (!take_label(&r, line.label[i]))
            return -1;
    for (size_t i = 0; i < kinds[k].counts; i++)
        if (!take_number(&r, &line.count[i]))
            return -1;
    if (r.at != r.end)
        return -1;
    fn(arg, &line);
    return 1;
}

/* Cut the next line off. False if none with an end is left. */
static bool take_line(struct rest *all, struct rest *line)
{
    const char *end =
        all->at == all->end ? NULL : memchr(all->at, '\n', (size_t)(all->end - all->at));
    if (!end)
        return false;
    *line = (struct rest){all->at, end};
    all->at = end + 1;
    return true;
}

int volumes_read(const char *text, size_t len, volume_line_fn fn, void *arg)
{
    struct rest all = {text, text + len}, line;
    uint64_t format, seq;
    if (!take_line(&all, &line) || !take_number(&line, &format) || format != 1 ||
        !take_number(&line, &seq) || line.at != line.end)
        return -1;
    while (take_line(&all, &line))
        if (read_line(line, fn, arg) < 0)
            return -1;
    return all.at == all.end ? 0 : -1;
}
