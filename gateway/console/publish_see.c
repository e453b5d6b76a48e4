/* SPDX-License-Identifier: Apache-2.0 */
/* What the broker retains, and reading publications. */
#include <string.h>

#include "console/publish_internal.h"

int64_t publish_find(struct db *db, const char *hash, int64_t sent_ms)
{
    int64_t id = 0;
    (void)db_run(db,
                 "SELECT p.id FROM publications p JOIN versions v ON v.id = p.version"
                 " WHERE substr(v.hash, 1, 16) = ?1 AND p.sent_ms = ?2 ORDER BY p.id DESC LIMIT 1",
                 (struct db_value[]){DB_S(hash), DB_I(sent_ms), DB_END},
                 &(struct db_rows){version_take_number, &id}, NULL);
    return id;
}

int64_t publish_before(struct db *db, int64_t version)
{
    int64_t before = 0;
    (void)db_run(db,
                 "SELECT version FROM publications WHERE force_ms > 0 AND force_ms <"
                 " (SELECT min(force_ms) FROM publications WHERE version = ?1 AND force_ms > 0)"
                 " ORDER BY force_ms DESC LIMIT 1",
                 (struct db_value[]){DB_I(version), DB_END},
                 &(struct db_rows){version_take_number, &before}, NULL);
    return before;
}

/* The earlier versions are in this one: who waits with them is told. */
static enum version_result overtake_earlier(struct db *db, int64_t version, int64_t now_ms)
{
    enum version_result r = versions_overtake(db, version);
    return r == VERSION_OK
               ? publish_overtake(db,
                                  PUBLISH_NOW "WHERE state = 'scheduled' AND version < ?1 LIMIT 1",
                                  version, &(struct publish_ending){"", "overtaken", now_ms})
               : r;
}

static enum version_result put_in_force(struct db *db, const struct publish_now *p, int64_t now_ms)
{
    enum version_result r = publish_act(db, p, PUBLISH_DO_SEE, NULL);
    if (r == VERSION_OK)
        r = version_fault(db_run(db, "UPDATE publications SET force_ms = ?2 WHERE id = ?1",
                                 (struct db_value[]){DB_I(p->id), DB_I(now_ms), DB_END}, NULL,
                                 NULL));
    if (r == VERSION_OK)
        r = versions_take_effect(db, p->version);
    if (r == VERSION_OK && strcmp(p->kind, "publish") == 0)
        r = overtake_earlier(db, p->version, now_ms);
    return r;
}

enum version_result publish_see(struct db *db, int64_t id, int64_t now_ms, bool *changed)
{
    struct publish_now p, before;
    enum version_result r = publish_read(db, PUBLISH_NOW "WHERE id = ?1", id, &p);
    *changed = false;
    if (r != VERSION_OK || !p.id)
        return r == VERSION_OK ? VERSION_NONE : r;
    if (p.state == PUBLISH_IN_FORCE)
        return VERSION_OK;
    r = publish_in_force(db, &before);
    if (r == VERSION_OK && before.id)
        r = publish_act(db, &before, PUBLISH_DO_REPLACE, &(struct publish_ending){"", "", now_ms});
    if (r == VERSION_OK)
        r = put_in_force(db, &p, now_ms);
    *changed = r == VERSION_OK;
    return r;
}

struct listing {
    publish_row_fn fn;
    void *arg;
};

static bool take_row(void *arg, const struct db_value *c, size_t count)
{
    const struct listing *l = arg;
    int state = publish_state_of(version_text(&c[3]));
    (void)count;
    if (state < 0) /* a damaged file */
        return true;
    l->fn(l->arg, &(struct publish_row){.id = c[0].num,
                                        .version = c[1].num,
                                        .kind = version_text(&c[2]),
                                        .state = (enum publish_state)state,
                                        .by = c[4].num,
                                        .by_name = version_text(&c[5]),
                                        .why = version_text(&c[6]),
                                        .at_ms = c[7].num,
                                        .due_ms = c[8].num,
                                        .sent_ms = c[9].num,
                                        .force_ms = c[10].num,
                                        .ended_ms = c[11].num,
                                        .end_name = version_text(&c[12]),
                                        .end_why = version_text(&c[13]),
                                        .previous = version_text(&c[14])});
    return true;
}

#define COLUMNS                                                                                    \
    "SELECT id, version, kind, state, by, by_name, why, at_ms, due_ms, sent_ms, force_ms,"         \
    " ended_ms, end_name, end_why, previous FROM publications"

enum db_result publish_list(struct db *db, int64_t version, int max, publish_row_fn fn, void *arg)
{
    struct listing l = {fn, arg};
    return db_run(db, COLUMNS " WHERE ?1 = 0 OR version = ?1 ORDER BY id DESC LIMIT ?2",
                  (struct db_value[]){DB_I(version), DB_I(max), DB_END},
                  &(struct db_rows){take_row, &l}, NULL);
}

enum db_result publish_scheduled(struct db *db, publish_row_fn fn, void *arg)
{
    struct listing l = {fn, arg};
    return db_run(db, COLUMNS " WHERE state = 'scheduled' ORDER BY due_ms, id",
                  (struct db_value[]){DB_END}, &(struct db_rows){take_row, &l}, NULL);
}

enum db_result publish_get(struct db *db, int64_t id, publish_row_fn fn, void *arg)
{
    struct listing l = {fn, arg};
    return db_run(db, COLUMNS " WHERE id = ?1", (struct db_value[]){DB_I(id), DB_END},
                  &(struct db_rows){take_row, &l}, NULL);
}
