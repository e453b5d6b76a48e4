/* SPDX-License-Identifier: Apache-2.0 */
/* How far the languages are, and their texts for translators. */
#include <stdlib.h>
#include <string.h>

#include "console/api_translation.h"
#include "console/endpoints.h"
#include "console/later.h"
#include "console/progress.h"
#include "desk/export.h"

enum { PAGE = 50, FROM_MAX = 100000, FIND_OCTETS = 256 };

/* What is asked for. */
struct wish {
    struct later later;
    char language[TRANSLATION_CODE];
    struct progress_wish texts;
    char find[FIND_OCTETS];
    enum exchange_format format;
    char *file; /* an export */
    size_t len;
};

bool translation_language(const struct call *call, char out[TRANSLATION_CODE])
{
    const char *code = call_query(call, "language");
    size_t n = code ? strlen(code) : 0;
    if (n >= 2 && n < TRANSLATION_CODE && strspn(code, "abcdefghijklmnopqrstuvwxyz-") == n) {
        memcpy(out, code, n + 1);
        return true;
    }
    call_fail(call, 400, "bad_field", "language", "Name a language by its code, such as lo.");
    return false;
}

struct bundle translation_files(const struct files *files)
{
    struct bundle b = {.count = 0};
    /* nobody writes the list; a bundle of a folder is one that is made */
    b.files = (struct catalog_file *)files_list(files, &b.count);
    return b;
}

/* The sentence without the check's name of it, " (number-mismatch)", which is for programs. */
static void put_sentence(struct json_out *j, const char *detail)
{
    char words[sizeof((struct finding *)0)->detail];
    snprintf(words, sizeof words, "%s", detail);
    char *name = strrchr(words, '(');
    size_t n = name ? strspn(name + 1, "abcdefghijklmnopqrstuvwxyz0123456789-") : 0;
    if (n && name > words && name[-1] == ' ' && !strcmp(name + 1 + n, ")"))
        name[-1] = '\0';
    json_out_text(j, "message", words);
}

void translation_findings(struct json_out *j, const char *key, const struct findings *f,
                          enum finding_level level)
{
    size_t left = TRANSLATION_FINDINGS;
    json_out_open(j, key, '[');
    for (size_t i = 0; i < findings_total(f) && left; i++) {
        const struct finding *one = findings_at(f, i);
        if (one->level != level)
            continue;
        left--;
        json_out_open(j, NULL, '{');
        json_out_text(j, "file", one->file);
        json_out_number(j, "line", one->line);
        json_out_text(j, "id", one->id);
        put_sentence(j, one->detail);
        json_out_close(j, '{');
    }
    json_out_close(j, '[');
}

void translation_refuse(struct later *l, const struct findings *f)
{
    const struct finding *first = f && findings_total(f) ? findings_at(f, 0) : NULL;
    later_refuse(l, 422, "refused", first ? first->detail : "There is no memory left.");
    translation_findings(&l->reply.json, "findings", f, FINDING_ERROR);
}

static void make_progress(struct later *l)
{
    struct wish *w = (struct wish *)l;
    struct findings *f = findings_new();
    json_out_int(&l->reply.json, "version", l->version);
    int rc = w->language[0] ? progress_texts(&l->reply.json, l->files, &w->texts, f)
                            : progress_languages(&l->reply.json, l->files, NULL, f);
    if (rc)
        translation_refuse(l, f);
    findings_free(f);
}

/* Which texts of the language. Returns 0, or -1 after a failure was answered. */
static int read_texts(const struct call *call, struct wish *w)
{
    const char *status = call_query(call, "status"), *from = call_query(call, "from");
    const char *find = call_query(call, "find");
    w->texts = (struct progress_wish){
        .language = w->language, .status = -1, .find = w->find, .count = PAGE};
    snprintf(w->find, sizeof w->find, "%s", find ? find : "");
    if (status && *status && (w->texts.status = progress_status_of(status)) < 0) {
        call_fail(call, 400, "bad_field", "status",
                  "The status is one of reviewed, draft, stale, missing.");
        return -1;
    }
    long n = from ? strtol(from, NULL, 10) : 0;
    w->texts.from = n > 0 && n < FROM_MAX ? (size_t)n : 0;
    return 0;
}

void api_translation(const struct call *call)
{
    struct wish *w = later_new(call, sizeof *w, make_progress);
    if (!w)
        return;
    bool good = true;
    if (call_query(call, "language"))
        good = translation_language(call, w->language) && !read_texts(call, w);
    if (good)
        later_post(&w->later);
    else
        later_drop(&w->later);
}

static void make_export(struct later *l)
{
    struct wish *w = (struct wish *)l;
    struct findings *f = findings_new();
    struct bundle files = translation_files(l->files);
    struct catalog *c = export_compile(&files, l->console->conf, l->console->handlers);
    const struct export_wish wish = {
        .files = &files, .language = w->language, .format = w->format, .catalog = c};
    if (export_texts(&wish, &w->file, &w->len, f))
        translation_refuse(l, f);
    catalog_unref(c);
    findings_free(f);
}

static bool end_export(struct later *l)
{
    static const char *const types[EXCHANGE_FORMATS] = {
        [EXCHANGE_PO] = "text/x-gettext-translation; charset=UTF-8",
        [EXCHANGE_CSV] = "text/csv; charset=UTF-8"};
    struct wish *w = (struct wish *)l;
    char name[32];
    snprintf(name, sizeof name, "mekong-%s.%s", w->language,
             w->format == EXCHANGE_PO ? "po" : "csv");
    const struct call_answer a = {
        .status = 200, .type = types[w->format], .text = w->file, .len = w->len, .file = name};
    console_answer(l->console, l->call, &a);
    return false;
}

static void clear_export(struct later *l)
{
    free(((struct wish *)l)->file);
}

int translation_format(const struct call *call)
{
    const char *name = call_query(call, "format");
    int format = name ? exchange_format_named(name) : EXCHANGE_PO;
    if (format < 0)
        call_fail(call, 400, "bad_field", "format", "The format is po or csv.");
    return format;
}

void api_translation_export(const struct call *call)
{
    int format = translation_format(call);
    struct wish *w = format < 0 ? NULL : later_new(call, sizeof *w, make_export);
    if (!w)
        return;
    w->format = (enum exchange_format)format;
    w->later.end = end_export;
    w->later.clear = clear_export;
    if (translation_language(call, w->language))
        later_post(&w->later);
    else
        later_drop(&w->later);
}
