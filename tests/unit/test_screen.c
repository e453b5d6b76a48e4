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
#include "text/runes.h"
#include "text/screen.h"

enum { TEXT_MAX = 4000, SCREEN_MAX = 4000 };

static const struct screen_limits ussd = {182, 80, 0, 0};

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

static struct screen_text prose(const char *body)
{
    struct screen_text t = {"en", "", body, strlen(body), "", "", SCREEN_PROSE};
    return t;
}

/* Write the screen that begins at *start and go on to the next. */
static const char *page(struct words *w, const struct screen_text *t,
                        const struct screen_limits *limits, size_t *start, char *mem)
{
    struct screen_span span;
    struct buf b;
    assert_int_equal(screen_page(w, t, limits, *start, &span), 0);
    buf_init(&b, mem, SCREEN_MAX);
    screen_write(t, &span, &b);
    assert_false(b.full);
    *start = span.next;
    return mem;
}

static void shows_a_short_text_on_one_screen(void **state)
{
    char mem[SCREEN_MAX];
    size_t at = 0;
    struct screen_text t = prose("Do not pay a broker.\n");
    assert_string_equal(page(*state, &t, &ussd, &at, mem), "Do not pay a broker.");
    assert_int_equal(at, t.len);
    t.head = "Wrong key.";
    t.foot_last = "0 Back";
    t.foot_more = "9 More";
    at = 0;
    assert_string_equal(page(*state, &t, &ussd, &at, mem),
                        "Wrong key.\nDo not pay a broker.\n0 Back");
    t.len = 0;
    at = 0;
    assert_string_equal(page(*state, &t, &ussd, &at, mem), "Wrong key.\n0 Back");
}

/* A place of another version of the body: the letter that it is in is shown. */
static void begins_with_a_whole_letter(void **state)
{
    char mem[SCREEN_MAX];
    struct screen_text t = prose("aກຂ");
    for (size_t inside = 2; inside <= 3; inside++) {
        size_t at = inside;
        assert_string_equal(page(*state, &t, &ussd, &at, mem), "ກຂ");
    }
}

static void cuts_prose_at_words(void **state)
{
    char mem[SCREEN_MAX];
    size_t at = 0;
    struct screen_limits limits = {30, 20, 0, 0};
    struct screen_text t = prose("Do not pay a broker. Ask for a receipt. Call 1546.");
    t.foot_more = "9 More";
    assert_string_equal(page(*state, &t, &limits, &at, mem), "Do not pay a broker.\n9 More");
    /* without the footer the rest has room */
    assert_string_equal(page(*state, &t, &limits, &at, mem), "Ask for a receipt. Call 1546.");
    assert_int_equal(at, t.len);
}

static void cuts_lao_at_words(void **state)
{
    char mem[SCREEN_MAX];
    size_t at = 0;
    struct screen_limits limits = {40, 22, 0, 0};
    struct screen_text t = prose("ຢ່າຈ່າຍຄ່ານາຍໜ້າ ຮຽກຮ້ອງໃບຮັບເງິນ ໂທ 1546");
    t.lang = "lo";
    assert_string_equal(page(*state, &t, &limits, &at, mem), "ຢ່າຈ່າຍຄ່ານາຍໜ້າ");
    assert_string_equal(page(*state, &t, &limits, &at, mem), "ຮຽກຮ້ອງໃບຮັບເງິນ");
    assert_string_equal(page(*state, &t, &limits, &at, mem), "ໂທ 1546");
    assert_int_equal(at, t.len);
}

static void prefers_a_late_line_end(void **state)
{
    char mem[SCREEN_MAX];
    size_t at = 0;
    struct screen_limits limits = {20, 20, 0, 0};
    struct screen_text t = prose("one two three four\nfive six seven");
    assert_string_equal(page(*state, &t, &limits, &at, mem), "one two three four");
    at = 0;
    t = prose("one two\nthree four five six seven");
    assert_string_equal(page(*state, &t, &limits, &at, mem), "one two\nthree four");
}

static void keeps_a_sentence_whole_where_that_costs_no_screen(void **state)
{
    char mem[SCREEN_MAX];
    size_t at = 0;
    struct screen_limits limits = {30, 30, 0, 0};
    struct screen_text t = prose("Keep your papers.\nAsk the labour office first.");
    assert_string_equal(page(*state, &t, &limits, &at, mem), "Keep your papers.");
    assert_string_equal(page(*state, &t, &limits, &at, mem), "Ask the labour office first.");
    at = 0;
    t = prose("Keep your papers.\nAsk the labour office first, then sign.");
    assert_string_equal(page(*state, &t, &limits, &at, mem), "Keep your papers.\nAsk the");
    assert_string_equal(page(*state, &t, &limits, &at, mem), "labour office first, then");
    assert_string_equal(page(*state, &t, &limits, &at, mem), "sign.");
}

static void keeps_an_option_whole_where_that_costs_no_screen(void **state)
{
    char mem[SCREEN_MAX];
    size_t at = 0;
    struct screen_limits limits = {30, 30, 0, 0};
    struct screen_text t = prose("Ask before you pay.\n1 Who can help\n2 Fees");
    assert_string_equal(page(*state, &t, &limits, &at, mem), "Ask before you pay.");
    assert_string_equal(page(*state, &t, &limits, &at, mem), "1 Who can help\n2 Fees");
    assert_int_equal(at, t.len);
    at = 0;
    t = prose("Ask before you pay.\n1 Who can help\n2 Fees and other costs");
    assert_string_equal(page(*state, &t, &limits, &at, mem), "Ask before you pay.\n1 Who can");
    assert_string_equal(page(*state, &t, &limits, &at, mem), "help\n2 Fees and other costs");
    assert_int_equal(at, t.len);
}

static void cuts_a_long_word_and_at_last_a_number(void **state)
{
    char mem[SCREEN_MAX];
    size_t at = 0;
    struct screen_limits limits = {10, 10, 0, 0};
    struct screen_text t = prose("incomprehensible 02012345678");
    assert_string_equal(page(*state, &t, &limits, &at, mem), "incomprehe");
    assert_string_equal(page(*state, &t, &limits, &at, mem), "nsible");
    assert_string_equal(page(*state, &t, &limits, &at, mem), "0201234567");
    assert_string_equal(page(*state, &t, &limits, &at, mem), "8");
}

static void keeps_the_lines_of_a_list(void **state)
{
    char mem[SCREEN_MAX];
    size_t at = 0;
    struct screen_limits limits = {50, 50, 0, 3};
    struct screen_text t =
        prose("Your language?\n1 Lao\n2 Thai\n3 Khmer\n4 Burmese\n5 Viet\n6 more");
    t.kind = SCREEN_LIST;
    t.foot_more = "9 More";
    t.foot_last = "0 Back";
    assert_string_equal(page(*state, &t, &limits, &at, mem),
                        "Your language?\n1 Lao\n2 Thai\n9 More");
    assert_string_equal(page(*state, &t, &limits, &at, mem), "3 Khmer\n4 Burmese\n5 Viet\n9 More");
    assert_string_equal(page(*state, &t, &limits, &at, mem), "6 more\n0 Back");
    limits.lines = 0;
    limits.septets = 25;
    at = 0;
    assert_string_equal(page(*state, &t, &limits, &at, mem), "Your language?\n9 More");
    assert_string_equal(page(*state, &t, &limits, &at, mem), "1 Lao\n2 Thai\n9 More");
}

static void cuts_a_line_that_is_too_long(void **state)
{
    char mem[SCREEN_MAX];
    size_t at = 0;
    struct screen_limits limits = {20, 20, 0, 0};
    struct screen_text t = prose("1 Recruitment fees and costs\n2 Pay");
    t.kind = SCREEN_LIST;
    assert_string_equal(page(*state, &t, &limits, &at, mem), "1 Recruitment fees");
    assert_string_equal(page(*state, &t, &limits, &at, mem), "and costs\n2 Pay");
}

/* One character of the footer decides for the whole screen. */
static void chooses_the_coding_of_the_whole_screen(void **state)
{
    char body[201], mem[SCREEN_MAX];
    size_t at = 0;
    memset(body, 'a', 200);
    body[200] = '\0';
    struct screen_text t = prose(body);
    assert_int_equal(strlen(page(*state, &t, &ussd, &at, mem)), 182);
    t.foot_more = "9 ຕໍ່";
    at = 0;
    page(*state, &t, &ussd, &at, mem);
    assert_int_equal(at, 74);
    assert_int_equal(utf8_count(mem, strlen(mem)), 80);
}

static void says_when_nothing_fits(void **state)
{
    struct screen_span span;
    struct screen_text t = prose("abc def");
    struct screen_limits limits = {7, 7, 0, 0};
    t.foot_more = "9 More";
    assert_int_equal(screen_page(*state, &t, &limits, 0, &span), 0);
    t.len = 3;
    t.foot_last = "0 Back";
    assert_int_equal(screen_page(*state, &t, &limits, 0, &span), -1);
    t = prose("e\u0301\u0301\u0301");
    limits.units = 3;
    assert_int_equal(screen_page(*state, &t, &limits, 0, &span), -1);
}

static void fits_sms_segments(void **state)
{
    char body[400], mem[SCREEN_MAX];
    struct screen_limits one = {0, 0, 1, 0}, two = {0, 0, 2, 0};
    memset(body, 'a', 320);
    body[320] = '\0';
    assert_true(screen_fits(*state, "en", body, 160, &one));
    assert_false(screen_fits(*state, "en", body, 161, &one));
    assert_true(screen_fits(*state, "en", body, 306, &two));
    assert_false(screen_fits(*state, "en", body, 307, &two));
    assert_false(screen_fits(*state, "en", "\xFF", 1, &one));
    struct screen_text t = prose(body);
    size_t at = 0;
    assert_int_equal(strlen(page(*state, &t, &two, &at, mem)), 306);
    assert_int_equal(strlen(page(*state, &t, &two, &at, mem)), 14);
}

static void fits_ussd_screens(void **state)
{
    char body[200];
    memset(body, 'a', sizeof(body));
    assert_true(screen_fits(*state, "en", body, 182, &ussd));
    assert_false(screen_fits(*state, "en", body, 183, &ussd));
    assert_false(screen_fits(*state, "en", "[€", 4, &(struct screen_limits){3, 9, 0, 0}));
    assert_true(screen_fits(*state, "lo", "ລາວ", 9, &(struct screen_limits){0, 3, 0, 0}));
    assert_false(screen_fits(*state, "lo", "ລາວ", 9, &(struct screen_limits){9, 2, 0, 0}));
}

static bool is_blank(const char *s, size_t len)
{
    uint32_t cp;
    for (size_t at = 0; at < len; at += (size_t)utf8_next(s + at, len - at, &cp))
        if (utf8_next(s + at, len - at, &cp) <= 0 || !rune_space(cp))
            return false;
    return true;
}

/* Is there a cut between words on the screen? */
static bool has_word_cut(struct words *w, const struct screen_text *t,
                         const struct screen_span *span)
{
    uint8_t cuts[TEXT_MAX + 1];
    size_t len = span->next - span->start;
    assert_int_equal(words_cuts(w, t->lang, t->body + span->start, t->len - span->start, cuts), 0);
    for (size_t i = 1; i <= len; i++)
        if (cuts[i] >= CUT_WORD)
            return true;
    return false;
}

static void check_page(struct words *w, const struct screen_text *t, const uint8_t *cuts,
                       const struct screen_limits *limits, const struct screen_span *span)
{
    char mem[SCREEN_MAX];
    struct buf b;
    buf_init(&b, mem, sizeof(mem));
    screen_write(t, span, &b);
    assert_true(screen_fits(w, t->lang, b.data, b.len, limits));
    assert_true(is_blank(t->body + span->end, span->next - span->end));
    if (span->next == t->len)
        return;
    assert_true(span->end > span->start);
    assert_int_not_equal(cuts[span->next], CUT_NONE);
    if (has_word_cut(w, t, span))
        assert_true(cuts[span->next] >= CUT_WORD);
}

static void check_chain(struct words *w, const struct screen_text *t,
                        const struct screen_limits *limits)
{
    static uint8_t cuts[TEXT_MAX + 1];
    size_t at = 0, covered = 0;
    assert_int_equal(words_cuts(w, t->lang, t->body, t->len, cuts), 0);
    do {
        struct screen_span span;
        assert_int_equal(screen_page(w, t, limits, at, &span), 0);
        assert_true(span.next > at || t->len == 0);
        assert_true(is_blank(t->body + covered, span.start - covered));
        check_page(w, t, cuts, limits, &span);
        covered = span.end;
        at = span.next;
    } while (at < t->len);
    assert_true(is_blank(t->body + covered, t->len - covered));
}

static void covers_random_text_once(void **state)
{
    static const struct screen_limits limits[] = {
        {182, 80, 0, 0}, {160, 70, 0, 6}, {160, 67, 0, 4},
        {120, 60, 0, 2}, {0, 0, 1, 0},    {0, 0, 3, 0},
    };
    struct dice dice = {18280};
    for (uint32_t i = 0; i < 3000; i++) {
        char body[TEXT_MAX];
        uint32_t lang = i % RANDOM_LANGUAGES;
        size_t len = random_text(&dice, lang, dice_roll(&dice, 60), body, sizeof(body));
        struct screen_text t = {
            "lo", i % 5 ? "" : "Wrong key.", body, len, "9 More", "0 Back", SCREEN_PROSE};
        if (lang > 0)
            t.foot_more = "9 ຕໍ່ໄປ";
        t.kind = i % 3 ? SCREEN_PROSE : SCREEN_LIST;
        check_chain(*state, &t, &limits[dice_roll(&dice, 6)]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_a_short_text_on_one_screen),
        cmocka_unit_test(begins_with_a_whole_letter),
        cmocka_unit_test(cuts_prose_at_words),
        cmocka_unit_test(cuts_lao_at_words),
        cmocka_unit_test(prefers_a_late_line_end),
        cmocka_unit_test(keeps_a_sentence_whole_where_that_costs_no_screen),
        cmocka_unit_test(keeps_an_option_whole_where_that_costs_no_screen),
        cmocka_unit_test(cuts_a_long_word_and_at_last_a_number),
        cmocka_unit_test(keeps_the_lines_of_a_list),
        cmocka_unit_test(cuts_a_line_that_is_too_long),
        cmocka_unit_test(chooses_the_coding_of_the_whole_screen),
        cmocka_unit_test(says_when_nothing_fits),
        cmocka_unit_test(fits_sms_segments),
        cmocka_unit_test(fits_ussd_screens),
        cmocka_unit_test(covers_random_text_once),
    };
    return cmocka_run_group_tests(tests, open_words, close_words);
}
