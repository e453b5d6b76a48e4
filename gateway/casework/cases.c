/* SPDX-License-Identifier: Apache-2.0 */
#include "casework/cases.h"

#include <stdio.h>
#include <string.h>

enum { HOUR_MS = 3600 * 1000 };

/* Names instead of numbers, so that the table explains itself to whoever counts with it. */
static const char *const MIGRATIONS[] = {
    "CREATE TABLE cases ("
    " id TEXT NOT NULL PRIMARY KEY,"
    " case_no TEXT NOT NULL,"
    " proof TEXT NOT NULL,"
    " subject TEXT NOT NULL,"
    " at_ms INTEGER NOT NULL,"
    " bridge TEXT NOT NULL,"
    " channel TEXT NOT NULL,"
    " kind TEXT NOT NULL,"
    " country TEXT NOT NULL,"
    " wish TEXT NOT NULL,"
    " safe TEXT NOT NULL,"
    " lang TEXT NOT NULL,"
    " sealed TEXT NOT NULL,"
    " stored_ms INTEGER NOT NULL,"
    " state TEXT NOT NULL,"
    " state_ms INTEGER NOT NULL,"
    " removed_ms INTEGER NOT NULL DEFAULT 0) STRICT;" /* number and text; 0 while they are there */
    "CREATE INDEX cases_case ON cases (case_no, proof, state);"
    "CREATE INDEX cases_subject ON cases (subject) WHERE subject <> '';"
    "CREATE TABLE tries ("
    " case_no TEXT NOT NULL PRIMARY KEY,"
    " since_ms INTEGER NOT NULL,"
    " wrong INTEGER NOT NULL) STRICT;"
    "CREATE INDEX tries_since ON tries (since_ms);",

    /* People are numbers of the console's own database; 0 is nobody. */
    "ALTER TABLE cases ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;"
    "ALTER TABLE cases ADD COLUMN assignee INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE cases ADD COLUMN taken_ms INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE cases ADD COLUMN waiting_until INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE cases ADD COLUMN outcome TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE cases ADD COLUMN closed_by INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX cases_state ON cases (state, stored_ms);"
    "CREATE TABLE notes ("
    " id TEXT NOT NULL PRIMARY KEY,"
    " case_id TEXT NOT NULL REFERENCES cases (id),"
    " who INTEGER NOT NULL,"
    " at_ms INTEGER NOT NULL,"
    " sealed TEXT NOT NULL) STRICT;"
    "CREATE INDEX notes_case ON notes (case_id, at_ms);",
    NULL,
};

#define COLUMNS                                                                                    \
    "SELECT id, case_no, subject, at_ms, bridge, channel, kind, country, wish, safe, lang, "       \
    "sealed,"                                                                                      \
    " stored_ms, state, state_ms, removed_ms, revision, assignee, closed_by, taken_ms,"            \
    " waiting_until, outcome FROM cases"

struct db *cases_open(const char *path, char why[DB_ERROR_MAX])
{
    struct db *db = db_open(path, MIGRATIONS, why);
    if (db && db_run(db, "SELECT revision FROM cases LIMIT 1", NULL, NULL, NULL) == DB_OK)
        return db;
    /* A journal of requests is a database of ours with other tables. */
    if (db || strstr(why, "no such table: cases"))
        snprintf(why, DB_ERROR_MAX, "%.150s is no file of cases that can be read; name another",
                 path);
    db_close(db);
    return NULL;
}

/* Who asked for the case before it was here proved nothing wrong. */
static enum db_result forget_tries(struct db *db, const char *case_no)
{
    return db_run(db, "DELETE FROM tries WHERE case_no = ?1",
                  (struct db_value[]){DB_S(case_no), DB_END}, NULL, NULL);
}

enum db_result cases_add(struct db *db, const struct request_read *r, int64_t now_ms, bool *added)
{
    const struct request *q = &r->request;
    const struct db_value values[] = {DB_S(q->id),
                                      DB_S(q->case_no),
                                      DB_S(q->proof),
                                      DB_S(q->subject),
                                      DB_I(q->at),
                                      DB_S(q->bridge),
                                      DB_S(q->sms ? "sms" : "ussd"),
                                      DB_S(q->kind),
                                      DB_S(q->country),
                                      DB_S(request_codec_wish_name(q->wish)),
                                      DB_S(request_codec_safe_name(q->safe)),
                                      DB_S(q->lang),
                                      {DB_TEXT, 0, r->sealed, r->sealed_len},
                                      DB_I(now_ms),
                                      DB_S(request_codec_state_name(CASE_NEW)),
                                      DB_END};
    int64_t changed = 0;
    enum db_result result =
        db_run(db,
               "INSERT INTO cases (id, case_no, proof, subject, at_ms, bridge, channel, kind,"
               " country, wish, safe, lang, sealed, stored_ms, state, state_ms) VALUES"
               " (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?14)"
               " ON CONFLICT (id) DO NOTHING",
               values, NULL, &changed);
    *added = result == DB_OK && changed > 0;
    return *added ? forget_tries(db, q->case_no) : result;
}

/* What a column says, whatever a damaged file has in it. */
static const char *text_of(const struct db_value *v)
{
    return v->type == DB_TEXT ? v->octets : "";
}

static bool take_number(void *arg, const struct db_value *columns, size_t count)
{
    (void)count;
    *(int64_t *)arg = columns[0].num;
    return false;
}

/* A case number is short, so two cases may have the same one; their proofs differ. */
struct match {
    const char *proof;
    enum case_state state;
};

static bool take_match(void *arg, const struct db_value *columns, size_t count)
{
    struct match *m = arg;
    (void)count;
    if (strcmp(text_of(&columns[0]), m->proof) != 0)
        return true;
    int state = request_codec_state_of(text_of(&columns[1]));
    m->state = state < 0 ? CASE_UNKNOWN : (enum case_state)state;
    return false;
}

static enum db_result count_wrong(struct db *db, const char *case_no, int64_t now_ms)
{
    enum db_result r = db_run(db, "DELETE FROM tries WHERE since_ms <= ?1",
                              (struct db_value[]){DB_I(now_ms - HOUR_MS), DB_END}, NULL, NULL);
    if (r != DB_OK)
        return r;
    return db_run(db,
                  "INSERT INTO tries (case_no, since_ms, wrong) VALUES (?1, ?2, 1)"
                  " ON CONFLICT (case_no) DO UPDATE SET wrong = wrong + 1",
                  (struct db_value[]){DB_S(case_no), DB_I(now_ms), DB_END}, NULL, NULL);
}

enum db_result cases_ask(struct db *db, const struct case_ask *ask, int64_t now_ms,
                         enum case_state *state)
{
    int64_t wrong = 0;
    struct match match = {.proof = ask->proof, .state = CASE_UNKNOWN};
    *state = CASE_UNKNOWN;
    enum db_result r =
        db_run(db, "SELECT wrong FROM tries WHERE case_no = ?1 AND since_ms > ?2",
               (struct db_value[]){DB_S(ask->case_no), DB_I(now_ms - HOUR_MS), DB_END},
               &(struct db_rows){take_number, &wrong}, NULL);
    if (r == DB_OK)
        r = db_run(db, "SELECT proof, state FROM cases WHERE case_no = ?1",
                   (struct db_value[]){DB_S(ask->case_no), DB_END},
                   &(struct db_rows){take_match, &match}, NULL);
    if (r != DB_OK || wrong > CASES_TRIES_MAX)
        return r;
    *state = match.state;
    return match.state == CASE_UNKNOWN ? count_wrong(db, ask->case_no, now_ms) : DB_OK;
}

enum db_result cases_forget(struct db *db, const char *subject, int64_t now_ms, int64_t *changed)
{
    *changed = 0;
    if (subject[0] == '\0') /* that of all anonymous requests */
        return DB_OK;
    enum db_result r = db_run(db,
                              "DELETE FROM notes WHERE case_id IN"
                              " (SELECT id FROM cases WHERE subject = ?1 AND subject <> '')",
                              (struct db_value[]){DB_S(subject), DB_END}, NULL, NULL);
    if (r != DB_OK)
        return r;
    return db_run(db,
                  "UPDATE cases SET sealed = '', subject = '', removed_ms = ?2"
                  " WHERE subject = ?1 AND subject <> ''",
                  (struct db_value[]){DB_S(subject), DB_I(now_ms), DB_END}, NULL, changed);
}

enum db_result cases_expire(struct db *db, int64_t before_ms, int64_t now_ms, int64_t *changed)
{
    const char *closed = request_codec_state_name(CASE_CLOSED);
    /* Also of cases that were opened again after their number was removed. */
    enum db_result r =
        db_run(db,
               "DELETE FROM notes WHERE case_id IN"
               " (SELECT id FROM cases WHERE state = ?1 AND state_ms < ?2)",
               (struct db_value[]){DB_S(closed), DB_I(before_ms), DB_END}, NULL, NULL);
    if (r != DB_OK)
        return r;
    return db_run(db,
                  "UPDATE cases SET sealed = '', subject = '', removed_ms = ?3"
                  " WHERE state = ?1 AND state_ms < ?2 AND removed_ms = 0",
                  (struct db_value[]){DB_S(closed), DB_I(before_ms), DB_I(now_ms), DB_END}, NULL,
                  changed);
}

enum db_result cases_set(struct db *db, const char *which, enum case_state state, int64_t now_ms,
                         int64_t *changed)
{
    return db_run(db,
                  "UPDATE cases SET state = ?2, state_ms = ?3, revision = revision + 1,"
                  " waiting_until = 0, outcome = '', closed_by = 0,"
                  " assignee = CASE ?2 WHEN 'new' THEN 0 ELSE assignee END"
                  " WHERE case_no = ?1 OR id = ?1",
                  (struct db_value[]){DB_S(which), DB_S(request_codec_state_name(state)),
                                      DB_I(now_ms), DB_END},
                  NULL, changed);
}

/* Whom to tell of the rows. */
struct listing {
    case_row_fn fn;
    void *arg;
};

static bool take_row(void *arg, const struct db_value *c, size_t count)
{
    const struct listing *l = arg;
    (void)count;
    const struct case_row row = {.id = text_of(&c[0]),
                                 .case_no = text_of(&c[1]),
                                 .subject = text_of(&c[2]),
                                 .at_ms = c[3].num,
                                 .bridge = text_of(&c[4]),
                                 .channel = text_of(&c[5]),
                                 .kind = text_of(&c[6]),
                                 .country = text_of(&c[7]),
                                 .wish = text_of(&c[8]),
                                 .safe = text_of(&c[9]),
                                 .lang = text_of(&c[10]),
                                 .sealed = text_of(&c[11]),
                                 .sealed_len = c[11].len,
                                 .stored_ms = c[12].num,
                                 .state = text_of(&c[13]),
                                 .state_ms = c[14].num,
                                 .removed_ms = c[15].num,
                                 .revision = c[16].num,
                                 .assignee = c[17].num,
                                 .closed_by = c[18].num,
                                 .taken_ms = c[19].num,
                                 .waiting_until = c[20].num,
                                 .outcome = text_of(&c[21])};
    l->fn(l->arg, &row);
    return true;
}

enum db_result cases_list(struct db *db, case_row_fn fn, void *arg)
{
    struct listing l = {fn, arg};
    return db_run(db, COLUMNS " ORDER BY stored_ms, rowid", (struct db_value[]){DB_END},
                  &(struct db_rows){take_row, &l}, NULL);
}

enum db_result cases_find(struct db *db, const char *which, case_row_fn fn, void *arg)
{
    struct listing l = {fn, arg};
    return db_run(db, COLUMNS " WHERE case_no = ?1 OR id = ?1 ORDER BY stored_ms",
                  (struct db_value[]){DB_S(which), DB_END}, &(struct db_rows){take_row, &l}, NULL);
}

enum db_result cases_in_state(struct db *db, enum case_state state, int64_t limit, case_row_fn fn,
                              void *arg)
{
    struct listing l = {fn, arg};
    return db_run(
        db,
        COLUMNS " WHERE state = ?1"
                " ORDER BY CASE ?1 WHEN 'closed' THEN -state_ms ELSE stored_ms END, rowid LIMIT ?2",
        (struct db_value[]){DB_S(request_codec_state_name(state)), DB_I(limit), DB_END},
        &(struct db_rows){take_row, &l}, NULL);
}

static bool take_count(void *arg, const struct db_value *columns, size_t count)
{
    int64_t *counts = arg;
    int state = request_codec_state_of(text_of(&columns[0]));
    (void)count;
    if (state >= 0)
        counts[state] = columns[1].num;
    return true;
}

enum db_result cases_count(struct db *db, int64_t count[CASE_STATES])
{
    memset(count, 0, CASE_STATES * sizeof *count);
    return db_run(db, "SELECT state, count(*) FROM cases GROUP BY state", NULL,
                  &(struct db_rows){take_count, count}, NULL);
}
