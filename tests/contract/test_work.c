/* SPDX-License-Identifier: Apache-2.0 */
/* What case workers do with a file of cases: actions that are compared and set, sealed notes,
 * counts without persons; and a file of the version before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "casework/cases.h"
#include "casework/notes.h"
#include "casework/tally.h"
#include "casework/work.h"
#include "io/db_copy.h"
#include "support/request_example.h"

enum { NOI = 11, VANNA = 12, NOW = 1000000, HOUR = 3600 * 1000, DAY = 24 * HOUR };

static const char ID[] = "46faf04d3d248c00";
static const char SUBJECT[] = "61c555535379633798f01e7bb64f8a71";

struct desk {
    char folder[32], path[64];
    struct db *db;
    struct seal_secret key;
    struct work_case there; /* after the last action */
};

static int begin(void **state)
{
    char why[DB_ERROR_MAX];
    struct desk *d = calloc(1, sizeof *d);
    snprintf(d->folder, sizeof d->folder, "/tmp/ml-work-XXXXXX");
    assert_non_null(mkdtemp(d->folder));
    snprintf(d->path, sizeof d->path, "%s/cases", d->folder);
    d->key = example_key();
    d->db = cases_open(d->path, why);
    assert_non_null(d->db);
    *state = d;
    return 0;
}

static int end(void **state)
{
    struct desk *d = *state;
    db_close(d->db);
    db_copy_remove(d->path, INT64_MAX);
    unlink(d->path);
    assert_int_equal(rmdir(d->folder), 0);
    free(d);
    return 0;
}

static void add(struct desk *d, const char *id, const char *kind, int64_t at)
{
    bool added;
    struct request_read r = {.request = {.case_no = "299392469",
                                         .proof = "70af76589b547c29",
                                         .at = at,
                                         .bridge = "laotel",
                                         .country = "TH",
                                         .lang = "lo"},
                             .sealed = "box",
                             .sealed_len = 3};
    snprintf(r.request.id, sizeof r.request.id, "%s", id);
    snprintf(r.request.kind, sizeof r.request.kind, "%s", kind);
    strcpy(r.request.subject, SUBJECT);
    assert_int_equal(cases_add(d->db, &r, at, &added), DB_OK);
    assert_true(added);
}

static enum work_result act(struct desk *d, enum work_action action, int64_t who, int64_t revision)
{
    enum work_result result;
    struct work w = {.id = ID,
                     .revision = revision,
                     .action = action,
                     .who = who,
                     .to = VANNA,
                     .until_ms = NOW + DAY,
                     .outcome = "referred"};
    assert_int_equal(work_do(d->db, &w, NOW, &result, &d->there), DB_OK);
    return result;
}

static void of_two_who_take_a_case_one_has_it(void **state)
{
    struct desk *d = *state;
    add(d, ID, "unpaid", 1);
    assert_int_equal(act(d, WORK_TAKE, NOI, 1), WORK_OK);
    assert_int_equal(d->there.state, CASE_TAKEN);
    assert_int_equal(d->there.assignee, NOI);
    assert_int_equal(act(d, WORK_TAKE, VANNA, 1), WORK_CONFLICT);
    assert_int_equal(d->there.assignee, NOI);
    assert_int_equal(act(d, WORK_TAKE, VANNA, 2), WORK_CONFLICT);
    assert_int_equal(act(d, WORK_TAKE, NOI, 1), WORK_BEFORE); /* the answer was lost */
    assert_int_equal(d->there.revision, 2);
}

static void only_who_has_a_case_works_on_it(void **state)
{
    struct desk *d = *state;
    add(d, ID, "unpaid", 1);
    assert_int_equal(act(d, WORK_CLOSE, NOI, 1), WORK_NOT_YOURS);
    assert_int_equal(act(d, WORK_TAKE, NOI, 1), WORK_OK);
    assert_int_equal(act(d, WORK_WAIT, VANNA, 2), WORK_NOT_YOURS);
    assert_int_equal(act(d, WORK_RELEASE, VANNA, 2), WORK_NOT_YOURS);
    assert_int_equal(act(d, WORK_RESUME, NOI, 2), WORK_BEFORE);
    assert_int_equal(act(d, WORK_WAIT, NOI, 2), WORK_OK);
    assert_true(d->there.waiting_until == NOW + DAY);
    assert_int_equal(act(d, WORK_RESUME, NOI, 3), WORK_OK);
    assert_true(d->there.waiting_until == 0);
    assert_int_equal(act(d, WORK_RELEASE, NOI, 4), WORK_OK);
    assert_int_equal(d->there.state, CASE_NEW);
    assert_int_equal(d->there.assignee, 0);
}

static void an_old_page_does_not_close_a_case_again(void **state)
{
    struct desk *d = *state;
    add(d, ID, "unpaid", 1);
    assert_int_equal(act(d, WORK_TAKE, NOI, 1), WORK_OK);
    assert_int_equal(act(d, WORK_CLOSE, NOI, 2), WORK_OK);
    assert_string_equal(d->there.outcome, "referred");
    assert_int_equal(d->there.closed_by, NOI);
    assert_int_equal(act(d, WORK_CLOSE, NOI, 2), WORK_BEFORE);
    assert_int_equal(act(d, WORK_TAKE, VANNA, 3), WORK_CONFLICT);
    assert_int_equal(act(d, WORK_REOPEN, VANNA, 3), WORK_OK);
    assert_int_equal(d->there.assignee, VANNA);
    assert_string_equal(d->there.outcome, "");
    assert_int_equal(act(d, WORK_CLOSE, NOI, 2), WORK_CONFLICT);
}

static void a_case_goes_to_somebody_else(void **state)
{
    struct desk *d = *state;
    add(d, ID, "unpaid", 1);
    assert_int_equal(act(d, WORK_TAKE, NOI, 1), WORK_OK);
    assert_int_equal(act(d, WORK_ASSIGN, NOI, 2), WORK_OK);
    assert_int_equal(d->there.assignee, VANNA);
    assert_int_equal(act(d, WORK_ASSIGN, NOI, 2), WORK_BEFORE);
    assert_int_equal(act(d, WORK_CLOSE, NOI, 3), WORK_NOT_YOURS);
}

static void there_is_no_such_case(void **state)
{
    struct desk *d = *state;
    assert_int_equal(act(d, WORK_TAKE, NOI, 1), WORK_NO_CASE);
}

/* The command line acts in nobody's name; who looked before is told. */
static void the_command_line_makes_a_new_revision(void **state)
{
    struct desk *d = *state;
    int64_t changed;
    add(d, ID, "unpaid", 1);
    assert_int_equal(act(d, WORK_TAKE, NOI, 1), WORK_OK);
    assert_int_equal(cases_set(d->db, ID, CASE_NEW, NOW, &changed), DB_OK);
    assert_int_equal(act(d, WORK_CLOSE, NOI, 2), WORK_CONFLICT);
    assert_int_equal(d->there.assignee, 0);
}

struct heard {
    size_t notes, closed;
    char all[256];
};

static void hear(void *arg, const struct note *n)
{
    struct heard *h = arg;
    h->notes++;
    h->closed += !n->text;
    snprintf(h->all + strlen(h->all), sizeof h->all - strlen(h->all), "%lld:%s;", (long long)n->who,
             n->text ? n->text : "?");
}

static struct heard read_notes(struct desk *d, const struct seal_secret *key, const char *id)
{
    struct heard h = {.notes = 0};
    assert_int_equal(notes_read(d->db, key, id, hear, &h), DB_OK);
    return h;
}

static bool note(struct desk *d, const char *id, const char *case_id, const char *text)
{
    bool added;
    struct note n = {.id = id, .case_id = case_id, .who = NOI, .at_ms = NOW, .text = text};
    assert_int_equal(notes_add(d->db, &d->key.public, &n, &added), DB_OK);
    return added;
}

static bool take_first(void *arg, const struct db_value *c, size_t count)
{
    (void)count;
    snprintf(arg, 64, "%.60s", c[0].octets);
    return false;
}

static void notes_open_with_the_key_alone(void **state)
{
    struct desk *d = *state;
    struct seal_secret other;
    char stored[64] = "";
    seal_make(&other);
    add(d, ID, "unpaid", 1);
    assert_true(note(d, "0000000000000001", ID, "Called, ສະບາຍດີ"));
    assert_true(note(d, "0000000000000002", ID, ""));
    assert_false(note(d, "0000000000000001", ID, "sent twice"));
    assert_string_equal(read_notes(d, &d->key, ID).all, "11:Called, ສະບາຍດີ;11:;");
    assert_int_equal(read_notes(d, &other, ID).closed, 2);
    assert_int_equal(db_run(d->db, "SELECT sealed FROM notes", NULL,
                            &(struct db_rows){take_first, stored}, NULL),
                     DB_OK);
    assert_null(strstr(stored, "Called"));
}

static void a_note_that_was_moved_does_not_open(void **state)
{
    struct desk *d = *state;
    add(d, ID, "unpaid", 1);
    add(d, "56faf04d3d248c00", "unpaid", 1);
    assert_true(note(d, "0000000000000001", ID, "of the first"));
    assert_int_equal(
        db_run(d->db, "UPDATE notes SET case_id = '56faf04d3d248c00'", NULL, NULL, NULL), DB_OK);
    assert_string_equal(read_notes(d, &d->key, "56faf04d3d248c00").all, "11:?;");
}

static void too_long_a_note_is_none(void **state)
{
    struct desk *d = *state;
    static char text[NOTE_TEXT_MAX + 2];
    bool added;
    struct note n = {.id = "0000000000000001", .case_id = ID, .who = NOI, .text = text};
    add(d, ID, "unpaid", 1);
    memset(text, 'x', sizeof text - 1);
    assert_int_equal(notes_add(d->db, &d->key.public, &n, &added), DB_FAILED);
    text[NOTE_TEXT_MAX] = '\0';
    assert_true(note(d, n.id, ID, text));
    assert_int_equal(read_notes(d, &d->key, ID).closed, 0);
}

static void who_is_forgotten_leaves_no_note(void **state)
{
    struct desk *d = *state;
    int64_t changed;
    add(d, ID, "unpaid", 1);
    note(d, "0000000000000001", ID, "a name");
    assert_int_equal(cases_forget(d->db, SUBJECT, NOW, &changed), DB_OK);
    assert_int_equal(changed, 1);
    assert_int_equal(read_notes(d, &d->key, ID).notes, 0);
}

static void notes_of_what_was_closed_long_ago_are_removed(void **state)
{
    struct desk *d = *state;
    int64_t changed;
    add(d, ID, "unpaid", 1);
    act(d, WORK_TAKE, NOI, 1);
    act(d, WORK_CLOSE, NOI, 2);
    note(d, "0000000000000001", ID, "a name");
    assert_int_equal(cases_expire(d->db, NOW, NOW, &changed), DB_OK);
    assert_int_equal(read_notes(d, &d->key, ID).notes, 1);
    assert_int_equal(cases_expire(d->db, NOW + 1, NOW, &changed), DB_OK);
    assert_int_equal(changed, 1);
    assert_int_equal(read_notes(d, &d->key, ID).notes, 0);
    /* Noted after it was opened again; number and text are gone already. */
    act(d, WORK_REOPEN, NOI, 3);
    note(d, "0000000000000002", ID, "another name");
    act(d, WORK_CLOSE, NOI, 4);
    assert_int_equal(cases_expire(d->db, NOW + 1, NOW, &changed), DB_OK);
    assert_int_equal(read_notes(d, &d->key, ID).notes, 0);
}

struct counts {
    char text[1024];
};

static void count(void *arg, const struct tally_row *row)
{
    struct counts *c = arg;
    size_t n = strlen(c->text);
    if (strcmp(row->table, "kind") == 0 || strcmp(row->table, "week") == 0 ||
        strcmp(row->table, "take") == 0)
        snprintf(c->text + n, sizeof c->text - n, "%s %s %lld%s;", row->table, row->value,
                 (long long)row->count, row->hidden ? "?" : "");
}

static void add_many(struct desk *d, const char *kind, int n, int64_t at)
{
    static int serial;
    char id[REQUEST_ID_MAX + 1];
    for (int i = 0; i < n; i++) {
        snprintf(id, sizeof id, "%016x", ++serial);
        add(d, id, kind, at);
    }
}

static void small_counts_are_hidden(void **state)
{
    struct desk *d = *state;
    struct counts c = {""};
    int64_t total;
    const int64_t sunday = INT64_C(1795996799999), monday = sunday + 1; /* 2026-11-30 */
    add_many(d, "unpaid", 9, sunday);
    add_many(d, "papers", 7, monday);
    add_many(d, "injury", 1, monday);
    assert_int_equal(tally_read(d->db, 0, count, &c, &total), DB_OK);
    assert_int_equal(total, 17);
    assert_string_equal(c.text, "kind unpaid 9;kind papers 0?;kind injury 0?;"
                                "week 2026-11-23 9;week 2026-11-30 8;take not-yet 17;");
    c.text[0] = '\0';
    assert_int_equal(tally_read(d->db, monday + 1, count, &c, &total), DB_OK);
    assert_int_equal(total, 0);
    assert_string_equal(c.text, "");
    add_many(d, "violence", 4, monday + 1);
    assert_int_equal(tally_read(d->db, monday + 1, count, &c, &total), DB_OK);
    assert_int_equal(total, -1);
    assert_string_equal(c.text, "kind violence 0?;week 2026-11-30 0?;take not-yet 0?;");
}

static void see(void *arg, const struct case_row *row)
{
    struct counts *c = arg;
    size_t n = strlen(c->text);
    snprintf(c->text + n, sizeof c->text - n, "%s,", row->kind);
}

static void the_queue_is_in_order(void **state)
{
    struct desk *d = *state;
    struct counts c = {""};
    int64_t n[CASE_STATES];
    add(d, "0000000000000001", "second", 20);
    add(d, "0000000000000002", "first", 10);
    add(d, ID, "third", 30);
    assert_int_equal(cases_in_state(d->db, CASE_NEW, 2, see, &c), DB_OK);
    assert_string_equal(c.text, "first,second,");
    act(d, WORK_TAKE, NOI, 1);
    assert_int_equal(cases_count(d->db, n), DB_OK);
    assert_int_equal(n[CASE_NEW], 2);
    assert_int_equal(n[CASE_TAKEN], 1);
    assert_int_equal(n[CASE_CLOSED], 0);
}

/* Tables of the version before: what stands there stays, and a copy of the file is kept. */
static void a_file_of_the_version_before_is_taken_over(void **state)
{
    struct desk *d = *state;
    struct counts c = {""};
    char why[DB_ERROR_MAX], copy[80];
    static const char *const back[] = {
        "DROP TABLE notes",
        "DROP INDEX cases_state",
        "ALTER TABLE cases DROP COLUMN revision",
        "ALTER TABLE cases DROP COLUMN assignee",
        "ALTER TABLE cases DROP COLUMN taken_ms",
        "ALTER TABLE cases DROP COLUMN waiting_until",
        "ALTER TABLE cases DROP COLUMN outcome",
        "ALTER TABLE cases DROP COLUMN closed_by",
        "PRAGMA user_version = 1",
    };
    add(d, ID, "unpaid", 1);
    for (size_t i = 0; i < sizeof back / sizeof *back; i++)
        assert_int_equal(db_run(d->db, back[i], NULL, NULL, NULL), DB_OK);
    db_close(d->db);
    d->db = cases_open(d->path, why);
    assert_non_null(d->db);
    assert_int_equal(cases_list(d->db, see, &c), DB_OK);
    assert_string_equal(c.text, "unpaid,");
    assert_int_equal(act(d, WORK_TAKE, NOI, 1), WORK_OK);
    snprintf(copy, sizeof copy, "%s.v1", d->path);
    assert_int_equal(access(copy, F_OK), 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(of_two_who_take_a_case_one_has_it),
        TEST(only_who_has_a_case_works_on_it),
        TEST(an_old_page_does_not_close_a_case_again),
        TEST(a_case_goes_to_somebody_else),
        TEST(there_is_no_such_case),
        TEST(the_command_line_makes_a_new_revision),
        TEST(notes_open_with_the_key_alone),
        TEST(a_note_that_was_moved_does_not_open),
        TEST(too_long_a_note_is_none),
        TEST(who_is_forgotten_leaves_no_note),
        TEST(notes_of_what_was_closed_long_ago_are_removed),
        TEST(small_counts_are_hidden),
        TEST(the_queue_is_in_order),
        TEST(a_file_of_the_version_before_is_taken_over),
    };
    return cmocka_run_group_tests_name("contract/work", tests, NULL, NULL);
}
