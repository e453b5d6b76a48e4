/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>

#include "../support/random_text.h"
#include "base/utf8.h"
#include "text/gsm7.h"
#include "text/segment.h"

enum { TEXT_MAX = 4000, SPANS = 100 };

static int open_words(void **state)
{
    *state = words_open();
    return *state == NULL ? -1 : 0;
}

static int close_words(void **state)
{
    words_close(*state);
    return 0;
}

/* n times the same piece. */
static size_t repeat(const char *piece, size_t n, char *out)
{
    size_t len = strlen(piece);
    for (size_t i = 0; i < n; i++)
        memcpy(out + i * len, piece, len);
    return n * len;
}

static int count(struct words *w, const char *piece, size_t n, enum segment_reference ref)
{
    char text[TEXT_MAX];
    struct segment_span spans[SPANS];
    size_t len = repeat(piece, n, text);
    struct segment_text t = {"lo", text, len, ref};
    return segment_split(w, &t, spans, SPANS);
}

/* TS 23.040 section 9.2.3.24.1: 160 and 153 septets, 70 and 67 units. */
static void counts_segments(void **state)
{
    assert_int_equal(count(*state, "a", 0, SEGMENT_REF8), 1);
    assert_int_equal(count(*state, "a", 160, SEGMENT_REF8), 1);
    assert_int_equal(count(*state, "a", 161, SEGMENT_REF8), 2);
    assert_int_equal(count(*state, "a", 306, SEGMENT_REF8), 2);
    assert_int_equal(count(*state, "a", 307, SEGMENT_REF8), 3);
    assert_int_equal(count(*state, "a", 304, SEGMENT_REF16), 2);
    assert_int_equal(count(*state, "a", 305, SEGMENT_REF16), 3);
    assert_int_equal(count(*state, "ກ", 70, SEGMENT_REF8), 1);
    assert_int_equal(count(*state, "ກ", 71, SEGMENT_REF8), 2);
    assert_int_equal(count(*state, "ກ", 134, SEGMENT_REF8), 2);
    assert_int_equal(count(*state, "ກ", 135, SEGMENT_REF8), 3);
    assert_int_equal(count(*state, "ກ", 132, SEGMENT_REF16), 2);
    assert_int_equal(count(*state, "ກ", 133, SEGMENT_REF16), 3);
}

/* An odd limit and pairs: one septet or unit of each segment stays free. */
static void splits_no_escape_and_no_surrogate_pair(void **state)
{
    assert_int_equal(count(*state, "€", 80, SEGMENT_REF8), 1);
    assert_int_equal(count(*state, "€", 152, SEGMENT_REF8), 2);
    assert_int_equal(count(*state, "€", 153, SEGMENT_REF8), 3);
    assert_int_equal(count(*state, "😀", 35, SEGMENT_REF8), 1);
    assert_int_equal(count(*state, "😀", 66, SEGMENT_REF8), 2);
    assert_int_equal(count(*state, "😀", 67, SEGMENT_REF8), 3);
}

static void splits_no_grapheme(void **state)
{
    char text[TEXT_MAX];
    struct segment_span spans[SPANS];
    size_t len = repeat("ເງິນ", 30, text);
    struct segment_text t = {"lo", text, len, SEGMENT_REF8};
    int n = segment_split(*state, &t, spans, SPANS);
    assert_int_equal(n, 2);
    assert_int_equal(spans[0].end % strlen("ເງິນ"), 0);
    /* one grapheme of 72 units */
    len = 1;
    text[0] = 'e';
    len += repeat("\u0301", 71, text + 1);
    t.len = len;
    assert_int_equal(segment_split(*state, &t, spans, SPANS), -1);
}

static void cuts_at_words_and_never_in_numbers(void **state)
{
    char text[TEXT_MAX];
    struct segment_span spans[SPANS];
    size_t len = repeat("a", 145, text);
    strcpy(text + len, " call 02012345678 today please");
    struct segment_text t = {"en", text, strlen(text), SEGMENT_REF8};
    assert_int_equal(segment_split(*state, &t, spans, SPANS), 2);
    assert_int_equal(spans[0].end, 151);
    assert_int_equal(spans[1].start, 151);
    assert_int_equal(spans[1].end, t.len);
}

static void refuses(void **state)
{
    char text[TEXT_MAX];
    struct segment_span spans[SPANS];
    struct segment_text t = {"en", text, repeat("a", 307, text), SEGMENT_REF8};
    assert_int_equal(segment_split(*state, &t, spans, 3), 3);
    assert_int_equal(segment_split(*state, &t, spans, 2), -1);
    assert_int_equal(segment_split(*state, &t, spans, 0), -1);
    text[200] = '\xFF';
    assert_int_equal(segment_split(*state, &t, spans, SPANS), -1);
}

static size_t cost(const struct segment_text *t, enum coding coding, struct segment_span span)
{
    struct measure m;
    assert_int_equal(coding_measure(t->text + span.start, span.end - span.start, &m), 0);
    if (coding == CODING_UCS2)
        return m.units;
    assert_int_equal(m.coding, CODING_GSM7);
    return m.septets;
}

static void check(struct words *w, const struct segment_text *t)
{
    struct segment_span spans[SPANS];
    uint8_t cuts[TEXT_MAX];
    struct measure m;
    assert_int_equal(coding_measure(t->text, t->len, &m), 0);
    assert_int_equal(words_cuts(w, t->lang, t->text, t->len, cuts), 0);
    int n = segment_split(w, t, spans, SPANS);
    assert_true(n > 0);
    size_t cap = m.coding == CODING_GSM7 ? (n == 1 ? 160 : 153) : (n == 1 ? 70 : 67);
    cap -= n > 1 && t->ref == SEGMENT_REF16;
    assert_int_equal(spans[0].start, 0);
    for (int i = 0; i < n; i++) {
        assert_true(cost(t, m.coding, spans[i]) <= cap);
        assert_int_equal(spans[i].end, i + 1 < n ? spans[i + 1].start : t->len);
        if (i + 1 < n)
            assert_int_not_equal(cuts[spans[i].end], CUT_NONE);
    }
}

static void keeps_the_rules_in_random_text(void **state)
{
    struct dice dice = {160153};
    for (uint32_t i = 0; i < 2000; i++) {
        char text[TEXT_MAX];
        size_t len =
            random_text(&dice, i % RANDOM_LANGUAGES, dice_roll(&dice, 60), text, sizeof(text));
        struct segment_text t = {"lo", text, len, i % 2 ? SEGMENT_REF8 : SEGMENT_REF16};
        check(*state, &t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_segments),
        cmocka_unit_test(splits_no_escape_and_no_surrogate_pair),
        cmocka_unit_test(splits_no_grapheme),
        cmocka_unit_test(cuts_at_words_and_never_in_numbers),
        cmocka_unit_test(refuses),
        cmocka_unit_test(keeps_the_rules_in_random_text),
    };
    return cmocka_run_group_tests(tests, open_words, close_words);
}
