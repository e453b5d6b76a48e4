/* SPDX-License-Identifier: Apache-2.0 */
/* The published model and the texts that come with it (npm's myanmar-tools). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "text/fold.h"
#include "text/zawgyi.h"

enum { FILE_MAX = 1 << 16, TEXT_MAX = 8192, SURE = 20 };

static int open_model(void **state)
{
    char err[ZAWGYI_ERROR_MAX];
    struct zawgyi *z = zawgyi_open(ZAWGYI_DIR "/zawgyiUnicodeModel.dat", err);
    if (!z)
        print_error("%s\n", err);
    *state = z;
    return z ? 0 : -1;
}

static int close_model(void **state)
{
    zawgyi_free(*state);
    return 0;
}

static FILE *open_text(const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", ZAWGYI_DIR, name);
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    return in;
}

static double odds(const struct zawgyi *z, const char *text)
{
    return zawgyi_odds(z, text, strlen(text));
}

/* compatibility.tsv: probabilities that every implementation of the model has to give. */
static void agrees_with_other_implementations(void **state)
{
    char line[TEXT_MAX];
    int count = 0;
    FILE *in = open_text("compatibility.tsv");
    for (; fgets(line, sizeof line, in); count++) {
        char *text;
        double expected = strtod(line, &text);
        line[strcspn(line, "\r\n")] = '\0';
        assert_int_equal(*text++, '\t');
        double found = odds(*state, text);
        if (isinf(expected))
            assert_true(found == -INFINITY);
        else
            assert_true(fabs(1 / (1 + exp(-found)) - expected) <= 1e-6 * expected);
    }
    fclose(in);
    assert_int_equal(count, 50);
}

static void becomes(const struct zawgyi *z, const char *typed, const char *expected)
{
    char out[128];
    assert_int_equal(zawgyi_to_unicode(z, typed, strlen(typed), out, sizeof out), strlen(expected));
    assert_string_equal(out, expected);
}

static void converts_zawgyi(void **state)
{
    becomes(*state, "ျမန္မာ", "မြန်မာ");
    becomes(*state, "ျမန္မာဘာသာ", "မြန်မာဘာသာ");
    becomes(*state, "ေနျပည္ေတာ္ ၂၆", "နေပြည်တော် ၂၆");
    becomes(*state, "FEES ေၾကး", "FEES ကြေး");
}

static void leaves_all_else(void **state)
{
    static const char *const texts[] = {
        "မြန်မာ", "မြန်မာဘာသာ",  "နေပြည်တော် ၂၆", "၂၆",   "ລາວ", "ไทย",
        "ខ្មែរ",  "Tiếng Việt", "中文",        "HELP", "",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        becomes(*state, texts[i], texts[i]);
    assert_true(odds(*state, "") == -INFINITY);
    assert_true(odds(*state, "HELP \u2003 ၂၆") == -INFINITY);
    assert_true(odds(*state, "HELP \xC3") == -INFINITY);
}

/* Odds of 0.8: Zawgyi, and the model is not sure enough. */
static void leaves_what_is_in_doubt(void **state)
{
    const char *heading = "အေထြေထြညီလာခံ က";
    assert_true(odds(*state, heading) > 0.5 && odds(*state, heading) < 1);
    becomes(*state, heading, heading);
}

/* A line of both files; the same words in both encodings. Returns whether the conversion gives
 * exactly the other. */
static bool compare(const struct zawgyi *z, char *zawgyi, char *unicode)
{
    char out[TEXT_MAX], folded[TEXT_MAX], expected[TEXT_MAX];
    zawgyi[strcspn(zawgyi, "\n")] = unicode[strcspn(unicode, "\n")] = '\0';
    size_t len = strlen(unicode);
    bool sure = isfinite(odds(z, unicode)) && utf8_count(unicode, len) >= SURE;
    if (sure)
        assert_true(odds(z, zawgyi) >= ZAWGYI_THRESHOLD);
    assert_true(odds(z, unicode) < ZAWGYI_THRESHOLD);
    int n = zawgyi_to_unicode(z, zawgyi, strlen(zawgyi), out, sizeof out);
    assert_true(n >= 0);
    assert_true(fold_keyword(out, (size_t)n, folded, sizeof folded) >= 0);
    assert_true(fold_keyword(unicode, len, expected, sizeof expected) >= 0);
    return !sure || strcmp(folded, expected) == 0;
}

/* Returns how many lines come out differently. */
static int compare_files(const struct zawgyi *z, const char *zawgyi, const char *unicode)
{
    char a[TEXT_MAX], b[TEXT_MAX];
    int lines = 0, different = 0;
    FILE *in_a = open_text(zawgyi), *in_b = open_text(unicode);
    for (; fgets(a, sizeof a, in_a) && fgets(b, sizeof b, in_b); lines++)
        if (a[0] != '#' && !compare(z, a, b))
            different++;
    fclose(in_a);
    fclose(in_b);
    assert_in_range(lines, 60, 300);
    return different;
}

/* Two lines in which digits stand for letters of the same shape are read otherwise. */
static void converts_whole_texts(void **state)
{
    assert_int_equal(compare_files(*state, "mmgov_zawgyi_src.txt", "mmgov_unicode_out.txt"), 0);
    assert_in_range(compare_files(*state, "udhr_mya_zawgyi_out.txt", "udhr_mya_unicode_src.txt"), 0,
                    2);
}

static void refuses_texts(void **state)
{
    static char zeros[8193];
    char out[20], much[sizeof zeros + 1];
    assert_int_equal(zawgyi_to_unicode(*state, "ျမန္မာ", 18, out, 18), -1);
    assert_int_equal(zawgyi_to_unicode(*state, "ျမန္မာ", 18, out, 19), 18);
    assert_int_equal(zawgyi_to_unicode(*state, "HELP", 4, out, 4), -1);
    assert_int_equal(zawgyi_to_unicode(*state, "HELP", 4, out, 5), 4);
    assert_int_equal(zawgyi_to_unicode(*state, "", 0, out, 0), -1);
    assert_int_equal(zawgyi_to_unicode(*state, "\xE1\x80", 2, out, sizeof out), -1);
    assert_int_equal(zawgyi_to_unicode(*state, zeros, sizeof zeros - 1, much, sizeof much), 8192);
    assert_int_equal(zawgyi_to_unicode(*state, zeros, sizeof zeros, much, sizeof much), -1);
}

static bool is_model(const uint8_t *octets, size_t len)
{
    char err[ZAWGYI_ERROR_MAX] = "";
    struct zawgyi *z = zawgyi_parse(octets, len, err);
    assert_true(z || strstr(err, "zawgyiUnicodeModel.dat"));
    zawgyi_free(z);
    return z != NULL;
}

/* Change one octet of a copy of the exact size. */
static bool is_model_with(const uint8_t *model, size_t len, size_t at, uint8_t octet)
{
    uint8_t *copy = malloc(len);
    assert_non_null(copy);
    memcpy(copy, model, len);
    copy[at] = octet;
    bool is = is_model(copy, len);
    free(copy);
    return is;
}

/* Offsets: 0 tag, 11 version, 15 state set, 16 tag, 27 version, 29 states, 31 entries of the first
 * row, 32 float, 36 column, 38 float, 42 column. */
static void refuses_what_is_no_model(void **state)
{
    uint8_t model[FILE_MAX];
    FILE *in = open_text("zawgyiUnicodeModel.dat");
    size_t len = fread(model, 1, sizeof model - 1, in);
    fclose(in);
    (void)state;
    assert_true(is_model(model, len));
    static const uint8_t at[] = {0, 7, 11, 15, 16, 23, 27, 29, 31, 36, 42};
    for (size_t i = 0; i < sizeof at; i++)
        assert_false(is_model_with(model, len, at[i], 0xFE));
    assert_false(is_model_with(model, len, 43, 0));
    assert_true(is_model_with(model, len, 34, 0xFE));
    model[len] = 0;
    assert_false(is_model(model, len + 1));
    for (size_t cut = 0; cut < len; cut += cut < 64 ? 1 : 997)
        assert_false(is_model(model, cut));
}

/* After U+1000 one state counts 7 for Zawgyi, and nothing else counts. */
static struct zawgyi *only_state(uint8_t state)
{
    enum { HEAD = 30, STATES = 227, ENTRY = 10 };
    static const char head[HEAD] = "UZMODEL \0\0\0\2\0\0\0\0BMARKOV \0\0\0\0\0\xE3";
    uint8_t model[HEAD + 2 * STATES + ENTRY] = {0};
    char err[ZAWGYI_ERROR_MAX];
    const uint8_t row[] = {0, 1, 0, 0, 0, 0, 0, state, 0xC0, 0xE0, 0, 0};
    memcpy(model, head, HEAD);
    memcpy(model + HEAD + 2, row, sizeof row);
    return zawgyi_parse(model, sizeof model, err);
}

/* The places of the ranges among the states, from the order in zawgyi_detector.ts. */
static void knows_the_states(void **unused)
{
    static const struct {
        uint8_t state;
        const char *text;
    } states[] = {
        {64, "\u1000\u103F"},  {65, "\u1000\u104A"},  {150, "\u1000\u109F"}, {151, "\u1000\uAA60"},
        {182, "\u1000\uAA7F"}, {183, "\u1000\uA9E0"}, {214, "\u1000\uA9FF"}, {215, "\u1000\u2000"},
        {226, "\u1000\u200B"}, {0, "\u1000\u1040"},   {0, "\u1000\u200C"},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        struct zawgyi *z = only_state(states[i].state);
        assert_non_null(z);
        assert_true(odds(z, states[i].text) == 7);
        zawgyi_free(z);
    }
}

static void a_float_must_be_finite(void **state)
{
    uint8_t model[FILE_MAX];
    FILE *in = open_text("zawgyiUnicodeModel.dat");
    size_t len = fread(model, 1, sizeof model, in);
    fclose(in);
    (void)state;
    memcpy(model + 32, "\x7F\x80\0\0", 4);
    assert_false(is_model(model, len));
    memcpy(model + 32, "\x7F\x7F\0\0", 4);
    assert_true(is_model(model, len));
}

static void a_file_that_cannot_be_read_is_named(void **state)
{
    char err[ZAWGYI_ERROR_MAX];
    (void)state;
    assert_null(zawgyi_open("/nonexistent/model", err));
    assert_non_null(strstr(err, "/nonexistent/model"));
    assert_non_null(strstr(err, strerror(ENOENT)));
    assert_null(zawgyi_open(ZAWGYI_DIR "/compatibility.tsv", err));
    assert_non_null(strstr(err, "this is no model"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_other_implementations),
        cmocka_unit_test(converts_zawgyi),
        cmocka_unit_test(leaves_all_else),
        cmocka_unit_test(leaves_what_is_in_doubt),
        cmocka_unit_test(converts_whole_texts),
        cmocka_unit_test(refuses_texts),
        cmocka_unit_test(refuses_what_is_no_model),
        cmocka_unit_test(knows_the_states),
        cmocka_unit_test(a_float_must_be_finite),
        cmocka_unit_test(a_file_that_cannot_be_read_is_named),
    };
    return cmocka_run_group_tests(tests, open_model, close_model);
}
