/* SPDX-License-Identifier: Apache-2.0 */
/* The correction notice: what a version has corrected, in which versions the words stood before,
 * and how many sessions began with those. Three steps: the database (loop), the counts (Redis), the
 * words (the thread that compiles content). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/draft_diff.h"
#include "console/endpoints.h"
#include "console/publish_run.h"
#include "console/versions_json.h"
#include "console/volumes.h"
#include "console/workbench.h"
#include "editing/place.h"

enum {
    EARLIER_MAX = 12, /* versions that are looked through, the one that corrects included */
    ENTRIES_MAX = 200,
    NOT_KNOWN = -2, /* sessions; -1 are fewer than 5 */
    PERIODS_MAX = 50,
    HOUR_MS = 3600 * 1000
};

struct looked_at {
    int64_t id, from_ms;
    char hash[FILES_VERSION_SIZE];
    struct files *files;
    int64_t sessions;
};

/* A notice in the making. */
struct correction {
    struct console *console;
    uint64_t call;
    struct looked_at list[EARLIER_MAX]; /* [0]: asked for; [1]: what it followed */
    size_t count;
    size_t entries;
    bool away;                   /* the counts */
    struct volumes_table *shown; /* how often nodes were shown while [1] was in force; or NULL */
    int failed;
    struct reply reply;
};

static void correction_free(struct correction *n)
{
    for (size_t i = 0; i < n->count; i++)
        files_unref(n->list[i].files);
    if (n->reply.json.file)
        free(reply_take(&n->reply));
    volumes_table_free(n->shown);
    free(n);
}

/* --- the database ------------------------------------------------------------------------------
 */

static bool take_earlier(void *arg, const struct db_value *c, size_t count)
{
    struct correction *n = arg;
    struct looked_at *one = &n->list[n->count];
    (void)count;
    one->id = c[0].num;
    one->from_ms = c[2].num;
    one->sessions = 0;
    snprintf(one->hash, sizeof one->hash, "%.16s", c[1].type == DB_TEXT ? c[1].octets : "");
    return ++n->count < EARLIER_MAX;
}

/* The version, the one that it followed, and those that were in force before. */
static enum db_result find_earlier(struct db *db, int64_t id, struct correction *n)
{
    return db_run(db,
                  "SELECT v.id, substr(v.hash, 1, 16), min(p.force_ms) FROM versions v"
                  " JOIN publications p ON p.version = v.id AND p.force_ms > 0"
                  " GROUP BY v.id HAVING min(p.force_ms) <="
                  " (SELECT min(force_ms) FROM publications WHERE version = ?1 AND force_ms > 0)"
                  " ORDER BY v.id = ?1 DESC, v.id = ?2 DESC, min(p.force_ms) DESC",
                  (struct db_value[]){DB_I(id), DB_I(publish_before(db, id)), DB_END},
                  &(struct db_rows){take_earlier, n}, NULL);
}

static int load_files(struct correction *n)
{
    for (size_t i = 0; i < n->count; i++) {
        n->list[i].files = versions_files(n->console->db, n->list[i].id);
        if (!n->list[i].files)
            return -1;
    }
    return 0;
}

/* --- the answer --------------------------------------------------------------------------------
 */

static void write_period(void *arg, const struct publish_row *p)
{
    struct json_out *j = arg;
    if (p->force_ms == 0)
        return;
    json_out_open(j, NULL, '{');
    json_out_int(j, "from", p->force_ms);
    json_out_int(j, "to", p->ended_ms); /* 0: it is in force */
    json_out_close(j, '}');
}

static void write_versions(struct correction *n)
{
    struct json_out *j = &n->reply.json;
    json_out_int(j, "now", console_now(n->console));
    json_out_bool(j, "away", n->away);
    json_out_open(j, "versions", '[');
    for (size_t i = 0; i < n->count; i++) {
        json_out_open(j, NULL, '{');
        json_out_int(j, "id", n->list[i].id);
        json_out_text(j, "hash", n->list[i].hash);
        json_out_int(j, "sessions", n->list[i].sessions);
        json_out_open(j, "periods", '[');
        (void)publish_list(n->console->db, n->list[i].id, PERIODS_MAX, write_period, j);
        json_out_close(j, ']');
        json_out_close(j, '}');
    }
    json_out_close(j, ']');
}

/* Counts are kept by node and hour, not by version: all that was shown in those hours. */
static void write_shown(struct correction *n)
{
    struct json_out *j = &n->reply.json;
    size_t rows = n->shown ? volumes_table_rows(n->shown) : 0;
    json_out_open(j, "shown", '[');
    for (size_t i = 0; i < rows; i++) {
        const struct volumes_row *row = volumes_table_row(n->shown, i);
        json_out_open(j, NULL, '{');
        json_out_text(j, "node", row->label[0]);
        json_out_int(j, "count", veil_shown(row->count[NODE_SHOWN], row->safe[NODE_SHOWN]));
        json_out_close(j, '}');
    }
    json_out_close(j, ']');
}

static void done(void *arg)
{
    struct correction *n = arg;
    if (n->failed) {
        console_fail(n->console, n->call, 503, "busy", NULL,
                     "The versions could not be compared. Try again.");
    } else {
        write_versions(n);
        write_shown(n);
        reply_send(&n->reply, n->console, n->call, 200);
        n->reply.json.file = NULL;
    }
    correction_free(n);
}

static void drop(void *arg)
{
    correction_free(arg);
}

/* --- the words ----------------------------------------------------------------------------------
 */

/* The versions before the one that corrects which say the same at that place. */
static void write_since(struct correction *n, const char *place, const char *before)
{
    json_out_open(&n->reply.json, "versions", '[');
    for (size_t i = 1; i < n->count; i++) {
        char *json = place_get(n->list[i].files, place);
        bool same = json && strcmp(json, before) == 0;
        free(json);
        if (same)
            json_out_int(&n->reply.json, NULL, n->list[i].id);
    }
    json_out_close(&n->reply.json, ']');
}

static void take_entry(void *arg, const struct draft_difference *d)
{
    struct correction *n = arg;
    struct json_out *j = &n->reply.json;
    if (!d->before || n->entries++ >= ENTRIES_MAX)
        return;
    json_out_open(j, NULL, '{');
    json_out_text(j, "place", d->place);
    json_out_raw(j, "before", d->before);
    json_out_raw(j, "after", d->after);
    write_since(n, d->place, d->before);
    json_out_close(j, '}');
}

static void run(void *arg)
{
    struct correction *n = arg;
    reply_begin(&n->reply);
    json_out_open(&n->reply.json, "entries", '[');
    if (n->count > 1)
        n->failed = draft_differences(n->list[1].files, n->list[0].files, take_entry, n);
    json_out_close(&n->reply.json, ']');
    json_out_number(&n->reply.json, "count", n->entries);
}

/* --- the counts ---------------------------------------------------------------------------------
 */

static void compare(struct correction *n)
{
    const struct worker_job job = {.arg = n, .run = run, .done = done, .drop = drop};
    if (worker_post(workbench_thread(n->console), &job) == 0)
        return;
    console_fail(n->console, n->call, 503, "busy", NULL,
                 "Much is being checked just now. Try again in a moment.");
    correction_free(n);
}

static void on_shown(void *arg, struct volumes_table *t)
{
    struct correction *n = arg;
    n->shown = t;
    compare(n);
}

/* From the time when the version before came into force until the one that corrects did. */
static void ask_shown(struct correction *n)
{
    const int64_t most = (int64_t)QUERY_DAYS_MAX * 24;
    struct volumes_query q = {.to = n->list[0].from_ms / HOUR_MS + 1,
                              .by = {BY_NODE},
                              .by_count = 1,
                              .lines = VOLUME_LINE_NODE};
    q.from = n->list[n->count > 1].from_ms / HOUR_MS;
    if (q.to - q.from > most)
        q.from = q.to - most;
    if (n->away || n->count < 2 || volumes_question(n->console, &q, on_shown, n) != VOLUMES_ASKED)
        compare(n);
}

static void on_counts(void *arg, const struct volumes_of_version *list, size_t count)
{
    struct correction *n = arg;
    n->away = list == NULL;
    for (size_t i = 0; i < n->count; i++) {
        if (n->away)
            n->list[i].sessions = NOT_KNOWN;
        for (size_t k = 0; k < count; k++)
            if (strcmp(list[k].version, n->list[i].hash) == 0)
                n->list[i].sessions = list[k].sessions;
    }
    ask_shown(n);
}

static int64_t earliest(const struct correction *n)
{
    int64_t from_ms = n->list[0].from_ms;
    for (size_t i = 1; i < n->count; i++)
        if (n->list[i].from_ms < from_ms)
            from_ms = n->list[i].from_ms;
    return from_ms;
}

/* GET /api/versions/correction?id=N: {entries: [{place, before, after, versions: [id]}], count,
 * versions: [{id, hash, sessions, periods}], shown: [{node, count}], away}: the version and those
 * before it; sessions that began with it, and how often nodes were shown while the one before was
 * in force: -1 are fewer than 5, -2 are not known. */
void api_versions_correction(const struct call *call)
{
    struct console *c = call->console;
    const char *id = call_query(call, "id");
    struct correction *n = calloc(1, sizeof *n);
    if (!n) {
        call_fail(call, 503, "busy", NULL, "There is no memory. Try again.");
        return;
    }
    n->console = c;
    n->call = call->id;
    int64_t number = id ? strtoll(id, NULL, 10) : 0;
    if (find_earlier(c->db, number, n) != DB_OK || n->count == 0 || n->list[0].id != number) {
        correction_free(n);
        call_fail(call, 404, "not_found", "id",
                  "No such version was ever in force. Look at the list of versions.");
        return;
    }
    if (load_files(n) < 0) {
        correction_free(n);
        call_fail(call, 503, "busy", NULL, "The versions cannot be read just now. Try again.");
        return;
    }
    if (volumes_of_versions(c, earliest(n), console_now(c), on_counts, n) != VOLUMES_ASKED)
        on_counts(n, NULL, 0);
}
