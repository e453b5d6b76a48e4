/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "../support/random_text.h"
#include "base/utf8.h"
#include "text/words.h"

enum { TEXT_MAX = 2000 };

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

/* Write the text with a mark at each cut of at least this grade: "." grapheme, "|" word, "^"
 * phrase, "$" line. */
static void draw(struct words *w, const char *text, enum cut least, char *out)
{
    uint8_t cuts[TEXT_MAX];
    size_t len = strlen(text), n = 0;
    assert_int_equal(words_cuts(w, "lo", text, len, cuts), 0);
    assert_int_equal(cuts[0], CUT_NONE);
    for (size_t i = 0; i < len; i++) {
        if (cuts[i] >= least && cuts[i] != CUT_NONE)
            out[n++] = " .|^$"[cuts[i]];
        out[n++] = text[i];
    }
    out[n] = '\0';
}

static void cuts(struct words *w, const char *text, enum cut least, const char *expected)
{
    char seen[2 * TEXT_MAX];
    draw(w, text, least, seen);
    assert_string_equal(seen, expected);
}

/* The word ends agree with those of Intl.Segmenter of Node 20 (granularity "word", ICU 78), an
 * independent and younger set of dictionaries, except where a rule of ours forbids a cut. */
static void finds_words(void **state)
{
    cuts(*state, "ຢ່າຈ່າຍຄ່ານາຍໜ້າ ຮຽກຮ້ອງໃບຮັບເງິນ. ເຮັດວຽກ", CUT_WORD,
         "ຢ່າ|ຈ່າຍ|ຄ່າ|ນາຍໜ້າ| ^ຮຽກຮ້ອງ|ໃບຮັບ|ເງິນ.^ ^ເຮັດວຽກ");
    cuts(*state, "อย่าจ่ายค่านายหน้า ขอใบเสร็จรับเงินทุกครั้ง", CUT_WORD,
         "อย่า|จ่าย|ค่า|นาย|หน้า| ^ขอ|ใบ|เสร็จ|รับ|เงิน|ทุก|ครั้ง");
    cuts(*state, "កុំបង់ថ្លៃឈ្មួញកណ្តាល សូមទាមទារបង្កាន់ដៃ។", CUT_WORD,
         "កុំ|បង់ថ្លៃ|ឈ្មួញ|កណ្តាល| ^សូម|ទាមទារ|បង្កាន់ដៃ។");
    cuts(*state, "ပွဲစားခ မပေးပါနှင့်။ ပြေစာတောင်းပါ။", CUT_WORD,
         "ပွဲစား|ခ| ^မပေး|ပါ|နှင့်။^ ^ပြေစာ|တောင်း|ပါ။");
    cuts(*state, "不要付中介费（《护照》），请索要收据。", CUT_WORD,
         "不要|付|中介|费|（《护照》），^请|索|要|收据。");
    cuts(*state, "Đừng trả tiền. Ask", CUT_WORD, "Đừng| ^trả| ^tiền.^ ^Ask");
}

static void keeps_vowels_with_their_consonants(void **state)
{
    cuts(*state, "ເຮັດວຽກ", CUT_GRAPHEME, "ເຮັ.ດ.ວຽ.ກ");
    cuts(*state, "ພາສາ ນ້ຳ", CUT_GRAPHEME, "ພາ.ສາ| ^ນ້ຳ");
    cuts(*state, "แรงๆ", CUT_GRAPHEME, "แร.งๆ");
    cuts(*state, "ศุกร์สิทธิ์", CUT_GRAPHEME, "ศุ.กร์|สิ.ทธิ์");
}

static void keeps_stacks_and_final_consonants(void **state)
{
    cuts(*state, "မြန်မာ", CUT_GRAPHEME, "မြန်.မာ");
    cuts(*state, "ကြေး", CUT_GRAPHEME, "ကြေး");
    cuts(*state, "အင်္ဂလိပ်", CUT_GRAPHEME, "အင်္ဂ.လိပ်");
    cuts(*state, "ကျွန်ုပ် ခွင့်", CUT_GRAPHEME, "ကျွန်ုပ်| ^ခွင့်");
    cuts(*state, "ស្ត្រី", CUT_GRAPHEME, "ស្ត្រី");
    cuts(*state, "ចាប់ប្រយោជន៍", CUT_GRAPHEME, "ចាប់|ប្រ.យោ.ជន៍");
}

static void keeps_numbers_whole(void **state)
{
    cuts(*state, "1546", CUT_GRAPHEME, "1546");
    cuts(*state, "at 1,500.00 baht now", CUT_WORD, "at| |1,500.00 baht| ^now");
    cuts(*state, "20 000 ກີບ", CUT_WORD, "20 000 ກີບ");
    cuts(*state, "໑,໕໐໐ບາດ", CUT_WORD, "໑,໕໐໐ບາດ");
    cuts(*state, "+856 20 5555 1234, or", CUT_WORD, "+856 20 5555 1234,^ ^or");
    cuts(*state, "dial *384*1# now", CUT_WORD, "dial| ^*384*1#| ^now");
    cuts(*state, "on 12/05/2024 08:30", CUT_WORD, "on| |12/05/2024 08:30");
    cuts(*state, "฿1500 50% 5 persons", CUT_WORD, "฿1500 50%| |5 persons");
    cuts(*state, "5, 6", CUT_WORD, "5,^ ^6");
}

static void grades_lines_and_phrases(void **state)
{
    cuts(*state, "1 Lao\n2 Thai\n", CUT_WORD, "1 Lao|\n$2 Thai|\n");
    cuts(*state, "(a) \"b\" c!", CUT_WORD, "(a)^ ^\"|b\"| ^c!");
    cuts(*state, "是。\n，", CUT_WORD, "是。^\n$，");
}

static void keeps_the_number_of_an_option_at_its_label(void **state)
{
    cuts(*state, "Fees\n12 Go home", CUT_WORD, "Fees|\n$12 Go| ^home");
    cuts(*state, "in 12 ways", CUT_WORD, "in| |12 ways");
}

static void keeps_a_number_with_what_it_counts(void **state)
{
    cuts(*state, "about 2 months or", CUT_WORD, "about| |2 months| ^or");
    cuts(*state, "10 November 2023 on", CUT_WORD, "10 November| |2023| |on");
    cuts(*state, "about 2 months", CUT_GRAPHEME, "a.b.o.u.t| |2. .m.o.n.t.h.s");
}

/* White space is left out at a cut, so the one before it counts as the one after it. */
static void cuts_no_space_off_what_it_leads_to(void **state)
{
    cuts(*state, "เร็ว ๆ นี้", CUT_WORD, "เร็ว ๆ| ^นี้");
    cuts(*state, "pay , sign", CUT_WORD, "pay ,^ ^sign");
}

/* The dictionaries find other words if they are asked in UTF-8: here they would tear one apart. */
static void finds_the_words_that_icu_finds_in_utf16(void **state)
{
    cuts(*state, "အင်္ဂလိပ်၊ ခမာ၊ ထိုင်း", CUT_WORD, "အင်္ဂလိပ်၊^ ^ခမာ၊^ ^ထိုင်း");
}

/* A long run without a place to cut is no number: the rules give way. */
static void gives_way_in_endless_runs(void **state)
{
    cuts(*state, "123456789012345678901234", CUT_GRAPHEME, "123456789012345678901234");
    cuts(*state, "1234567890123456789012345", CUT_GRAPHEME,
         "1.2.3.4.5.6.7.8.9.0.1.2.3.4.5.6.7.8.9.0.1.2.3.4.5");
}

static void takes_the_ends(void **state)
{
    uint8_t grades[TEXT_MAX];
    static char long_text[16386];
    static uint8_t long_grades[sizeof(long_text) + 1];
    assert_int_equal(words_cuts(*state, "en", "", 0, grades), 0);
    assert_int_equal(words_cuts(*state, "en", "ab", 2, grades), 0);
    assert_int_equal(grades[2], CUT_LINE);
    memset(long_text, 'a', sizeof(long_text));
    assert_int_equal(words_cuts(*state, "en", long_text, 16384, long_grades), 0);
    assert_int_equal(words_cuts(*state, "en", long_text, 16385, long_grades), -1);
}

/* Whether the rules of the scripts forbid a cut between two code points, said once more and
 * differently. */
static bool is_forbidden(uint32_t before, uint32_t after, uint32_t after2)
{
    bool leading = (before >= 0x0E40 && before <= 0x0E44) || (before >= 0x0EC0 && before <= 0x0EC4);
    bool mark = after == 0x0E30 || after == 0x0E32 || after == 0x0E33 || after == 0x0EB0 ||
                after == 0x0EB2 || after == 0x0EB3 || after == 0x0EBD || after == 0x102B ||
                after == 0x102C || after == 0x1038 || (after >= 0x0EC8 && after <= 0x0ECD) ||
                (after >= 0x0E47 && after <= 0x0E4E);
    bool stack = before == 0x17D2 || after == 0x17D2 || before == 0x1039 || after == 0x1039;
    bool asat = after2 == 0x103A || after2 == 0x1039;
    bool chinese = after == 0xFF0C || after == 0x3002 || after == 0xFF09 || after == 0x300B ||
                   before == 0xFF08 || before == 0x300A;
    bool digits = before >= '0' && before <= '9' && after >= '0' && after <= '9';
    return leading || mark || stack || asat || chinese || digits;
}

static void check_text(struct words *w, const char *text, size_t len)
{
    uint8_t grades[TEXT_MAX];
    uint32_t before = 0;
    assert_int_equal(words_cuts(w, "lo", text, len, grades), 0);
    for (size_t at = 0; at < len;) {
        uint32_t after, after2 = 0;
        size_t step = (size_t)utf8_next(text + at, len - at, &after);
        utf8_next(text + at + step, len - at - step, &after2);
        if (before != '\n' && is_forbidden(before, after, after2))
            assert_int_equal(grades[at], CUT_NONE);
        if (at > 0 && before == '\n')
            assert_int_equal(grades[at], CUT_LINE);
        for (size_t i = 1; i < step; i++)
            assert_int_equal(grades[at + i], CUT_NONE);
        before = after;
        at += step;
    }
}

static void keeps_the_rules_in_random_text(void **state)
{
    struct dice dice = {19700101};
    for (uint32_t i = 0; i < 3000; i++) {
        char text[TEXT_MAX];
        size_t len = random_text(&dice, i % RANDOM_LANGUAGES, 20, text, sizeof(text));
        check_text(*state, text, len);
    }
}

/* KiB of ICU's data that are resident in this process. */
static unsigned long resident_data(void)
{
    char line[4096];
    unsigned long all = 0, one;
    bool is_data = false;
    FILE *f = fopen("/proc/self/smaps", "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f))
        if (strchr(line, '-') && strchr(line, ' ') > strchr(line, '-'))
            is_data = strstr(line, "/libicudata.") != NULL;
        else if (is_data && sscanf(line, "Rss: %lu kB", &one) == 1)
            all += one;
    fclose(f);
    return all;
}

static void rests_and_finds_the_same_words(void **state)
{
    finds_words(state);
    unsigned long before = resident_data();
    words_rest();
    assert_in_range(resident_data(), 0, before / 4);
    finds_words(state);
    assert_true(resident_data() > before / 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_words),
        cmocka_unit_test(keeps_vowels_with_their_consonants),
        cmocka_unit_test(keeps_stacks_and_final_consonants),
        cmocka_unit_test(keeps_numbers_whole),
        cmocka_unit_test(grades_lines_and_phrases),
        cmocka_unit_test(keeps_the_number_of_an_option_at_its_label),
        cmocka_unit_test(keeps_a_number_with_what_it_counts),
        cmocka_unit_test(cuts_no_space_off_what_it_leads_to),
        cmocka_unit_test(finds_the_words_that_icu_finds_in_utf16),
        cmocka_unit_test(gives_way_in_endless_runs),
        cmocka_unit_test(takes_the_ends),
        cmocka_unit_test(keeps_the_rules_in_random_text),
        cmocka_unit_test(rests_and_finds_the_same_words),
    };
    return cmocka_run_group_tests(tests, open_words, close_words);
}
