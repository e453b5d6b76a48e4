/* SPDX-License-Identifier: Apache-2.0 */
/* What admins do with people: GET /api/people, POST /api/people/… */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/api_session.h"
#include "console/endpoints.h"
#include "console/origin.h"
#include "console/people_commit.h"
#include "console/people_link.h"

enum { HOUR_MS = 3600 * 1000, ADDRESS_MAX = 300, DETAIL_MAX = 400 };

static void write_person(void *arg, const struct person *p, int64_t made_ms, int64_t seen_ms)
{
    struct json_out *j = arg;
    json_out_open(j, NULL, '{');
    json_out_int(j, "id", p->id);
    json_out_text(j, "name", p->name);
    json_out_text(j, "login", p->login);
    api_write_roles(j, "roles", p->roles);
    json_out_bool(j, "active", p->active);
    json_out_bool(j, "has_password", p->has_password);
    json_out_bool(j, "must_change_password", p->must_change);
    json_out_bool(j, "totp", p->totp);
    json_out_int(j, "made_ms", made_ms);
    json_out_int(j, "seen_ms", seen_ms);
    json_out_close(j, '{');
}

static void write_link(void *arg, const struct people_link *l)
{
    struct json_out *j = arg;
    json_out_open(j, NULL, '{');
    json_out_int(j, "id", l->id);
    json_out_int(j, "person", l->person);
    json_out_text(j, "name", l->name);
    api_write_roles(j, "roles", l->roles);
    json_out_int(j, "made_by", l->made_by);
    json_out_int(j, "made_ms", l->made_ms);
    json_out_int(j, "until_ms", l->until_ms);
    json_out_close(j, '{');
}

void api_people(const struct call *call)
{
    struct console *c = call->console;
    struct reply r;
    reply_begin(&r);
    json_out_open(&r.json, "people", '[');
    enum db_result done = people_list(c->db, write_person, &r.json);
    json_out_close(&r.json, '[');
    json_out_open(&r.json, "links", '[');
    if (done == DB_OK)
        done = people_link_list(c->db, console_now(c), write_link, &r.json);
    json_out_close(&r.json, '[');
    if (done == DB_OK) {
        reply_send(&r, c, call->id, 200);
        return;
    }
    free(reply_take(&r));
    call_stored(call, done);
}

/* A member that is a list of roles. Returns 0, or -1 after a failure was answered. */
static int read_roles(const struct call *call, const char *member, unsigned *out)
{
    const struct tree_node *list = tree_get(call->in, member);
    *out = 0;
    bool ok = tree_type(list) == JSON_ARRAY;
    for (const struct tree_node *n = tree_first(list); ok && n; n = tree_next(n)) {
        const char *word = tree_string(n);
        unsigned role = word ? people_role_of(word) : 0;
        ok = role != 0;
        *out |= role;
    }
    if (ok)
        return 0;
    call_fail(call, 400, "bad_field", member,
              "%s must be a list of viewer, operator, editor, reviewer, caseworker, admin.",
              member);
    return -1;
}

static struct people_change change_of(const struct call *call, const char *action,
                                      const char *subject, const char *detail)
{
    return (struct people_change){.console = call->console,
                                  .call = call->id,
                                  .by = call->person,
                                  .action = action,
                                  .subject = subject,
                                  .detail = detail};
}

/* The person that the request names. Returns 0, or -1 after a failure was answered. */
static int read_person(const struct call *call, struct person *out)
{
    int64_t id;
    if (call_int(call, "id", 1, INT64_MAX >> 11, &id) < 0)
        return -1;
    enum people_result r = people_get(call->console->db, id, out);
    if (r != PEOPLE_OK)
        people_fail(call->console, call->id, r);
    return r == PEOPLE_OK ? 0 : -1;
}

/* Answer with a link, the only time that it is shown. */
static void answer_link(const struct call *call, const struct people_link *l, const char *secret)
{
    char address[ADDRESS_MAX], link[ADDRESS_MAX + LINK_SECRET_SIZE + 32];
    struct reply r;
    origin_write(call->console, address, sizeof address);
    snprintf(link, sizeof link, "%s/invitation?token=%s", address, secret);
    reply_begin(&r);
    json_out_text(&r.json, "link", link);
    json_out_int(&r.json, "until_ms", l->until_ms);
    reply_send(&r, call->console, call->id, 200);
    password_wipe(link, sizeof link);
}

static struct people_link new_link(const struct call *call)
{
    const struct console *c = call->console;
    return (struct people_link){.made_by = call->person->id,
                                .until_ms = console_now(c) + c->conf->console_link_hours * HOUR_MS};
}

void api_people_invite(const struct call *call)
{
    struct console *c = call->console;
    struct people_link link = new_link(call);
    char secret[LINK_SECRET_SIZE], roles[64];
    const char *name = call_text(call, "name", 1, 60);
    if (!name || read_roles(call, "roles", &link.roles) < 0)
        return;
    if (!people_is_name(name) || link.roles == 0) {
        call_fail(call, 400, "bad_field", link.roles == 0 ? "roles" : "name", "%s",
                  link.roles == 0 ? "Choose at least one role."
                                  : "This is no name. Type it without blanks at its ends.");
        return;
    }
    strcpy(link.name, name);
    people_roles_text(link.roles, roles);
    const struct people_change x = change_of(call, "people.invite", name, roles);
    if (people_begin(&x) &&
        people_commit(&x, people_link_make(c->db, &link, console_now(c), secret)))
        answer_link(call, &link, secret);
    password_wipe(secret, sizeof secret);
}

void api_people_withdraw(const struct call *call)
{
    int64_t id;
    char subject[32];
    if (call_int(call, "id", 1, INT64_MAX >> 11, &id) < 0)
        return;
    snprintf(subject, sizeof subject, "link %lld", (long long)id);
    const struct people_change x = change_of(call, "people.withdraw", subject, "");
    if (people_begin(&x) && people_commit(&x, people_link_remove(call->console->db, id)))
        call_done(call);
}

void api_people_roles(const struct call *call)
{
    struct person p;
    unsigned was, roles;
    char before[64], after[64], detail[DETAIL_MAX];
    if (read_person(call, &p) < 0 || read_roles(call, "was", &was) < 0 ||
        read_roles(call, "roles", &roles) < 0)
        return;
    if (roles == 0) {
        call_fail(call, 400, "bad_field", "roles",
                  "Choose at least one role, or deactivate this person.");
        return;
    }
    people_roles_text(was, before);
    people_roles_text(roles, after);
    snprintf(detail, sizeof detail, "%s -> %s", before, after);
    const struct people_change x = change_of(call, "people.roles", p.login, detail);
    if (people_begin(&x) &&
        people_commit(&x, people_set_roles(call->console->db, p.id, was, roles)))
        call_done(call);
}

/* Whoever is deactivated is out at once, and no link brings the person back. */
static enum people_result set_active(struct db *db, int64_t id, bool active)
{
    enum people_result r = people_set_active(db, id, active);
    if (r == PEOPLE_OK && !active)
        r = people_of(session_end_all(db, id, NULL));
    if (r == PEOPLE_OK && !active)
        r = people_link_remove_of(db, id);
    return r;
}

void api_people_active(const struct call *call)
{
    struct person p;
    const struct tree_node *member = tree_get(call->in, "active");
    if (tree_type(member) != JSON_BOOL) {
        call_fail(call, 400, "bad_field", "active", "active must be true or false.");
        return;
    }
    if (read_person(call, &p) < 0)
        return;
    bool active = tree_true(member);
    const struct people_change x =
        change_of(call, active ? "people.activate" : "people.deactivate", p.login, "");
    if (people_begin(&x) && people_commit(&x, set_active(call->console->db, p.id, active)))
        call_done(call);
}

static enum people_result reset(const struct call *call, const struct person *p,
                                struct people_link *link, char secret[LINK_SECRET_SIZE])
{
    struct db *db = call->console->db;
    enum people_result r = people_void(db, p->id);
    if (r == PEOPLE_OK)
        r = people_of(session_end_all(db, p->id, NULL));
    if (r == PEOPLE_OK)
        r = people_link_make(db, link, console_now(call->console), secret);
    return r;
}

void api_people_reset(const struct call *call)
{
    struct person p;
    struct people_link link = new_link(call);
    char secret[LINK_SECRET_SIZE] = "";
    if (read_person(call, &p) < 0)
        return;
    if (p.id == call->person->id || !p.active) {
        call_fail(call, 409, p.active ? "self" : "inactive", NULL, "%s",
                  p.active ? "Change your own password on the account page."
                           : "Activate this person first.");
        return;
    }
    link.person = p.id;
    strcpy(link.name, p.name);
    const struct people_change x = change_of(call, "people.reset", p.login, "");
    if (people_begin(&x) && people_commit(&x, reset(call, &p, &link, secret)))
        answer_link(call, &link, secret);
    password_wipe(secret, sizeof secret);
}
