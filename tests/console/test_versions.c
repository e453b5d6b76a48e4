/* SPDX-License-Identifier: Apache-2.0 */
/* The life of versions and publications: every state with every action, and the stories over a real
 * database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console/publish.h"

/* What is said twice is compared: rows are states as in versions.def, columns actions. A letter is
 * the first of the state that follows, - is refused. */
static const char *const version_grid[] = {
    /*             APPROVE RETURN WITHDRAW PUBLISH GO_BACK TAKE_EFFECT OVERTAKE */
    "submitted arw---o", "returned -----p-",  "withdrawn -----p-",
    "approved -rwa-po",  "published ----pp-", "overtaken -----p-",
};

/* By whom: O other, A author, * anybody, P the program. */
static const char version_people[] = "OOA**PP";

static void every_state_of_a_version_with_every_action(void **state)
{
    (void)state;
    for (int s = 0; s < VERSION_STATES; s++) {
        const char *cells = strchr(version_grid[s], ' ') + 1;
        assert_int_equal(version_state_of(version_state_name(s)), s);
        assert_memory_equal(version_grid[s], version_state_name(s),
                            (size_t)(cells - 1 - version_grid[s]));
        assert_int_equal(strlen(cells), VERSION_ACTIONS);
        for (int a = 0; a < VERSION_ACTIONS; a++) {
            enum version_who who = version_people[a] == 'P'   ? BY_PROGRAM
                                   : version_people[a] == 'A' ? BY_AUTHOR
                                                              : BY_OTHER;
            enum version_state next;
            enum version_verdict v = version_rule(s, a, who, &next);
            if (cells[a] == '-') {
                assert_int_equal(v, VERDICT_STATE);
                continue;
            }
            assert_int_equal(v, VERDICT_YES);
            assert_int_equal(version_state_name(next)[0], cells[a]);
            assert_int_equal(next, version_leads_to(a));
        }
    }
}

static void every_action_by_everybody(void **state)
{
    (void)state;
    static const enum version_verdict of_others[] = {VERDICT_AUTHOR, VERDICT_YES, VERDICT_PERSON};
    static const enum version_verdict of_authors[] = {VERDICT_YES, VERDICT_NO_AUTHOR,
                                                      VERDICT_PERSON};
    static const enum version_verdict of_all[] = {VERDICT_YES, VERDICT_YES, VERDICT_PERSON};
    static const enum version_verdict of_none[] = {VERDICT_PERSON, VERDICT_PERSON, VERDICT_YES};
    for (int a = 0; a < VERSION_ACTIONS; a++) {
        char c = version_people[a];
        const enum version_verdict *wanted = c == 'O'   ? of_others
                                             : c == 'A' ? of_authors
                                             : c == '*' ? of_all
                                                        : of_none;
        for (int who = BY_AUTHOR; who <= BY_PROGRAM; who++) {
            enum version_state next;
            for (int s = 0; s < VERSION_STATES; s++) {
                enum version_verdict v = version_rule(s, a, who, &next);
                if (v != VERDICT_STATE)
                    assert_int_equal(v, wanted[who]);
                else
                    assert_int_equal(wanted[who], VERDICT_YES);
            }
        }
    }
}

static const char *const publish_grid[] = {
    /*        DUE PASS REFUSE SEND CANCEL OVERTAKE SEE REPLACE; R refused, r replaced */
    "scheduled o---cci-", "ordered -wR-cci-",  "waiting ---scci-",   "sent ---s-ci-",
    "in-force ------ir",  "replaced ------i-", "cancelled ------i-", "refused ------i-",
};

static void every_state_of_a_publication_with_every_action(void **state)
{
    (void)state;
    for (int s = 0; s < PUBLISH_STATES; s++) {
        const char *cells = strchr(publish_grid[s], ' ') + 1;
        assert_int_equal(publish_state_of(publish_state_name(s)), s);
        assert_memory_equal(publish_grid[s], publish_state_name(s),
                            (size_t)(cells - 1 - publish_grid[s]));
        assert_int_equal(strlen(cells), PUBLISH_ACTIONS);
        for (int a = 0; a < PUBLISH_ACTIONS; a++) {
            enum publish_state next;
            bool may = publish_rule(s, a, &next);
            assert_int_equal(may, cells[a] != '-');
            if (may && cells[a] == 'R')
                assert_int_equal(next, PUBLISH_REFUSED);
            else if (may && cells[a] == 'r')
                assert_int_equal(next, PUBLISH_REPLACED);
            else if (may)
                assert_int_equal(publish_state_name(next)[0], cells[a]);
        }
    }
}

/* A database with two editors, and two people who review. */
struct desk {
    char folder[64], path[96];
    struct db *db;
    int64_t now;
    int serial;
};

static const struct version_person noy = {1, "Noy"}, som = {2, "Som"};
static const struct version_person bounmy = {3, "Bounmy"}, khamla = {4, "Khamla"};

static void open_db(struct desk *d)
{
    static const char *const tables[] = {version_tables, NULL};
    char why[DB_ERROR_MAX];
    d->db = db_open(d->path, tables, why);
    if (!d->db)
        fail_msg("%s", why);
}

static int set_up(void **state)
{
    struct desk *d = calloc(1, sizeof *d);
    strcpy(d->folder, "/tmp/ml-versions-XXXXXX");
    if (!mkdtemp(d->folder))
        return -1;
    snprintf(d->path, sizeof d->path, "%s/console.db", d->folder);
    d->now = 1000000;
    open_db(d);
    *state = d;
    return 0;
}

static int tear_down(void **state)
{
    struct desk *d = *state;
    char command[128];
    db_close(d->db);
    snprintf(command, sizeof command, "rm -r %s", d->folder);
    int failed = system(command);
    free(d);
    return failed;
}

static struct files *files_of(const char *word)
{
    char text[64];
    int len = snprintf(text, sizeof text, "{\"word\":\"%s\"}", word);
    const struct catalog_file list[] = {{"menu.json", "{}", 2}, {"texts/en/ui.json", text, len}};
    return files_new(list, 2);
}

static enum version_result add(struct desk *d, const char *request, const char *word,
                               const char *origin, int64_t *id)
{
    struct files *f = files_of(word);
    const struct version_new v = {.request = request,
                                  .origin = origin,
                                  .base = "",
                                  .note = "A better word.",
                                  .by = noy,
                                  .authors = &som,
                                  .count = 1,
                                  .reviewer = "",
                                  .files = f,
                                  .now_ms = d->now};
    enum version_result r = versions_add(d->db, &v, id);
    files_unref(f);
    return r;
}

/* A version by Noy and Som that waits for review. */
static int64_t submit(struct desk *d, const char *word)
{
    char request[16];
    int64_t id = 0;
    snprintf(request, sizeof request, "s%d", ++d->serial);
    assert_int_equal(add(d, request, word, "console", &id), VERSION_OK);
    return id;
}

static enum version_result decide(struct desk *d, int64_t id, enum version_action action,
                                  struct version_person by)
{
    return versions_decide(
        d->db,
        &(struct version_decision){
            .id = id, .action = action, .by = by, .note = "Read.", .now_ms = d->now},
        NULL);
}

static int64_t approved(struct desk *d, const char *word)
{
    int64_t id = submit(d, word);
    assert_int_equal(decide(d, id, VERSION_DO_APPROVE, bounmy), VERSION_OK);
    return id;
}

static enum version_result order(struct desk *d, const struct publish_order *o, int64_t *id)
{
    char request[16];
    struct publish_now force;
    struct publish_order full = *o;
    snprintf(request, sizeof request, "p%d", ++d->serial);
    assert_int_equal(publish_in_force(d->db, &force), VERSION_OK);
    full.request = o->request ? o->request : request;
    full.by = o->by.name ? o->by : bounmy;
    full.why = o->why ? o->why : "";
    full.against = o->against ? o->against : force.version;
    full.now_ms = d->now;
    return publish_order(d->db, &full, id);
}

static int64_t publish_at(struct desk *d, int64_t version, int64_t due_ms)
{
    int64_t id = 0;
    assert_int_equal(
        order(d, &(struct publish_order){.kind = "publish", .version = version, .due_ms = due_ms},
              &id),
        VERSION_OK);
    return id;
}

static enum publish_state state_of(struct desk *d, int64_t publication);

/* Check, send, and see it come back. */
static void carry_out(struct desk *d, int64_t id)
{
    bool changed;
    int64_t sent;
    assert_int_equal(publish_pass(d->db, id), VERSION_OK);
    assert_int_equal(publish_send(d->db, id, "", ++d->now, &sent), VERSION_OK);
    assert_int_equal(publish_see(d->db, id, ++d->now, &changed), VERSION_OK);
    assert_true(changed);
    assert_int_equal(state_of(d, id), PUBLISH_IN_FORCE);
}

static int64_t in_force(struct desk *d)
{
    struct publish_now n;
    assert_int_equal(publish_in_force(d->db, &n), VERSION_OK);
    return n.version;
}

static void take_publish_state(void *arg, const struct publish_row *row)
{
    *(enum publish_state *)arg = row->state;
}

static enum publish_state state_of(struct desk *d, int64_t publication)
{
    enum publish_state s = PUBLISH_STATES;
    assert_int_equal(publish_get(d->db, publication, take_publish_state, &s), DB_OK);
    return s;
}

static void is_frozen_with_all_its_files_and_authors(void **state)
{
    struct desk *d = *state;
    int64_t id = submit(d, "Working");
    struct files *stored = versions_files(d->db, id), *original = files_of("Working");
    assert_string_equal(files_version(stored), files_version(original));
    assert_int_equal(versions_find(d->db, files_version(original)), id);
    assert_true(versions_is_author(d->db, id, noy.id));
    assert_true(versions_is_author(d->db, id, som.id));
    assert_false(versions_is_author(d->db, id, bounmy.id));
    files_unref(stored);
    files_unref(original);
    assert_null(versions_files(d->db, id + 1));
}

static void a_request_again_makes_nothing_new(void **state)
{
    struct desk *d = *state;
    int64_t first = 0, again = 0;
    assert_int_equal(add(d, "one", "Working", "console", &first), VERSION_OK);
    assert_int_equal(add(d, "one", "Working", "console", &again), VERSION_REPEATED);
    assert_int_equal(first, again);
    assert_int_equal(add(d, "two", "Working", "console", &again), VERSION_SAME);
    assert_int_equal(first, again);
    int64_t p = publish_at(d, approved(d, "Your work"), 0), q = 0;
    const struct publish_order o = {.request = "mine", .kind = "publish", .version = 2};
    assert_int_equal(order(d, &o, &q), VERSION_OK);
    assert_int_equal(order(d, &o, &q), VERSION_REPEATED);
    assert_int_equal(state_of(d, p), PUBLISH_CANCELLED);
    assert_int_equal(state_of(d, q), PUBLISH_ORDERED);
}

static void no_author_reviews(void **state)
{
    struct desk *d = *state;
    int64_t id = submit(d, "Working");
    assert_int_equal(decide(d, id, VERSION_DO_APPROVE, noy), VERSION_IS_AUTHOR);
    assert_int_equal(decide(d, id, VERSION_DO_APPROVE, som), VERSION_IS_AUTHOR);
    assert_int_equal(decide(d, id, VERSION_DO_RETURN, som), VERSION_IS_AUTHOR);
    assert_int_equal(decide(d, id, VERSION_DO_WITHDRAW, bounmy), VERSION_NO_AUTHOR);
    assert_int_equal(versions_state(d->db, id), VERSION_SUBMITTED);
    assert_int_equal(decide(d, id + 1, VERSION_DO_APPROVE, bounmy), VERSION_NONE);
}

static void the_second_of_two_reviewers_changes_nothing(void **state)
{
    struct desk *d = *state;
    int64_t id = submit(d, "Working");
    assert_int_equal(decide(d, id, VERSION_DO_RETURN, bounmy), VERSION_OK);
    assert_int_equal(decide(d, id, VERSION_DO_RETURN, bounmy), VERSION_REPEATED);
    assert_int_equal(decide(d, id, VERSION_DO_RETURN, khamla), VERSION_FORBIDDEN);
    assert_int_equal(decide(d, id, VERSION_DO_APPROVE, khamla), VERSION_FORBIDDEN);
    assert_int_equal(decide(d, id, VERSION_DO_APPROVE, bounmy), VERSION_FORBIDDEN);
    assert_int_equal(versions_state(d->db, id), VERSION_RETURNED);
}

static void what_is_not_approved_is_not_published(void **state)
{
    struct desk *d = *state;
    int64_t id = submit(d, "Working"), p = 0;
    const struct publish_order o = {.kind = "publish", .version = id};
    const struct publish_order back = {.kind = "back", .version = id};
    assert_int_equal(order(d, &o, &p), VERSION_FORBIDDEN);
    assert_int_equal(order(d, &back, &p), VERSION_FORBIDDEN);
    assert_int_equal(decide(d, id, VERSION_DO_WITHDRAW, som), VERSION_OK);
    assert_int_equal(order(d, &o, &p), VERSION_FORBIDDEN);
    assert_int_equal(decide(d, id, VERSION_DO_APPROVE, bounmy), VERSION_FORBIDDEN);
    const struct publish_order none = {.kind = "publish", .version = 99};
    assert_int_equal(order(d, &none, &p), VERSION_NONE);
}

static void what_is_on_its_way_is_not_taken_back_under_its_feet(void **state)
{
    struct desk *d = *state;
    int64_t id = approved(d, "Working"), p = publish_at(d, id, d->now + 5000);
    assert_int_equal(decide(d, id, VERSION_DO_WITHDRAW, noy), VERSION_FORBIDDEN);
    assert_int_equal(publish_cancel(d->db, p, "Bounmy", d->now), VERSION_OK);
    assert_int_equal(publish_cancel(d->db, p, "Bounmy", d->now), VERSION_REPEATED);
    assert_int_equal(decide(d, id, VERSION_DO_WITHDRAW, noy), VERSION_OK);
}

static void a_later_version_contains_the_earlier(void **state)
{
    struct desk *d = *state;
    int64_t first = approved(d, "One"), second = approved(d, "Two"), waits = submit(d, "Three");
    int64_t planned = publish_at(d, first, d->now + 5000), p = 0;
    carry_out(d, publish_at(d, second, 0));
    assert_int_equal(state_of(d, planned), PUBLISH_CANCELLED);
    assert_int_equal(versions_state(d->db, first), VERSION_OVERTAKEN);
    assert_int_equal(versions_state(d->db, second), VERSION_PUBLISHED);
    assert_int_equal(versions_state(d->db, waits), VERSION_SUBMITTED);
    const struct publish_order o = {.kind = "publish", .version = first};
    assert_int_equal(order(d, &o, &p), VERSION_LATE);
}

static void one_goes_back_and_forth(void **state)
{
    struct desk *d = *state;
    int64_t first = approved(d, "One"), p = 0;
    carry_out(d, publish_at(d, first, 0));
    int64_t second = approved(d, "Two"), q = publish_at(d, second, 0);
    carry_out(d, q);
    int64_t third = approved(d, "Three"), planned = publish_at(d, third, d->now + 5000);
    const struct publish_order back = {
        .kind = "back", .version = first, .by = khamla, .why = "The fee is wrong."};
    assert_int_equal(order(d, &back, &p), VERSION_OK);
    assert_int_equal(state_of(d, planned), PUBLISH_CANCELLED);
    carry_out(d, p);
    assert_int_equal(in_force(d), first);
    assert_int_equal(state_of(d, q), PUBLISH_REPLACED);
    assert_int_equal(order(d, &back, &p), VERSION_SAME);
    const struct publish_order forth = {.kind = "back", .version = second};
    assert_int_equal(order(d, &forth, &p), VERSION_OK);
    carry_out(d, p);
    assert_int_equal(in_force(d), second);
    assert_int_equal(versions_state(d->db, third), VERSION_APPROVED);
}

static void who_looked_at_another_version_is_told(void **state)
{
    struct desk *d = *state;
    int64_t first = approved(d, "One"), p = 0;
    carry_out(d, publish_at(d, first, 0));
    int64_t second = approved(d, "Two");
    const struct publish_order o = {.kind = "publish", .version = second, .against = second};
    assert_int_equal(order(d, &o, &p), VERSION_MOVED);
}

static void what_is_due_goes_out_the_latest_of_several(void **state)
{
    struct desk *d = *state;
    int64_t first = approved(d, "One"), second = approved(d, "Two"), third = approved(d, "Three");
    int64_t p = publish_at(d, first, d->now + 100), q = publish_at(d, second, d->now + 200);
    int64_t r = publish_at(d, third, d->now + 900), next = 0;
    assert_int_equal(publish_due(d->db, d->now + 99, &next), VERSION_OK);
    assert_int_equal(state_of(d, p), PUBLISH_SCHEDULED);
    assert_int_equal(next, d->now + 100);
    /* A restart long after: the tables are the same. */
    db_close(d->db);
    open_db(d);
    assert_int_equal(publish_due(d->db, d->now + 500, &next), VERSION_OK);
    assert_int_equal(next, d->now + 900);
    assert_int_equal(state_of(d, p), PUBLISH_CANCELLED);
    assert_int_equal(state_of(d, q), PUBLISH_ORDERED);
    assert_int_equal(state_of(d, r), PUBLISH_SCHEDULED);
}

static void what_fails_the_check_goes_no_further(void **state)
{
    struct desk *d = *state;
    int64_t id = approved(d, "One"), p = publish_at(d, id, 0), sent = 0;
    assert_int_equal(publish_send(d->db, p, "", d->now, &sent), VERSION_FORBIDDEN);
    assert_int_equal(publish_refuse(d->db, p, "fees.json", d->now), VERSION_OK);
    assert_int_equal(publish_pass(d->db, p), VERSION_FORBIDDEN);
    assert_int_equal(publish_send(d->db, p, "", d->now, &sent), VERSION_FORBIDDEN);
    assert_int_equal(versions_state(d->db, id), VERSION_APPROVED);
    assert_int_equal(in_force(d), 0);
}

static void what_is_sent_is_sent_again_as_it_was(void **state)
{
    struct desk *d = *state;
    int64_t p = publish_at(d, approved(d, "One"), 0), sent = 0, again = 0;
    assert_int_equal(publish_pass(d->db, p), VERSION_OK);
    assert_int_equal(publish_send(d->db, p, "", 7000, &sent), VERSION_OK);
    assert_int_equal(publish_send(d->db, p, "", 9000, &again), VERSION_OK);
    assert_int_equal(sent, 7000);
    assert_int_equal(again, 7000);
    assert_int_equal(publish_cancel(d->db, p, "Bounmy", d->now), VERSION_FORBIDDEN);
}

static void a_clock_set_back_makes_nothing_older(void **state)
{
    struct desk *d = *state;
    int64_t p = publish_at(d, approved(d, "One"), 0), sent = 0;
    publish_pass(d->db, p);
    publish_send(d->db, p, "", 7000, &sent);
    int64_t q = publish_at(d, approved(d, "Two"), 0);
    publish_pass(d->db, q);
    assert_int_equal(publish_send(d->db, q, "", 6000, &sent), VERSION_OK);
    assert_int_equal(sent, 7001);
}

static void what_comes_back_late_is_in_force_all_the_same(void **state)
{
    struct desk *d = *state;
    int64_t first = approved(d, "One"), p = publish_at(d, first, 0), sent = 0;
    bool changed;
    publish_pass(d->db, p);
    publish_send(d->db, p, "", d->now, &sent);
    int64_t q = publish_at(d, approved(d, "Two"), 0);
    assert_int_equal(state_of(d, p), PUBLISH_CANCELLED);
    struct files *f = files_of("One");
    assert_int_equal(publish_find(d->db, files_version(f), sent), p);
    assert_int_equal(publish_find(d->db, files_version(f), sent + 1), 0);
    files_unref(f);
    assert_int_equal(publish_see(d->db, p, d->now, &changed), VERSION_OK);
    assert_int_equal(in_force(d), first);
    assert_int_equal(publish_see(d->db, p, d->now, &changed), VERSION_OK);
    assert_false(changed);
    carry_out(d, q);
    assert_int_equal(state_of(d, p), PUBLISH_REPLACED);
}

static void what_somebody_else_published_ends_all_plans(void **state)
{
    struct desk *d = *state;
    int64_t mine = approved(d, "One"), p = publish_at(d, mine, d->now + 50), other = 0, q = 0;
    bool changed;
    assert_int_equal(add(d, "", "Other", "outside", &other), VERSION_OK);
    assert_int_equal(publish_overtake_all(d->db, "outside", d->now), VERSION_OK);
    const struct publish_order o = {.kind = "outside", .version = other};
    assert_int_equal(order(d, &o, &q), VERSION_OK);
    assert_int_equal(publish_see(d->db, q, d->now, &changed), VERSION_OK);
    assert_int_equal(in_force(d), other);
    assert_int_equal(state_of(d, p), PUBLISH_CANCELLED);
    /* It does not contain the console's own versions. */
    assert_int_equal(versions_state(d->db, mine), VERSION_APPROVED);
    publish_at(d, mine, 0);
}

static void a_full_disk_changes_nothing(void **state)
{
    struct desk *d = *state;
    int64_t id = 0, big = 0;
    char *word = malloc(600000);
    int64_t before = submit(d, "One");
    memset(word, 'x', 600000 - 1);
    word[600000 - 1] = '\0';
    struct files *f = files_new(&(struct catalog_file){"menu.json", word, 600000 - 1}, 1);
    db_run(d->db, "PRAGMA max_page_count = 60", NULL, NULL, NULL);
    assert_int_equal(db_begin(d->db), DB_OK);
    const struct version_new v = {.request = "big",
                                  .origin = "console",
                                  .base = "",
                                  .note = "Big.",
                                  .by = noy,
                                  .reviewer = "",
                                  .files = f};
    assert_int_equal(versions_add(d->db, &v, &big), VERSION_FULL);
    db_rollback(d->db);
    assert_int_equal(versions_state(d->db, before + 1), -1);
    assert_int_equal(decide(d, before, VERSION_DO_APPROVE, bounmy), VERSION_OK);
    assert_int_equal(add(d, "two", "Two", "console", &id), VERSION_OK);
    files_unref(f);
    free(word);
}

#define WITH_DESK(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_of_a_version_with_every_action),
        cmocka_unit_test(every_action_by_everybody),
        cmocka_unit_test(every_state_of_a_publication_with_every_action),
        WITH_DESK(is_frozen_with_all_its_files_and_authors),
        WITH_DESK(a_request_again_makes_nothing_new),
        WITH_DESK(no_author_reviews),
        WITH_DESK(the_second_of_two_reviewers_changes_nothing),
        WITH_DESK(what_is_not_approved_is_not_published),
        WITH_DESK(what_is_on_its_way_is_not_taken_back_under_its_feet),
        WITH_DESK(a_later_version_contains_the_earlier),
        WITH_DESK(one_goes_back_and_forth),
        WITH_DESK(who_looked_at_another_version_is_told),
        WITH_DESK(what_is_due_goes_out_the_latest_of_several),
        WITH_DESK(what_fails_the_check_goes_no_further),
        WITH_DESK(what_is_sent_is_sent_again_as_it_was),
        WITH_DESK(a_clock_set_back_makes_nothing_older),
        WITH_DESK(what_comes_back_late_is_in_force_all_the_same),
        WITH_DESK(what_somebody_else_published_ends_all_plans),
        WITH_DESK(a_full_disk_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
