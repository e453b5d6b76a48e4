/* SPDX-License-Identifier: Apache-2.0 */
/* "I dialled it today": a line in the log of calls, and, if somebody answered, the day in the
 * contact's entry of the working copy. It is published like any other change. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "console/call.h"
#include "console/dialled.h"
#include "console/draft.h"
#include "console/endpoints.h"
#include "console/entry_with.h"
#include "console/step.h"
#include "editing/place.h"

enum { HOURS_MAX = 80, NOTE_MAX = 300, LANGUAGES_MAX = 12, CODES_SIZE = 3 * LANGUAGES_MAX + 1 };

/* What the person says of a call. */
struct account {
    const struct call *call;
    const char *place, *mark, *hours, *note;
    bool answered;
    char languages[CODES_SIZE]; /* codes with blanks between */
    char day[16];
    char *entry; /* as it stands */
    struct tree *tree;
};

/* Codes such as "my"; each once. */
static int read_languages(struct account *a)
{
    struct buf b;
    const struct tree_node *list = tree_get(a->call->in, "languages");
    buf_init(&b, a->languages, sizeof a->languages);
    for (const struct tree_node *n = tree_first(list); n; n = tree_next(n)) {
        const char *code = tree_string(n);
        bool good = code && strlen(code) == 2 && strspn(code, "abcdefghijklmnopqrstuvwxyz") == 2;
        if (!good)
            return -1;
        if (!strstr(a->languages, code))
            buf_printf(&b, "%s%s", b.len ? " " : "", code);
    }
    return b.full ? -1 : 0;
}

static bool read_words(const struct call *call, struct account *a)
{
    const struct tree_node *answered = tree_get(call->in, "answered");
    a->place = call_text(call, "place", 1, PLACE_MAX - 1);
    a->mark = a->place ? call_text(call, "mark", 1, PLACE_MARK_SIZE - 1) : NULL;
    a->hours = a->mark ? call_text_or_empty(call, "hours", HOURS_MAX) : NULL;
    a->note = a->hours ? call_text_or_empty(call, "note", NOTE_MAX) : NULL;
    if (!a->note)
        return false;
    a->answered = tree_true(answered);
    if (tree_type(answered) != JSON_BOOL)
        call_fail(call, 400, "bad_field", "answered", "Say whether somebody answered.");
    else if (read_languages(a))
        call_fail(call, 400, "bad_field", "languages", "Choose at most %d languages.",
                  LANGUAGES_MAX);
    else if (strchr(a->hours, '\n'))
        call_fail(call, 400, "bad_field", "hours", "Write the hours in one line.");
    else
        return true;
    return false;
}

static const char *member(const struct account *a, const char *name)
{
    return tree_string(tree_get(tree_root(a->tree), name));
}

/* The contact's entry as it stands now. */
static bool read_entry(const struct call *call, struct account *a)
{
    struct json_error err;
    bool contact =
        !strncmp(a->place, "channels.json#", 14) || !strncmp(a->place, "centres.json#", 13);
    a->entry = contact ? place_get(draft_files(call->console->draft), a->place) : NULL;
    a->tree = a->entry ? tree_parse(a->entry, strlen(a->entry), &err) : NULL;
    if (a->tree && member(a, "number") && *member(a, "number"))
        return true;
    call_fail(call, 404, "not_found", "place",
              "This contact is not there any more, or has no number. Load the page again.");
    return false;
}

/* The codes as a JSON array. */
static void languages_json(const struct account *a, char out[8 * LANGUAGES_MAX])
{
    struct buf b;
    buf_init(&b, out, 8 * LANGUAGES_MAX);
    buf_putc(&b, '[');
    for (const char *s = a->languages; *s; s += s[2] ? 3 : 2)
        buf_printf(&b, "%s\"%.2s\"", b.len > 1 ? ", " : "", s);
    buf_putc(&b, ']');
}

/* The entry with the day of the call, and with what was learnt: nothing that was known is taken
 * away. Entries of centres have neither languages nor hours. NULL without memory. */
static char *verified(const struct account *a)
{
    char list[8 * LANGUAGES_MAX], day[24];
    char *hours = entry_text(a->hours);
    struct entry_member members[3];
    size_t n = 0;
    snprintf(day, sizeof day, "\"%s\"", a->day);
    languages_json(a, list);
    members[n++] = (struct entry_member){"verified_on", day, "as_of"};
    if (a->languages[0])
        members[n++] = (struct entry_member){"languages", list, NULL};
    if (a->hours[0])
        members[n++] = (struct entry_member){"hours", hours, NULL};
    char *out = hours ? entry_with(a->entry, members, n) : NULL;
    free(hours);
    return out;
}

static void answer(const struct call *call, const struct account *a)
{
    struct reply r;
    reply_begin(&r);
    json_out_text(&r.json, "verified_on", a->answered ? a->day : member(a, "verified_on"));
    json_out_int(&r.json, "version", draft_version(call->console->draft));
    reply_send(&r, call->console, call->id, 200);
}

static void save(const struct call *call, const struct account *a, const char *json)
{
    char note[64];
    const struct draft_change change = {.place = a->place, .json = json, .mark = a->mark};
    const struct dialled dialled = {.place = a->place,
                                    .number = member(a, "number"),
                                    .person = call->person->id,
                                    .name = call->person->name,
                                    .at_ms = console_now(call->console),
                                    .answered = a->answered,
                                    .languages = a->languages,
                                    .hours = a->hours,
                                    .note = a->note};
    snprintf(note, sizeof note, "Dialled on %s: %s", a->day,
             a->answered ? "answered" : "nobody answered");
    const struct step step = {.changes = &change,
                              .count = a->answered ? 1 : 0,
                              .note = note,
                              .action = "number.dialled",
                              .subject = a->place,
                              .detail = note,
                              .dialled = &dialled};
    if (step_save(call->console, call->id, call->person, &step))
        answer(call, a);
}

static void write_day(int64_t now_ms, char out[16])
{
    time_t at = (time_t)(now_ms / 1000);
    struct tm day;
    gmtime_r(&at, &day);
    strftime(out, 16, "%Y-%m-%d", &day);
}

static void take(const struct call *call, struct account *a)
{
    char *json = a->answered ? verified(a) : NULL;
    if (a->answered && !json)
        call_fail(call, 503, "busy", NULL, "There is no memory left. Try again later.");
    else
        save(call, a, json);
    free(json);
}

void api_numbers_dialled(const struct call *call)
{
    struct account a = {.call = call};
    write_day(console_now(call->console), a.day);
    if (read_words(call, &a) && read_entry(call, &a))
        take(call, &a);
    tree_free(a.tree);
    free(a.entry);
}
