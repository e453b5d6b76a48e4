/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "message/request.h"

#define SECRET "0123456789abcdef0123456789abcdef"
#define OTHER  "1123456789abcdef0123456789abcdef"

enum { MANY = 100000 };

static uint64_t ref_of(const char *bridge, const char *mo_id)
{
    return request_ref(SECRET, strlen(SECRET), bridge, mo_id);
}

/* German VAT numbers have nine digits with this check digit; these stand in the manuals and tests
 * of many who check them, the last three as wrong ones. */
static void knows_published_numbers(void **state)
{
    (void)state;
    assert_true(request_case_valid("136695976"));
    assert_true(request_case_valid("111111125"));
    assert_true(request_case_valid("123456788"));
    assert_false(request_case_valid("136695978"));
    assert_false(request_case_valid("111111126"));
    assert_false(request_case_valid("123456789"));
}

static void refuses_what_is_no_number_of_nine_digits(void **state)
{
    (void)state;
    static const char *const bad[] = {"",           "1",          "13669597",   "1366959760",
                                      "0136695976", "13669597x",  "x36695976",  " 36695976",
                                      "136695976 ", "136 695976", "-13669597",  "+13669597",
                                      "١٣٦٦٩٥٩٧٦",  "12345678\n", "136695976\n"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (request_case_valid(bad[i]))
            fail_msg("taken: %s", bad[i]);
    }
}

/* The nth case number of many. */
static void case_of(unsigned n, char case_no[REQUEST_CASE_MAX + 1], char pin[REQUEST_PIN_MAX + 1])
{
    request_case(SECRET, strlen(SECRET), n + 1, case_no, pin);
}

static void finds_each_wrong_digit(void **state)
{
    (void)state;
    char case_no[REQUEST_CASE_MAX + 1], pin[REQUEST_PIN_MAX + 1];
    for (unsigned n = 0; n < 2000; n++) {
        case_of(n, case_no, pin);
        for (int i = 0; i < REQUEST_CASE_MAX; i++) {
            char right = case_no[i];
            for (char c = '0'; c <= '9'; c++) {
                case_no[i] = c;
                if (request_case_valid(case_no) != (c == right))
                    fail_msg("%s, digit %d, %c for %c", case_no, i, c, right);
            }
            case_no[i] = right;
        }
    }
}

static void finds_nearly_every_swap_of_neighbours(void **state)
{
    (void)state;
    char case_no[REQUEST_CASE_MAX + 1], pin[REQUEST_PIN_MAX + 1];
    size_t swaps = 0, found = 0;
    for (unsigned n = 0; n < 20000; n++) {
        case_of(n, case_no, pin);
        for (int i = 0; i + 1 < REQUEST_CASE_MAX; i++) {
            char a = case_no[i], b = case_no[i + 1];
            if (a == b)
                continue;
            case_no[i] = b;
            case_no[i + 1] = a;
            swaps++;
            found += !request_case_valid(case_no);
            case_no[i] = a;
            case_no[i + 1] = b;
        }
    }
    assert_in_range(found * 1000 / swaps, 970, 999);
}

static void the_same_message_is_the_same_request(void **state)
{
    (void)state;
    uint64_t ref = ref_of("laotel", "a1");
    assert_true(ref == ref_of("laotel", "a1"));
    assert_true(ref != 0 && ref >> 56 == 0);
    char id[REQUEST_ID_MAX + 1], again[REQUEST_ID_MAX + 1];
    request_id(ref, id);
    request_id(ref_of("laotel", "a1"), again);
    assert_string_equal(id, again);
    char case_a[REQUEST_CASE_MAX + 1], case_b[REQUEST_CASE_MAX + 1];
    char pin_a[REQUEST_PIN_MAX + 1], pin_b[REQUEST_PIN_MAX + 1];
    request_case(SECRET, strlen(SECRET), ref, case_a, pin_a);
    request_case(SECRET, strlen(SECRET), ref, case_b, pin_b);
    assert_string_equal(case_a, case_b);
    assert_string_equal(pin_a, pin_b);
}

/* Journals and cases hold these names for years: a change in the code may not change them. */
static void names_never_change(void **state)
{
    (void)state;
    char id[REQUEST_ID_MAX + 1], case_no[REQUEST_CASE_MAX + 1], pin[REQUEST_PIN_MAX + 1];
    char proof[REQUEST_PROOF_MAX + 1], subject[REQUEST_SUBJECT_MAX + 1];
    uint64_t ref = ref_of("laotel", "a1");
    request_id(ref, id);
    request_case(SECRET, strlen(SECRET), ref, case_no, pin);
    request_proof(SECRET, strlen(SECRET), case_no, pin, proof);
    request_subject(SECRET, strlen(SECRET), "8562055512345", subject);
    assert_string_equal(id, "46faf04d3d248c00");
    assert_string_equal(case_no, "299392469");
    assert_string_equal(pin, "1284");
    assert_string_equal(proof, "70af76589b547c29");
    assert_string_equal(subject, "61c555535379633798f01e7bb64f8a71");
}

static void other_messages_bridges_and_secrets_are_other_requests(void **state)
{
    (void)state;
    uint64_t ref = ref_of("laotel", "a1");
    assert_true(ref != ref_of("laotel", "a2"));
    assert_true(ref != ref_of("unitel", "a1"));
    assert_true(ref != request_ref(OTHER, strlen(OTHER), "laotel", "a1"));
    assert_true(ref != request_ref(SECRET, strlen(SECRET) - 1, "laotel", "a1"));
    /* Where one value ends and the next begins is part of both. */
    assert_true(ref != ref_of("laotela", "1"));
    assert_true(ref != ref_of("laote", "la1"));
    assert_true(ref_of("", "ab") != ref_of("ab", ""));
}

static void cases_need_the_secret(void **state)
{
    (void)state;
    char a[REQUEST_CASE_MAX + 1], b[REQUEST_CASE_MAX + 1], pin[REQUEST_PIN_MAX + 1];
    request_case(SECRET, strlen(SECRET), 1, a, pin);
    request_case(OTHER, strlen(OTHER), 1, b, pin);
    assert_string_not_equal(a, b);
    request_case(SECRET, strlen(SECRET), 2, b, pin);
    assert_string_not_equal(a, b);
}

static void an_id_is_the_reference_with_its_shard_in_front(void **state)
{
    (void)state;
    char id[REQUEST_ID_MAX + 1];
    request_id(0xA1B2C3D4E5F607, id);
    assert_string_equal(id, "a1b2c3d4e5f60700");
    request_id(1, id);
    assert_string_equal(id, "0000000000000100");
    request_id(0xFFFFFFFFFFFFFF, id);
    assert_string_equal(id, "ffffffffffffff00");
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void a_hundred_thousand_messages_have_as_many_ids_on_all_shards(void **state)
{
    (void)state;
    uint64_t *refs = test_malloc(MANY * sizeof *refs);
    unsigned shards[256] = {0};
    for (unsigned i = 0; i < MANY; i++) {
        char mo_id[16], id[REQUEST_ID_MAX + 1];
        snprintf(mo_id, sizeof mo_id, "a%u", i);
        refs[i] = ref_of("laotel", mo_id);
        request_id(refs[i], id);
        id[2] = '\0';
        shards[strtoul(id, NULL, 16)]++;
    }
    qsort(refs, MANY, sizeof *refs, compare);
    for (unsigned i = 1; i < MANY; i++)
        assert_true(refs[i] != refs[i - 1]);
    for (unsigned i = 0; i < 256; i++)
        assert_in_range(shards[i], 280, 510); /* 391 on average, six standard deviations */
    test_free(refs);
}

/* 100,000 of 90,000,000 numbers meet about 56 times; number and PIN together, 900 billion, should
 * not. */
static void case_numbers_and_pins_are_spread(void **state)
{
    (void)state;
    uint64_t *pairs = test_malloc(MANY * sizeof *pairs);
    unsigned first[10] = {0}, check[10] = {0}, twice = 0;
    unsigned *pins = test_calloc(10000, sizeof *pins);
    for (unsigned n = 0; n < MANY; n++) {
        char case_no[REQUEST_CASE_MAX + 1], pin[REQUEST_PIN_MAX + 1];
        case_of(n, case_no, pin);
        assert_true(request_case_valid(case_no));
        assert_true(strlen(pin) == REQUEST_PIN_MAX && strspn(pin, "0123456789") == 4);
        first[case_no[0] - '0']++;
        check[case_no[REQUEST_CASE_MAX - 1] - '0']++;
        pins[strtoul(pin, NULL, 10)]++;
        pairs[n] = strtoull(case_no, NULL, 10) * 10000 + strtoul(pin, NULL, 10);
    }
    assert_int_equal(first[0], 0);
    for (int i = 1; i < 10; i++)
        assert_in_range(first[i], 10500, 11700); /* 11,111 on average */
    for (int i = 0; i < 10; i++)
        assert_in_range(check[i], 9400, 10600);
    for (int i = 0; i < 10000; i++)
        assert_in_range(pins[i], 0, 35); /* 10 on average */
    qsort(pairs, MANY, sizeof *pairs, compare);
    for (unsigned n = 1; n < MANY; n++) {
        assert_true(pairs[n] != pairs[n - 1]);
        twice += pairs[n] / 10000 == pairs[n - 1] / 10000;
    }
    assert_in_range(twice, 1, 120);
    test_free(pins);
    test_free(pairs);
}

/* Every PIN of a case has a proof of its own, so that a wrong one never shows the right case. */
static void each_pin_of_a_case_has_its_own_proof(void **state)
{
    (void)state;
    uint64_t *proofs = test_malloc(10000 * sizeof *proofs);
    for (unsigned i = 0; i < 10000; i++) {
        char pin[REQUEST_PIN_MAX + 1], proof[REQUEST_PROOF_MAX + 1];
        snprintf(pin, sizeof pin, "%04u", i % 10000);
        request_proof(SECRET, strlen(SECRET), "136695976", pin, proof);
        assert_int_equal(strlen(proof), REQUEST_PROOF_MAX);
        assert_int_equal(strspn(proof, "0123456789abcdef"), REQUEST_PROOF_MAX);
        proofs[i] = strtoull(proof, NULL, 16);
    }
    qsort(proofs, 10000, sizeof *proofs, compare);
    for (unsigned i = 1; i < 10000; i++)
        assert_true(proofs[i] != proofs[i - 1]);
    test_free(proofs);
}

static void proofs_differ_between_cases_and_secrets(void **state)
{
    (void)state;
    char a[REQUEST_PROOF_MAX + 1], b[REQUEST_PROOF_MAX + 1];
    request_proof(SECRET, strlen(SECRET), "136695976", "0000", a);
    request_proof(SECRET, strlen(SECRET), "111111125", "0000", b);
    assert_string_not_equal(a, b);
    request_proof(OTHER, strlen(OTHER), "136695976", "0000", b);
    assert_string_not_equal(a, b);
    request_proof(SECRET, strlen(SECRET), "1366959760", "000", b);
    assert_string_not_equal(a, b);
}

static void a_subject_is_a_pseudonym(void **state)
{
    (void)state;
    char a[REQUEST_SUBJECT_MAX + 1], b[REQUEST_SUBJECT_MAX + 1];
    request_subject(SECRET, strlen(SECRET), "8562055512345", a);
    assert_int_equal(strlen(a), REQUEST_SUBJECT_MAX);
    assert_int_equal(strspn(a, "0123456789abcdef"), REQUEST_SUBJECT_MAX);
    request_subject(SECRET, strlen(SECRET), "8562055512345", b);
    assert_string_equal(a, b);
    request_subject(SECRET, strlen(SECRET), "8562055512346", b);
    assert_string_not_equal(a, b);
    request_subject(OTHER, strlen(OTHER), "8562055512345", b);
    assert_string_not_equal(a, b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_published_numbers),
        cmocka_unit_test(refuses_what_is_no_number_of_nine_digits),
        cmocka_unit_test(finds_each_wrong_digit),
        cmocka_unit_test(finds_nearly_every_swap_of_neighbours),
        cmocka_unit_test(the_same_message_is_the_same_request),
        cmocka_unit_test(names_never_change),
        cmocka_unit_test(other_messages_bridges_and_secrets_are_other_requests),
        cmocka_unit_test(cases_need_the_secret),
        cmocka_unit_test(an_id_is_the_reference_with_its_shard_in_front),
        cmocka_unit_test(a_hundred_thousand_messages_have_as_many_ids_on_all_shards),
        cmocka_unit_test(case_numbers_and_pins_are_spread),
        cmocka_unit_test(each_pin_of_a_case_has_its_own_proof),
        cmocka_unit_test(proofs_differ_between_cases_and_secrets),
        cmocka_unit_test(a_subject_is_a_pseudonym),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
