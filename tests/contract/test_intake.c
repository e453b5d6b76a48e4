/* SPDX-License-Identifier: Apache-2.0 */
/* The receiver's intake with a clock of our own: what is answered when, and what time removes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "casework/cases.h"
#include "casework/intake.h"
#include "message/topics.h"

enum { ANSWERS_MAX = 600, ANSWER_MAX = 128, MINUTE_MS = 60 * 1000, DAY_MS = 24 * 3600 * 1000 };

static const char SECRET[] = "a secret of the tests, of more than 32 octets";
static const char PIN[] = "0815";

struct desk {
    char folder[32], path[64];
    int64_t now_ms;
    struct seal_secret key;
    struct intake *intake;
    size_t answers;
    char last[ANSWER_MAX]; /* the last answer */
    size_t changes, added; /* what was told */
    size_t answers_at_change;
};

static int64_t now(void *arg)
{
    return ((struct desk *)arg)->now_ms;
}

static void take_answer(void *arg, const char *topic, const char *payload, size_t len)
{
    struct desk *d = arg;
    assert_true(topics_is_request_part("r", topic, "ack") ||
                topics_is_request_part("r", topic, "state"));
    assert_true(len < sizeof d->last);
    d->answers++;
    snprintf(d->last, sizeof d->last, "%s", payload);
}

static void take_change(void *arg, size_t added)
{
    struct desk *d = arg;
    d->changes++;
    d->added += added;
    d->answers_at_change = d->answers;
}

static int begin(void **state)
{
    char why[256];
    struct desk *d = calloc(1, sizeof *d);
    snprintf(d->folder, sizeof d->folder, "/tmp/ml-intake-XXXXXX");
    assert_non_null(mkdtemp(d->folder));
    snprintf(d->path, sizeof d->path, "%s/cases", d->folder);
    d->now_ms = 1700000000000;
    seal_make(&d->key);
    struct intake_options o = {.path = d->path,
                               .root = "r",
                               .clock = {.now_ms = now, .arg = d},
                               .arg = d,
                               .answer = take_answer,
                               .changed = take_change};
    d->intake = intake_new(&o, why);
    assert_non_null(d->intake);
    *state = d;
    return 0;
}

static int end(void **state)
{
    struct desk *d = *state;
    char lock[80];
    intake_free(d->intake);
    unlink(d->path);
    snprintf(lock, sizeof lock, "%s.lock", d->path);
    unlink(lock);
    assert_int_equal(rmdir(d->folder), 0);
    free(d);
    return 0;
}

static void give(struct desk *d, const char *topic, const char *payload, size_t len)
{
    struct mqtt_message m = {.topic = topic, .payload = payload, .len = len};
    intake_message(d->intake, &m);
}

/* Send a request as a gateway does; case number and PIN follow from ref. */
static void file(struct desk *d, uint64_t ref, char case_no[REQUEST_CASE_MAX + 1])
{
    static char payload[REQUEST_PAYLOAD_MAX + 1];
    char pin[REQUEST_PIN_MAX + 1];
    struct buf b;
    struct request r = {.at = d->now_ms,
                        .bridge = "laotel",
                        .kind = "unpaid",
                        .country = "TH",
                        .lang = "lo",
                        .msisdn = "8562055510001",
                        .text = ""};
    request_id(ref, r.id);
    request_case(SECRET, sizeof SECRET, ref, case_no, pin);
    memcpy(r.case_no, case_no, sizeof r.case_no);
    request_proof(SECRET, sizeof SECRET, case_no, PIN, r.proof);
    request_subject(SECRET, sizeof SECRET, r.msisdn, r.subject);
    buf_init(&b, payload, sizeof payload);
    assert_int_equal(request_codec_write(&r, &d->key.public, &b), 0);
    give(d, "r/request/aa", payload, b.len);
}

/* Ask and commit; returns the answer. */
static const char *ask(struct desk *d, const char *case_no, const char *pin)
{
    char payload[256];
    struct case_ask a;
    struct buf b;
    snprintf(a.case_no, sizeof a.case_no, "%s", case_no);
    request_proof(SECRET, sizeof SECRET, case_no, pin, a.proof);
    buf_init(&b, payload, sizeof payload);
    request_codec_write_ask("q1", &a, &b);
    give(d, "r/request/ask", payload, b.len);
    intake_commit(d->intake);
    return d->last;
}

static const char NEW[] = "{\"v\":1,\"re\":\"q1\",\"state\":\"new\"}";
static const char UNKNOWN[] = "{\"v\":1,\"re\":\"q1\",\"state\":\"unknown\"}";

static void nothing_is_answered_before_the_commit(void **state)
{
    struct desk *d = *state;
    char case_no[REQUEST_CASE_MAX + 1];
    assert_false(intake_waits(d->intake));
    file(d, 1, case_no);
    file(d, 2, case_no);
    assert_true(intake_waits(d->intake));
    assert_int_equal(d->answers, 0);
    intake_commit(d->intake);
    assert_int_equal(d->answers, 2);
    assert_string_equal(d->last, "{\"v\":1,\"id\":\"0000000000000200\"}");
    assert_false(intake_waits(d->intake));
    intake_commit(d->intake);
    assert_int_equal(d->answers, 2);
}

static void a_flood_is_committed_on_the_way(void **state)
{
    struct desk *d = *state;
    char case_no[REQUEST_CASE_MAX + 1];
    for (uint64_t ref = 1; ref <= ANSWERS_MAX; ref++)
        file(d, ref, case_no);
    assert_int_equal(d->answers, 512);
    intake_commit(d->intake);
    assert_int_equal(d->answers, ANSWERS_MAX);
}

static void after_an_hour_pins_may_be_tried_again(void **state)
{
    struct desk *d = *state;
    char case_no[REQUEST_CASE_MAX + 1];
    file(d, 7, case_no);
    for (int i = 0; i < 11; i++) {
        assert_string_equal(ask(d, case_no, "0000"), UNKNOWN);
        d->now_ms += MINUTE_MS;
    }
    assert_string_equal(ask(d, case_no, PIN), UNKNOWN);
    d->now_ms += 48 * MINUTE_MS; /* 59 minutes after the first */
    assert_string_equal(ask(d, case_no, PIN), UNKNOWN);
    d->now_ms += MINUTE_MS;
    assert_string_equal(ask(d, case_no, PIN), NEW);
    assert_string_equal(ask(d, case_no, "0000"), UNKNOWN);
    assert_string_equal(ask(d, case_no, PIN), NEW);
}

struct seen {
    size_t sealed, removed;
};

static void look(void *arg, const struct case_row *row)
{
    struct seen *s = arg;
    s->sealed += row->sealed_len > 0 && row->subject[0] != '\0' && row->removed_ms == 0;
    s->removed += row->sealed_len == 0 && row->subject[0] == '\0' && row->removed_ms != 0;
}

static void look_at_all(const struct desk *d, size_t sealed, size_t removed)
{
    char why[DB_ERROR_MAX];
    struct seen s = {0};
    struct db *db = cases_open(d->path, why);
    assert_non_null(db);
    assert_int_equal(cases_list(db, look, &s), DB_OK);
    db_close(db);
    assert_int_equal(s.sealed, sealed);
    assert_int_equal(s.removed, removed);
}

static void close_case(const struct desk *d, const char *which)
{
    char why[DB_ERROR_MAX];
    int64_t changed;
    struct db *db = cases_open(d->path, why);
    assert_non_null(db);
    assert_int_equal(cases_set(db, which, CASE_CLOSED, d->now_ms, &changed), DB_OK);
    assert_int_equal(changed, 1);
    db_close(db);
}

static void only_what_was_closed_long_ago_is_removed(void **state)
{
    struct desk *d = *state;
    char early[REQUEST_CASE_MAX + 1], late[REQUEST_CASE_MAX + 1], open[REQUEST_CASE_MAX + 1];
    file(d, 1, early);
    file(d, 2, late);
    file(d, 3, open);
    intake_commit(d->intake);
    close_case(d, early);
    d->now_ms += DAY_MS;
    close_case(d, late);
    intake_expire(d->intake, d->now_ms - DAY_MS);
    look_at_all(d, 3, 0);
    d->now_ms += 1;
    intake_expire(d->intake, d->now_ms - DAY_MS);
    look_at_all(d, 2, 1);
    d->now_ms += 100 * (int64_t)DAY_MS;
    intake_expire(d->intake, d->now_ms - DAY_MS);
    look_at_all(d, 1, 2);
}

/* What came is not lost or answered early because the hour of cleaning strikes. */
static void cleaning_commits_what_waits(void **state)
{
    struct desk *d = *state;
    char case_no[REQUEST_CASE_MAX + 1];
    file(d, 1, case_no);
    intake_expire(d->intake, d->now_ms - DAY_MS);
    assert_int_equal(d->answers, 1);
    assert_false(intake_waits(d->intake));
    look_at_all(d, 1, 0);
}

static void other_topics_are_none_of_its_business(void **state)
{
    struct desk *d = *state;
    static const char *const topics[] = {"r/request/ack",  "r/request/state", "r/request/ag",
                                         "r/request/aa/b", "s/request/aa",    "r/laotel/in/aa"};
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++)
        give(d, topics[i], "{}", 2);
    assert_false(intake_waits(d->intake));
}

/* A repeat is acknowledged, and is nothing new. */
static void what_is_new_is_told_once_after_it_is_stored(void **state)
{
    struct desk *d = *state;
    char case_no[REQUEST_CASE_MAX + 1];
    file(d, 1, case_no);
    file(d, 2, case_no);
    assert_int_equal(d->changes, 0);
    intake_commit(d->intake);
    assert_int_equal(d->changes, 1);
    assert_int_equal(d->added, 2);
    assert_int_equal(d->answers_at_change, 2);
    file(d, 2, case_no);
    intake_commit(d->intake);
    assert_int_equal(d->answers, 3);
    assert_int_equal(d->changes, 1);
}

static void two_receivers_do_not_share_a_file(void **state)
{
    struct desk *d = *state;
    char why[256], process[32];
    struct intake_options o = {.path = d->path, .root = "r", .clock = {.now_ms = now, .arg = d}};
    assert_null(intake_new(&o, why));
    snprintf(process, sizeof process, "(process %ld)", (long)getpid());
    assert_non_null(strstr(why, "another receiver"));
    assert_non_null(strstr(why, process));
    intake_free(d->intake);
    d->intake = intake_new(&o, why);
    assert_non_null(d->intake);
}

static void order_to_forget(struct desk *d)
{
    char payload[256], subject[REQUEST_SUBJECT_MAX + 1];
    struct buf b;
    buf_init(&b, payload, sizeof payload);
    request_subject(SECRET, sizeof SECRET, "8562055510001", subject);
    request_codec_write_forget("0011223344556677", subject, &b);
    give(d, "r/request/00", payload, b.len);
    intake_commit(d->intake);
}

static bool there_is(const char *path)
{
    return access(path, F_OK) == 0;
}

/* What a change of tables leaves beside the file holds people, too. */
static void who_is_forgotten_is_in_no_copy_either(void **state)
{
    struct desk *d = *state;
    char copy[80];
    snprintf(copy, sizeof copy, "%s.v1", d->path);
    fclose(fopen(copy, "w"));
    intake_expire(d->intake, d->now_ms);
    assert_true(there_is(copy));
    order_to_forget(d);
    assert_false(there_is(copy));
    fclose(fopen(copy, "w"));
    d->now_ms = (int64_t)time(NULL) * 1000 + 8 * (int64_t)DAY_MS;
    intake_expire(d->intake, 0);
    assert_false(there_is(copy));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_answered_before_the_commit),
        TEST(a_flood_is_committed_on_the_way),
        TEST(after_an_hour_pins_may_be_tried_again),
        TEST(only_what_was_closed_long_ago_is_removed),
        TEST(cleaning_commits_what_waits),
        TEST(other_topics_are_none_of_its_business),
        TEST(what_is_new_is_told_once_after_it_is_stored),
        TEST(two_receivers_do_not_share_a_file),
        TEST(who_is_forgotten_is_in_no_copy_either),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
