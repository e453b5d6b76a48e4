/* SPDX-License-Identifier: Apache-2.0 */
/* Looking at the queue. */
#include "console/api_requests.h"

#include <stdlib.h>
#include <string.h>

#include "casework/work.h"
#include "console/people.h"
#include "console/queue.h"

enum { LIST_MAX = 300 };

static void write_person(struct json_out *j, const char *key, const struct call *call, int64_t id)
{
    char name[PERSON_NAME_SIZE];
    if (id == 0) {
        json_out_text(j, key, NULL);
        return;
    }
    people_name(call->console, id, name, sizeof name);
    json_out_open(j, key, '{');
    json_out_int(j, "id", id);
    json_out_text(j, "name", name);
    json_out_close(j, '{');
}

static void write_times(struct json_out *j, const struct case_row *row)
{
    json_out_int(j, "at", row->at_ms);
    json_out_int(j, "stored", row->stored_ms);
    json_out_int(j, "since", row->state_ms);
    json_out_int(j, "taken", row->taken_ms);
    json_out_int(j, "waiting_until", row->waiting_until);
    json_out_int(j, "removed", row->removed_ms);
}

void api_case_write(struct json_out *j, const char *key, const struct call *call,
                    const struct case_row *row)
{
    json_out_open(j, key, '{');
    json_out_text(j, "id", row->id);
    json_out_text(j, "case", row->case_no);
    json_out_text(j, "kind", row->kind);
    json_out_text(j, "country", row->country);
    json_out_text(j, "zone", queue_zone(row->country));
    json_out_text(j, "wish", row->wish);
    json_out_text(j, "safe", row->safe);
    json_out_text(j, "lang", row->lang);
    json_out_text(j, "channel", row->channel);
    json_out_text(j, "bridge", row->bridge);
    json_out_text(j, "state", row->state);
    json_out_text(j, "outcome", row->outcome);
    write_times(j, row);
    json_out_int(j, "revision", row->revision);
    write_person(j, "assignee", call, row->assignee);
    write_person(j, "closed_by", call, row->closed_by);
    json_out_bool(j, "mine", row->assignee != 0 && row->assignee == call->person->id);
    json_out_bool(j, "sealed", row->sealed_len > 0);
    json_out_close(j, '{');
}

/* What is written for each row. */
struct writing {
    struct json_out *json;
    const char *key;
    const struct call *call;
    size_t rows;
};

static void write_row(void *arg, const struct case_row *row)
{
    struct writing *w = arg;
    w->rows++;
    api_case_write(w->json, w->key, w->call, row);
}

bool api_case_find(struct json_out *j, const char *key, const struct call *call, struct db *db,
                   const char *id)
{
    struct writing w = {.json = j, .key = key, .call = call};
    return cases_find(db, id, write_row, &w) == DB_OK && w.rows > 0;
}

static bool is_hex_id(const char *s)
{
    return s && strlen(s) == REQUEST_ID_MAX && strspn(s, "0123456789abcdef") == REQUEST_ID_MAX;
}

const char *api_case_id(const struct call *call)
{
    const char *id = call->in ? call_text(call, "id", 1, REQUEST_ID_MAX) : call_query(call, "id");
    if (is_hex_id(id))
        return id;
    if (!call->in || id)
        call_fail(call, 400, "bad_field", "id", "id must be 16 hex digits of a case.");
    return NULL;
}

static void write_counts(struct json_out *j, struct db *db, enum db_result *r)
{
    int64_t count[CASE_STATES];
    *r = cases_count(db, count);
    json_out_open(j, "counts", '{');
    for (int s = CASE_NEW; s <= CASE_CLOSED; s++)
        json_out_int(j, request_codec_state_name((enum case_state)s), count[s]);
    json_out_close(j, '{');
}

static void write_receiver(struct json_out *j, const struct call *call)
{
    const char *why;
    json_out_int(j, "now", console_now(call->console));
    json_out_bool(j, "receives", queue_receives(call->console, &why));
    json_out_text(j, "why", why);
    json_out_bool(j, "key", queue_key(call->console) != NULL);
    json_out_open(j, "outcomes", '[');
    for (size_t i = 0; work_outcomes[i]; i++)
        json_out_text(j, NULL, work_outcomes[i]);
    json_out_close(j, '[');
}

/* Send the reply, or the fault of the database in its place. */
static void send_read(struct reply *r, const struct call *call, struct db *db,
                      enum db_result result)
{
    if (result == DB_OK) {
        reply_send(r, call->console, call->id, 200);
        return;
    }
    free(reply_take(r));
    queue_stored(call, db, result);
}

static enum db_result write_states(const struct call *call, struct json_out *j, struct db *db,
                                   int first, int last)
{
    enum db_result r = DB_OK;
    bool more = false;
    json_out_open(j, "cases", '[');
    for (int s = first; r == DB_OK && s <= last; s++) {
        struct writing w = {.json = j, .call = call};
        r = cases_in_state(db, (enum case_state)s, LIST_MAX, write_row, &w);
        more |= w.rows == LIST_MAX;
    }
    json_out_close(j, '[');
    json_out_bool(j, "more", more);
    return r;
}

void api_requests_counts(const struct call *call)
{
    struct db *db = queue_read(call);
    if (!db)
        return;
    struct reply r;
    enum db_result result;
    reply_begin(&r);
    write_counts(&r.json, db, &result);
    send_read(&r, call, db, result);
}

void api_requests(const struct call *call)
{
    const char *state = call_query(call, "state");
    int first = CASE_NEW, last = CASE_WAITING;
    if (state && strcmp(state, "open") != 0)
        first = last = request_codec_state_of(state);
    if (first < CASE_NEW || last > CASE_CLOSED) {
        call_fail(call, 400, "bad_field", "state",
                  "state must be open, new, taken, waiting or closed.");
        return;
    }
    struct db *db = queue_read(call);
    if (!db)
        return;
    struct reply r;
    enum db_result result;
    reply_begin(&r);
    write_receiver(&r.json, call);
    write_counts(&r.json, db, &result);
    if (result == DB_OK)
        result = write_states(call, &r.json, db, first, last);
    send_read(&r, call, db, result);
}

void api_requests_find(const struct call *call)
{
    const char *number = call_query(call, "case");
    if (!number || strlen(number) != REQUEST_CASE_MAX ||
        strspn(number, "0123456789") != REQUEST_CASE_MAX) {
        call_fail(call, 400, "bad_field", "case",
                  "A case number has nine digits. Ask for it again.");
        return;
    }
    struct db *db = queue_read(call);
    if (!db)
        return;
    struct reply r;
    reply_begin(&r);
    struct writing w = {.json = &r.json, .call = call};
    json_out_open(&r.json, "cases", '[');
    enum db_result result = cases_find(db, number, write_row, &w);
    json_out_close(&r.json, '[');
    send_read(&r, call, db, result);
}

static void write_colleague(void *arg, const struct person *p, int64_t made_ms, int64_t seen_ms)
{
    struct json_out *j = arg;
    (void)made_ms;
    (void)seen_ms;
    if (!p->active || !(p->roles & ROLE_CASEWORKER))
        return;
    json_out_open(j, NULL, '{');
    json_out_int(j, "id", p->id);
    json_out_text(j, "name", p->name);
    json_out_close(j, '{');
}

void api_requests_case(const struct call *call)
{
    struct db *db = NULL;
    const char *id = api_case_id(call);
    if (id)
        db = queue_read(call);
    if (!db)
        return;
    struct reply r;
    reply_begin(&r);
    write_receiver(&r.json, call);
    bool found = api_case_find(&r.json, "request", call, db, id);
    json_out_open(&r.json, "staff", '[');
    enum db_result result = people_list(call->console->db, write_colleague, &r.json);
    json_out_close(&r.json, '[');
    if (found) {
        send_read(&r, call, call->console->db, result);
        return;
    }
    free(reply_take(&r));
    call_fail(call, 404, "not_found", "id", "There is no such case. Look at the list again.");
}
