/* SPDX-License-Identifier: Apache-2.0 */
#include "text/segment.h"

#include <stdbool.h>
#include <stdint.h>

#include "base/utf8.h"
#include "text/gsm7.h"

/* How a text is cut: its coding and the septets or units that a segment holds. */
struct rule {
    enum coding coding;
    size_t cap;
};

static size_t cost_of(enum coding coding, uint32_t cp)
{
    if (coding == CODING_GSM7)
        return gsm7_cost(cp);
    return cp > 0xFFFF ? 2 : 1;
}

static size_t part_cap(enum coding coding, enum segment_reference ref)
{
    if (coding == CODING_GSM7)
        return ref == SEGMENT_REF8 ? 153 : 152;
    return ref == SEGMENT_REF8 ? 67 : 66;
}

static bool is_single(const struct measure *m)
{
    return m->coding == CODING_GSM7 ? m->septets <= 160 : m->units <= 70;
}

/* The end of the segment that begins at start, or start if not even one grapheme fits. */
static size_t find_end(const struct segment_text *t, const struct rule *rule, const uint8_t *cuts,
                       size_t start)
{
    size_t fill = 0, any = start, word = start;
    for (size_t at = start; at < t->len;) {
        uint32_t cp;
        int step = utf8_next(t->text + at, t->len - at, &cp);
        if (step <= 0)
            return start;
        fill += cost_of(rule->coding, cp);
        if (fill > rule->cap)
            return word > start ? word : any;
        at += (size_t)step;
        if (cuts[at] != CUT_NONE)
            any = at;
        if (cuts[at] >= CUT_WORD && rule->cap - fill <= rule->cap / 4)
            word = at;
    }
    return t->len;
}

/* Fill spans from the graded text. Returns their number, or -1. */
static int split(const struct segment_text *t, const struct rule *rule, const uint8_t *cuts,
                 struct segment_span *spans, size_t max)
{
    size_t n = 0;
    for (size_t start = 0; start < t->len; n++) {
        size_t end = find_end(t, rule, cuts, start);
        if (end == start || n == max)
            return -1;
        spans[n] = (struct segment_span){start, end};
        start = end;
    }
    return (int)n;
}

int segment_split(struct words *w, const struct segment_text *t, struct segment_span *spans,
                  size_t max)
{
    struct measure m;
    int n = -1;
    if (max == 0 || coding_measure(t->text, t->len, &m) != 0)
        return -1;
    if (is_single(&m)) {
        spans[0] = (struct segment_span){0, t->len};
        return 1;
    }
    uint8_t cuts[WORDS_TEXT_MAX + 1];
    if (t->len > WORDS_TEXT_MAX)
        return -1;
    struct rule rule = {m.coding, part_cap(m.coding, t->ref)};
    if (words_cuts(w, t->lang, t->text, t->len, cuts) == 0)
        n = split(t, &rule, cuts, spans, max);
    return n;
}
