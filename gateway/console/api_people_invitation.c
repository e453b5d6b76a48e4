/* SPDX-License-Identifier: Apache-2.0 */
/* The far end of a link: GET and POST /api/invitation, for somebody who cannot sign in yet. */
#include <stdio.h>
#include <string.h>

#include "console/api_session.h"
#include "console/endpoints.h"
#include "console/password_rules.h"
#include "console/people_commit.h"
#include "console/people_link.h"
#include "console/people_module.h"

/* Find the link, and for a recovery its person. Returns 0, or -1 after a failure was answered. */
static int find(struct console *c, uint64_t call, const char *token, struct people_link *link,
                struct person *p)
{
    enum people_result r = people_link_find(c->db, token, console_now(c), link);
    *p = (struct person){0};
    if (r == PEOPLE_OK && link->person > 0)
        r = people_get(c->db, link->person, p);
    if (r == PEOPLE_OK)
        return 0;
    if (r == PEOPLE_UNKNOWN)
        console_fail(c, call, 404, "not_found", NULL,
                     "This link was used already, or its time is over. Ask an administrator of "
                     "the console for a new one.");
    else
        people_fail(c, call, r);
    return -1;
}

void api_invitation(const struct call *call)
{
    struct people_link link;
    struct person p;
    struct reply r;
    if (find(call->console, call->id, call_query(call, "token"), &link, &p) < 0)
        return;
    reply_begin(&r);
    json_out_text(&r.json, "name", p.id > 0 ? p.name : link.name);
    json_out_text(&r.json, "login", p.login);
    api_write_roles(&r.json, "roles", p.id > 0 ? p.roles : link.roles);
    json_out_bool(&r.json, "recovery", p.id > 0);
    json_out_int(&r.json, "until_ms", link.until_ms);
    reply_send(&r, call->console, call->id, 200);
}

/* Make the person of an invitation, or give the one of a recovery its password; the link is used
 * up. */
static enum people_result take(struct password_job *job, const struct people_link *link,
                               struct person *p)
{
    struct console *c = job->console;
    enum people_result r = people_link_remove(c->db, link->id);
    if (r == PEOPLE_OK && p->id > 0) {
        r = people_set_password(c->db, p->id, job->fresh, false, 0);
    } else if (r == PEOPLE_OK) {
        p->roles = link->roles;
        strcpy(p->name, job->name);
        strcpy(p->login, job->login);
        r = people_add(c->db, p, job->fresh, 0, console_now(c));
    }
    return r;
}

static void on_made(struct password_job *job)
{
    struct console *c = job->console;
    struct people_link link;
    struct person p;
    struct reply r;
    char detail[PERSON_NAME_SIZE + 32], by[PERSON_NAME_SIZE];
    if (job->failed) {
        console_fail(c, job->call, 503, "busy", NULL, "There is no memory. Try again.");
        return;
    }
    struct people_change x = {
        .console = c, .call = job->call, .by = &p, .subject = job->login, .detail = detail};
    /* Again, and in the transaction: the link may have been used or withdrawn meanwhile. */
    if (!people_begin(&x))
        return;
    if (find(c, job->call, job->secret, &link, &p) < 0) {
        db_rollback(c->db);
        return;
    }
    x.action = p.id > 0 ? "people.recovered" : "people.joined";
    (void)people_name(c, link.made_by, by, sizeof by);
    snprintf(detail, sizeof detail, "by the link of %s", by);
    if (!people_commit(&x, take(job, &link, &p)))
        return;
    reply_begin(&r);
    json_out_bool(&r.json, "done", true);
    json_out_text(&r.json, "login", p.login);
    reply_send(&r, c, job->call, 200);
}

/* Who an invitation makes: name and login. Returns 0, or -1 after a failure was answered. */
static int read_who(const struct call *call, struct password_job *job)
{
    const char *name = call_text(call, "name", 1, 60);
    const char *login = name ? call_text(call, "login", 2, PERSON_LOGIN_SIZE - 1) : NULL;
    if (!login)
        return -1;
    people_login_fold(login, job->login);
    if (!people_is_name(name) || !people_is_login(job->login)) {
        bool bad_name = !people_is_name(name);
        call_fail(call, 400, "bad_field", bad_name ? "name" : "login", "%s",
                  bad_name ? "This is no name. Type it without blanks at its ends."
                           : "A name for signing in has letters a to z, digits and . - _ @ only.");
        return -1;
    }
    strcpy(job->name, name);
    return 0;
}

/* Nobody is told that a name is taken but whoever has a link. */
static bool is_free(const struct call *call, const char *login)
{
    struct person p;
    enum people_result r = people_by_login(call->console->db, login, &p);
    if (r != PEOPLE_UNKNOWN)
        people_fail(call->console, call->id, r == PEOPLE_OK ? PEOPLE_TAKEN : r);
    return r == PEOPLE_UNKNOWN;
}

/* All that is needed before the hasher has work. Returns 0, or -1 after a failure was answered. */
static int read_join(const struct call *call, struct password_job *job)
{
    struct people_link link;
    struct person p;
    const char *token = call_text(call, "token", 1, LINK_SECRET_SIZE - 1);
    if (!token || find(call->console, call->id, token, &link, &p) < 0)
        return -1;
    strcpy(job->secret, token);
    if (p.id > 0) {
        strcpy(job->name, p.name);
        strcpy(job->login, p.login);
    } else if (read_who(call, job) < 0 || !is_free(call, job->login)) {
        return -1;
    }
    const char *password = call_text(call, "password", 1, PASSWORD_MAX);
    if (!password)
        return -1;
    const char *weak = password_weakness(password, job->login, job->name);
    if (!weak)
        return 0;
    call_fail(call, 400, "weak_password", "password", "%s", weak);
    return -1;
}

void api_invitation_use(const struct call *call)
{
    struct password_job *job = password_job(call);
    if (!job)
        return;
    if (read_join(call, job) < 0) {
        password_job_free(job);
        return;
    }
    if (password_take(call, "password", job, job->password) < 0)
        return;
    job->make = true;
    job->done = on_made;
    password_post(job);
}
