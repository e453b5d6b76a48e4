/* SPDX-License-Identifier: Apache-2.0 */
/* Small numbers are hidden, and what is shown instead stays true in sum. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "volumes/veil.h"

enum { CELLS = 60 };

struct hour {
    uint64_t count[CELLS], safe[CELLS];
};

static void veil_hour(struct hour *h, uint64_t key)
{
    struct veil_cell cells[CELLS];
    for (size_t i = 0; i < CELLS; i++)
        cells[i] = (struct veil_cell){
            .name = i * 0x100000001b3ULL, .count = h->count[i], .safe = &h->safe[i]};
    veil_cells(key, cells, CELLS);
}

static uint64_t key_of(unsigned n)
{
    char salt[16];
    snprintf(salt, sizeof salt, "salt %u", n);
    return veil_key(salt, strlen(salt), 0);
}

static void each_small_cell_becomes_0_or_5_and_others_stay(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 500; round++) {
        struct hour h;
        uint64_t sum = 0, safe = 0;
        for (size_t i = 0; i < CELLS; i++)
            h.count[i] = (i * 7 + round) % 9;
        veil_hour(&h, key_of(round));
        for (size_t i = 0; i < CELLS; i++) {
            bool is_small = h.count[i] > 0 && h.count[i] < VEIL_LEAST;
            assert_true(is_small ? h.safe[i] == 0 || h.safe[i] == VEIL_LEAST
                                 : h.safe[i] == h.count[i]);
            sum += h.count[i];
            safe += h.safe[i];
        }
        assert_in_range(safe, sum - VEIL_LEAST + 1, sum + VEIL_LEAST - 1);
    }
}

static void it_is_5_as_often_as_the_count_says(void **state)
{
    enum { ROUNDS = 4000 };
    (void)state;
    for (uint64_t count = 1; count < VEIL_LEAST; count++) {
        uint64_t fives = 0;
        for (unsigned round = 0; round < ROUNDS; round++) {
            struct hour h = {.count = {count, 2, 3, 1, 4}};
            veil_hour(&h, key_of(round));
            fives += h.safe[0] / VEIL_LEAST;
        }
        uint64_t expected = ROUNDS * count / VEIL_LEAST;
        assert_in_range(fives, expected - 150, expected + 150); /* 5 standard deviations */
    }
}

/* What a reader can subtract tells nothing that both 1 and 4 would not tell. */
static void a_small_cell_cannot_be_computed_back(void **state)
{
    (void)state;
    bool same[VEIL_LEAST][2] = {{false}};
    for (uint64_t count = 1; count < VEIL_LEAST; count++)
        for (unsigned round = 0; round < 200; round++) {
            struct hour h = {.count = {count, 17, 230}};
            veil_hour(&h, key_of(round));
            uint64_t total = h.safe[0] + h.safe[1] + h.safe[2];
            same[count][total - 17 - 230 == VEIL_LEAST] = true;
        }
    for (uint64_t count = 1; count < VEIL_LEAST; count++)
        assert_true(same[count][0] && same[count][1]);
}

static void an_hour_is_veiled_alike_for_all_and_each_measure_otherwise(void **state)
{
    (void)state;
    struct hour a, b;
    unsigned differ = 0;
    for (size_t i = 0; i < CELLS; i++)
        a.count[i] = 2;
    b = a;
    veil_hour(&a, veil_key("salt", 4, 1));
    veil_hour(&b, veil_key("salt", 4, 1));
    assert_memory_equal(a.safe, b.safe, sizeof a.safe);
    veil_hour(&b, veil_key("salt", 4, 2));
    for (size_t i = 0; i < CELLS; i++)
        differ += a.safe[i] != b.safe[i];
    assert_true(differ > 5);
}

static void what_is_shown(void **state)
{
    static const struct {
        uint64_t count, safe;
        const char *text;
    } shown[] = {{0, 0, "0"}, {1, 0, "<5"}, {1, 5, "<5"},        {4, 5, "<5"},
                 {6, 0, "5"}, {6, 5, "5"},  {6, 10, "10"},       {7, 7, "7"},
                 {8, 0, "5"}, {5, 5, "5"},  {1234, 1230, "1230"}};
    char text[VEIL_TEXT_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        assert_string_equal(veil_text(shown[i].count, shown[i].safe, text), shown[i].text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_small_cell_becomes_0_or_5_and_others_stay),
        cmocka_unit_test(it_is_5_as_often_as_the_count_says),
        cmocka_unit_test(a_small_cell_cannot_be_computed_back),
        cmocka_unit_test(an_hour_is_veiled_alike_for_all_and_each_measure_otherwise),
        cmocka_unit_test(what_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
