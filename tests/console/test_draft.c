/* SPDX-License-Identifier: Apache-2.0 */
/* The working copy: edits by mark, undo and redo, who had a hand in what, what a full disk and a
 * locked database leave. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "console/draft.h"
#include "console/draft_diff.h"
#include "console/draft_log.h"
#include "editing/files.h"
#include "editing/place.h"
#include "io/db.h"
#include "support/disk.h"
#include "support/server.h"
#include "support/small_content.h"

static const char LABEL[] = "texts/en/all.json#papers.label";
static const char OTHER[] = "texts/en/all.json#passport.label";
static const char TO_A[] = "{\"text\":\"A\",\"kind\":\"label\"}";
static const char TO_B[] = "{\"text\":\"B\",\"kind\":\"label\"}";

enum { NOY = 1, BOUNMY = 2, DISK_CALLS_MAX = 400 };

struct bench {
    struct server server;
    struct small content;
    char folder[96], path[96], why[DRAFT_WHY_MAX];
    struct db *db;
    struct draft *draft;
    int64_t now;
};

static void open_again(struct bench *b)
{
    static const char *const scripts[] = {draft_tables, NULL};
    char why[DB_ERROR_MAX];
    draft_close(b->draft);
    db_close(b->db);
    b->db = db_open(b->path, scripts, why);
    if (!b->db)
        fail_msg("%s", why);
    b->draft = draft_open(b->db, b->folder, 1000, b->why);
    if (!b->draft)
        fail_msg("%s", b->why);
}

static int setup(void **state)
{
    static struct bench b;
    memset(&b, 0, sizeof b);
    server_init(&b.server);
    snprintf(b.folder, sizeof b.folder, "%s/content", b.server.folder);
    snprintf(b.path, sizeof b.path, "%s/db", b.server.folder);
    assert_int_equal(mkdir(b.folder, 0700), 0);
    small_init(&b.content);
    small_write(&b.content, b.folder);
    open_again(&b);
    *state = &b;
    return 0;
}

static int teardown(void **state)
{
    struct bench *b = *state;
    draft_close(b->draft);
    db_close(b->db);
    small_erase(&b->content, b->folder);
    small_free(&b->content);
    server_end(&b->server);
    return 0;
}

static struct draft_author author(struct bench *b, int person)
{
    return (struct draft_author){person, person == NOY ? "Noy" : "Bounmy", ++b->now, ""};
}

/* End the transaction by what the step said. */
static enum draft_result ended(struct bench *b, enum draft_result r)
{
    bool kept = r == DRAFT_OK && db_commit(b->db) == DB_OK;
    if (!kept)
        db_rollback(b->db);
    draft_settle(b->draft, kept);
    return r == DRAFT_OK && !kept ? DRAFT_FAILED : r;
}

static enum draft_result begun(struct bench *b)
{
    return db_begin(b->db) == DB_OK ? DRAFT_OK : DRAFT_FAILED;
}

static enum draft_result edit(struct bench *b, int person, const char *place, const char *json,
                              const char *mark)
{
    struct draft_author who = author(b, person);
    struct draft_change change = {place, json, mark};
    if (begun(b) != DRAFT_OK)
        return DRAFT_FAILED;
    return ended(b, draft_edit(b->draft, &who, &change, 1));
}

static enum draft_result undo(struct bench *b, int person, int64_t step)
{
    struct draft_author who = author(b, person);
    assert_int_equal(begun(b), DRAFT_OK);
    return ended(b, draft_undo(b->draft, &who, step));
}

static enum draft_result redo(struct bench *b, int person)
{
    struct draft_author who = author(b, person);
    assert_int_equal(begun(b), DRAFT_OK);
    return ended(b, draft_redo(b->draft, &who));
}

/* What stands at a place, compared by its text; NULL: nothing. */
static void assert_holds(struct bench *b, const char *place, const char *part)
{
    char *json = place_get(draft_files(b->draft), place);
    if (!part)
        assert_null(json);
    else if (!json || !strstr(json, part))
        fail_msg("%s is %s, not %s", place, json ? json : "not there", part);
    free(json);
}

static void mark_of(struct bench *b, const char *place, char mark[PLACE_MARK_SIZE])
{
    char *json = place_get(draft_files(b->draft), place);
    place_mark(json, mark);
    free(json);
}

/* ---- edits ---- */

static void first_run_takes_the_folder(void **state)
{
    struct bench *b = *state;
    size_t count;
    (void)files_list(draft_files(b->draft), &count);
    assert_int_equal(count, b->content.count);
    assert_string_equal(files_version(draft_files(b->draft)), files_version(draft_base(b->draft)));
    assert_int_equal(draft_version(b->draft), 0);
    assert_holds(b, LABEL, "Papers");
}

static void an_edit_is_kept(void **state)
{
    struct bench *b = *state;
    char version[FILES_VERSION_SIZE];
    assert_int_equal(edit(b, NOY, LABEL, TO_A, NULL), DRAFT_OK);
    assert_holds(b, LABEL, "\"A\"");
    assert_int_equal(draft_version(b->draft), 1);
    snprintf(version, sizeof version, "%s", files_version(draft_files(b->draft)));
    assert_string_not_equal(version, files_version(draft_base(b->draft)));
    open_again(b);
    assert_holds(b, LABEL, "\"A\"");
    assert_string_equal(version, files_version(draft_files(b->draft)));
    assert_int_equal(draft_version(b->draft), 1);
}

static void an_old_mark_is_a_conflict(void **state)
{
    struct bench *b = *state;
    char mark[PLACE_MARK_SIZE], by[DRAFT_NAME_MAX];
    int64_t at;
    mark_of(b, LABEL, mark);
    assert_int_equal(edit(b, NOY, LABEL, TO_A, mark), DRAFT_OK);
    assert_int_equal(edit(b, BOUNMY, LABEL, TO_B, mark), DRAFT_CONFLICT);
    const struct draft_problem *p = draft_problem(b->draft);
    assert_string_equal(p->by, "Noy");
    assert_string_equal(p->place, LABEL);
    assert_non_null(strstr(p->why, "Noy"));
    assert_int_equal(p->at_ms, 1);
    assert_holds(b, LABEL, "\"A\"");
    assert_int_equal(draft_last(b->draft, LABEL, by, &at), 1);
    assert_string_equal(by, "Noy");
    mark_of(b, LABEL, mark);
    assert_int_equal(edit(b, BOUNMY, LABEL, TO_B, mark), DRAFT_OK);
}

static void an_entry_that_appears_meanwhile_is_a_conflict(void **state)
{
    struct bench *b = *state;
    static const char place[] = "texts/lo/all.json#new.label";
    assert_int_equal(edit(b, NOY, place, "{\"text\":\"x\"}", ""), DRAFT_OK);
    assert_int_equal(edit(b, BOUNMY, place, "{\"text\":\"y\"}", ""), DRAFT_CONFLICT);
    assert_holds(b, place, "\"x\"");
}

static void the_same_again_is_no_step(void **state)
{
    struct bench *b = *state;
    assert_int_equal(edit(b, NOY, LABEL, TO_A, NULL), DRAFT_OK);
    assert_int_equal(edit(b, NOY, LABEL, TO_A, NULL), DRAFT_NOTHING);
    assert_int_equal(draft_version(b->draft), 1);
}

static void what_is_no_place_is_refused(void **state)
{
    struct bench *b = *state;
    assert_int_equal(edit(b, NOY, "../x.json#a", TO_A, NULL), DRAFT_REFUSED);
    assert_int_equal(edit(b, NOY, LABEL, "{", NULL), DRAFT_REFUSED);
    assert_true(*draft_problem(b->draft)->why);
    assert_int_equal(draft_version(b->draft), 0);
}

static void a_step_is_whole_or_not_at_all(void **state)
{
    struct bench *b = *state;
    struct draft_author who = author(b, NOY);
    const struct draft_change changes[] = {{LABEL, TO_A, NULL}, {OTHER, TO_B, "0000000000000000"}};
    assert_int_equal(begun(b), DRAFT_OK);
    assert_int_equal(ended(b, draft_edit(b->draft, &who, changes, 2)), DRAFT_CONFLICT);
    assert_string_equal(draft_problem(b->draft)->place, OTHER);
    assert_holds(b, LABEL, "Papers");
    open_again(b);
    assert_holds(b, LABEL, "Papers");
}

/* ---- undo ---- */

static void undo_and_redo(void **state)
{
    struct bench *b = *state;
    edit(b, NOY, LABEL, TO_A, NULL);
    edit(b, NOY, LABEL, TO_B, NULL);
    assert_int_equal(undo(b, NOY, 0), DRAFT_OK);
    assert_holds(b, LABEL, "\"A\"");
    assert_int_equal(undo(b, NOY, 0), DRAFT_OK);
    open_again(b);
    assert_holds(b, LABEL, "Papers");
    assert_string_equal(files_version(draft_files(b->draft)), files_version(draft_base(b->draft)));
    assert_int_equal(undo(b, NOY, 0), DRAFT_NOTHING);
    assert_int_equal(redo(b, NOY), DRAFT_OK);
    assert_holds(b, LABEL, "\"A\"");
    open_again(b);
    assert_int_equal(redo(b, NOY), DRAFT_OK);
    assert_holds(b, LABEL, "\"B\"");
    assert_int_equal(redo(b, NOY), DRAFT_NOTHING);
}

static void a_new_edit_ends_redo(void **state)
{
    struct bench *b = *state;
    edit(b, NOY, LABEL, TO_A, NULL);
    undo(b, NOY, 0);
    edit(b, NOY, LABEL, TO_B, NULL);
    assert_int_equal(redo(b, NOY), DRAFT_NOTHING);
    assert_holds(b, LABEL, "\"B\"");
}

static void undo_is_ones_own(void **state)
{
    struct bench *b = *state;
    edit(b, NOY, LABEL, TO_A, NULL);
    edit(b, BOUNMY, OTHER, TO_B, NULL);
    assert_int_equal(undo(b, BOUNMY, 1), DRAFT_NOTHING);
    assert_int_equal(undo(b, NOY, 0), DRAFT_OK);
    assert_holds(b, LABEL, "Papers");
    assert_holds(b, OTHER, "\"B\"");
}

static void undo_of_what_another_changed_is_refused(void **state)
{
    struct bench *b = *state;
    edit(b, NOY, LABEL, TO_A, NULL);
    edit(b, BOUNMY, LABEL, TO_B, NULL);
    assert_int_equal(undo(b, NOY, 0), DRAFT_CONFLICT);
    assert_non_null(strstr(draft_problem(b->draft)->why, "Bounmy"));
    assert_holds(b, LABEL, "\"B\"");
    assert_int_equal(undo(b, BOUNMY, 0), DRAFT_OK);
    assert_int_equal(undo(b, NOY, 0), DRAFT_OK);
    assert_holds(b, LABEL, "Papers");
}

static void undo_of_a_new_and_of_a_deleted_entry(void **state)
{
    struct bench *b = *state;
    static const char place[] = "texts/lo/all.json#new.label";
    edit(b, NOY, place, "{\"text\":\"x\"}", "");
    assert_int_equal(undo(b, NOY, 0), DRAFT_OK);
    assert_holds(b, place, NULL);
    edit(b, NOY, LABEL, NULL, NULL);
    assert_holds(b, LABEL, NULL);
    assert_int_equal(undo(b, NOY, 0), DRAFT_OK);
    assert_holds(b, LABEL, "Papers");
}

static void discard_gives_the_base_back(void **state)
{
    struct bench *b = *state;
    struct draft_author who = author(b, BOUNMY);
    struct draft_change change = {LABEL, NULL, NULL};
    edit(b, NOY, LABEL, TO_A, NULL);
    edit(b, NOY, LABEL, TO_B, NULL);
    assert_int_equal(begun(b), DRAFT_OK);
    assert_int_equal(ended(b, draft_discard(b->draft, &who, &change, 1)), DRAFT_OK);
    assert_holds(b, LABEL, "Papers");
    assert_int_equal(undo(b, BOUNMY, 0), DRAFT_OK);
    assert_holds(b, LABEL, "\"B\"");
}

/* ---- the log ---- */

struct told {
    char text[512];
};

static bool tell_line(void *arg, const struct draft_line *line)
{
    struct told *t = arg;
    size_t n = strlen(t->text);
    snprintf(t->text + n, sizeof t->text - n, "%s %s%s;", line->name, line->action,
             line->undone ? " taken back" : "");
    return true;
}

static void tell_author(void *arg, int64_t person, const char *name)
{
    struct told *t = arg;
    size_t n = strlen(t->text);
    (void)person;
    snprintf(t->text + n, sizeof t->text - n, "%s;", name);
}

static void tell_difference(void *arg, const struct draft_difference *d)
{
    struct told *t = arg;
    size_t n = strlen(t->text);
    snprintf(t->text + n, sizeof t->text - n, "%s %s;", d->place,
             !d->before  ? "new"
             : !d->after ? "gone"
                         : "changed");
}

static void history_names_who_did_what(void **state)
{
    struct bench *b = *state;
    struct told t = {""};
    edit(b, NOY, LABEL, TO_A, NULL);
    undo(b, NOY, 0);
    edit(b, BOUNMY, LABEL, TO_B, NULL);
    assert_int_equal(draft_history(b->draft, LABEL, tell_line, &t), DRAFT_OK);
    assert_string_equal(t.text, "Bounmy edit;Noy undo;Noy edit taken back;");
}

static void authors_are_those_of_what_differs(void **state)
{
    struct bench *b = *state;
    struct told none = {""}, one = {""}, two = {""};
    edit(b, NOY, LABEL, TO_A, NULL);
    undo(b, NOY, 0);
    assert_int_equal(draft_authors(b->draft, tell_author, &none), 0);
    assert_string_equal(none.text, "");
    edit(b, BOUNMY, LABEL, TO_B, NULL);
    assert_int_equal(draft_authors(b->draft, tell_author, &one), 0);
    assert_string_equal(one.text, "Bounmy;");
    edit(b, NOY, OTHER, TO_A, NULL);
    assert_int_equal(draft_authors(b->draft, tell_author, &two), 0);
    assert_string_equal(two.text, "Bounmy;Noy;");
}

static enum draft_result rebase(struct bench *b, struct files *base, int64_t step)
{
    assert_int_equal(begun(b), DRAFT_OK);
    return ended(b, draft_rebase(b->draft, base, step, 5000));
}

static void publishing_moves_the_base(void **state)
{
    struct bench *b = *state;
    struct told t = {""};
    edit(b, NOY, LABEL, TO_A, NULL);
    struct files *published = files_ref(draft_files(b->draft));
    int64_t step = draft_version(b->draft);
    edit(b, BOUNMY, OTHER, TO_B, NULL);
    assert_int_equal(rebase(b, published, step), DRAFT_OK);
    open_again(b);
    assert_string_equal(files_version(draft_base(b->draft)), files_version(published));
    assert_holds(b, OTHER, "\"B\"");
    assert_int_equal(
        draft_differences(draft_base(b->draft), draft_files(b->draft), tell_difference, &t), 0);
    assert_string_equal(t.text, "texts/en/all.json#passport.label changed;");
    assert_int_equal(undo(b, NOY, 0), DRAFT_NOTHING); /* it is published */
    assert_int_equal(undo(b, BOUNMY, 0), DRAFT_OK);
    files_unref(published);
}

/* Who wrote what is published already may review what came after it. */
static void authors_of_the_base_do_not_count(void **state)
{
    struct bench *b = *state;
    struct told t = {""};
    edit(b, NOY, LABEL, TO_A, NULL);
    assert_int_equal(rebase(b, draft_files(b->draft), draft_version(b->draft)), DRAFT_OK);
    edit(b, BOUNMY, LABEL, TO_B, NULL);
    assert_int_equal(draft_authors(b->draft, tell_author, &t), 0);
    assert_string_equal(t.text, "Bounmy;");
}

static void a_roll_back_keeps_words_and_authors(void **state)
{
    struct bench *b = *state;
    struct told t = {""};
    struct files *first = files_ref(draft_base(b->draft));
    edit(b, NOY, LABEL, TO_A, NULL);
    assert_int_equal(rebase(b, draft_files(b->draft), draft_version(b->draft)), DRAFT_OK);
    assert_int_equal(rebase(b, first, draft_version(b->draft)), DRAFT_OK);
    assert_holds(b, LABEL, "\"A\"");
    assert_int_equal(draft_authors(b->draft, tell_author, &t), 0);
    assert_string_equal(t.text, "Noy;");
    files_unref(first);
}

/* ---- what breaks ---- */

/* Each call to the disk fails once in its turn: the step is there whole, or was refused. */
static void a_disk_that_fails_leaves_all_or_nothing(void **state)
{
    struct bench *b = *state;
    int at = 1;
    bool met = true;
    disk_install();
    for (; met && at < DISK_CALLS_MAX; at++) {
        open_again(b);
        int64_t was = draft_version(b->draft);
        const char *json = at % 2 ? TO_A : TO_B;
        disk_fail(at, at % 3 ? SQLITE_FULL : SQLITE_IOERR_WRITE, false);
        enum draft_result r = edit(b, NOY, LABEL, json, NULL);
        met = disk_heal();
        if (r == DRAFT_OK)
            assert_int_equal(draft_version(b->draft), was + 1);
        else
            assert_int_equal(draft_version(b->draft), was);
        char version[FILES_VERSION_SIZE];
        snprintf(version, sizeof version, "%s", files_version(draft_files(b->draft)));
        open_again(b);
        if (r == DRAFT_OK)
            assert_string_equal(version, files_version(draft_files(b->draft)));
        assert_int_equal(edit(b, BOUNMY, OTHER, json, NULL), DRAFT_OK);
    }
    disk_remove();
    assert_true(at > 5 && at < DISK_CALLS_MAX);
}

static void a_locked_database_is_said(void **state)
{
    struct bench *b = *state;
    static const char *const scripts[] = {draft_tables, NULL};
    char why[DB_ERROR_MAX];
    struct db *other = db_open(b->path, scripts, why);
    assert_non_null(other);
    assert_int_equal(db_begin(other), DB_OK);
    assert_int_equal(edit(b, NOY, LABEL, TO_A, NULL), DRAFT_FAILED);
    assert_holds(b, LABEL, "Papers");
    db_rollback(other);
    db_close(other);
    assert_int_equal(edit(b, NOY, LABEL, TO_A, NULL), DRAFT_OK);
}

static void a_folder_that_is_not_there_is_said(void **state)
{
    struct bench *b = *state;
    static const char *const scripts[] = {draft_tables, NULL};
    char why[DRAFT_WHY_MAX], path[128];
    snprintf(path, sizeof path, "%s/db2", b->server.folder);
    struct db *db = db_open(path, scripts, why);
    assert_non_null(db);
    assert_null(draft_open(db, "/no_such_folder", 1, why));
    assert_non_null(strstr(why, "/no_such_folder"));
    db_close(db);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(first_run_takes_the_folder),
        TEST(an_edit_is_kept),
        TEST(an_old_mark_is_a_conflict),
        TEST(an_entry_that_appears_meanwhile_is_a_conflict),
        TEST(the_same_again_is_no_step),
        TEST(what_is_no_place_is_refused),
        TEST(a_step_is_whole_or_not_at_all),
        TEST(undo_and_redo),
        TEST(a_new_edit_ends_redo),
        TEST(undo_is_ones_own),
        TEST(undo_of_what_another_changed_is_refused),
        TEST(undo_of_a_new_and_of_a_deleted_entry),
        TEST(discard_gives_the_base_back),
        TEST(history_names_who_did_what),
        TEST(authors_are_those_of_what_differs),
        TEST(publishing_moves_the_base),
        TEST(authors_of_the_base_do_not_count),
        TEST(a_roll_back_keeps_words_and_authors),
        TEST(a_disk_that_fails_leaves_all_or_nothing),
        TEST(a_locked_database_is_said),
        TEST(a_folder_that_is_not_there_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
