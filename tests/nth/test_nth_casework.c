/* SPDX-License-Identifier: Apache-2.0 */
/* The receiver's intake: each call of it to the database, and each allocation, fails in turn. A
 * gateway sends again what is not acknowledged. What is acknowledged is on disk, once; what is to
 * be forgotten is forgotten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "casework/cases.h"
#include "casework/intake.h"
#include "casework/notes.h"
#include "casework/tally.h"
#include "casework/work.h"
#include "message/topics.h"
#include "support/failing_db.h"
#include "support/request_example.h"

enum { REQUESTS = 3, SOME = 4, TRIES_MAX = 30, DAY_MS = 24 * 3600 * 1000 };

struct desk {
    char folder[32], path[64];
    int64_t now;
    struct intake *intake;
    bool database; /* its calls fail, else allocations */
    enum db_result failure;
    struct failing plan;
    bool acked[REQUESTS + 1], answered; /* the last is the order to forget */
    enum case_state state;
    size_t rows, sealed;
};

static const char *const ids[] = {"46faf04d3d248c00", "56faf04d3d248c00", "66faf04d3d248c00",
                                  "76faf04d3d248c00"};
static const char subject[] = "61c555535379633798f01e7bb64f8a71";

static int64_t now_ms(void *arg)
{
    return ((struct desk *)arg)->now;
}

static void count_row(void *arg, const struct case_row *row)
{
    struct desk *d = arg;
    d->rows++;
    d->sealed += row->sealed_len > 0;
}

/* Look at the file with a handle of its own, while nothing fails. */
static void look(struct desk *d, const char *which)
{
    char why[DB_ERROR_MAX];
    d->rows = d->sealed = 0;
    failing_pause();
    failing_db_pause();
    struct db *db = cases_open(d->path, why);
    assert_non_null(db);
    assert_int_equal(which ? cases_find(db, which, count_row, d) : cases_list(db, count_row, d),
                     DB_OK);
    db_close(db);
    failing_db_resume();
    failing_resume();
}

static void on_answer(void *arg, const char *topic, const char *payload, size_t len)
{
    struct desk *d = arg;
    char id[REQUEST_ID_MAX + 1], ask_id[REQUEST_ASK_ID_MAX + 1];
    if (!topics_is_request_part("r", topic, "ack")) {
        assert_int_equal(request_codec_read_state(payload, len, ask_id, &d->state), 0);
        d->answered = true;
        return;
    }
    assert_int_equal(request_codec_read_ack(payload, len, id), 0);
    look(d, id);
    for (size_t i = 0; i <= REQUESTS; i++) {
        if (strcmp(id, ids[i]) != 0)
            continue;
        assert_int_equal(d->rows, i < REQUESTS);
        d->acked[i] = true;
    }
}

static void give(struct desk *d, const char *topic, const struct buf *b)
{
    struct mqtt_message m = {.topic = topic, .payload = b->data, .len = b->len};
    assert_false(b->full);
    intake_message(d->intake, &m);
}

static void give_request(struct desk *d, size_t i)
{
    static char payload[REQUEST_PAYLOAD_MAX + 1];
    struct seal_secret key = example_key();
    struct buf b;
    struct request r = {.case_no = "299392469",
                        .proof = "70af76589b547c29",
                        .at = 1795456789000,
                        .bridge = "laotel",
                        .kind = "unpaid",
                        .country = "TH",
                        .lang = "lo",
                        .msisdn = EXAMPLE_MSISDN,
                        .text = ""};
    strcpy(r.id, ids[i]);
    strcpy(r.subject, subject);
    buf_init(&b, payload, sizeof payload);
    failing_pause();
    assert_int_equal(request_codec_write(&r, &key.public, &b), 0);
    failing_resume();
    give(d, "r/request/aa", &b);
}

static void give_question(struct desk *d)
{
    char payload[256];
    struct case_ask a = {.case_no = "299392469", .proof = "70af76589b547c29"};
    struct buf b;
    buf_init(&b, payload, sizeof payload);
    request_codec_write_ask("q1", &a, &b);
    give(d, "r/request/ask", &b);
}

static void give_order(struct desk *d)
{
    char payload[256];
    struct buf b;
    buf_init(&b, payload, sizeof payload);
    request_codec_write_forget(ids[REQUESTS], subject, &b);
    give(d, "r/request/aa", &b);
}

/* All requests at once, and again what was not acknowledged. */
static void send_all(struct desk *d)
{
    bool all = false;
    for (int tries = 0; !all; tries++) {
        assert_in_range(tries, 0, TRIES_MAX);
        for (size_t i = 0; i < REQUESTS; i++)
            if (!d->acked[i])
                give_request(d, i);
        intake_commit(d->intake);
        assert_false(intake_waits(d->intake));
        all = d->acked[0] && d->acked[1] && d->acked[2];
    }
    give_request(d, 1); /* the acknowledgement was lost */
    intake_commit(d->intake);
}

static void ask(struct desk *d)
{
    for (int tries = 0; !d->answered; tries++) {
        assert_in_range(tries, 0, TRIES_MAX);
        give_question(d);
        intake_commit(d->intake);
    }
    assert_int_equal(d->state, CASE_NEW);
}

static void forget(struct desk *d)
{
    for (int tries = 0; !d->acked[REQUESTS]; tries++) {
        assert_in_range(tries, 0, TRIES_MAX);
        give_order(d);
        intake_commit(d->intake);
    }
    intake_expire(d->intake, d->now - DAY_MS);
}

static struct intake *make(struct desk *d)
{
    char why[DB_ERROR_MAX] = "";
    struct intake_options o = {.path = d->path,
                               .root = "r",
                               .clock = {.now_ms = now_ms, .arg = d},
                               .arg = d,
                               .answer = on_answer};
    struct intake *in = intake_new(&o, why);
    assert_true(in || *why);
    return in;
}

static void remove_files(const struct desk *d)
{
    static const char *const ends[] = {"", "-wal", "-shm", ".lock"};
    char path[96];
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        snprintf(path, sizeof path, "%s%s", d->path, ends[i]);
        unlink(path);
    }
}

static unsigned run(void *arg, const struct failing *plan)
{
    struct desk *d = arg;
    d->plan = *plan;
    memset(d->acked, 0, sizeof d->acked);
    d->answered = false;
    failing_db(d->database ? &d->plan : NULL, d->failure);
    if (!d->database)
        failing_arm(plan, FAILING_HERE);
    for (int tries = 0; !(d->intake = make(d)); tries++)
        assert_in_range(tries, 0, TRIES_MAX);
    send_all(d);
    ask(d);
    forget(d);
    unsigned failed = failing_disarm();
    failed = d->database ? d->plan.failed : failed;
    failing_db(NULL, DB_OK);
    look(d, NULL);
    assert_int_equal(d->rows, REQUESTS);
    assert_int_equal(d->sealed, 0);
    intake_free(d->intake);
    remove_files(d);
    return failed;
}

static void the_database_fails(void **state)
{
    struct desk *d = *state;
    d->database = true;
    d->failure = DB_FULL;
    failing_both("intake, the database is full", SOME, run, d);
    d->failure = DB_FAILED;
    failing_both("intake, the database fails", SOME, run, d);
}

static void there_is_no_memory(void **state)
{
    struct desk *d = *state;
    d->database = false;
    failing_both("intake, allocations", SOME, run, d);
}

/* A case worker takes a case and notes something, in one transaction that is tried again. */
static enum db_result take_and_note(struct db *db)
{
    bool added;
    enum work_result result;
    struct work_case there;
    struct seal_secret key = example_key();
    struct work w = {.id = ids[0], .revision = 1, .action = WORK_TAKE, .who = 7, .outcome = ""};
    struct note n = {
        .id = "0000000000000001", .case_id = ids[0], .who = 7, .at_ms = 1, .text = "called"};
    enum db_result r = db_begin(db);
    if (r == DB_OK)
        r = work_do(db, &w, 1, &result, &there);
    if (r == DB_OK)
        r = notes_add(db, &key.public, &n, &added);
    if (r == DB_OK)
        return db_commit(db);
    db_rollback(db);
    return r;
}

static void count_note(void *arg, const struct note *n)
{
    struct desk *d = arg;
    d->rows += n->text && strcmp(n->text, "called") == 0;
}

static void count_tally(void *arg, const struct tally_row *row)
{
    struct desk *d = arg;
    d->sealed += row->hidden;
}

/* Read the notes until that works; a note is given whole, or the reading has failed. */
static void read_all(struct desk *d, struct db *db)
{
    struct seal_secret key = example_key();
    int64_t total;
    d->rows = 0;
    for (int tries = 0; d->rows == 0; tries++) {
        assert_in_range(tries, 0, TRIES_MAX);
        (void)notes_read(db, &key, ids[0], count_note, d);
    }
    assert_int_equal(d->rows, 1);
    for (int tries = 0; tally_read(db, 0, count_tally, d, &total) != DB_OK; tries++)
        assert_in_range(tries, 0, TRIES_MAX);
    assert_int_equal(total, -1);
}

static unsigned run_work(void *arg, const struct failing *plan)
{
    struct desk *d = arg;
    char why[DB_ERROR_MAX];
    d->plan = *plan;
    memset(d->acked, 0, sizeof d->acked);
    d->intake = make(d);
    send_all(d);
    intake_free(d->intake);
    struct db *db = cases_open(d->path, why);
    assert_non_null(db);
    failing_db(d->database ? &d->plan : NULL, d->failure);
    if (!d->database)
        failing_arm(plan, FAILING_HERE);
    for (int tries = 0; take_and_note(db) != DB_OK; tries++)
        assert_in_range(tries, 0, TRIES_MAX);
    read_all(d, db);
    unsigned failed = failing_disarm();
    failed = d->database ? d->plan.failed : failed;
    failing_db(NULL, DB_OK);
    db_close(db);
    remove_files(d);
    return failed;
}

static void people_work(void **state)
{
    struct desk *d = *state;
    d->database = true;
    d->failure = DB_FULL;
    failing_both("work, the database is full", SOME, run_work, d);
    d->database = false;
    failing_both("work, allocations", SOME, run_work, d);
}

static int begin(void **state)
{
    struct desk *d = calloc(1, sizeof *d);
    strcpy(d->folder, "/tmp/ml-nth-XXXXXX");
    assert_non_null(mkdtemp(d->folder));
    snprintf(d->path, sizeof d->path, "%s/cases", d->folder);
    d->now = 1795456789000;
    *state = d;
    return 0;
}

static int end(void **state)
{
    struct desk *d = *state;
    failing_db(NULL, DB_OK);
    remove_files(d);
    rmdir(d->folder);
    free(d);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(the_database_fails, failing_tell),
        cmocka_unit_test_teardown(there_is_no_memory, failing_tell),
        cmocka_unit_test_teardown(people_work, failing_tell),
    };
    return cmocka_run_group_tests_name("nth/casework", tests, begin, end);
}
