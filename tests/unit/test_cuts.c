/* SPDX-License-Identifier: Apache-2.0 */
/* Every cut between two screens and between two SMS, in all that the content can show and in random
 * text, as a second opinion sees it (sheets/oracle.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "sheets/explore.h"
#include "sheets/oracle.h"
#include "support/random_text.h"
#include "text/runes.h"
#include "text/segment.h"

enum { TEXT_MAX = 3000, SEGMENTS_MAX = 64, SHOWN_FAULTS = 40, AROUND = 30, ROUNDS = 40 };

/* What was judged so far, and what is judged now. */
struct judge {
    const struct explore *x;
    unsigned long screens, cuts, segment_cuts, faults;
    const char *where, *lang;
    struct oracle *oracle; /* of `body` */
    char body[CATALOG_BODY_MAX];
};

/* Say what is wrong, with the text around the cut. */
static void report(struct judge *j, const char *text, size_t len, size_t at, const char *why)
{
    size_t from = at > AROUND ? at - AROUND : 0, to = at + AROUND < len ? at + AROUND : len;
    while (from > 0 && ((uint8_t)text[from] & 0xC0) == 0x80)
        from--;
    while (to < len && ((uint8_t)text[to] & 0xC0) == 0x80)
        to++;
    if (j->faults++ < SHOWN_FAULTS)
        print_message("%s %s: cut %s: %.*s|%.*s\n", j->lang, j->where, why, (int)(at - from),
                      text + from, (int)(to - at), text + at);
}

/* Take a text up, unless it is the one that was judged last. */
static void read_body(struct judge *j, const char *body, size_t len)
{
    if (j->oracle && strlen(j->body) == len && memcmp(j->body, body, len) == 0)
        return;
    oracle_close(j->oracle);
    memcpy(j->body, body, len);
    j->body[len] = '\0';
    j->oracle = oracle_open(j->lang, j->body, len);
    assert_non_null(j->oracle);
}

/* Judge the cut at the end of a screen. */
static void judge_screen(struct judge *j, const struct screen_span *span)
{
    size_t len = strlen(j->body);
    struct oracle_cut cut = {.start = span->start, .room = span->start, .at = span->next};
    j->screens++;
    if (span->next >= len)
        return;
    j->cuts++;
    const char *why = oracle_fault(j->oracle, &cut);
    if (why)
        report(j, j->body, len, span->next, why);
}

/* Septets or units of a piece of text. */
static size_t cost(enum coding coding, const char *s, size_t len)
{
    struct measure m;
    assert_int_equal(coding_measure(s, len, &m), 0);
    return coding == CODING_GSM7 ? m.septets : m.units;
}

/* Where the last quarter of the segment that begins at `start` begins: before it, no word is looked
 * for. */
static size_t last_quarter(enum coding coding, const char *s, size_t start, size_t end)
{
    size_t cap = coding == CODING_GSM7 ? 153 : 67, at = start;
    while (at < end && cost(coding, s + start, at - start) < cap - cap / 4)
        do
            at++;
        while (((uint8_t)s[at] & 0xC0) == 0x80);
    return at;
}

/* Judge the cuts between the SMS of a text. */
static void judge_segments(struct judge *j, const char *text, size_t len)
{
    struct segment_span spans[SEGMENTS_MAX];
    struct segment_text t = {.lang = j->lang, .text = text, .len = len};
    struct measure m;
    int n = segment_split(catalog_words(j->x->catalog), &t, spans, SEGMENTS_MAX);
    assert_int_equal(coding_measure(text, len, &m), 0);
    assert_true(n > 0);
    assert_int_equal(spans[n - 1].end, len);
    struct oracle *o = n > 1 ? oracle_open(j->lang, text, len) : NULL;
    for (int i = 0; i + 1 < n; i++) {
        struct oracle_cut cut = {spans[i].start, 0, spans[i].end};
        cut.room = last_quarter(m.coding, text, cut.start, cut.at);
        assert_int_equal(spans[i + 1].start, spans[i].end);
        assert_in_range(cost(m.coding, text + cut.start, cut.at - cut.start), 1,
                        m.coding == CODING_GSM7 ? 153 : 67);
        j->segment_cuts++;
        const char *why = oracle_fault(o, &cut);
        if (why)
            report(j, text, len, cut.at, why);
    }
    oracle_close(o);
}

/* Does a screen show that piece of its body? */
static bool shows(const struct screen *sent, const char *piece, size_t len)
{
    return len == 0 || memmem(sent->text, sent->len, piece, len) != NULL;
}

/* A screen that a worker comes to. */
static void judge_shown(void *arg, const struct walk_screen *s)
{
    struct judge *j = arg;
    struct screen_span span = {s->start, s->end, s->next};
    j->where = s->node->id;
    read_body(j, s->body, s->len);
    judge_screen(j, &span);
    assert_true(shows(s->sent, s->body + s->start, s->end - s->start));
    if (catalog_layout(j->x->catalog, s->layout)->limits.segments > 0)
        judge_segments(j, s->sent->text, s->sent->len);
}

static void print_counts(const char *what, const struct judge *j)
{
    print_message("%s: %lu screens, %lu cuts between them, %lu between SMS; %lu faults\n", what,
                  j->screens, j->cuts, j->segment_cuts, j->faults);
}

/* A judge for one test; the test frees it with judge_end. */
static struct judge *judge_begin(const struct explore *x)
{
    struct judge *j = calloc(1, sizeof *j);
    assert_non_null(j);
    j->x = x;
    return j;
}

static void judge_end(struct judge *j, const char *what)
{
    unsigned long faults = j->faults;
    print_counts(what, j);
    assert_int_not_equal(j->cuts + j->segment_cuts, 0);
    oracle_close(j->oracle);
    free(j);
    assert_int_equal(faults, 0);
}

/* The content, with a second carrier whose screens are smaller. */
static int load_content(void **state)
{
    struct explore *x = calloc(1, sizeof *x);
    if (!x)
        return -1;
    explore_init(x, CONTENT_DIR);
    struct conf_carrier *small = &x->conf.carriers[x->conf.carrier_count++];
    *small = x->conf.defaults;
    strcpy(small->carrier_name, "small");
    small->ussd_septets = 140;
    small->ussd_units = 60;
    small->ussd_lines = 5;
    small->sms_segments = 1;
    *state = x;
    return explore_load(x);
}

static int unload_content(void **state)
{
    explore_free(*state);
    free(*state);
    return 0;
}

/* All that a worker of one language can come to. Wrong keys are tried in the first language: their
 * line above a screen moves all cuts of it. */
static void judge_dialogues(struct judge *j, size_t lang, size_t layout)
{
    struct walk walk = explore_walk(j->x, lang, layout);
    walk.notices = lang == 0;
    j->lang = catalog_language(j->x->catalog, lang)->code;
    assert_true(walk_all(&walk, judge_shown, j) > 0);
}

static void every_screen_that_a_worker_can_come_to_is_cut_well(void **state)
{
    struct explore *x = *state;
    struct judge *j = judge_begin(x);
    struct carrier_rules carrier;
    setup_carrier(&x->conf, &x->layouts, "", &carrier);
    for (size_t lang = 0; lang < catalog_language_count(x->catalog); lang++) {
        judge_dialogues(j, lang, carrier.ussd_layout);
        judge_dialogues(j, lang, carrier.sms_layout);
    }
    judge_end(j, "dialogues");
}

/* The chain of pages of a node, as it was compiled. */
static void judge_chain(struct judge *j, const struct node *n, size_t lang, size_t layout)
{
    size_t start = 0;
    const struct page *p;
    while ((p = catalog_page(j->x->catalog, n, lang, layout, start)) != NULL) {
        struct screen_span span = {.start = start, .next = p->next};
        judge_screen(j, &span);
        if (catalog_layout(j->x->catalog, layout)->limits.segments > 0)
            judge_segments(j, p->text, p->len);
        start = p->next;
    }
    assert_int_equal(start, strlen(j->body));
}

static void judge_node(struct judge *j, const struct node *n, size_t lang)
{
    char body[CATALOG_BODY_MAX];
    struct buf b;
    buf_init(&b, body, sizeof body);
    catalog_body(j->x->catalog, n, lang, &b);
    j->where = n->id;
    read_body(j, body, b.len);
    for (size_t layout = 0; layout < j->x->layouts.count; layout++)
        judge_chain(j, n, lang, layout);
}

static void every_compiled_page_is_cut_well(void **state)
{
    const struct explore *x = *state;
    struct judge *j = judge_begin(x);
    for (size_t lang = 0; lang < catalog_language_count(x->catalog); lang++) {
        j->lang = catalog_language(x->catalog, lang)->code;
        for (size_t i = 0; i < catalog_node_count(x->catalog); i++)
            if (handler_of(&x->handlers, catalog_node_at(x->catalog, i))->compiled)
                judge_node(j, catalog_node_at(x->catalog, i), lang);
    }
    judge_end(j, "pages");
}

/* The SMS that are sent of an article out of a USSD dialogue. */
static void judge_sent_text(struct judge *j, const struct sms_text *t, size_t layout)
{
    char memory[TURN_SCREEN_MAX];
    struct turn_draw how = {.rules = &j->x->rules, .layout = layout, .sms = true, .memory = memory};
    long start = 0, next;
    do {
        struct screen sent;
        next = turn_sms_part(j->x->catalog, &how, t, (size_t)start, &sent);
        assert_true(next >= 0);
        struct screen_span span = {.start = (size_t)start, .next = (size_t)next};
        if (next == 0)
            span.next = strlen(j->body);
        judge_screen(j, &span);
        judge_segments(j, sent.text, sent.len);
        start = next;
    } while (start > 0);
}

static void every_text_sent_by_sms_is_cut_well(void **state)
{
    const struct explore *x = *state;
    struct judge *j = judge_begin(x);
    for (size_t i = 0; i < catalog_node_count(x->catalog); i++) {
        const struct node *n = catalog_node_at(x->catalog, i);
        for (size_t lang = 0; n->body && lang < catalog_language_count(x->catalog); lang++) {
            const struct wording *w = catalog_wording(x->catalog, n->body, lang);
            struct sms_text t = turn_sms_text(j->x->catalog, n, lang);
            j->lang = catalog_language(x->catalog, lang)->code;
            j->where = n->id;
            read_body(j, w->utf8, w->len);
            for (size_t layout = 0; layout < x->layouts.count; layout++)
                if (catalog_layout(x->catalog, layout)->limits.segments > 0)
                    judge_sent_text(j, &t, layout);
        }
    }
    judge_end(j, "texts by SMS");
}

/* The languages of random_text, a letter that marks can stand on, and which code points their
 * scripts have. */
static const struct alphabet {
    const char *lang;
    uint32_t base, first, count;
} alphabets[RANDOM_LANGUAGES] = {
    {"en", 'a', 0x21, 94},         {"lo", 0x0E81, 0x0E81, 95}, {"th", 0x0E01, 0x0E01, 91},
    {"km", 0x1780, 0x1780, 106},   {"my", 0x1000, 0x1000, 80}, {"vi", 'a', 0x1EA0, 90},
    {"zh", 0x4E00, 0x4E00, 20000},
};

/* Words of a language, here and there with letters in any order. */
static size_t mixed_text(struct dice *d, uint32_t lang, char *out)
{
    const struct alphabet *a = &alphabets[lang];
    size_t len = 0;
    for (uint32_t i = 4 + dice_roll(d, 12); i > 0; i--) {
        len += random_text(d, lang, 1 + dice_roll(d, 6), out + len, TEXT_MAX - len - 32);
        uint32_t letters = dice_roll(d, 3) ? 0 : 1 + dice_roll(d, 6);
        for (uint32_t k = 0; k < letters; k++)
            len += utf8_put(k == 0 ? a->base : a->first + dice_roll(d, a->count), out + len);
        out[len] = '\0';
    }
    return len;
}

static bool is_blank(const char *s, size_t len)
{
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        int step = utf8_next(s + at, len - at, &cp);
        if (step <= 0 || !rune_space(cp))
            return false;
        at += (size_t)step;
    }
    return true;
}

/* Walk through the screens of the judge's body: each fits, all is shown once. */
static void judge_pages(struct judge *j, const struct screen_limits *limits, uint32_t look)
{
    struct words *w = catalog_words(j->x->catalog);
    struct screen_text t = {.lang = j->lang,
                            .head = look & 1 ? "Wrong key." : "",
                            .body = j->body,
                            .len = strlen(j->body),
                            .foot_more = look & 2 ? "98 >" : "",
                            .foot_last = look & 4 ? "0 <" : "",
                            .kind = look & 8 ? SCREEN_LIST : SCREEN_PROSE};
    size_t covered = 0;
    for (size_t start = 0; start < t.len;) {
        char shown[TEXT_MAX];
        struct screen_span span;
        struct buf b;
        assert_int_equal(screen_page(w, &t, limits, start, &span), 0);
        buf_init(&b, shown, sizeof shown);
        screen_write(&t, &span, &b);
        assert_true(screen_fits(w, t.lang, b.data, b.len, limits));
        assert_true(span.next > start);
        assert_true(is_blank(t.body + covered, span.start - covered));
        judge_screen(j, &span);
        covered = span.end;
        start = span.next;
    }
    assert_true(is_blank(t.body + covered, t.len - covered));
}

static void random_text_is_cut_well_and_nothing_is_lost(void **state)
{
    const char *given = getenv("SEED");
    struct dice d = {given ? strtoull(given, NULL, 0) : 0x9E3779B97F4A7C15ull};
    struct judge *j = judge_begin(*state);
    char text[TEXT_MAX];
    print_message("SEED=%#llx\n", (unsigned long long)d.state);
    j->where = "random";
    for (uint32_t i = 0; i < ROUNDS * RANDOM_LANGUAGES; i++) {
        j->lang = alphabets[i % RANDOM_LANGUAGES].lang;
        read_body(j, text, mixed_text(&d, i % RANDOM_LANGUAGES, text));
        struct screen_limits ussd = {.septets = 80 + dice_roll(&d, 103),
                                     .units = 50 + dice_roll(&d, 31),
                                     .lines = dice_roll(&d, 8)};
        struct screen_limits sms = {.segments = 1 + dice_roll(&d, 3)};
        judge_pages(j, &ussd, dice_roll(&d, 16));
        judge_pages(j, &sms, dice_roll(&d, 16));
        judge_segments(j, j->body, strlen(j->body));
    }
    judge_end(j, "random text");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_screen_that_a_worker_can_come_to_is_cut_well),
        cmocka_unit_test(every_compiled_page_is_cut_well),
        cmocka_unit_test(every_text_sent_by_sms_is_cut_well),
        cmocka_unit_test(random_text_is_cut_well_and_nothing_is_lost),
    };
    return cmocka_run_group_tests_name("cuts", tests, load_content, unload_content);
}
