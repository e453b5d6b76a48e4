/* SPDX-License-Identifier: Apache-2.0 */
#include "console/versions_json.h"

#include <string.h>

#include "console/publish_run.h"

enum { PUBLICATIONS_MAX = 50 };

static void write_person(struct json_out *j, const char *key, int64_t id, const char *name)
{
    json_out_open(j, key, '{');
    json_out_int(j, "id", id);
    json_out_text(j, "name", name);
    json_out_close(j, '}');
}

static void write_author(void *arg, const struct version_person *p)
{
    write_person(arg, NULL, p->id, p->name);
}

static void write_publication(struct json_out *j, const char *key, const struct publish_row *p)
{
    json_out_open(j, key, '{');
    json_out_int(j, "id", p->id);
    json_out_int(j, "version", p->version);
    json_out_text(j, "kind", p->kind);
    json_out_text(j, "state", publish_state_name(p->state));
    write_person(j, "by", p->by, p->by_name);
    json_out_text(j, "why", p->why);
    json_out_int(j, "at", p->at_ms);
    json_out_int(j, "due", p->due_ms);
    json_out_int(j, "sent", p->sent_ms);
    json_out_int(j, "in_force", p->force_ms);
    json_out_int(j, "ended", p->ended_ms);
    json_out_text(j, "end_name", p->end_name);
    json_out_text(j, "end_why", p->end_why);
    json_out_close(j, '}');
}

static void write_listed(void *arg, const struct publish_row *p)
{
    write_publication(arg, NULL, p);
}

static void write_decision(struct json_out *j, const struct version_row *v)
{
    json_out_open(j, "decided", '{');
    write_person(j, "by", v->decided_by, v->decided_name);
    json_out_int(j, "at", v->decided_ms);
    json_out_text(j, "note", v->decision_note);
    json_out_close(j, '}');
}

/* Where versions are written to. */
struct writing {
    struct db *db;
    struct json_out *json;
    const char *key;
    size_t count;
};

static void write_version(void *arg, const struct version_row *v)
{
    struct writing *w = arg;
    struct json_out *j = w->json;
    w->count++;
    json_out_open(j, w->key, '{');
    json_out_int(j, "id", v->id);
    json_out_text(j, "hash", v->hash);
    json_out_text(j, "base", v->base);
    json_out_text(j, "origin", v->origin);
    json_out_text(j, "state", version_state_name(v->state));
    json_out_text(j, "note", v->note);
    write_person(j, "by", v->by, v->by_name);
    json_out_int(j, "at", v->at_ms);
    if (v->decided_name[0])
        write_decision(j, v);
    json_out_open(j, "authors", '[');
    (void)versions_authors(w->db, v->id, write_author, j);
    json_out_close(j, ']');
    json_out_open(j, "publications", '[');
    (void)publish_list(w->db, v->id, PUBLICATIONS_MAX, write_listed, j);
    json_out_close(j, ']');
    json_out_close(j, '}');
}

bool versions_json_one(struct db *db, struct json_out *j, const char *key, int64_t id)
{
    struct writing w = {.db = db, .json = j, .key = key};
    return versions_get(db, id, write_version, &w) == DB_OK && w.count == 1;
}

enum db_result versions_json_list(struct db *db, struct json_out *j, int64_t before, int max)
{
    struct writing w = {.db = db, .json = j};
    return versions_list(db, before, max, write_version, &w);
}

static void write_gateway(struct json_out *j, struct db *db, const struct gateway_status *g)
{
    json_out_open(j, NULL, '{');
    json_out_text(j, "instance", g->instance);
    json_out_text(j, "state", g->state);
    json_out_text(j, "program", g->program);
    json_out_text(j, "content", g->content);
    json_out_int(j, "version", versions_find(db, g->content)); /* 0: none of ours */
    json_out_bool(j, "refused", g->refused);
    json_out_bool(j, "degraded", g->degraded);
    json_out_int(j, "said", g->said_ms);
    json_out_close(j, '}');
}

static void write_keyed(void *arg, const struct publish_row *p)
{
    const struct writing *w = arg;
    write_publication(w->json, w->key, p);
}

static void write_one(const struct console *c, struct json_out *j, const char *key, int64_t id)
{
    struct writing w = {.json = j, .key = key};
    if (id)
        (void)publish_get(c->db, id, write_keyed, &w);
}

void versions_json_status(const struct console *c, struct json_out *j)
{
    const struct versions *v = c->versions;
    struct publish_now p;
    json_out_int(j, "now", console_now(c));
    json_out_text(j, "broker", c->mqtt && mqtt_is_up(c->mqtt) ? "up" : "away");
    json_out_bool(j, "stuck", versions_is_stuck(c));
    json_out_text(j, "trouble", v->trouble);
    json_out_text(j, "hash", versions_current_hash(c));
    json_out_int(j, "waiting", versions_waiting(c->db));
    write_one(c, j, "in_force", v->publication);
    if (publish_on_its_way(c->db, &p) == VERSION_OK)
        write_one(c, j, "on_its_way", p.id);
    json_out_open(j, "scheduled", '[');
    (void)publish_scheduled(c->db, write_listed, j);
    json_out_close(j, ']');
    json_out_open(j, "gateways", '[');
    for (size_t i = 0; i < v->gateways.count; i++)
        write_gateway(j, c->db, &v->gateways.list[i]);
    json_out_close(j, ']');
}
