/* SPDX-License-Identifier: Apache-2.0 */
#include "text/screen.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "text/gsm7.h"
#include "text/runes.h"
#include "text/segment.h"

enum { SEGMENTS_MAX = 255 };

/* What a screen costs so far. */
struct cost {
    bool ucs2; /* a character outside GSM 7-bit was seen */
    size_t septets;
    size_t units;
    size_t lines; /* line feeds of the body */
};

/* The work on one screen. */
struct layout {
    const struct screen_text *t;
    size_t septets; /* what the whole screen may cost */
    size_t units;
    size_t lines; /* 0 for no limit */
    bool is_sms;
    size_t start; /* the first octet that is shown */
    size_t stop;  /* where the body ends, white space at its end left out */
};

/* A kind of cut that is good enough if it leaves at least this share of the longest possible
 * screen. */
struct choice {
    enum cut grade;
    size_t percent;
};

static const struct choice prose_choices[] = {
    {CUT_LINE, 80}, {CUT_PHRASE, 60}, {CUT_WORD, 0}, {CUT_GRAPHEME, 0}};

static const struct choice list_choices[] = {
    {CUT_LINE, 0}, {CUT_PHRASE, 60}, {CUT_WORD, 0}, {CUT_GRAPHEME, 0}};

enum { CHOICES = sizeof(prose_choices) / sizeof(prose_choices[0]) };

/* Add the code point at s to the cost. Returns its octets. */
static size_t add_next(struct cost *c, const char *s, size_t len, uint32_t *cp)
{
    int step = utf8_next(s, len, cp);
    if (step <= 0) {
        *cp = 0xFFFD;
        step = 1;
    }
    unsigned septets = c->ucs2 ? 0 : gsm7_cost(*cp);
    c->ucs2 = septets == 0;
    c->septets += septets;
    c->units += *cp > 0xFFFF ? 2 : 1;
    return (size_t)step;
}

static void add_text(struct cost *c, const char *s, size_t len)
{
    uint32_t cp;
    for (size_t at = 0; at < len;) {
        at += add_next(c, s + at, len - at, &cp);
        c->lines += cp == '\n';
    }
}

/* The cost of what stands around a body: head, footer and the line feeds that join them to it. */
static struct cost frame_cost(const struct screen_text *t, const char *foot, bool has_body)
{
    struct cost c = {0};
    size_t parts = (t->head[0] != '\0') + (foot[0] != '\0') + has_body;
    add_text(&c, t->head, strlen(t->head));
    add_text(&c, foot, strlen(foot));
    for (size_t i = 1; i < parts; i++)
        add_text(&c, "\n", 1);
    c.lines = 0;
    return c;
}

static bool has_room(const struct layout *l, const struct cost *c)
{
    if (l->lines > 0 && c->lines >= l->lines)
        return false;
    return c->ucs2 ? c->units <= l->units : c->septets <= l->septets;
}

/* More octets than any screen can hold: a septet stands for at most two octets of UTF-8, a unit for
 * three. */
static size_t most_octets(const struct layout *l)
{
    size_t septets = l->septets * 2, units = l->units * 3;
    return septets > units ? septets : units;
}

static size_t skip_space(const char *s, size_t at, size_t len)
{
    uint32_t cp;
    int step;
    while ((step = utf8_next(s + at, len - at, &cp)) > 0 && rune_space(cp))
        at += (size_t)step;
    return at;
}

/* Where the code point before `at` begins; at must be above 0. */
static size_t step_back(const char *s, size_t at)
{
    do
        at--;
    while (at > 0 && ((uint8_t)s[at] & 0xC0) == 0x80);
    return at;
}

/* Where the white space before `at` begins. */
static size_t trim_space(const char *s, size_t at, size_t start)
{
    while (at > start) {
        uint32_t cp;
        size_t before = step_back(s, at);
        if (utf8_next(s + before, at - before, &cp) <= 0 || !rune_space(cp))
            return at;
        at = before;
    }
    return at;
}

/* Take away each cut before which the text does not fit. */
static void drop_unfit(const struct layout *l, size_t len, uint8_t *cuts)
{
    const char *s = l->t->body + l->start;
    struct cost now = frame_cost(l->t, l->t->foot_more, true);
    struct cost shown = now;
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        at += add_next(&now, s + at, len - at, &cp);
        now.lines += cp == '\n';
        if (!rune_space(cp))
            shown = now;
        if (!has_room(l, &shown))
            cuts[at] = CUT_NONE;
    }
    cuts[len] = CUT_NONE;
}

/* The furthest cut from min to len that is at least this good, 0 if there is none. */
static size_t furthest(const uint8_t *cuts, size_t min, size_t len, enum cut grade)
{
    for (size_t i = len; i > 0 && i >= min; i--)
        if (cuts[i] >= grade)
            return i;
    return 0;
}

/* Does all that is left fit on one screen with the last footer? */
static bool is_last(const struct layout *l)
{
    size_t len = l->stop - l->start;
    if (len > most_octets(l))
        return false;
    struct cost c = frame_cost(l->t, l->t->foot_last, len > 0);
    add_text(&c, l->t->body + l->start, len);
    return has_room(l, &c);
}

/* Where to cut instead of `at`, so that a line stays whole: before the line, if all that is left
 * then fits on the next screen. So a sentence or an option is not torn where that costs nothing;
 * an SMS costs by the segment. */
static size_t keep_line(const struct layout *l, size_t at, const uint8_t *cuts)
{
    const char *s = l->t->body + l->start;
    struct layout rest = *l;
    size_t line = at;
    while (line > 0 && s[line - 1] != '\n')
        line--;
    rest.start += line;
    return !l->is_sms && line > 0 && cuts[line] == CUT_LINE && is_last(&rest) ? line : at;
}

/* The best of the cuts that are left, 0 if there is none. */
static size_t choose(const struct layout *l, size_t len, const uint8_t *cuts)
{
    const struct choice *choices = l->t->kind == SCREEN_LIST ? list_choices : prose_choices;
    size_t longest = furthest(cuts, 1, len, CUT_GRAPHEME);
    size_t found = 0;
    for (size_t i = 0; i < CHOICES && longest > 0 && found == 0; i++)
        found = furthest(cuts, longest * choices[i].percent / 100, longest, choices[i].grade);
    return keep_line(l, found, cuts);
}

/* Octets that a screen can hold at most, with no footer. */
static size_t fitting(const struct layout *l, size_t len)
{
    const char *s = l->t->body + l->start;
    struct cost c = {0};
    uint32_t cp;
    size_t at = 0;
    while (at < len && (c.ucs2 ? c.units <= l->units : c.septets <= l->septets))
        at += add_next(&c, s + at, len - at, &cp);
    return at;
}

/* Octets to look at: more than a screen can hold, so that the end of the stretch is no place to
 * cut. No rule looks beyond the end of a line, so the line that does not fit any more is enough. */
static size_t look_ahead(const struct layout *l)
{
    const char *s = l->t->body + l->start;
    size_t len = l->stop - l->start;
    size_t most = 2 * most_octets(l) + 4;
    len = len <= most ? len : step_back(s, most);
    size_t full = fitting(l, len);
    const char *end = memchr(s + full, '\n', len - full);
    return end ? (size_t)(end - s) + 1 : len;
}

/* Lay out a screen that is not the last one. Returns 0, or -1. */
static int cut_body(struct words *w, const struct layout *l, struct screen_span *out)
{
    const struct screen_text *t = l->t;
    const char *s = t->body + l->start;
    size_t len = look_ahead(l), at = 0;
    uint8_t cuts[WORDS_TEXT_MAX + 1];
    if (len > WORDS_TEXT_MAX)
        return -1;
    if (words_cuts(w, t->lang, s, len, cuts) == 0) {
        drop_unfit(l, len, cuts);
        at = choose(l, len, cuts);
    }
    if (at == 0 && words_graphemes(w, s, len, cuts) == 0) {
        drop_unfit(l, len, cuts);
        at = choose(l, len, cuts);
    }
    if (at == 0)
        return -1;
    out->start = l->start;
    out->end = l->start + trim_space(s, at, 0);
    out->next = skip_space(t->body, l->start + at, t->len);
    return 0;
}

/* Is the screen within its SMS segments? Their number depends on where the words end, so the screen
 * is written and counted. */
static bool is_within(struct words *w, const struct screen_text *t,
                      const struct screen_limits *limits, const struct screen_span *span)
{
    if (limits->segments == 0)
        return true;
    size_t cap = strlen(t->head) + strlen(t->foot_more) + strlen(t->foot_last) + 3;
    cap += span->end - span->start;
    if (cap > WORDS_TEXT_MAX)
        return false;
    char mem[WORDS_TEXT_MAX];
    struct buf b;
    buf_init(&b, mem, cap);
    screen_write(t, span, &b);
    return !b.full && screen_fits(w, t->lang, b.data, b.len, limits);
}

/* Set what a screen may cost: as it stands for USSD, as the segments hold together for SMS. */
static void set_room(struct layout *l, const struct screen_limits *limits)
{
    size_t n = limits->segments > SEGMENTS_MAX ? SEGMENTS_MAX : limits->segments;
    l->is_sms = n > 0;
    l->lines = l->t->kind == SCREEN_LIST ? limits->lines : 0;
    l->septets = n == 0 ? limits->septets : n == 1 ? 160 : n * 153;
    l->units = n == 0 ? limits->units : n == 1 ? 70 : n * 67;
}

/* A place that was found in another version of the body can be inside a code point. */
static size_t whole_start(const struct screen_text *t, size_t start)
{
    if (start >= t->len)
        return t->len;
    while (start > 0 && ((uint8_t)t->body[start] & 0xC0) == 0x80)
        start--;
    return start;
}

int screen_page(struct words *w, const struct screen_text *t, const struct screen_limits *limits,
                size_t start, struct screen_span *out)
{
    struct layout l = {.t = t};
    set_room(&l, limits);
    l.start = skip_space(t->body, whole_start(t, start), t->len);
    l.stop = trim_space(t->body, t->len, l.start);
    *out = (struct screen_span){l.start, l.stop, t->len};
    if (is_last(&l) && is_within(w, t, limits, out))
        return 0;
    /* Segments cut at words hold a little less than their sum: take less until they do. */
    while (l.start < l.stop && cut_body(w, &l, out) == 0) {
        if (is_within(w, t, limits, out))
            return 0;
        l.septets -= l.septets / 32 + 1;
        l.units -= l.units / 32 + 1;
    }
    return -1;
}

/* Write a part, joined to what stands before it. */
static void put_part(struct buf *out, size_t begin, const char *s, size_t len)
{
    if (len == 0)
        return;
    if (out->len > begin)
        buf_putc(out, '\n');
    buf_put(out, s, len);
}

void screen_write(const struct screen_text *t, const struct screen_span *span, struct buf *out)
{
    size_t begin = out->len;
    const char *foot = span->next >= t->len ? t->foot_last : t->foot_more;
    put_part(out, begin, t->head, strlen(t->head));
    put_part(out, begin, t->body + span->start, span->end - span->start);
    put_part(out, begin, foot, strlen(foot));
}

int screen_fits(struct words *w, const char *lang, const char *text, size_t len,
                const struct screen_limits *limits)
{
    struct measure m;
    if (coding_measure(text, len, &m) != 0)
        return 0;
    if (limits->segments == 0)
        return m.coding == CODING_GSM7 ? m.septets <= limits->septets : m.units <= limits->units;
    struct segment_span spans[SEGMENTS_MAX];
    struct segment_text st = {lang, text, len, SEGMENT_REF8};
    size_t max = limits->segments > SEGMENTS_MAX ? SEGMENTS_MAX : limits->segments;
    return segment_split(w, &st, spans, max) > 0;
}
