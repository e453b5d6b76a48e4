/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>

#include "../support/random_text.h"
#include "text/fold.h"

static bool is_nfc(const char *s)
{
    return fold_is_nfc(s, strlen(s));
}

/* Decompositions by Python: unicodedata.normalize("NFD", text). */
static void knows_nfc(void **state)
{
    (void)state;
    assert_true(is_nfc(""));
    assert_true(is_nfc("fee"));
    assert_true(is_nfc("à la"));
    assert_true(is_nfc("Tiếng Việt"));
    assert_false(is_nfc("Tie\u0302\u0301ng"));
    assert_false(is_nfc("Vie\u0323\u0302t"));
    assert_true(is_nfc("ພາສາລາວ ນ້ຳ"));
    assert_true(is_nfc("น้ำ"));
    assert_true(is_nfc("ស្ត្រី មิ မြန်မာ 中文"));
}

static void folds(const char *typed, const char *keyword)
{
    char out[128];
    assert_int_equal(fold_keyword(typed, strlen(typed), out, sizeof(out)), strlen(keyword));
    assert_string_equal(out, keyword);
}

/* The folded letters agree with Python's str.casefold. */
static void folds_what_people_type(void **state)
{
    (void)state;
    folds("HELP", "help");
    folds("Help!", "help");
    folds(" \"Help me\" ... ", "help me");
    folds("ကူညီပါ။", "ကူညီပါ");
    folds("?!", "");
    folds("  Đăng   KÝ ", "đăng ký");
    folds("ĐĂNG\u00A0\tKÝ\r\n", "đăng ký");
    folds("STRASSE straße", "strasse strasse");
    folds("Tie\u0302\u0301ng VIE\u0323\u0302T", "tiếng việt");
    folds("Trợ\u200B Giúp\u202E", "trợ giúp");
    folds("\uFEFFຊ່ວຍ ໑໕໔໖", "ຊ່ວຍ 1546");
    folds("a\x01"
          "b",
          "ab");
    folds("e\u200C\u0301", "é");
    folds("x²", "x²");
    folds("", "");
    folds(" \u3000 ", "");
}

static void unmarks(const char *text, const char *plain)
{
    char out[128];
    assert_int_equal(fold_unmarked(text, strlen(text), out, sizeof out), strlen(plain));
    assert_string_equal(out, plain);
}

static void takes_the_marks_off_vietnamese(void **state)
{
    (void)state;
    unmarks("Tiếng Việt", "Tieng Viet");
    unmarks("Đừng trả tiền: 1.000.000 đồng", "Dung tra tien: 1.000.000 dong");
    unmarks("Tie\u0302\u0301ng", "Tieng");
    unmarks("ABC 123", "ABC 123");
    unmarks("", "");
    char out[4];
    assert_int_equal(fold_unmarked("Việt", strlen("Việt"), out, sizeof out), -1);
    assert_int_equal(fold_unmarked("\xC3", 1, out, sizeof out), -1);
}

static void refuses(void **state)
{
    (void)state;
    char out[4];
    assert_int_equal(fold_keyword("help", 4, out, sizeof(out)), -1);
    assert_int_equal(fold_keyword("hel", 3, out, sizeof(out)), 3);
    assert_int_equal(fold_keyword("\xC3", 1, out, sizeof(out)), -1);
    assert_int_equal(fold_keyword("", 0, out, 0), -1);
}

/* What is folded once stays as it is. */
static void is_stable(void **state)
{
    (void)state;
    struct dice dice = {20240501};
    for (uint32_t i = 0; i < 700; i++) {
        char text[600], once[1200], twice[1200];
        size_t len = random_text(&dice, i % RANDOM_LANGUAGES, 12, text, sizeof(text));
        int n = fold_keyword(text, len, once, sizeof(once));
        assert_true(n >= 0);
        assert_true(fold_is_nfc(once, (size_t)n));
        assert_int_equal(fold_keyword(once, (size_t)n, twice, sizeof(twice)), n);
        assert_string_equal(once, twice);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_nfc),
        cmocka_unit_test(folds_what_people_type),
        cmocka_unit_test(takes_the_marks_off_vietnamese),
        cmocka_unit_test(refuses),
        cmocka_unit_test(is_stable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
