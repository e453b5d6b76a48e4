/* SPDX-License-Identifier: Apache-2.0 */
/* What is counted of whole dialogues with the shipped content: each step once, each visit of a node
 * once, and never a number; and what the metrics say of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/volumes.h"
#include "support/two_gateways.h"

enum { HOUR_MS = 3600 * 1000 };

/* What gateway g has counted in this hour, without the first line. The caller's. */
static char *counted(const struct world *w, const struct gateway *g)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    volumes_write(g->volumes, w->now / HOUR_MS, out);
    fclose(out);
    assert_null(strstr(text, "55512345"));
    return text;
}

/* The record has that line. */
static void has(const struct world *w, const struct gateway *g, const char *line)
{
    char *text = counted(w, g), whole[128];
    snprintf(whole, sizeof whole, "\n%s\n", line);
    if (!strstr(text, whole))
        fail_msg("no \"%s\" in:\n%s", line, text);
    free(text);
}

static void has_not(const struct world *w, const struct gateway *g, const char *word)
{
    char *text = counted(w, g);
    if (strstr(text, word))
        fail_msg("\"%s\" in:\n%s", word, text);
    free(text);
}

static void a_dialogue_is_counted(void **state)
{
    struct world *w = *state;
    char line[64];
    world_choose_english(w);
    world_give(w, &w->a, MO_USSD_CONTINUE, "a3", "1");  /* Before you go */
    world_give(w, &w->a, MO_USSD_CONTINUE, "a4", "99"); /* no such choice: the visit goes on */
    world_give(w, &w->a, MO_USSD_CONTINUE, "a5", "0");  /* back */
    world_give(w, &w->a, MO_USSD_END, "a6", "");
    has(w, &w->a, "c lao ussd lo LA 1 1 0 0");
    has(w, &w->a, "c lao ussd en LA 0 4 0 0");
    has(w, &w->a, "n language 1 1 0 0");
    has(w, &w->a, "n main 2 1 0 1");
    has(w, &w->a, "n before 1 0 1 0");
    snprintf(line, sizeof line, "v %s 1", catalog_version(w->catalog));
    has(w, &w->a, line);
}

static void a_repeat_is_not_counted(void **state)
{
    struct world *w = *state;
    world_choose_english(w);
    world_give(w, &w->a, MO_USSD_CONTINUE, "e2", "7");
    world_give(w, &w->b, MO_USSD_CONTINUE, "e2", "7");
    has(w, &w->a, "c lao ussd en LA 0 1 0 0");
    has_not(w, &w->b, "lao");
}

static void a_step_that_met_another_gateways_is_counted_once(void **state)
{
    struct world *w = *state;
    world_choose_english(w);
    world_give(w, &w->b, MO_USSD_CONTINUE, "a3", "1");
    world_give(w, &w->a, MO_USSD_CONTINUE, "a4", "0"); /* its memory is old: a conflict */
    assert_int_equal(metrics_get(w->a.metrics, M_CONFLICTS, NULL), 1);
    has(w, &w->a, "c lao ussd en LA 0 2 0 0");
    has(w, &w->a, "n before 0 0 1 0");
    has(w, &w->a, "n main 2 0 0 0");
    has(w, &w->b, "n main 0 1 0 0");
    has(w, &w->b, "n before 1 0 0 0");
}

static void sms_are_counted_in_and_out(void **state)
{
    struct world *w = *state;
    world_give(w, &w->a, MO_SMS, "s1", "HELP");
    has(w, &w->a, "c lao sms lo LA 1 1 1 1");
    world_give(w, &w->a, MO_SMS, "s1", "HELP"); /* a repeat */
    has(w, &w->a, "c lao sms lo LA 1 1 1 1");
    world_give(w, &w->a, MO_SMS, "s2", "FEES"); /* the same dialogue */
    has(w, &w->a, "c lao sms lo LA 1 2 2 2");
}

static void an_sms_that_is_not_answered_goes_in_but_not_out(void **state)
{
    struct world *w = *state;
    world_give(w, &w->a, MO_SMS, "s1", "STOP");
    world_give(w, &w->a, MO_SMS, "s2", "FEES");
    has(w, &w->a, "c lao sms lo LA 1 2 2 1");
}

static void a_dialogue_that_nobody_ended_was_dropped_when_the_next_begins(void **state)
{
    struct world *w = *state;
    world_choose_english(w);
    world_give(w, &w->a, MO_USSD_CONTINUE, "a3", "1");
    w->now += 1000;
    world_give(w, &w->a, MO_USSD_BEGIN, "a4", "");
    has(w, &w->a, "n before 1 0 0 1");
    has(w, &w->a, "n resume 1 0 0 0");
}

static void a_dialogue_up_to_the_filing(struct world *w)
{
    static const char *const typed[] = {"CALL ME", "2", "2", "1", "1", "Help us"};
    char id[8];
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        snprintf(id, sizeof id, "m%zu", i);
        world_give(w, &w->a, MO_SMS, id, typed[i]);
    }
    assert_int_equal(w->filed, 1);
}

/* A request for help that was filed counts as chosen, and leaving its last screen as nothing. */
static void a_filed_request_is_chosen(void **state)
{
    struct world *w = *state;
    a_dialogue_up_to_the_filing(w);
    has(w, &w->a, "n request 1 1 0 0");
    world_give(w, &w->a, MO_SMS, "m9", "00");
    has(w, &w->a, "n request 1 1 0 0");
    has(w, &w->a, "n main 1 0 0 0");
}

static void a_request_that_could_not_be_filed_is_not_chosen(void **state)
{
    struct world *w = *state;
    w->result = FILED_FULL;
    a_dialogue_up_to_the_filing(w);
    has(w, &w->a, "n request 1 0 0 0");
    world_give(w, &w->a, MO_SMS, "m9", "00");
    has(w, &w->a, "n request 1 0 1 0");
}

static void a_dialogue_keeps_the_version_it_began_with(void **state)
{
    struct world *w = *state;
    char line[64];
    struct catalog *other = world_another_content();
    world_choose_english(w);
    dispatch_set_catalog(w->a.dispatch, other);
    world_give(w, &w->a, MO_USSD_CONTINUE, "a3", "1");
    has_not(w, &w->a, catalog_version(other));
    world_give(w, &w->a, MO_USSD_END, "a3e", "");
    world_give(w, &w->a, MO_USSD_BEGIN, "a4", "");
    snprintf(line, sizeof line, "v %s 1", catalog_version(other));
    has(w, &w->a, line);
    catalog_unref(other);
}

static int64_t metric(const struct world *w, enum metric id, const char *label)
{
    return metrics_get(w->a.metrics, id, label);
}

/* English labels have no status; a statement has, and so has every text of a translation. */
static void what_is_served_unreviewed_is_counted(void **state)
{
    struct world *w = *state;
    world_give(w, &w->a, MO_USSD_BEGIN, "e1", ""); /* the languages; the last line is Lao */
    assert_int_equal(metric(w, M_SERVED_UNREVIEWED, "lo"), 1);
    world_give(w, &w->a, MO_USSD_CONTINUE, "e2", "7");
    assert_int_equal(metric(w, M_SERVED_UNREVIEWED, "en"), 0);
    world_give(w, &w->a, MO_USSD_BEGIN, "a3", "*1234*11#");
    assert_int_equal(metric(w, M_SERVED_UNREVIEWED, "en"), 1);
    world_give(w, &w->a, MO_USSD_CONTINUE, "a4", "88"); /* a word above the same text */
    assert_int_equal(metric(w, M_SERVED_UNREVIEWED, "en"), 2);
    assert_int_equal(metric(w, M_SERVED_UNREVIEWED, "lo"), 1);
    world_give(w, &w->a, MO_SMS, "a5", "LAO");
    assert_int_equal(metric(w, M_SERVED_UNREVIEWED, "lo"), 2);
    assert_int_equal(metric(w, M_SERVED_OVERDUE, NULL), 0);
}

/* "97" sends the text by SMS: the parts count beside the screen that says so. */
static void what_is_sent_unreviewed_by_sms_is_counted(void **state)
{
    struct world *w = *state;
    world_choose_english(w);
    world_give(w, &w->a, MO_USSD_BEGIN, "a3", "*1234*11#");
    unsigned before = w->count;
    world_give(w, &w->a, MO_USSD_CONTINUE, "a4", "97");
    assert_in_range(w->count - before, 2, 10);
    assert_int_equal(metric(w, M_SERVED_UNREVIEWED, "en"), w->count - before);
    assert_int_equal(metric(w, M_SMS_OUT, "lao"), w->count - before - 1);
    assert_int_equal(metric(w, M_SMS_IN, "lao"), 0);
}

/* Long after its days of review the content is still good, and says that it is old. */
static void what_is_served_overdue_is_counted(void **state)
{
    struct world *w = *state;
    int32_t far = setup_today() + 10 * 365;
    struct catalog *old = setup_catalog(&w->conf, &w->layouts, &w->handlers, far, NULL);
    assert_non_null(old);
    world_choose_english(w);
    world_give(w, &w->a, MO_USSD_END, "a3", "");
    dispatch_set_catalog(w->a.dispatch, old);
    world_give(w, &w->a, MO_USSD_BEGIN, "a4", "");
    assert_int_equal(metric(w, M_SERVED_OVERDUE, NULL), 0);
    world_give(w, &w->a, MO_USSD_BEGIN, "a5", "*1234*11#");
    assert_int_equal(metric(w, M_SERVED_OVERDUE, NULL), 1);
    catalog_unref(old);
}

/* Each number once, on the screen that it stands on: a centre's line without one is none. */
static void numbers_that_nobody_has_dialled_are_counted(void **state)
{
    struct world *w = *state;
    world_choose_english(w);
    world_give(w, &w->a, MO_USSD_BEGIN, "a3", "*1234*421#");
    world_give(w, &w->a, MO_USSD_CONTINUE, "a4", "2"); /* Thailand */
    assert_int_equal(metric(w, M_SERVED_UNVERIFIED, NULL), 0);
    const char *text = world_give(w, &w->a, MO_USSD_CONTINUE, "a5", "3")->text; /* Cambodia */
    assert_non_null(strstr(text, "1800010181"));
    assert_non_null(strstr(text, "1546"));
    assert_non_null(strstr(text, "1800010180"));
    assert_int_equal(metric(w, M_SERVED_UNVERIFIED, NULL), 3);
    text = world_give(w, &w->a, MO_USSD_CONTINUE, "a6", "98")->text;
    assert_null(strstr(text, "1546"));
    int64_t more = metric(w, M_SERVED_UNVERIFIED, NULL) - 3;
    assert_in_range(more, 1, 4);
}

static void steps_are_counted_by_country_and_dialogues_by_kind(void **state)
{
    struct world *w = *state;
    world_choose_english(w);
    assert_int_equal(metric(w, M_COUNTRY_STEPS, "LA"), 2);
    assert_int_equal(metric(w, M_COUNTRY_STEPS, "other"), 0);
    assert_int_equal(metric(w, M_SESSIONS, "ussd"), 1);
    w->now += 24 * HOUR_MS;
    world_give(w, &w->a, MO_SMS, "s1", "HELP");
    world_give(w, &w->a, MO_SMS, "s2", "FEES"); /* the same dialogue */
    assert_int_equal(metric(w, M_SESSIONS, "sms"), 1);
    assert_int_equal(metric(w, M_SMS_IN, "lao"), 2);
    assert_int_equal(metric(w, M_SMS_OUT, "lao"), 2);
    assert_in_range(metric(w, M_SEGMENTS, "lao"), 2, 12);
}

#define ON_WORLD(t) cmocka_unit_test_setup_teardown(t, world_open, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_WORLD(a_dialogue_is_counted),
        ON_WORLD(a_repeat_is_not_counted),
        ON_WORLD(a_step_that_met_another_gateways_is_counted_once),
        ON_WORLD(sms_are_counted_in_and_out),
        ON_WORLD(an_sms_that_is_not_answered_goes_in_but_not_out),
        ON_WORLD(a_dialogue_that_nobody_ended_was_dropped_when_the_next_begins),
        ON_WORLD(a_filed_request_is_chosen),
        ON_WORLD(a_request_that_could_not_be_filed_is_not_chosen),
        ON_WORLD(a_dialogue_keeps_the_version_it_began_with),
        ON_WORLD(what_is_served_unreviewed_is_counted),
        ON_WORLD(what_is_sent_unreviewed_by_sms_is_counted),
        ON_WORLD(what_is_served_overdue_is_counted),
        ON_WORLD(numbers_that_nobody_has_dialled_are_counted),
        ON_WORLD(steps_are_counted_by_country_and_dialogues_by_kind),
    };
    return cmocka_run_group_tests(tests, world_load, world_unload);
}
