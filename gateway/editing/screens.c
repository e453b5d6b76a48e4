/* SPDX-License-Identifier: Apache-2.0 */
#include "editing/screens.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "editing/walk.h"
#include "text/segment.h"

enum {
    SEGMENTS_MAX = 64,
    SMS_SEPTETS = 160, /* 3GPP TS 23.040, 9.2.3.24.1, see text/segment.h */
    SMS_UNITS = 70,
    PART_SEPTETS = 153,
    PART_UNITS = 67
};

static bool is_sms(const struct screens_how *how)
{
    return catalog_layout(how->catalog, how->layout)->limits.segments > 0;
}

/* The view in the language. A form without marks is the language on a phone that shows boxes. */
static struct view view_in(const struct screens_how *how, const struct view *view)
{
    struct view v = *view;
    bool plain = how->lang >= catalog_language_count(how->catalog);
    snprintf(v.lang, sizeof v.lang, "%s", catalog_language(how->catalog, how->lang)->code);
    v.start = 0;
    if (plain)
        v.flags |= VIEW_LATIN;
    return v;
}

/* Writing a body costs little; asking turn_last would cut every screen once more. */
static long body_octets(const struct screens_how *how, const struct view *view)
{
    char body[CATALOG_BODY_MAX];
    const struct walk w = {.catalog = how->catalog,
                           .rules = &how->studio->rules,
                           .lang = how->lang,
                           .layout = how->layout};
    struct buf b;
    buf_init(&b, body, sizeof body);
    return (long)walk_body(&w, view, &b);
}

size_t screens_draw(const struct screens_how *how, const struct view *view, screens_fn fn,
                    void *arg)
{
    char memory[TURN_SCREEN_MAX];
    struct turn_draw draw = {
        .rules = &how->studio->rules, .layout = how->layout, .sms = is_sms(how), .memory = memory};
    struct view v = view_in(how, view);
    long len = body_octets(how, &v);
    size_t n = 0;
    for (bool last = false; !last && n < SCREENS_MAX; n++) {
        struct screen s;
        struct effects effects;
        turn_draw(how->catalog, &draw, &v, &s, &effects);
        fn(arg, &s);
        long next = turn_next(how->catalog, &draw, &v);
        last = next <= v.start || next >= len || next > UINT16_MAX;
        v.start = last ? v.start : (uint16_t)next;
    }
    return n;
}

/* Octets of UTF-8 as UTF-16 units. */
static size_t units_of(const char *text, size_t len)
{
    struct measure m;
    return coding_measure(text, len, &m) == 0 ? m.units : 0;
}

void screens_put_guilty(const char *text, size_t len, const char *key, struct json_out *out)
{
    struct measure m;
    char character[5] = "", code[16];
    if (coding_measure(text, len, &m) < 0 || !m.guilty) {
        json_out_text(out, key, NULL);
        return;
    }
    character[utf8_put(m.guilty, character)] = '\0';
    snprintf(code, sizeof code, "U+%04X", m.guilty);
    json_out_open(out, key, '{');
    json_out_text(out, "character", character);
    json_out_text(out, "code", code);
    json_out_number(out, "at", units_of(text, m.guilty_at));
    json_out_close(out, '{');
}

static size_t cost(const struct measure *m)
{
    return m->coding == CODING_GSM7 ? m->septets : m->units;
}

static size_t minus(size_t a, size_t b)
{
    return a > b ? a - b : 0;
}

/* How many SMS carry the text, and what still goes into the last one. */
static void put_segments(const struct screens_how *how, const char *text, size_t len,
                         struct json_out *out)
{
    struct segment_span spans[SEGMENTS_MAX];
    struct segment_text t = {
        .lang = catalog_language(how->catalog, how->lang)->code, .text = text, .len = len};
    struct measure all, last;
    int n = segment_split(catalog_words(how->catalog), &t, spans, SEGMENTS_MAX);
    json_out_number(out, "segments", n > 0 ? (size_t)n : 0);
    if (n <= 0 || coding_measure(text, len, &all) < 0 ||
        coding_measure(text + spans[n - 1].start, spans[n - 1].end - spans[n - 1].start, &last) < 0)
        return;
    bool septets = all.coding == CODING_GSM7;
    size_t whole = n > 1     ? (septets ? PART_SEPTETS : PART_UNITS)
                   : septets ? SMS_SEPTETS
                             : SMS_UNITS;
    json_out_number(out, "room", minus(whole, septets ? last.septets : last.units));
}

void screens_put_text(const struct screens_how *how, const char *text, size_t len,
                      struct json_out *out)
{
    const struct screen_limits *limits = &catalog_layout(how->catalog, how->layout)->limits;
    struct measure m;
    char copy[TURN_SCREEN_MAX];
    snprintf(copy, sizeof copy, "%.*s", (int)len, text);
    json_out_text(out, "text", copy);
    if (coding_measure(text, len, &m) < 0)
        return;
    bool septets = m.coding == CODING_GSM7;
    json_out_text(out, "coding", septets ? "gsm7" : "ucs2");
    json_out_number(out, "octets", coding_octets(&m));
    json_out_number(out, "septets", m.septets);
    json_out_number(out, "units", m.units);
    if (limits->segments)
        put_segments(how, text, len, out);
    else
        json_out_number(out, "room", minus(septets ? limits->septets : limits->units, cost(&m)));
    screens_put_guilty(text, len, "guilty", out);
}

struct putting {
    const struct screens_how *how;
    struct json_out *out;
    size_t segments;
};

static void put_screen(void *arg, const struct screen *s)
{
    struct putting *p = arg;
    json_out_open(p->out, NULL, '{');
    screens_put_text(p->how, s->text, s->len, p->out);
    json_out_close(p->out, '{');
    p->segments += s->segments;
}

size_t screens_put(const struct screens_how *how, const struct view *view, const char *key,
                   struct json_out *out)
{
    struct putting p = {.how = how, .out = out};
    json_out_open(out, key, '[');
    screens_draw(how, view, put_screen, &p);
    json_out_close(out, '[');
    return p.segments;
}

/* Names of carriers that have the layout; "" is that of all without a section of their own. */
static void put_carriers(const struct studio *s, size_t layout, struct json_out *out)
{
    json_out_open(out, "carriers", '[');
    for (size_t i = 0; i <= s->conf->carrier_count; i++) {
        const char *name = i ? s->conf->carriers[i - 1].carrier_name : "";
        struct carrier_rules rules;
        setup_carrier(s->conf, &s->layouts, name, &rules);
        if (rules.ussd_layout == layout || rules.sms_layout == layout)
            json_out_text(out, NULL, name);
    }
    json_out_close(out, '[');
}

void screens_put_layouts(const struct studio *s, const char *key, struct json_out *out)
{
    json_out_open(out, key, '[');
    for (size_t i = 0; i < s->layouts.count; i++) {
        const struct screen_limits *l = &s->layouts.list[i].limits;
        json_out_open(out, NULL, '{');
        json_out_text(out, "channel", l->segments ? "sms" : "ussd");
        json_out_number(out, "septets", l->segments ? SMS_SEPTETS : l->septets);
        json_out_number(out, "units", l->segments ? SMS_UNITS : l->units);
        json_out_number(out, "segments", l->segments);
        json_out_number(out, "lines", l->lines);
        put_carriers(s, i, out);
        json_out_close(out, '{');
    }
    json_out_close(out, '[');
}
