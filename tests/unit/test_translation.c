/* SPDX-License-Identifier: Apache-2.0 */
/* Texts to translators and back without a folder: files in memory, a file of theirs in memory, and
 * the files that come of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "desk/export.h"
#include "desk/import.h"
#include "handlers/table.h"

const char *__lsan_default_suppressions(void);

/* The gettext library forgets some memory of a file that it refuses. */
const char *__lsan_default_suppressions(void)
{
    return "leak:libgettextpo";
}

/* The shipped content, and the configuration that is built in. */
struct content {
    struct arena *arena;
    struct bundle files;
    struct conf conf;
    struct handler_table handlers;
};

static int open_content(void **state)
{
    struct content *c = calloc(1, sizeof *c);
    assert_non_null(c);
    c->arena = arena_new();
    c->handlers = handlers_all();
    conf_defaults(&c->conf);
    assert_int_equal(bundle_read(&c->files, c->arena, CONTENT_DIR, NULL), 0);
    *state = c;
    return 0;
}

static int close_content(void **state)
{
    struct content *c = *state;
    arena_free(c->arena);
    free(c);
    return 0;
}

static char *exported(const struct content *c, enum exchange_format format)
{
    const struct export_wish w = {.files = &c->files, .language = "lo", .format = format};
    struct findings *f = findings_new();
    char *text;
    size_t len;
    assert_int_equal(export_texts(&w, &text, &len, f), 0);
    assert_int_equal(findings_total(f), 0);
    assert_int_equal(strlen(text), len);
    findings_free(f);
    return text;
}

static struct import_wish wish_of(const struct content *c, const char *text)
{
    return (struct import_wish){.files = &c->files,
                                .language = "lo",
                                .format = EXCHANGE_PO,
                                .text = text,
                                .len = strlen(text),
                                .conf = &c->conf,
                                .handlers = &c->handlers};
}

/* A copy of the text with the first `from` behind `after` replaced. */
static char *edited(const char *text, const char *after, const char *from, const char *to)
{
    const char *at = strstr(text, after);
    assert_non_null(at);
    at = strstr(at, from);
    assert_non_null(at);
    char *out = malloc(strlen(text) + strlen(to) + 1);
    assert_non_null(out);
    sprintf(out, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    return out;
}

static const struct finding *first_error(const struct import *im)
{
    for (size_t i = 0; i < findings_total(im->faults); i++) {
        if (findings_at(im->faults, i)->level == FINDING_ERROR)
            return findings_at(im->faults, i);
    }
    return NULL;
}

/* It is refused with this sentence in this line (0 for any), and no file changes. */
static void refused(const struct import_wish *w, unsigned line, const char *why)
{
    struct import im;
    assert_int_equal(import_texts(&im, w), -1);
    const struct finding *one = first_error(&im);
    assert_non_null(one);
    assert_non_null(strstr(one->detail, why));
    if (line)
        assert_int_equal(one->line, line);
    import_end(&im);
}

static void nothing_changes(const struct content *c, const char *text, enum exchange_format format)
{
    struct import_wish w = wish_of(c, text);
    struct import im;
    w.format = format;
    assert_int_equal(import_texts(&im, &w), 0);
    assert_int_equal(im.merge.file_count, 0);
    assert_int_equal(im.counts[IMPORT_UNCHANGED] + im.counts[IMPORT_SKIPPED], im.pairs.count);
    import_end(&im);
}

static void comes_back_as_it_went(void **state)
{
    for (int format = 0; format < EXCHANGE_FORMATS; format++) {
        char *text = exported(*state, (enum exchange_format)format);
        nothing_changes(*state, text, (enum exchange_format)format);
        free(text);
    }
}

/* Windows and spreadsheets write these; neither changes a word. */
static void line_ends_and_a_mark_are_no_change(void **state)
{
    char *text = exported(*state, EXCHANGE_PO);
    char *out = malloc(2 * strlen(text) + 4), *to = out;
    assert_non_null(out);
    to = stpcpy(to, "\xEF\xBB\xBF");
    for (const char *s = text; *s; s++) {
        if (*s == '\n')
            *to++ = '\r';
        *to++ = *s;
    }
    *to = '\0';
    nothing_changes(*state, out, EXCHANGE_PO);
    free(out);
    free(text);
}

#define ENTRY "msgctxt \"ui.invalid\""

static void a_changed_text_changes_its_file(void **state)
{
    const struct content *c = *state;
    char *text = exported(c, EXCHANGE_PO);
    char *sent = edited(text, ENTRY, "msgstr \"", "msgstr \"\u0EAA");
    const struct import_wish w = wish_of(c, sent);
    struct import im;
    assert_int_equal(import_texts(&im, &w), 0);
    assert_int_equal(im.counts[IMPORT_CHANGED], 1);
    assert_int_equal(im.merge.file_count, 1);
    assert_string_equal(im.merge.files[0].name, "texts/lo/ui.json");
    const struct pair *p = pairs_find(&im.pairs, "ui.invalid");
    assert_int_equal(im.outcomes[p->index], IMPORT_CHANGED);
    assert_non_null(strstr(im.merge.files[0].text, im.merge.taken[p->index]->translation));
    import_end(&im);
    free(sent);
    free(text);
}

static void one_wrong_text_refuses_all(void **state)
{
    const struct content *c = *state;
    char *text = exported(c, EXCHANGE_PO);
    char *sent = edited(text, ENTRY, "msgstr \"", "msgstr \"{more} 25 ");
    struct import_wish w = wish_of(c, sent);
    refused(&w, 0, "{more}");
    free(sent);
    free(text);
}

static void the_wrong_language_is_refused(void **state)
{
    for (int format = 0; format < EXCHANGE_FORMATS; format++) {
        char *text = exported(*state, (enum exchange_format)format);
        struct import_wish w = wish_of(*state, text);
        w.format = (enum exchange_format)format;
        w.language = "th";
        refused(&w, 1, "its language is \"lo\", but \"th\" was chosen");
        free(text);
    }
}

static void two_languages_in_one_table_are_refused(void **state)
{
    char *text = exported(*state, EXCHANGE_CSV);
    char *sent = edited(text, "\"ui.invalid\",", "\"lo\"", "\"th\"");
    struct import_wish w = wish_of(*state, sent);
    w.format = EXCHANGE_CSV;
    refused(&w, 0, "language \"th\", a row before it \"lo\"");
    free(sent);
    free(text);
}

/* One sentence, not a fault an entry. */
static void a_foreign_file_is_refused(void **state)
{
    static const char header[] = "msgid \"\"\nmsgstr \"\"\n\"Language: lo\\n\"\n"
                                 "\"Content-Type: text/plain; charset=UTF-8\\n\"\n\n";
    static const char *const bodies[] = {
        "msgid \"Open\"\nmsgstr \"a\"\n\nmsgid \"Close\"\nmsgstr \"b\"\n",
        "msgctxt \"menu\"\nmsgid \"Open\"\nmsgstr \"a\"\n\nmsgctxt \"x\"\nmsgid \"Close\"\n"
        "msgstr \"b\"\n",
    };
    for (size_t i = 0; i < 2; i++) {
        char text[512];
        struct import im;
        snprintf(text, sizeof text, "%s%s", header, bodies[i]);
        const struct import_wish w = wish_of(*state, text);
        assert_int_equal(import_texts(&im, &w), -1);
        assert_int_equal(findings_total(im.faults), 1);
        assert_non_null(strstr(findings_at(im.faults, 0)->detail, "no export of these texts"));
        import_end(&im);
    }
}

static void what_is_too_large_or_no_text_is_refused(void **state)
{
    size_t len = EXCHANGE_FILE_MAX + 1;
    char *text = malloc(len);
    assert_non_null(text);
    memset(text, 'a', len);
    struct import_wish w = wish_of(*state, "");
    w.text = text;
    w.len = len;
    refused(&w, 1, "larger than");
    w.text = "\x7F"
             "ELF\2\1\1\0\0\0";
    w.len = 10;
    refused(&w, 1, "NUL");
    w.text = "msgid \"\"\n\xFF\xFE";
    w.len = 11;
    refused(&w, 2, "not UTF-8");
    free(text);
}

/* Cut in words, and within a character of theirs. */
static void half_a_file_is_refused(void **state)
{
    for (int format = 0; format < EXCHANGE_FORMATS; format++) {
        char *text = exported(*state, (enum exchange_format)format);
        struct import_wish w = wish_of(*state, text);
        const char *word =
            strstr(strstr(text, format == EXCHANGE_PO ? ENTRY : "\"ui.invalid\""), "\u0E9A");
        assert_non_null(word);
        w.format = (enum exchange_format)format;
        w.len = (size_t)(word - text);
        refused(&w, 0, format == EXCHANGE_PO ? "No valid PO" : "quote is missing");
        w.len++;
        refused(&w, 0, "ends within a character");
        w.len++;
        refused(&w, 0, "ends within a character");
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_back_as_it_went),
        cmocka_unit_test(line_ends_and_a_mark_are_no_change),
        cmocka_unit_test(a_changed_text_changes_its_file),
        cmocka_unit_test(one_wrong_text_refuses_all),
        cmocka_unit_test(the_wrong_language_is_refused),
        cmocka_unit_test(two_languages_in_one_table_are_refused),
        cmocka_unit_test(a_foreign_file_is_refused),
        cmocka_unit_test(what_is_too_large_or_no_text_is_refused),
        cmocka_unit_test(half_a_file_is_refused),
    };
    return cmocka_run_group_tests(tests, open_content, close_content);
}
