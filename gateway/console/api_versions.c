/* SPDX-License-Identifier: Apache-2.0 */
/* Versions, and what is published when. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/audit.h"
#include "console/endpoints.h"
#include "console/people.h"
#include "console/publish_bundle.h"
#include "console/publish_run.h"
#include "console/ring.h"
#include "console/versions_internal.h"
#include "console/versions_json.h"

enum { LISTED = 20, WHY_OCTETS = 4 * VERSION_WHY_MAX + 1 };

static const int64_t NUMBER_MAX = INT64_MAX >> 11, LATEST_MS = INT64_C(366) * 24 * 3600 * 1000;

static void answer_status(const struct call *call)
{
    struct reply r;
    reply_begin(&r);
    versions_json_status(call->console, &r.json);
    reply_send(&r, call->console, call->id, 200);
}

/* GET /api/versions/status: {now, broker, stuck, trouble, hash, waiting (for review), in_force,
 * on_its_way, scheduled, gateways} */
void api_versions_status(const struct call *call)
{
    answer_status(call);
}

/* GET /api/versions?before=N: the status, and {versions: […]} */
void api_versions_list(const struct call *call)
{
    struct console *c = call->console;
    const char *before = call_query(call, "before");
    struct reply r;
    reply_begin(&r);
    versions_json_status(c, &r.json);
    json_out_open(&r.json, "versions", '[');
    enum db_result result =
        versions_json_list(c->db, &r.json, before ? strtoll(before, NULL, 10) : 0, LISTED);
    json_out_close(&r.json, ']');
    if (result == DB_OK)
        reply_send(&r, c, call->id, 200);
    else
        free(reply_take(&r)), call_stored(call, result);
}

/* The order and its line in one transaction. */
static enum version_result order(struct console *c, const struct person *person,
                                 const struct publish_order *o)
{
    char action[AUDIT_ACTION_MAX], subject[32], detail[2 * WHY_OCTETS];
    int64_t id;
    enum version_result r = versions_begin(c->db);
    if (r != VERSION_OK)
        return r;
    r = publish_order(c->db, o, &id);
    snprintf(action, sizeof action, "publish.%s", o->due_ms ? "schedule" : o->kind);
    snprintf(subject, sizeof subject, "%lld", (long long)o->version);
    if (o->due_ms)
        snprintf(detail, sizeof detail, "due %lld; %s", (long long)o->due_ms, o->why);
    else
        snprintf(detail, sizeof detail, "%s", o->why);
    if (r == VERSION_OK)
        r = version_fault(audit_try(c, person, action, subject, detail));
    return versions_end(c->db, r);
}

/* Fill the numbers of an order. Returns 0, or -1 after a failure was answered. */
static int read_numbers(const struct call *call, struct publish_order *o)
{
    o->now_ms = console_now(call->console);
    if (call_int(call, "version", 1, NUMBER_MAX, &o->version) < 0 ||
        call_int(call, "against", 0, NUMBER_MAX, &o->against) < 0 ||
        call_int(call, "due", 0, NUMBER_MAX, &o->due_ms) < 0)
        return -1;
    if (o->due_ms == 0 || (o->due_ms > o->now_ms && o->due_ms < o->now_ms + LATEST_MS))
        return 0;
    call_fail(call, 400, "bad_field", "due",
              "That time is over, or more than a year away. Choose one that is still to come.");
    return -1;
}

/* POST /api/versions/publish {version, request, kind: publish|back, why, due, against}: due 0 is at
 * once. Answers with the status. */
void api_versions_publish(const struct call *call)
{
    struct console *c = call->console;
    char one_line[WHY_OCTETS];
    struct publish_order o = {.by = {call->person->id, call->person->name}, .why = one_line};
    o.request = call_text(call, "request", 8, VERSION_REQUEST_MAX);
    o.kind = o.request ? call_text(call, "kind", 1, 16) : NULL;
    if (!o.kind || read_numbers(call, &o) < 0)
        return;
    bool back = strcmp(o.kind, "back") == 0;
    if (!back && strcmp(o.kind, "publish") != 0) {
        call_fail(call, 400, "bad_field", "kind", "kind must be publish or back.");
        return;
    }
    /* Whoever goes back says why: the others have to understand it tomorrow. */
    const char *why = back ? call_text(call, "why", 1, VERSION_WHY_MAX)
                           : call_text_or_empty(call, "why", VERSION_WHY_MAX);
    if (!why)
        return;
    publish_one_line(why, VERSION_WHY_MAX, one_line, sizeof one_line);
    if (!versions_done(call, order(c, call->person, &o), o.version))
        return;
    ring_event(c, "versions");
    versions_pump(c);
    answer_status(call);
}

/* The version of a publication, for the line of the audit. */
static void take_version(void *arg, const struct publish_row *row)
{
    *(int64_t *)arg = row->version;
}

static enum version_result cancel(struct console *c, const struct person *person, int64_t id,
                                  int64_t *version)
{
    char subject[32];
    enum version_result r = versions_begin(c->db);
    if (r != VERSION_OK)
        return r;
    r = publish_cancel(c->db, id, person->name, console_now(c));
    if (publish_get(c->db, id, take_version, version) != DB_OK)
        r = VERSION_FAILED;
    snprintf(subject, sizeof subject, "%lld", (long long)*version);
    if (r == VERSION_OK)
        r = version_fault(audit_try(c, person, "publish.cancel", subject, NULL));
    return versions_end(c->db, r);
}

/* POST /api/versions/cancel {publication}. Answers with the status. */
void api_versions_cancel(const struct call *call)
{
    struct console *c = call->console;
    int64_t id, version = 0;
    if (call_int(call, "publication", 1, NUMBER_MAX, &id) < 0 ||
        !versions_done(call, cancel(c, call->person, id, &version), version))
        return;
    ring_event(c, "versions");
    versions_pump(c);
    answer_status(call);
}
