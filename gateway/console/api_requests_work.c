/* SPDX-License-Identifier: Apache-2.0 */
/* Working on cases: actions, notes, and the look at a number. */
#include "console/api_requests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "casework/notes.h"
#include "casework/work.h"
#include "console/audit.h"
#include "console/people.h"
#include "console/queue.h"

enum { NOTE_CHARACTERS = 2000, YEAR_MS = 365 };

/* The case's number for the log, and the action's details. */
struct told {
    char action[AUDIT_ACTION_MAX], subject[AUDIT_SUBJECT_MAX], detail[AUDIT_DETAIL_MAX];
};

/* What is in the way, as a sentence. */
static void say_obstacle(const struct call *call, const struct work_case *there, char *out,
                         size_t cap)
{
    char name[PERSON_NAME_SIZE];
    bool closed = there->state == CASE_CLOSED;
    int64_t who = closed ? there->closed_by : there->assignee;
    if (who == 0 || who == call->person->id) {
        snprintf(out, cap, "%s",
                 closed     ? "This case is closed. Open it again first."
                 : who == 0 ? "Nobody has this case. Take it first."
                            : "This case has changed since you saw it. Look at it again.");
        return;
    }
    people_name(call->console, who, name, sizeof name);
    snprintf(out, cap, "%s has %s this case. Nothing was changed.", name,
             closed ? "closed" : "taken");
}

/* 409, with the case as it is now. */
static void fail_conflict(const struct call *call, struct db *db, const char *id,
                          const struct work_case *there)
{
    char message[PERSON_NAME_SIZE + 100];
    struct reply r;
    say_obstacle(call, there, message, sizeof message);
    reply_begin(&r);
    json_out_open(&r.json, "error", '{');
    json_out_text(&r.json, "code", "conflict");
    json_out_text(&r.json, "message", message);
    json_out_close(&r.json, '{');
    api_case_find(&r.json, "now", call, db, id);
    reply_send(&r, call->console, call->id, 409);
}

/* Answer with the case as it is now. */
static void send_case(const struct call *call, struct db *db, const char *id)
{
    struct reply r;
    reply_begin(&r);
    api_case_find(&r.json, "request", call, db, id);
    reply_send(&r, call->console, call->id, 200);
}

static void answer_result(const struct call *call, struct db *db, const char *id,
                          enum work_result result, const struct work_case *there)
{
    switch (result) {
    case WORK_OK:
    case WORK_BEFORE:
        send_case(call, db, id);
        break;
    case WORK_CONFLICT:
    case WORK_NOT_YOURS:
        fail_conflict(call, db, id, there);
        break;
    case WORK_NO_CASE:
        call_fail(call, 404, "not_found", "id", "There is no such case. Look at the list again.");
        break;
    }
}

/* Read the members. False after a failure was answered. */
static bool read_wish(const struct call *call, struct work *w)
{
    const char *action = NULL;
    w->id = api_case_id(call);
    w->who = call->person->id;
    if (!w->id || call_int(call, "revision", 1, INT32_MAX, &w->revision) < 0 ||
        !(action = call_text(call, "action", 1, 16)))
        return false;
    int found = work_action_of(action);
    if (found < 0) {
        call_fail(call, 400, "bad_field", "action", "There is no such action.");
        return false;
    }
    w->action = (enum work_action)found;
    if (w->action == WORK_WAIT)
        return call_int(call, "until", 0,
                        console_now(call->console) + YEAR_MS * (int64_t)24 * 3600 * 1000,
                        &w->until_ms) == 0;
    if (w->action == WORK_ASSIGN)
        return call_int(call, "to", 1, INT32_MAX, &w->to) == 0;
    if (w->action != WORK_CLOSE)
        return true;
    w->outcome = call_text(call, "outcome", 1, 16);
    if (!w->outcome || work_is_outcome(w->outcome))
        return w->outcome != NULL;
    call_fail(call, 400, "bad_field", "outcome", "Choose what came of it.");
    return false;
}

/* Who manages people gives cases to others; all else is for case workers, and a case is given to
 * case workers alone. */
static bool may(const struct call *call, const struct work *w, const struct work_case *there)
{
    struct person to;
    bool caseworker = call->person->roles & ROLE_CASEWORKER;
    bool admin = call->person->roles & ROLE_ADMIN;
    if (w->action != WORK_ASSIGN) {
        if (caseworker)
            return true;
        call_fail(call, 403, "forbidden", NULL, "Only case workers do this.");
        return false;
    }
    if (!admin && there->assignee != w->who && there->assignee != w->to) {
        call_fail(call, 403, "forbidden", NULL,
                  "Only who has the case, or an admin, gives it to somebody else.");
        return false;
    }
    if (people_get(call->console->db, w->to, &to) == PEOPLE_OK && to.active &&
        (to.roles & ROLE_CASEWORKER))
        return true;
    call_fail(call, 400, "bad_field", "to", "Choose a case worker who is active.");
    return false;
}

static void take_number(void *arg, const struct case_row *row)
{
    struct told *t = arg;
    snprintf(t->subject, sizeof t->subject, "case %s", row->case_no);
}

static enum db_result tell(struct db *db, const struct work *w, const struct call *call,
                           struct told *t)
{
    char name[PERSON_NAME_SIZE];
    snprintf(t->action, sizeof t->action, "request.%s", work_action_name(w->action));
    if (w->action == WORK_CLOSE) {
        snprintf(t->detail, sizeof t->detail, "%s, id %s", w->outcome, w->id);
    } else if (w->action == WORK_ASSIGN) {
        people_name(call->console, w->to, name, sizeof name);
        snprintf(t->detail, sizeof t->detail, "to %s, id %s", name, w->id);
    } else {
        snprintf(t->detail, sizeof t->detail, "id %s", w->id);
    }
    return cases_find(db, w->id, take_number, t);
}

void api_requests_change(const struct call *call)
{
    struct work w = {.outcome = ""};
    struct work_case there;
    struct told t = {.subject = ""};
    enum work_result result;
    struct db *db = read_wish(call, &w) ? queue_begin(call) : NULL;
    if (!db)
        return;
    enum db_result r = work_look(db, w.id, &result, &there);
    if (r == DB_OK && result == WORK_OK && !may(call, &w, &there)) {
        db_rollback(db);
        return;
    }
    if (r == DB_OK)
        r = work_do(db, &w, console_now(call->console), &result, &there);
    if (r == DB_OK && result == WORK_OK)
        r = tell(db, &w, call, &t);
    if (r != DB_OK || result != WORK_OK) {
        db_rollback(db);
        if (queue_stored(call, db, r))
            answer_result(call, db, w.id, result, &there);
        return;
    }
    const struct queue_line line = {t.action, t.subject, t.detail};
    if (queue_commit(call, db, &line))
        answer_result(call, db, w.id, result, &there);
}

/* Is it the caller's case, and open? False after a failure was answered. */
static bool is_own(const struct call *call, struct db *db, const char *id)
{
    enum work_result result;
    struct work_case there;
    if (!queue_stored(call, db, work_look(db, id, &result, &there)))
        return false;
    if (result != WORK_OK) {
        answer_result(call, db, id, result, &there);
        return false;
    }
    if (there.assignee == call->person->id && there.state != CASE_CLOSED &&
        (call->person->roles & ROLE_CASEWORKER))
        return true;
    fail_conflict(call, db, id, &there);
    return false;
}

static const struct seal_secret *need_key(const struct call *call)
{
    const struct seal_secret *key = queue_key(call->console);
    if (!key)
        call_fail(call, 503, "no_key", NULL,
                  "The console has no secret key: set receiver.secret_key_file in its "
                  "configuration.");
    return key;
}

void api_requests_note(const struct call *call)
{
    bool added;
    const char *id = api_case_id(call);
    const char *note = id ? call_text(call, "note", NOTE_ID_MAX, NOTE_ID_MAX) : NULL;
    const char *text = note ? call_text(call, "text", 1, NOTE_CHARACTERS) : NULL;
    const struct seal_secret *key = text ? need_key(call) : NULL;
    struct db *db = key ? queue_begin(call) : NULL;
    if (!db)
        return;
    struct told t = {.subject = ""};
    struct note n = {.id = note,
                     .case_id = id,
                     .who = call->person->id,
                     .at_ms = console_now(call->console),
                     .text = text};
    if (!is_own(call, db, id)) {
        db_rollback(db);
        return;
    }
    enum db_result r = notes_add(db, &key->public, &n, &added);
    if (r == DB_OK)
        r = cases_find(db, id, take_number, &t);
    if (r != DB_OK || !added) {
        db_rollback(db);
        if (queue_stored(call, db, r))
            call_done(call); /* it came before */
        return;
    }
    snprintf(t.detail, sizeof t.detail, "id %s", id);
    if (queue_commit(call, db, &(struct queue_line){"request.note", t.subject, t.detail}))
        call_done(call);
}

/* What is shown of a case that was opened. */
struct opening {
    const struct call *call;
    const struct seal_secret *key;
    struct json_out *json;
    char *scratch; /* number and text in clear */
    struct told told;
    bool failed;
};

static void open_row(void *arg, const struct case_row *row)
{
    struct opening *o = arg;
    const char *msisdn = "", *text = "";
    struct request_read r = {.sealed = row->sealed, .sealed_len = row->sealed_len};
    snprintf(r.request.id, sizeof r.request.id, "%s", row->id);
    o->failed = request_codec_open(&r, o->key, o->scratch, &msisdn, &text) < 0;
    json_out_bool(o->json, "damaged", o->failed);
    json_out_text(o->json, "number", o->failed ? "" : msisdn);
    json_out_text(o->json, "text", o->failed ? "" : text);
}

static void write_note(void *arg, const struct note *n)
{
    struct opening *o = arg;
    char name[PERSON_NAME_SIZE];
    people_name(o->call->console, n->who, name, sizeof name);
    json_out_open(o->json, NULL, '{');
    json_out_text(o->json, "by", name);
    json_out_int(o->json, "at", n->at_ms);
    json_out_text(o->json, "text", n->text); /* null: it does not open */
    json_out_close(o->json, '{');
}

/* Everything that was in clear is wiped here; the web server's own copy lives until it is sent. */
static void show(struct opening *o, struct db *db, const char *id)
{
    struct reply r;
    reply_begin(&r);
    o->json = &r.json;
    enum db_result result = cases_find(db, id, open_row, o);
    json_out_open(&r.json, "notes", '[');
    if (result == DB_OK)
        result = notes_read(db, o->key, id, write_note, o);
    json_out_close(&r.json, '[');
    char *text = reply_take(&r);
    const struct call_answer a = {.status = 200, .text = text, .len = r.len};
    if (text && result == DB_OK)
        console_answer(o->call->console, o->call->id, &a);
    else
        call_fail(o->call, 503, "busy", NULL, "The case cannot be read now. Try again.");
    if (text)
        explicit_bzero(text, r.len);
    free(text);
}

/* The look is in the log before anything is opened. */
void api_requests_look(const struct call *call)
{
    struct opening o = {.call = call};
    const char *id = api_case_id(call);
    o.key = id ? need_key(call) : NULL;
    struct db *db = o.key ? queue_read(call) : NULL;
    if (!db || !is_own(call, db, id) ||
        !queue_stored(call, db, cases_find(db, id, take_number, &o.told)))
        return;
    snprintf(o.told.detail, sizeof o.told.detail, "id %s", id);
    o.scratch = malloc(REQUEST_PAYLOAD_MAX + 1);
    if (!o.scratch)
        call_fail(call, 503, "busy", NULL, "There is no memory. Try again.");
    else if (queue_note_look(call,
                             &(struct queue_line){"number.look", o.told.subject, o.told.detail}))
        show(&o, db, id);
    if (o.scratch)
        explicit_bzero(o.scratch, REQUEST_PAYLOAD_MAX + 1);
    free(o.scratch);
}
