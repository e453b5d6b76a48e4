/* SPDX-License-Identifier: Apache-2.0 */
#include "console/publish.h"

#include <stdio.h>
#include <string.h>

#include "console/publish_internal.h"

#define ON_ITS_WAY "('ordered', 'waiting', 'sent')"

/* One as its rules judge it. */
static bool take_now(void *arg, const struct db_value *c, size_t count)
{
    struct publish_now *n = arg;
    int state = publish_state_of(version_text(&c[2]));
    (void)count;
    if (state < 0) /* a damaged file */
        return false;
    *n = (struct publish_now){.id = c[0].num,
                              .version = c[1].num,
                              .state = (enum publish_state)state,
                              .due_ms = c[3].num,
                              .sent_ms = c[4].num};
    snprintf(n->kind, sizeof n->kind, "%s", version_text(&c[5]));
    return false;
}

enum version_result publish_read(struct db *db, const char *sql, int64_t id,
                                 struct publish_now *out)
{
    *out = (struct publish_now){0};
    return version_fault(db_run(db, sql, (struct db_value[]){DB_I(id), DB_END},
                                &(struct db_rows){take_now, out}, NULL));
}

enum version_result publish_on_its_way(struct db *db, struct publish_now *out)
{
    return publish_read(db, PUBLISH_NOW "WHERE state IN " ON_ITS_WAY " AND ?1 = 0 ORDER BY id DESC",
                        0, out);
}

enum version_result publish_in_force(struct db *db, struct publish_now *out)
{
    return publish_read(db, PUBLISH_NOW "WHERE state = 'in-force' AND ?1 = 0 ORDER BY id DESC", 0,
                        out);
}

enum version_result publish_act(struct db *db, const struct publish_now *p,
                                enum publish_action action, const struct publish_ending *end)
{
    enum publish_state next;
    static const struct publish_ending none = {"", "", 0};
    const struct publish_ending *e = end ? end : &none;
    if (!p->id)
        return VERSION_NONE;
    if (!publish_rule(p->state, action, &next))
        return VERSION_FORBIDDEN;
    return version_fault(
        db_run(db,
               "UPDATE publications SET state = ?2, end_name = ?3, end_why = ?4,"
               " ended_ms = ?5 WHERE id = ?1",
               (struct db_value[]){DB_I(p->id), DB_S(publish_state_name(next)), DB_S(e->name),
                                   DB_S(e->why), DB_I(e->now_ms), DB_END},
               NULL, NULL));
}

static enum version_result act_on(struct db *db, int64_t id, enum publish_action action,
                                  const struct publish_ending *end)
{
    struct publish_now p;
    enum version_result r = publish_read(db, PUBLISH_NOW "WHERE id = ?1", id, &p);
    return r == VERSION_OK ? publish_act(db, &p, action, end) : r;
}

/* One after the other: a row function must not run statements of its own kind. */
enum version_result publish_overtake(struct db *db, const char *sql, int64_t limit,
                                     const struct publish_ending *end)
{
    for (;;) {
        struct publish_now p;
        enum version_result r = publish_read(db, sql, limit, &p);
        if (r != VERSION_OK || !p.id)
            return r;
        r = publish_act(db, &p, PUBLISH_DO_OVERTAKE, end);
        if (r != VERSION_OK)
            return r;
    }
}

static enum version_result overtake_on_their_way(struct db *db, const char *name, int64_t now_ms)
{
    return publish_overtake(db, PUBLISH_NOW "WHERE state IN " ON_ITS_WAY " AND ?1 = 0 LIMIT 1", 0,
                            &(struct publish_ending){name, "overtaken", now_ms});
}

static enum version_result overtake_scheduled(struct db *db, const char *name, const char *why,
                                              int64_t now_ms)
{
    return publish_overtake(db, PUBLISH_NOW "WHERE state = 'scheduled' AND ?1 = 0 LIMIT 1", 0,
                            &(struct publish_ending){name, why, now_ms});
}

enum version_result publish_overtake_all(struct db *db, const char *why, int64_t now_ms)
{
    enum version_result r = overtake_on_their_way(db, "", now_ms);
    return r == VERSION_OK ? overtake_scheduled(db, "", why, now_ms) : r;
}

/* May this version be published so, and is what was looked at still so? */
static enum version_result judge(struct db *db, const struct publish_order *o, bool back)
{
    struct publish_now force;
    enum version_state next;
    int state = versions_state(db, o->version);
    enum version_action action = back ? VERSION_DO_GO_BACK : VERSION_DO_PUBLISH;
    if (state < 0)
        return VERSION_NONE;
    if (state == VERSION_OVERTAKEN)
        return VERSION_LATE;
    if (version_rule((enum version_state)state, action, BY_OTHER, &next) != VERDICT_YES)
        return VERSION_FORBIDDEN;
    enum version_result r = publish_in_force(db, &force);
    if (r != VERSION_OK)
        return r;
    if (force.version == o->version)
        return VERSION_SAME;
    return force.version == o->against ? VERSION_OK : VERSION_MOVED;
}

static enum version_result find_request(struct db *db, const struct publish_order *o, int64_t *id)
{
    *id = 0;
    if (!o->request[0])
        return VERSION_OK;
    enum db_result r = db_run(db, "SELECT id FROM publications WHERE request = ?1 AND by = ?2",
                              (struct db_value[]){DB_S(o->request), DB_I(o->by.id), DB_END},
                              &(struct db_rows){version_take_number, id}, NULL);
    return r != DB_OK ? version_fault(r) : *id ? VERSION_REPEATED : VERSION_OK;
}

static enum version_result add(struct db *db, const struct publish_order *o, int64_t *id)
{
    enum publish_state state = o->due_ms > o->now_ms ? PUBLISH_SCHEDULED : PUBLISH_ORDERED;
    const struct db_value values[] = {DB_I(o->version),
                                      o->request[0] ? DB_S(o->request) : DB_NONE,
                                      DB_S(o->kind),
                                      DB_S(publish_state_name(state)),
                                      DB_I(o->by.id),
                                      DB_S(o->by.name),
                                      DB_S(o->why),
                                      DB_I(o->now_ms),
                                      DB_I(o->due_ms),
                                      DB_I(o->sent_ms),
                                      DB_END};
    return version_fault(db_run(db,
                                "INSERT INTO publications (version, request, kind, state, by,"
                                " by_name, why, at_ms, due_ms, sent_ms) VALUES"
                                " (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) RETURNING id",
                                values, &(struct db_rows){version_take_number, id}, NULL));
}

/* What an order ends: the one on its way; of one that goes back, all that is scheduled; and an
 * earlier schedule of the same version. */
static enum version_result clear_way(struct db *db, const struct publish_order *o, bool back)
{
    const struct publish_ending again = {o->by.name, "overtaken", o->now_ms};
    enum version_result r = publish_overtake(
        db, PUBLISH_NOW "WHERE state = 'scheduled' AND version = ?1 LIMIT 1", o->version, &again);
    if (r == VERSION_OK && o->due_ms <= o->now_ms)
        r = overtake_on_their_way(db, o->by.name, o->now_ms);
    if (r == VERSION_OK && back)
        r = overtake_scheduled(db, o->by.name, "went-back", o->now_ms);
    return r;
}

enum version_result publish_order(struct db *db, const struct publish_order *o, int64_t *id)
{
    bool back = strcmp(o->kind, "back") == 0, person = back || strcmp(o->kind, "publish") == 0;
    enum version_result r = find_request(db, o, id);
    if (r == VERSION_OK && person)
        r = judge(db, o, back);
    if (r == VERSION_OK && person)
        r = clear_way(db, o, back);
    return r == VERSION_OK ? add(db, o, id) : r;
}

enum version_result publish_cancel(struct db *db, int64_t id, const char *by_name, int64_t now_ms)
{
    struct publish_now p;
    enum version_result r = publish_read(db, PUBLISH_NOW "WHERE id = ?1", id, &p);
    if (r == VERSION_OK && p.state == PUBLISH_CANCELLED && p.id)
        return VERSION_REPEATED;
    return r == VERSION_OK ? publish_act(db, &p, PUBLISH_DO_CANCEL,
                                         &(struct publish_ending){by_name, "cancelled", now_ms})
                           : r;
}

enum version_result publish_due(struct db *db, int64_t now_ms, int64_t *next_ms)
{
    struct publish_now p;
    enum version_result r;
    *next_ms = 0;
    while (
        (r = publish_read(db,
                          PUBLISH_NOW
                          "WHERE state = 'scheduled' AND due_ms <= ?1 ORDER BY due_ms, id LIMIT 1",
                          now_ms, &p)) == VERSION_OK &&
        p.id) {
        r = overtake_on_their_way(db, "", now_ms);
        if (r == VERSION_OK)
            r = publish_act(db, &p, PUBLISH_DO_DUE, NULL);
        if (r != VERSION_OK)
            return r;
    }
    if (r != VERSION_OK)
        return r;
    r = publish_read(
        db, PUBLISH_NOW "WHERE state = 'scheduled' AND due_ms > ?1 ORDER BY due_ms LIMIT 1", now_ms,
        &p);
    *next_ms = p.due_ms;
    return r;
}

enum version_result publish_pass(struct db *db, int64_t id)
{
    return act_on(db, id, PUBLISH_DO_PASS, NULL);
}

enum version_result publish_refuse(struct db *db, int64_t id, const char *why, int64_t now_ms)
{
    return act_on(db, id, PUBLISH_DO_REFUSE, &(struct publish_ending){"", why, now_ms});
}

enum version_result publish_send(struct db *db, int64_t id, const char *previous, int64_t now_ms,
                                 int64_t *sent_ms)
{
    struct publish_now p;
    enum version_result r = act_on(db, id, PUBLISH_DO_SEND, NULL);
    if (r == VERSION_OK)
        r = version_fault(db_run(
            db,
            /* A clock that was set back must not make a later one look older. */
            "UPDATE publications SET previous = ?3, sent_ms ="
            " max(?2, 1 + (SELECT max(sent_ms) FROM publications))"
            " WHERE id = ?1 AND sent_ms = 0",
            (struct db_value[]){DB_I(id), DB_I(now_ms), DB_S(previous), DB_END}, NULL, NULL));
    if (r == VERSION_OK)
        r = publish_read(db, PUBLISH_NOW "WHERE id = ?1", id, &p);
    if (r == VERSION_OK)
        *sent_ms = p.sent_ms;
    return r;
}
