/* SPDX-License-Identifier: Apache-2.0 */
/* GET /api/me, POST /api/sign-in, POST /api/sign-out. */
#include "console/api_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/audit.h"
#include "console/endpoints.h"
#include "console/people_commit.h"
#include "console/people_factor.h"
#include "console/people_module.h"

void api_write_roles(struct json_out *j, const char *key, unsigned roles)
{
    json_out_open(j, key, '[');
    for (unsigned role = 1; role <= ROLE_ALL; role <<= 1)
        if (roles & role)
            json_out_text(j, NULL, people_role_name(role));
    json_out_close(j, '[');
}

void api_answer_me(struct console *c, uint64_t call, const struct person *p, const char *token,
                   const char *cookie)
{
    struct reply r;
    reply_begin(&r);
    json_out_open(&r.json, "person", '{');
    json_out_int(&r.json, "id", p->id);
    json_out_text(&r.json, "name", p->name);
    json_out_text(&r.json, "login", p->login);
    api_write_roles(&r.json, "roles", p->roles);
    json_out_close(&r.json, '{');
    json_out_text(&r.json, "token", token);
    json_out_text(&r.json, "language", p->language);
    json_out_bool(&r.json, "must_change_password", p->must_change);
    json_out_bool(&r.json, "totp", p->totp);
    char *text = reply_take(&r);
    const struct call_answer a = {.status = 200, .text = text, .len = r.len, .cookie = cookie};
    if (text)
        console_answer(c, call, &a);
    else
        console_fail(c, call, 503, "busy", NULL, "There is no memory. Try again.");
    free(text);
}

void api_me(const struct call *call)
{
    api_answer_me(call->console, call->id, call->person, call->token, NULL);
}

bool api_may_try(const struct call *call, struct password_job *job, const char *login)
{
    struct db *db = call->console->db;
    const char *forwarded =
        call->console->conf->console_behind_proxy ? web_header(call->web, "X-Forwarded-For") : NULL;
    if (call->console->conf->console_behind_proxy && !forwarded)
        forwarded = "";
    int64_t wait_ms = 0;
    throttle_address(call->web->peer, forwarded, job->address);
    enum db_result r = db_begin(db);
    if (r == DB_OK)
        r = throttle_try(db, login, job->address, console_now(call->console), &wait_ms);
    if (r == DB_OK)
        r = db_commit(db);
    else
        db_rollback(db);
    if (!call_stored(call, r)) {
        password_job_free(job);
        return false;
    }
    if (wait_ms == 0)
        return true;
    call_fail(call, 429, "throttled", NULL,
              "There were too many wrong tries. Wait %lld seconds, then try again.",
              (long long)(wait_ms + 999) / 1000);
    password_job_free(job);
    return false;
}

bool api_still_fits(struct password_job *job)
{
    struct console *c = job->console;
    struct person now;
    char stored[PASSWORD_STORED_SIZE];
    if (!job->fits || job->person.id == 0 || people_get(c->db, job->person.id, &now) != PEOPLE_OK ||
        !now.active ||
        people_password(c->db, now.id, console_now(c), stored, sizeof stored) != PEOPLE_OK)
        return false;
    job->person = now;
    return strcmp(stored, job->stored) == 0;
}

/* A sign-in that is none. The answers for an account that is none are the same as for one. */
static void refuse(struct password_job *job, const char *code, const char *message)
{
    char detail[AUDIT_DETAIL_MAX];
    snprintf(detail, sizeof detail, "%s from %s", job->person.id > 0 ? code : "unknown_account",
             job->address);
    const struct people_change x = {.console = job->console,
                                    .call = job->call,
                                    .action = "sign_in.refused",
                                    .subject = job->person.id > 0 ? job->login : "",
                                    .detail = detail};
    if (people_begin(&x) && people_commit(&x, PEOPLE_OK))
        console_fail(job->console, job->call, 401, code, NULL, "%s", message);
}

/* What signing in changes, but for the line in the audit log. */
static enum people_result enter(struct password_job *job, const char *secret_before,
                                char secret[SESSION_SECRET_SIZE])
{
    struct console *c = job->console;
    int64_t now = console_now(c), id = job->person.id;
    enum people_result r = people_note_seen(c->db, id, now);
    /* Costs have changed since the password was chosen. A one-time password keeps its end. */
    if (r == PEOPLE_OK && job->fresh[0] && !job->person.must_change)
        r = people_set_password(c->db, id, job->fresh, false, 0);
    if (r == PEOPLE_OK)
        r = people_of(session_end(c->db, secret_before));
    if (r == PEOPLE_OK)
        r = people_of(session_begin(c->db, id, now, secret));
    if (r == PEOPLE_OK)
        r = people_of(throttle_forgive(c->db, job->login, job->address, now));
    return r;
}

static void sign_in(struct password_job *job)
{
    char secret[SESSION_SECRET_SIZE] = "", token[SESSION_TOKEN_SIZE], cookie[SESSION_HEADER_SIZE];
    char detail[AUDIT_DETAIL_MAX];
    snprintf(detail, sizeof detail, "from %s", job->address);
    const struct people_change x = {.console = job->console,
                                    .call = job->call,
                                    .by = &job->person,
                                    .action = "sign_in",
                                    .subject = job->login,
                                    .detail = detail};
    if (!people_begin(&x) || !people_commit(&x, enter(job, job->secret, secret)))
        return;
    session_token(secret, token);
    session_write_cookie(secret, cookie);
    api_answer_me(job->console, job->call, &job->person, token, cookie);
    password_wipe(secret, sizeof secret);
    password_wipe(cookie, sizeof cookie);
}

static void on_compared(struct password_job *job)
{
    struct console *c = job->console;
    if (!api_still_fits(job)) {
        refuse(job, "wrong_sign_in",
               "Name or password is wrong. Try again, or ask an administrator for a new link.");
        return;
    }
    if (!job->person.totp) {
        sign_in(job);
    } else if (job->code[0] == '\0') {
        console_fail(c, job->call, 401, "code_needed", "code",
                     "Type the six digits that your authenticator app shows now.");
    } else {
        enum people_factor f = people_factor_use(c->db, job->person.id, job->code, console_now(c));
        if (f == FACTOR_RIGHT)
            sign_in(job);
        else if (f == FACTOR_FAULT)
            people_fail(c, job->call, PEOPLE_FAULT);
        else
            refuse(job, "wrong_code",
                   "The code is wrong, or was used before. Wait for the next one and type it.");
    }
}

/* Read the members. Returns 0, or -1 after a failure was answered; the job is then freed. */
static int read_sign_in(const struct call *call, struct password_job *job)
{
    const char *login = call_text(call, "login", 1, 200);
    const char *code = login ? call_text_or_empty(call, "code", CODE_MAX) : NULL;
    if (!code) {
        password_job_free(job);
        return -1;
    }
    people_login_fold(login, job->login);
    snprintf(job->code, sizeof job->code, "%s", code);
    (void)session_read_cookie(web_header(call->web, "Cookie"), job->secret);
    return password_take(call, "password", job, job->password);
}

void api_sign_in(const struct call *call)
{
    struct console *c = call->console;
    struct password_job *job = password_job(call);
    if (!job || read_sign_in(call, job) < 0 || !api_may_try(call, job, job->login))
        return;
    job->done = on_compared;
    job->compare = true;
    enum people_result r = people_by_login(c->db, job->login, &job->person);
    if (r == PEOPLE_OK)
        r = people_password(c->db, job->person.id, console_now(c), job->stored, sizeof job->stored);
    if (r != PEOPLE_OK && r != PEOPLE_UNKNOWN) {
        people_fail(c, call->id, r);
        password_job_free(job);
        return;
    }
    if (job->stored[0] == '\0') /* as much work as for an account */
        strcpy(job->stored, c->people->nobody);
    password_post(job);
}

void api_sign_out(const struct call *call)
{
    struct console *c = call->console;
    char secret[SESSION_SECRET_SIZE], cookie[SESSION_HEADER_SIZE];
    (void)session_read_cookie(web_header(call->web, "Cookie"), secret);
    const struct call_answer a = {
        .status = 200, .text = "{\"done\":true}", .len = 13, .cookie = cookie};
    session_write_cookie(NULL, cookie);
    /* If the disk is full, the browser forgets the secret all the same, and the row ends by time.
     */
    if (db_begin(c->db) == DB_OK) {
        if (session_end(c->db, secret) != DB_OK ||
            audit_write(c, call->person, "sign_out", call->person->login, "") < 0)
            db_rollback(c->db);
        else
            (void)db_commit(c->db);
    }
    console_answer(c, call->id, &a);
}
