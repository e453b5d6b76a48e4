/* SPDX-License-Identifier: Apache-2.0 */
/* What goes to the gateways and what they say: bundles, statuses, and who reads a version. */
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

#include "base/utf8.h"
#include "console/gateways.h"
#include "console/publish_bundle.h"
#include "console/versions_readers.h"

struct desk {
    char folder[64], path[96];
    struct db *db;
};

static int set_up(void **state)
{
    static const char *const tables[] = {version_tables, NULL};
    char why[DB_ERROR_MAX];
    struct desk *d = calloc(1, sizeof *d);
    strcpy(d->folder, "/tmp/ml-publish-XXXXXX");
    if (!mkdtemp(d->folder))
        return -1;
    snprintf(d->path, sizeof d->path, "%s/console.db", d->folder);
    d->db = db_open(d->path, tables, why);
    *state = d;
    return d->db ? 0 : -1;
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

static const struct version_person nobody = {0, "Content as installed"};
static const struct version_person noy = {1, "Noy"}, bounmy = {3, "Bounmy"};

/* A version of one file by these people. */
static int64_t add(struct desk *d, const char *origin, const struct version_person *authors,
                   size_t count)
{
    int64_t id = 0;
    struct files *f = files_new(&(struct catalog_file){"menu.json", "{}", 2}, 1);
    const struct version_new v = {.request = "",
                                  .origin = origin,
                                  .base = "",
                                  .note = "One\nline, \x07 and no more.",
                                  .by = authors[0],
                                  .authors = authors,
                                  .count = count,
                                  .reviewer = "",
                                  .files = f,
                                  .now_ms = 1000};
    assert_int_equal(versions_add(d->db, &v, &id), VERSION_OK);
    files_unref(f);
    return id;
}

/* Order and send it; returns its message, read again. */
static struct content_bundle send(struct desk *d, const struct publish_order *o, char **payload)
{
    char why[CONTENT_WHY_MAX] = "";
    int64_t id = 0, sent_ms;
    size_t len = 0;
    struct content_bundle b;
    assert_int_equal(publish_order(d->db, o, &id), VERSION_OK);
    assert_int_equal(publish_pass(d->db, id), VERSION_OK);
    assert_int_equal(publish_send(d->db, id, "0123456789abcdef", 5000, &sent_ms), VERSION_OK);
    *payload = publish_bundle_write(d->db, id, &len, why);
    assert_string_equal(*payload ? "" : why, "");
    assert_int_equal(content_codec_read(*payload, len, &b, why), 0);
    return b;
}

static void says_who_wrote_and_who_read_it(void **state)
{
    struct desk *d = *state;
    char *payload;
    int64_t id = add(d, "console", &noy, 1);
    const struct version_decision yes = {
        .id = id, .action = VERSION_DO_APPROVE, .by = bounmy, .note = "", .now_ms = 2000};
    assert_int_equal(versions_decide(d->db, &yes, NULL), VERSION_OK);
    struct content_bundle b =
        send(d, &(struct publish_order){"", "publish", id, bounmy, "", .now_ms = 3000}, &payload);
    assert_string_equal(b.author, "Noy");
    assert_string_equal(b.reviewer, "Bounmy");
    assert_string_equal(b.note, "One line,   and no more.");
    assert_string_equal(b.previous, "0123456789abcdef");
    assert_int_equal(b.at, 5000);
    assert_int_equal(b.count, 1);
    content_bundle_free(&b);
    free(payload);
}

/* Gateways compare names, and two people may have the same one. */
static void two_people_of_one_name_are_two(void **state)
{
    struct desk *d = *state;
    char *payload;
    int64_t id = add(d, "console", &noy, 1);
    const struct version_person other = {3, "Noy"};
    const struct version_decision yes = {
        .id = id, .action = VERSION_DO_APPROVE, .by = other, .note = "", .now_ms = 2000};
    assert_int_equal(versions_decide(d->db, &yes, NULL), VERSION_OK);
    struct content_bundle b =
        send(d, &(struct publish_order){"", "publish", id, other, "", .now_ms = 3000}, &payload);
    assert_string_equal(b.author, "Noy");
    assert_string_equal(b.reviewer, "Noy (2)");
    content_bundle_free(&b);
    free(payload);
}

static void names_as_many_authors_as_there_is_room_for(void **state)
{
    struct desk *d = *state;
    char *payload;
    static const struct version_person all[] = {{1, "ນາງ ບຸນມີ ສີສຸວັນ"},       {2, "Bounthavy Example"},
                                                {4, "Chanthala Example"},  {5, "Dao Example"},
                                                {6, "Ekkhaphone Example"}, {7, "Fong Example"}};
    int64_t id = add(d, "console", all, 6);
    const struct version_decision yes = {
        .id = id, .action = VERSION_DO_APPROVE, .by = bounmy, .note = "", .now_ms = 2000};
    assert_int_equal(versions_decide(d->db, &yes, NULL), VERSION_OK);
    struct content_bundle b =
        send(d, &(struct publish_order){"", "publish", id, bounmy, "", .now_ms = 3000}, &payload);
    assert_true(utf8_count(b.author, strlen(b.author)) <= CONTENT_PERSON_MAX);
    assert_non_null(strstr(b.author, "Bounthavy Example, Chanthala Example"));
    assert_non_null(strstr(b.author, " + "));
    content_bundle_free(&b);
    free(payload);
}

/* Nobody has reviewed what was there at first: who goes back to it answers for it. */
static void back_to_the_first_content_names_who_goes_back(void **state)
{
    struct desk *d = *state;
    char *payload;
    int64_t id = add(d, "installed", &nobody, 1);
    struct content_bundle b =
        send(d, &(struct publish_order){"", "back", id, bounmy, "It was right.", .now_ms = 3000},
             &payload);
    assert_string_equal(b.author, "Content as installed");
    assert_string_equal(b.reviewer, "Bounmy");
    assert_string_equal(b.note, "Back to version 1 (Bounmy): It was right.");
    content_bundle_free(&b);
    free(payload);
}

static void what_no_bundle_holds_does_not_fit(void **state)
{
    (void)state;
    char why[CONTENT_WHY_MAX];
    struct files *good = files_new(&(struct catalog_file){"menu.json", "{}", 2}, 1);
    struct files *bad = files_new(&(struct catalog_file){"menu.txt", "{}", 2}, 1);
    struct files *none = files_new(NULL, 0);
    assert_true(publish_bundle_fits(good, why));
    assert_string_equal(why, "");
    assert_false(publish_bundle_fits(bad, why));
    assert_non_null(strstr(why, "files must have names"));
    assert_false(publish_bundle_fits(none, why));
    files_unref(good);
    files_unref(bad);
    files_unref(none);
}

static void lines_are_cut_at_characters(void **state)
{
    (void)state;
    char out[64];
    publish_one_line("  ສະບາຍດີ\n ", 20, out, sizeof out);
    assert_string_equal(out, "ສະບາຍດີ");
    publish_one_line("ສະບາຍດີ", 4, out, sizeof out);
    assert_string_equal(out, "ສະບ…");
    publish_one_line("\x01\x02", 4, out, sizeof out);
    assert_string_equal(out, "");
    publish_one_line("broken \xff end", 40, out, sizeof out);
    assert_string_equal(out, "broken");
}

static bool take(struct gateways *g, const char *instance, const char *payload)
{
    return gateways_take(g, instance, payload, strlen(payload), 1000);
}

static void gateways_say_what_they_serve(void **state)
{
    (void)state;
    struct gateways *g = calloc(1, sizeof *g);
    static const char up[] = "{\"v\":1,\"state\":\"up\",\"version\":\"0.1.0\",\"content\":"
                             "\"8a4f03c2d1e05b76\",\"degraded\":[]}";
    assert_true(take(g, "b", up));
    assert_false(take(g, "b", up));
    assert_true(take(g, "a", "{\"v\":1,\"state\":\"up\",\"degraded\":[\"redis\",\"content\"]}"));
    assert_int_equal(g->count, 2);
    assert_string_equal(g->list[0].instance, "a");
    assert_true(g->list[0].refused && g->list[0].degraded);
    assert_string_equal(g->list[1].content, "8a4f03c2d1e05b76");
    assert_false(g->list[1].refused || g->list[1].degraded);
    assert_true(take(g, "a", "{\"v\":1,\"state\":\"up\",\"degraded\":[\"content\"]}"));
    assert_true(g->list[0].refused && !g->list[0].degraded);
    assert_true(take(g, "a", ""));
    assert_false(take(g, "a", ""));
    assert_int_equal(g->count, 1);
    free(g);
}

static void odd_statuses_change_nothing_or_show_as_odd(void **state)
{
    (void)state;
    struct gateways *g = calloc(1, sizeof *g);
    assert_false(take(g, "a", "up"));
    assert_false(take(g, "a", "{\"state\":\"up\"} {}"));
    assert_int_equal(g->count, 0);
    assert_true(take(g, "a", "{\"state\":\"ຂຶ້ນ\",\"content\":\"0123456789abcdef0\"}"));
    assert_string_equal(g->list[0].state, "?");
    assert_string_equal(g->list[0].content, "?");
    for (int i = 0; i < GATEWAYS_MAX + 5; i++) {
        char name[16];
        snprintf(name, sizeof name, "g%03d", i);
        take(g, name, "{\"state\":\"up\"}");
    }
    assert_int_equal(g->count, GATEWAYS_MAX);
    free(g);
}

static void the_reader_of_longest_ago_makes_room(void **state)
{
    (void)state;
    struct version_readers *r = calloc(1, sizeof *r);
    for (int i = 0; i < VERSION_READERS_MAX; i++)
        version_readers_note(r, 1, 100 + i, "Noy", 1000 + i);
    version_readers_note(r, 1, 100, "Noy", 5000);
    version_readers_note(r, 1, 7, "Bounmy", 6000);
    size_t first = 0, second = 0;
    for (size_t i = 0; i < VERSION_READERS_MAX; i++) {
        first += r->list[i].person == 100;
        second += r->list[i].person == 101;
    }
    assert_int_equal(first, 1);
    assert_int_equal(second, 0);
    free(r);
}

#define WITH_DESK(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DESK(says_who_wrote_and_who_read_it),
        WITH_DESK(two_people_of_one_name_are_two),
        WITH_DESK(names_as_many_authors_as_there_is_room_for),
        WITH_DESK(back_to_the_first_content_names_who_goes_back),
        cmocka_unit_test(what_no_bundle_holds_does_not_fit),
        cmocka_unit_test(lines_are_cut_at_characters),
        cmocka_unit_test(gateways_say_what_they_serve),
        cmocka_unit_test(odd_statuses_change_nothing_or_show_as_odd),
        cmocka_unit_test(the_reader_of_longest_ago_makes_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
