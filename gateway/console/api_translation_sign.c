/* SPDX-License-Identifier: Apache-2.0 */
/* A native reader has read translations: their names stand in the entries from then on. Nobody
 * signs words of their own that are not published yet, neither as the one who is signed in nor as
 * the reader. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/api_translation.h"
#include "console/draft.h"
#include "console/draft_log.h"
#include "console/endpoints.h"
#include "console/entry_with.h"
#include "console/later.h"
#include "console/step.h"
#include "desk/pairs.h"
#include "editing/place.h"

/* More would hold up the loop for longer than a second. */
enum { SIGNED_MAX = 100, READER_MAX = 60, DAY_FIRST = 18262 /* 2020-01-01 */ };

/* Entries that are signed. */
struct signing {
    struct later later;
    char language[TRANSLATION_CODE];
    char reader[4 * READER_MAX + 1], day[16];
    struct draft_change *changes; /* all strings its own */
    size_t count;
};

/* The entry with its reader. NULL without memory. */
static char *with_reader(const struct signing *s, const char *json)
{
    char *reader = entry_text(s->reader), *day = entry_text(s->day);
    const struct entry_member members[] = {
        {"status", "\"reviewed\"", "text"},
        {"reviewer", reader, "status"},
        {"reviewed_on", day, "reviewer"},
    };
    char *out = reader && day ? entry_with(json, members, 3) : NULL;
    free(reader);
    free(day);
    return out;
}

static void refuse(struct later *l, const char *place, const char *what)
{
    char message[PLACE_MAX + 160];
    const char *id = strchr(place, '#');
    snprintf(message, sizeof message, "%s: %s Nothing was signed.", id ? id + 1 : place, what);
    later_refuse(l, 422, "not_signed", message);
    json_out_text(&l->reply.json, "place", place);
}

/* Prepare one entry. Returns false after it was refused. */
static bool prepare(struct signing *s, const struct pairs *all, struct draft_change *c)
{
    struct later *l = &s->later;
    const struct pair *p = pairs_find(all, strchr(c->place, '#') + 1);
    char *json = place_get(l->files, c->place);
    if (!p || !json || !*pair_translation(p))
        refuse(l, c->place, "There is no translation. Load the page again.");
    else if (pair_status(p) == ENTRY_STALE)
        refuse(l, c->place, "Its English text has changed. Have the translation corrected first.");
    else if (!(c->json = with_reader(s, json)))
        later_refuse(l, 503, "busy", "There is no memory left. Try again later.");
    free(json);
    return l->status == 200;
}

static void prepare_all(struct signing *s, const struct pairs *all)
{
    for (size_t i = 0; i < s->count; i++) {
        if (!prepare(s, all, &s->changes[i]))
            return;
    }
}

static void make(struct later *l)
{
    struct signing *s = (struct signing *)l;
    const struct bundle files = translation_files(l->files);
    struct arena *arena = arena_new();
    struct findings *f = findings_new();
    struct pairs all = {.trees = NULL};
    if (!arena || pairs_open(&all, arena, &files, s->language, f))
        translation_refuse(l, f);
    else
        prepare_all(s, &all);
    pairs_close(&all);
    findings_free(f);
    arena_free(arena);
}

/* Whose words a translation has. */
struct authors {
    const struct signing *signing;
    bool is_signer, is_reader;
};

static struct tree *parse(const char *json)
{
    struct json_error err;
    return json ? tree_parse(json, strlen(json), &err) : NULL;
}

static bool same_text(const char *before, const char *after)
{
    struct tree *b = parse(before), *a = parse(after);
    const char *old = b ? tree_string(tree_get(tree_root(b), "text")) : NULL;
    const char *new = a ? tree_string(tree_get(tree_root(a), "text")) : NULL;
    bool same = old && new ? !strcmp(old, new) : old == new;
    tree_free(b);
    tree_free(a);
    return same;
}

static bool look_at(void *arg, const struct draft_line *line)
{
    struct authors *a = arg;
    const struct signing *s = a->signing;
    if (line->published)
        return false;
    bool wrote = !line->undone && (!strcmp(line->action, "edit") || !strcmp(line->action, "redo"));
    if (!wrote || same_text(line->before, line->after))
        return true;
    a->is_signer = a->is_signer || line->person == s->later.person.id;
    a->is_reader = a->is_reader || !strcasecmp(line->name, s->reader);
    return true;
}

/* Is every text somebody else's? False after a failure was answered. */
static bool is_others(const struct signing *s)
{
    const struct later *l = &s->later;
    for (size_t i = 0; i < s->count; i++) {
        struct authors a = {.signing = s};
        const char *id = strchr(s->changes[i].place, '#') + 1;
        if (draft_history(l->console->draft, s->changes[i].place, look_at, &a) != DRAFT_OK) {
            console_fail(l->console, l->call, 503, "database", NULL, "%s",
                         draft_problem(l->console->draft)->why);
            return false;
        }
        if (!a.is_signer && !a.is_reader)
            continue;
        console_fail(l->console, l->call, 403, "own_words", "reader",
                     a.is_signer ? "%s: you wrote this translation. Somebody else has to sign it. "
                                   "Nothing was signed."
                                 : "%s: the reader wrote this translation. Another native reader "
                                   "has to read it. Nothing was signed.",
                     id);
        return false;
    }
    return true;
}

static bool end(struct later *l)
{
    struct signing *s = (struct signing *)l;
    char detail[512], subject[PLACE_MAX + 32];
    if (!is_others(s))
        return false;
    snprintf(detail, sizeof detail, "%zu texts, read by %s on %s", s->count, s->reader, s->day);
    snprintf(subject, sizeof subject, "%s%s", s->changes[0].place, s->count > 1 ? " …" : "");
    const struct step step = {.changes = s->changes,
                              .count = s->count,
                              .note = detail,
                              .action = "translation.sign",
                              .subject = subject,
                              .detail = detail};
    if (!step_save(l->console, l->call, &l->person, &step))
        return false;
    json_out_number(&l->reply.json, "signed", s->count);
    return true;
}

static void clear(struct later *l)
{
    struct signing *s = (struct signing *)l;
    for (size_t i = 0; i < s->count; i++) {
        free((char *)s->changes[i].place);
        free((char *)s->changes[i].json);
        free((char *)s->changes[i].mark);
    }
    free(s->changes);
}

/* Take a place of a translation, in the language of those before it. */
static int add_place(struct signing *s, const struct tree_node *n)
{
    struct place_parts parts;
    char why[PLACE_WHY_MAX];
    const char *place = tree_string(tree_get(n, "place"));
    const char *mark = tree_string(tree_get(n, "mark"));
    if (!place || !mark || !*mark || place_parse(place, &parts, why) || !parts.language[0] ||
        !strcmp(parts.language, "en") || (s->count && strcmp(parts.language, s->language) != 0))
        return -1;
    snprintf(s->language, sizeof s->language, "%s", parts.language);
    struct draft_change *c = &s->changes[s->count++];
    c->place = strdup(place);
    c->mark = strdup(mark);
    return c->place && c->mark ? 0 : -1;
}

/* The list "places": [{place, mark}]. False after a failure was answered. */
static bool read_places(const struct call *call, struct signing *s)
{
    const struct tree_node *list = tree_get(call->in, "places");
    size_t count = tree_type(list) == JSON_ARRAY ? tree_count(list) : 0;
    if (count == 0 || count > SIGNED_MAX) {
        call_fail(call, 400, "bad_field", "places", "Choose 1 to %d texts.", SIGNED_MAX);
        return false;
    }
    s->changes = calloc(count, sizeof *s->changes);
    const struct tree_node *n = s->changes ? tree_first(list) : NULL;
    while (n && !add_place(s, n))
        n = tree_next(n);
    if (s->changes && !n)
        return true;
    call_fail(call, 400, "bad_field", "places",
              "One of these is no translation, or of another language. Load the page again.");
    return false;
}

/* The reader's name, and a day that has come: in the east it is tomorrow already. */
static bool read_reader(const struct call *call, struct signing *s)
{
    const char *reader = call_text(call, "reader", 2, READER_MAX);
    const char *day = reader ? call_text(call, "day", 10, 10) : NULL;
    int32_t n;
    if (!day)
        return false;
    if (!people_is_name(reader)) {
        call_fail(call, 400, "bad_field", "reader",
                  "Type the name of the native reader, in one line.");
        return false;
    }
    if (clock_parse_day(day, &n) || n < DAY_FIRST ||
        n > clock_day(console_now(call->console)) + 1) {
        call_fail(call, 400, "bad_field", "day",
                  "Type the day of the reading as YYYY-MM-DD, not a day to come.");
        return false;
    }
    snprintf(s->reader, sizeof s->reader, "%s", reader);
    snprintf(s->day, sizeof s->day, "%s", day);
    return true;
}

void api_translation_sign(const struct call *call)
{
    struct signing *s = later_new(call, sizeof *s, make);
    if (!s)
        return;
    s->later.end = end;
    s->later.clear = clear;
    if (read_reader(call, s) && read_places(call, s))
        later_post(&s->later);
    else
        later_drop(&s->later);
}
