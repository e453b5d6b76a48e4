/* SPDX-License-Identifier: Apache-2.0 */
/* What waits for review, and what reviewers decide. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/audit.h"
#include "console/draft.h"
#include "console/endpoints.h"
#include "console/people.h"
#include "console/publish_bundle.h"
#include "console/publish_run.h"
#include "console/ring.h"
#include "console/versions_internal.h"
#include "console/versions_json.h"

enum { LISTED = 30, NOTE_OCTETS = 4 * VERSION_NOTE_MAX + 1 };

static void write_author(void *arg, int64_t person, const char *name)
{
    struct json_out *j = arg;
    json_out_open(j, NULL, '{');
    json_out_int(j, "id", person);
    json_out_text(j, "name", name);
    json_out_close(j, '}');
}

/* The working copy: whether it can be submitted, and whose edits are in it. */
static void write_draft(const struct console *c, struct json_out *j)
{
    const struct files *draft = draft_files(c->draft);
    json_out_open(j, "draft", '{');
    json_out_int(j, "step", draft_version(c->draft));
    json_out_text(j, "hash", files_version(draft));
    json_out_bool(j, "changed", strcmp(files_version(draft), versions_current_hash(c)) != 0);
    json_out_open(j, "authors", '[');
    (void)draft_authors(c->draft, write_author, j);
    json_out_close(j, ']');
    json_out_close(j, '}');
}

/* GET /api/review: {draft: {step, hash, changed, authors}, in_force, hash, versions: […]} */
void api_review_list(const struct call *call)
{
    struct console *c = call->console;
    struct reply r;
    reply_begin(&r);
    write_draft(c, &r.json);
    json_out_int(&r.json, "in_force", c->versions->version);
    json_out_text(&r.json, "hash", versions_current_hash(c));
    json_out_open(&r.json, "versions", '[');
    enum db_result result = versions_json_list(c->db, &r.json, 0, LISTED);
    json_out_close(&r.json, ']');
    if (result == DB_OK)
        reply_send(&r, c, call->id, 200);
    else
        free(reply_take(&r)), call_stored(call, result);
}

/* The number in the query's field `id`; 0 after a failure was answered. */
static int64_t asked_id(const struct call *call)
{
    const char *s = call_query(call, "id");
    char *end = NULL;
    int64_t id = s ? strtoll(s, &end, 10) : 0;
    if (id > 0 && end && *end == '\0')
        return id;
    call_fail(call, 400, "bad_field", "id", "id must be the number of a version.");
    return 0;
}

/* Who else has it open. */
static void write_readers(const struct call *call, struct json_out *j, int64_t id)
{
    const struct version_readers *all = &call->console->versions->readers;
    int64_t now_ms = console_now(call->console);
    json_out_open(j, "readers", '[');
    for (size_t i = 0; i < VERSION_READERS_MAX; i++) {
        const struct version_reader *r = &all->list[i];
        if (r->version == id && r->person != call->person->id &&
            now_ms - r->at_ms < VERSION_READING_MS)
            write_author(j, r->person, r->name);
    }
    json_out_close(j, ']');
}

/* What a version that is not under review any more is compared with. */
static void take_base(void *arg, const struct version_row *row)
{
    snprintf(arg, FILES_VERSION_SIZE, "%s", row->base);
}

static int64_t before(struct db *db, int64_t id)
{
    char base[FILES_VERSION_SIZE] = "";
    int64_t known = publish_before(db, id);
    if (known || versions_get(db, id, take_base, base) != DB_OK)
        return known;
    return versions_find(db, base);
}

/* GET /api/review/version?id=N&reading=1: {version, mine, in_force, before, readers}. reading says
 * that whoever asks has it open, for the eyes of other reviewers; before is the version that it
 * followed, 0 if none is known. */
void api_review_version(const struct call *call)
{
    struct console *c = call->console;
    int64_t id = asked_id(call);
    struct reply r;
    if (!id)
        return;
    reply_begin(&r);
    bool found = versions_json_one(c->db, &r.json, "version", id);
    if (!found) {
        free(reply_take(&r));
        versions_done(call, VERSION_NONE, 0);
        return;
    }
    bool mine = versions_is_author(c->db, id, call->person->id);
    json_out_bool(&r.json, "mine", mine);
    json_out_int(&r.json, "in_force", c->versions->version);
    json_out_int(&r.json, "before", before(c->db, id));
    /* Whoever may not decide is nobody to agree with. */
    if (call_query(call, "reading") && !mine && (call->person->roles & ROLE_REVIEWER))
        version_readers_note(&c->versions->readers, id, call->person->id, call->person->name,
                             console_now(c));
    write_readers(call, &r.json, id);
    reply_send(&r, c, call->id, 200);
}

/* Which action, or -1. */
static int action_of(const char *name)
{
    static const struct {
        const char *name;
        enum version_action action;
    } actions[] = {{"approve", VERSION_DO_APPROVE},
                   {"return", VERSION_DO_RETURN},
                   {"withdraw", VERSION_DO_WITHDRAW}};
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (strcmp(actions[i].name, name) == 0)
            return (int)actions[i].action;
    return -1;
}

/* The decision and its line in one transaction. */
static enum version_result decide(struct console *c, const struct person *person,
                                  const struct version_decision *d, const char *name)
{
    char action[AUDIT_ACTION_MAX], subject[32];
    enum version_result r = versions_begin(c->db);
    if (r != VERSION_OK)
        return r;
    r = versions_decide(c->db, d, NULL);
    snprintf(action, sizeof action, "review.%s", name);
    snprintf(subject, sizeof subject, "%lld", (long long)d->id);
    if (r == VERSION_OK)
        r = version_fault(audit_try(c, person, action, subject, d->note));
    return versions_end(c->db, r);
}

/* POST /api/review/decide {version, decision: approve|return|withdraw, note, against}: against is
 * the version in force that it was compared with. */
void api_review_decide(const struct call *call)
{
    struct console *c = call->console;
    int64_t id, against;
    char one_line[NOTE_OCTETS];
    const char *name = call_text(call, "decision", 1, 16);
    int action = name ? action_of(name) : -1;
    if (!name || call_int(call, "version", 1, INT64_MAX >> 11, &id) < 0 ||
        call_int(call, "against", 0, INT64_MAX >> 11, &against) < 0)
        return;
    if (action < 0) {
        call_fail(call, 400, "bad_field", "decision",
                  "decision must be approve, return or withdraw.");
        return;
    }
    if (action != VERSION_DO_WITHDRAW && !(call->person->roles & ROLE_REVIEWER)) {
        call_fail(call, 403, "forbidden", NULL,
                  "Only reviewers decide on versions. Ask an administrator for that role.");
        return;
    }
    const char *note = action == VERSION_DO_RETURN
                           ? call_text(call, "note", 1, VERSION_WHY_MAX)
                           : call_text_or_empty(call, "note", VERSION_WHY_MAX);
    if (!note)
        return;
    publish_one_line(note, VERSION_WHY_MAX, one_line, sizeof one_line);
    const struct version_decision d = {.id = id,
                                       .action = (enum version_action)action,
                                       .by = {call->person->id, call->person->name},
                                       .note = one_line,
                                       .now_ms = console_now(c)};
    bool moved = action == VERSION_DO_APPROVE && against != c->versions->version;
    enum version_result r = moved ? VERSION_MOVED : decide(c, call->person, &d, name);
    if (!versions_done(call, r, id))
        return;
    ring_event(c, "versions");
    struct reply reply;
    reply_begin(&reply);
    versions_json_one(c->db, &reply.json, "version", id);
    reply_send(&reply, c, call->id, 200);
}
