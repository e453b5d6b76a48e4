/* SPDX-License-Identifier: Apache-2.0 */
/* A translators' file comes back: first a report on what would change, then, if somebody says so
 * and nobody has edited meanwhile, one step of the working copy with all of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/api_translation.h"
#include "console/draft.h"
#include "console/endpoints.h"
#include "console/later.h"
#include "console/step.h"
#include "desk/import.h"
#include "editing/place.h"

/* A file under way. */
struct upload {
    struct later later;
    char language[TRANSLATION_CODE];
    enum exchange_format format;
    char *text; /* the file */
    size_t len;
    bool take;    /* or report alone */
    int64_t seen; /* the version of the working copy that the report was about */
    struct import import;
    struct draft_change *changes; /* of the working copy, all strings its own */
    size_t count, cap;
    char summary[160];
};

static const char *const outcome_names[IMPORT_OUTCOMES] = {
    [IMPORT_UNCHANGED] = "unchanged", [IMPORT_NEW] = "new",       [IMPORT_CHANGED] = "changed",
    [IMPORT_CONFIRMED] = "confirmed", [IMPORT_SIGNED] = "signed", [IMPORT_SKIPPED] = "skipped",
};

static void put_counts(struct json_out *j, const struct import *im)
{
    size_t known = 0;
    json_out_open(j, "counts", '{');
    for (int i = 0; i < IMPORT_OUTCOMES; i++) {
        if (i != IMPORT_SIGNED) /* that is what signing is for */
            json_out_number(j, outcome_names[i], im->counts[i]);
        known += im->counts[i];
    }
    json_out_number(j, "absent", im->pairs.count - known);
    json_out_close(j, '{');
}

static void put_change(struct json_out *j, const struct import *im, const struct pair *p)
{
    const struct unit *u = im->merge.taken[p->index];
    json_out_open(j, NULL, '{');
    json_out_text(j, "id", p->id);
    json_out_text(j, "outcome", outcome_names[im->outcomes[p->index]]);
    json_out_number(j, "line", u->line);
    json_out_text(j, "english", pair_english(p));
    json_out_text(j, "before", pair_translation(p));
    json_out_text(j, "after", u->translation);
    json_out_close(j, '{');
}

static void put_changes(struct json_out *j, const struct import *im)
{
    size_t left = TRANSLATION_CHANGES;
    json_out_open(j, "changes", '[');
    for (size_t i = 0; i < im->pairs.count && left; i++) {
        if (!im->merge.taken[i])
            continue;
        put_change(j, im, &im->pairs.list[i]);
        left--;
    }
    json_out_close(j, '[');
}

static void put_refusal(struct later *l, const struct import *im)
{
    size_t errors = im->faults ? findings_count(im->faults, FINDING_ERROR) : 0;
    char message[160];
    snprintf(message, sizeof message,
             "Nothing was taken, because %zu %s wrong. Correct the file and send it again.", errors,
             errors == 1 ? "thing is" : "things are");
    later_refuse(l, 422, "bad_file",
                 im->faults ? message : "There is no memory left. Try again later.");
    json_out_number(&l->reply.json, "errors", errors);
    if (im->faults)
        translation_findings(&l->reply.json, "findings", im->faults, FINDING_ERROR);
}

/* The entry of a changed file, if it is one of those that are taken. */
static int keep_change(void *arg, const char *place, const char *json, size_t len)
{
    struct upload *u = arg;
    char mark[PLACE_MARK_SIZE];
    const struct pair *p = pairs_find(&u->import.pairs, strchr(place, '#') + 1);
    if (!p || !u->import.merge.taken[p->index])
        return 0;
    char *before = place_get(u->later.files, place);
    place_mark(before, mark);
    free(before);
    struct draft_change *c = &u->changes[u->count++];
    c->place = strdup(place);
    c->json = strndup(json, len);
    c->mark = strdup(mark);
    return c->place && c->json && c->mark ? 0 : -1;
}

/* From whole files to entries, for the log of the working copy. */
static int find_changes(struct upload *u)
{
    const struct import *im = &u->import;
    struct files *now = files_ref(u->later.files);
    size_t most = 0;
    for (size_t i = 0; i < im->pairs.count; i++)
        most += im->merge.taken[i] != NULL;
    u->changes = calloc(most + 1, sizeof *u->changes);
    int rc = u->changes ? 0 : -1;
    for (size_t i = 0; i < im->merge.file_count && !rc; i++) {
        const struct catalog_file *file = &im->merge.files[i];
        struct files *next = files_with(now, file->name, file->text, file->len);
        rc = next ? place_list(next, file->name, keep_change, u) : -1;
        files_unref(now);
        now = next;
    }
    files_unref(now);
    return rc || u->count != most ? -1 : 0;
}

static void report(struct upload *u)
{
    struct json_out *j = &u->later.reply.json;
    const size_t *n = u->import.counts;
    put_counts(j, &u->import);
    put_changes(j, &u->import);
    translation_findings(j, "warnings", u->import.faults, FINDING_WARNING);
    snprintf(u->summary, sizeof u->summary, "%zu new, %zu changed, %zu confirmed", n[IMPORT_NEW],
             n[IMPORT_CHANGED], n[IMPORT_CONFIRMED]);
}

static void make(struct later *l)
{
    struct upload *u = (struct upload *)l;
    const struct bundle files = translation_files(l->files);
    const struct import_wish w = {.files = &files,
                                  .language = u->language,
                                  .format = u->format,
                                  .text = u->text,
                                  .len = u->len,
                                  .conf = l->console->conf,
                                  .handlers = l->console->handlers};
    json_out_int(&l->reply.json, "version", l->version);
    if (import_texts(&u->import, &w))
        put_refusal(l, &u->import);
    else if (find_changes(u))
        later_refuse(l, 503, "busy", "There is no memory left. Try again later.");
    else
        report(u);
    import_end(&u->import); /* what the loop needs is a copy */
}

/* Take it, if the report was about what stands there now. */
static bool end(struct later *l)
{
    struct upload *u = (struct upload *)l;
    bool same = u->seen == l->version && draft_version(l->console->draft) == l->version;
    if (u->take && same && u->count) {
        char subject[32];
        snprintf(subject, sizeof subject, "texts/%s", u->language);
        const struct step s = {.changes = u->changes,
                               .count = u->count,
                               .note = u->summary,
                               .action = "translation.import",
                               .subject = subject,
                               .detail = u->summary};
        if (!step_save(l->console, l->call, &l->person, &s))
            return false;
    }
    json_out_bool(&l->reply.json, "taken", u->take && same);
    json_out_int(&l->reply.json, "step", draft_version(l->console->draft));
    json_out_bool(&l->reply.json, "overtaken", u->take && !same);
    return true;
}

static void clear(struct later *l)
{
    struct upload *u = (struct upload *)l;
    for (size_t i = 0; i < u->count; i++) {
        free((char *)u->changes[i].place);
        free((char *)u->changes[i].json);
        free((char *)u->changes[i].mark);
    }
    free(u->changes);
    free(u->text);
}

/* What the query says. */
static bool read_query(const struct call *call, struct upload *u)
{
    const char *take = call_query(call, "take");
    int format = translation_format(call);
    if (format < 0 || !translation_language(call, u->language))
        return false;
    u->format = (enum exchange_format)format;
    u->take = take && *take;
    u->seen = u->take ? strtoll(take, NULL, 10) : -1;
    return true;
}

void api_translation_import(const struct call *call)
{
    struct upload *u = later_new(call, sizeof *u, make);
    if (!u)
        return;
    u->later.end = end;
    u->later.clear = clear;
    u->text = malloc(call->web->body_len + 1);
    u->len = call->web->body_len;
    if (!u->text)
        call_fail(call, 503, "busy", NULL, "There is no memory left. Try again later.");
    if (!u->text || !read_query(call, u)) {
        later_drop(&u->later);
        return;
    }
    memcpy(u->text, call->web->body, u->len);
    later_post(&u->later);
}
