/* SPDX-License-Identifier: Apache-2.0 */
/* What the pages on translation and numbers stand on: how far languages are, what is due, entries
 * with other members, and the log of calls. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/tree.h"
#include "console/dialled.h"
#include "console/entry_with.h"
#include "console/progress.h"

#define LANGUAGES                                                                                  \
    "{\"languages\":[{\"code\":\"en\",\"name\":\"English\"},{\"code\":\"lo\",\"name\":\"L\"}]}"
#define ENGLISH                                                                                    \
    "{\"texts\":{\n"                                                                               \
    "\"a\":{\"text\":\"Zorp\",\"kind\":\"statement\",\"review_by\":\"2027-01-10\"},\n"             \
    "\"b\":{\"text\":\"Quux\",\"kind\":\"statement\",\"review_by\":\"2026-12-01\"},\n"             \
    "\"c\":{\"text\":\"Blarg\",\"kind\":\"statement\",\"review_by\":\"2026-11-30\"},\n"            \
    "\"d\":{\"text\":\"Flarp\",\"kind\":\"label\"}}}\n"

/* An entry made from the English of now, in that state. */
static void put_entry(char *out, size_t cap, const char *id, const char *english, const char *rest)
{
    char mark[ENTRY_MARK_HEX + 1];
    entry_mark(english, mark);
    snprintf(out, cap, "\"%s\":{\"text\":\"x\",\"from\":\"%s\"%s}", id, mark, rest);
}

static struct files *small_files(void)
{
    char a[160], b[160], lao[512];
    put_entry(a, sizeof a, "a", "Zorp", ",\"status\":\"draft\"");
    put_entry(b, sizeof b, "b", "Quux",
              ",\"status\":\"reviewed\",\"reviewer\":\"Noy\",\"reviewed_on\":\"2026-11-01\"");
    snprintf(lao, sizeof lao, "{\"texts\":{\n%s,\n%s,\n\"c\":{\"text\":\"y\",\"from\":\"0\"}}}\n",
             a, b);
    const struct catalog_file list[] = {
        {"languages.json", LANGUAGES, strlen(LANGUAGES)},
        {"texts/en/ui.json", ENGLISH, strlen(ENGLISH)},
        {"texts/lo/ui.json", lao, strlen(lao)},
    };
    struct files *f = files_new(list, 3);
    assert_non_null(f);
    return f;
}

/* JSON in the making. */
struct sheet {
    struct json_out json;
    char *text;
    size_t len;
    struct tree *tree;
};

static void page_begin(struct sheet *p)
{
    *p = (struct sheet){.text = NULL};
    p->json.file = open_memstream(&p->text, &p->len);
    assert_non_null(p->json.file);
    json_out_open(&p->json, NULL, '{');
}

static const struct tree_node *page_end(struct sheet *p)
{
    struct json_error err;
    json_out_close(&p->json, '{');
    assert_int_equal(fclose(p->json.file), 0);
    p->tree = tree_parse(p->text, p->len, &err);
    assert_non_null(p->tree);
    return tree_root(p->tree);
}

static void page_free(struct sheet *p)
{
    tree_free(p->tree);
    free(p->text);
}

static void is_number(const struct tree_node *n, const char *name, int64_t wanted)
{
    int64_t value = -1;
    assert_int_equal(tree_int(tree_get(n, name), &value), 0);
    assert_int_equal(value, wanted);
}

static void each_state_is_counted(void **state)
{
    (void)state;
    struct files *files = small_files();
    struct findings *f = findings_new();
    size_t sum[ENTRY_STATUS_COUNT] = {0};
    struct sheet p;
    page_begin(&p);
    assert_int_equal(progress_languages(&p.json, files, sum, f), 0);
    const struct tree_node *list = tree_get(page_end(&p), "languages");
    assert_int_equal(tree_count(list), 1); /* English is what the others are made from */
    const struct tree_node *lao = tree_first(list);
    is_number(lao, "texts", 4);
    is_number(lao, "reviewed", 1);
    is_number(lao, "draft", 1);
    is_number(lao, "stale", 1);
    is_number(lao, "missing", 1);
    assert_int_equal(sum[ENTRY_STALE], 1);
    page_free(&p);
    findings_free(f);
    files_unref(files);
}

/* The only text of that status. */
static void is_listed(const struct files *files, const char *status, const char *place, bool marked)
{
    struct findings *f = findings_new();
    struct sheet p;
    const struct progress_wish w = {
        .language = "lo", .status = progress_status_of(status), .find = "", .count = 10};
    page_begin(&p);
    assert_int_equal(progress_texts(&p.json, files, &w, f), 0);
    const struct tree_node *root = page_end(&p);
    is_number(root, "total", 1);
    const struct tree_node *one = tree_first(tree_get(root, "texts"));
    assert_string_equal(tree_string(tree_get(one, "place")), place);
    assert_string_equal(tree_string(tree_get(one, "status")), status);
    assert_int_equal(strlen(tree_string(tree_get(one, "mark"))), marked ? 16 : 0);
    page_free(&p);
    findings_free(f);
}

static void texts_are_listed_with_their_places(void **state)
{
    (void)state;
    struct files *files = small_files();
    is_listed(files, "draft", "texts/lo/ui.json#a", true);
    is_listed(files, "reviewed", "texts/lo/ui.json#b", true);
    is_listed(files, "stale", "texts/lo/ui.json#c", true);
    is_listed(files, "missing", "texts/lo/ui.json#d", false);
    assert_int_equal(progress_status_of("done"), -1);
    files_unref(files);
}

static void a_page_of_a_list(void **state)
{
    (void)state;
    struct files *files = small_files();
    struct sheet p;
    const struct progress_wish w = {
        .language = "lo", .status = -1, .find = "", .from = 3, .count = 2};
    page_begin(&p);
    assert_int_equal(progress_texts(&p.json, files, &w, NULL), 0);
    const struct tree_node *root = page_end(&p);
    is_number(root, "total", 4);
    assert_int_equal(tree_count(tree_get(root, "texts")), 1);
    page_free(&p);
    files_unref(files);
}

static void texts_are_found_by_id_english_and_translation(void **state)
{
    static const struct {
        const char *find;
        int64_t count;
    } cases[] = {{"zORP", 1}, {"y", 1}, {"x", 2}, {"d", 1}, {"nowhere", 0}};
    (void)state;
    struct files *files = small_files();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sheet p;
        const struct progress_wish w = {
            .language = "lo", .status = -1, .find = cases[i].find, .count = 9};
        page_begin(&p);
        assert_int_equal(progress_texts(&p.json, files, &w, NULL), 0);
        is_number(page_end(&p), "total", cases[i].count);
        page_free(&p);
    }
    files_unref(files);
}

static void an_unknown_language_is_refused(void **state)
{
    (void)state;
    struct files *files = small_files();
    struct findings *f = findings_new();
    struct sheet p;
    const struct progress_wish w = {.language = "xx", .status = -1, .find = "", .count = 2};
    page_begin(&p);
    assert_int_equal(progress_texts(&p.json, files, &w, f), -1);
    assert_int_equal(findings_count(f, FINDING_ERROR), 1);
    page_end(&p);
    page_free(&p);
    findings_free(f);
    files_unref(files);
}

/* The day itself is not over. */
static void what_is_over_comes_first(void **state)
{
    (void)state;
    struct files *files = small_files();
    struct sheet p;
    int32_t today;
    assert_int_equal(clock_parse_day("2026-12-01", &today), 0);
    page_begin(&p);
    assert_int_equal(progress_due(&p.json, files, today, 40), 0);
    const struct tree_node *root = page_end(&p);
    const struct tree_node *overdue = tree_get(root, "overdue"), *due = tree_get(root, "due");
    assert_int_equal(tree_count(overdue), 1);
    assert_string_equal(tree_string(tree_get(tree_first(overdue), "place")), "texts/en/ui.json#c");
    assert_int_equal(tree_count(due), 2);
    assert_string_equal(tree_string(tree_get(tree_first(due), "id")), "b");
    page_free(&p);
    page_begin(&p);
    assert_int_equal(progress_due(&p.json, files, today, 39), 0);
    assert_int_equal(tree_count(tree_get(page_end(&p), "due")), 1);
    page_free(&p);
    files_unref(files);
}

/* How entries are laid out is the working copy's business: blanks and line ends are left out. */
static void squeeze(char *s)
{
    char *out = s;
    for (; *s; s++) {
        if (*s != ' ' && *s != '\n')
            *out++ = *s;
    }
    *out = '\0';
}

static void becomes(const char *entry, const struct entry_member *members, size_t count,
                    const char *wanted)
{
    char *got = entry_with(entry, members, count);
    struct json_error err;
    assert_non_null(got);
    struct tree *t = tree_parse(got, strlen(got), &err);
    assert_non_null(t);
    tree_free(t);
    squeeze(got);
    assert_string_equal(got, wanted);
    free(got);
}

static void members_are_replaced_added_and_left(void **state)
{
    (void)state;
    const struct entry_member sign[] = {{"status", "\"reviewed\"", "text"},
                                        {"reviewer", "\"Noy\"", "status"},
                                        {"reviewed_on", "\"2026-12-01\"", "reviewer"}};
    becomes("{ \"text\": \"a\\u0041\", \"status\": \"draft\", \"from\": \"0\" }", sign, 2,
            "{\"text\":\"a\\u0041\",\"status\":\"reviewed\",\"reviewer\":\"Noy\",\"from\":\"0\"}");
    const struct entry_member drop[] = {{"hours", NULL, NULL}, {"languages", "[]", NULL}};
    becomes("{\"id\": \"x\", \"hours\": \"9\"}", drop, 2, "{\"id\":\"x\"}");
}

/* An entry that somebody wrote without "status" has none to stand behind. */
static void new_members_follow_new_ones(void **state)
{
    (void)state;
    const struct entry_member sign[] = {{"status", "\"reviewed\"", "text"},
                                        {"reviewer", "\"Noy\"", "status"}};
    becomes("{\"text\":\"a\"}", sign, 2,
            "{\"text\":\"a\",\"status\":\"reviewed\",\"reviewer\":\"Noy\"}");
}

/* A database with the one table. */
struct book {
    char path[64];
    struct db *db;
};

static int open_book(void **state)
{
    static const char *const tables[] = {dialled_tables, NULL};
    char why[DB_ERROR_MAX];
    struct book *b = calloc(1, sizeof *b);
    assert_non_null(b);
    snprintf(b->path, sizeof b->path, "/tmp/ml-dialled-%ld.db", (long)getpid());
    b->db = db_open(b->path, tables, why);
    assert_non_null(b->db);
    *state = b;
    return 0;
}

static int close_book(void **state)
{
    struct book *b = *state;
    char beside[80];
    db_close(b->db);
    unlink(b->path);
    snprintf(beside, sizeof beside, "%s-wal", b->path);
    unlink(beside);
    snprintf(beside, sizeof beside, "%s-shm", b->path);
    unlink(beside);
    free(b);
    return 0;
}

static void dial(struct db *db, const char *number, bool answered, int64_t at_ms)
{
    const struct dialled d = {.place = "channels.json#x",
                              .number = number,
                              .person = 7,
                              .name = "Noy",
                              .at_ms = at_ms,
                              .answered = answered,
                              .languages = answered ? "lo th" : "",
                              .hours = "",
                              .note = ""};
    assert_int_equal(dialled_add(db, &d), DB_OK);
}

static void is_sum(struct db *db, const char *number, int64_t calls, int64_t unanswered,
                   int64_t last)
{
    struct dialled_sum sum;
    assert_int_equal(dialled_sum(db, "channels.json#x", number, &sum), DB_OK);
    assert_int_equal(sum.calls, calls);
    assert_int_equal(sum.unanswered, unanswered);
    assert_int_equal(sum.last_ms, last);
}

static bool is_newest(void *arg, const struct dialled *d)
{
    assert_int_equal(d->at_ms, 5);
    assert_true(d->answered);
    assert_string_equal(d->languages, "lo th");
    ++*(int *)arg;
    return false;
}

static void attempts_are_counted_since_the_last_answer(void **state)
{
    struct db *db = ((struct book *)*state)->db;
    int told = 0;
    is_sum(db, "1300", 0, 0, 0);
    dial(db, "1300", false, 1);
    dial(db, "1300", false, 2);
    is_sum(db, "1300", 2, 2, 2);
    dial(db, "1300", true, 3);
    is_sum(db, "1300", 3, 0, 3);
    dial(db, "1300", false, 4);
    is_sum(db, "1300", 4, 1, 4);
    dial(db, "1301", true, 5); /* another number: nothing is known of it by the old one */
    is_sum(db, "1300", 4, 1, 4);
    is_sum(db, "1301", 1, 0, 5);
    assert_int_equal(dialled_list(db, "channels.json#x", is_newest, &told), DB_OK);
    assert_int_equal(told, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_state_is_counted),
        cmocka_unit_test(texts_are_listed_with_their_places),
        cmocka_unit_test(a_page_of_a_list),
        cmocka_unit_test(texts_are_found_by_id_english_and_translation),
        cmocka_unit_test(an_unknown_language_is_refused),
        cmocka_unit_test(what_is_over_comes_first),
        cmocka_unit_test(members_are_replaced_added_and_left),
        cmocka_unit_test(new_members_follow_new_ones),
        cmocka_unit_test_setup_teardown(attempts_are_counted_since_the_last_answer, open_book,
                                        close_book),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
