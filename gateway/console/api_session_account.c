/* SPDX-License-Identifier: Apache-2.0 */
/* What people change of their own account: POST /api/account/… */
#include <stdio.h>
#include <string.h>

#include "console/api_session.h"
#include "console/endpoints.h"
#include "console/password_rules.h"
#include "console/people_commit.h"
#include "console/people_factor.h"
#include "console/people_module.h"

static struct people_change change_of(const struct call *call, const char *action)
{
    return (struct people_change){.console = call->console,
                                  .call = call->id,
                                  .by = call->person,
                                  .action = action,
                                  .subject = call->person->login};
}

/* A job that compares the password of whoever asks. NULL after a failure was answered. */
static struct password_job *job_of(const struct call *call, const char *member)
{
    struct console *c = call->console;
    struct password_job *job = password_job(call);
    if (!job || password_take(call, member, job, job->password) < 0 ||
        !api_may_try(call, job, call->person->login))
        return NULL;
    memcpy(job->login, call->person->login, sizeof job->login);
    (void)session_read_cookie(web_header(call->web, "Cookie"), job->secret);
    job->compare = true;
    enum people_result r =
        people_password(c->db, job->person.id, console_now(c), job->stored, sizeof job->stored);
    if (r == PEOPLE_OK)
        return job;
    people_fail(c, call->id, r);
    password_job_free(job);
    return NULL;
}

/* Did the password fit? False after a failure was answered. */
static bool fits(struct password_job *job, const char *field)
{
    if (api_still_fits(job))
        return true;
    const struct people_change x = {.console = job->console,
                                    .call = job->call,
                                    .by = &job->person,
                                    .action = "account.refused",
                                    .subject = job->login,
                                    .detail = job->address};
    if (people_begin(&x) && people_commit(&x, PEOPLE_OK))
        console_fail(job->console, job->call, 403, "wrong_password", field,
                     "This is not your password. Type it again.");
    return false;
}

static enum people_result change_password(struct password_job *job)
{
    struct console *c = job->console;
    enum people_result r = people_set_password(c->db, job->person.id, job->fresh, false, 0);
    if (r == PEOPLE_OK)
        r = people_of(session_end_all(c->db, job->person.id, job->secret));
    if (r == PEOPLE_OK)
        r = people_of(throttle_forgive(c->db, job->login, job->address, console_now(c)));
    return r;
}

static void answer_done(struct console *c, uint64_t call)
{
    struct reply r;
    reply_begin(&r);
    json_out_bool(&r.json, "done", true);
    reply_send(&r, c, call, 200);
}

static void on_password(struct password_job *job)
{
    const struct people_change x = {.console = job->console,
                                    .call = job->call,
                                    .by = &job->person,
                                    .action = "account.password",
                                    .subject = job->login};
    if (!fits(job, "old"))
        return;
    if (job->failed)
        console_fail(job->console, job->call, 503, "busy", NULL, "There is no memory. Try again.");
    else if (people_begin(&x) && people_commit(&x, change_password(job)))
        answer_done(job->console, job->call);
}

void api_account_password(const struct call *call)
{
    const char *wanted = call_text(call, "new", 1, PASSWORD_MAX);
    if (!wanted)
        return;
    const char *old = tree_string(tree_get(call->in, "old"));
    const char *weak = password_weakness(wanted, call->person->login, call->person->name);
    if (!weak && strlen(wanted) > PASSWORD_MAX)
        weak = "This password is too long. Shorten it.";
    if (!weak && old && strcmp(old, wanted) == 0)
        weak = "This is the password that you have. Take another one.";
    if (weak) {
        call_fail(call, 400, "weak_password", "new", "%s", weak);
        return;
    }
    struct password_job *job = job_of(call, "old");
    if (!job)
        return;
    job->make = true;
    strcpy(job->wanted, wanted);
    job->done = on_password;
    password_post(job);
}

void api_account_totp_begin(const struct call *call)
{
    uint8_t key[TOTP_KEY_SIZE];
    char text[TOTP_TEXT_SIZE], uri[TOTP_URI_SIZE];
    enum people_result r = people_factor_ask(call->console->db, call->person->id, key);
    if (r == PEOPLE_TAKEN) {
        call_fail(call, 409, "totp_is_on", NULL,
                  "You sign in with a code already. Remove it first to use another phone.");
        return;
    }
    if (r != PEOPLE_OK) {
        people_fail(call->console, call->id, r);
        return;
    }
    struct reply reply;
    totp_text(key, text);
    totp_uri(key, "Mekong Line", call->person->login, uri);
    reply_begin(&reply);
    json_out_text(&reply.json, "secret", text);
    json_out_text(&reply.json, "uri", uri);
    reply_send(&reply, call->console, call->id, 200);
    password_wipe(key, sizeof key);
    password_wipe(text, sizeof text);
    password_wipe(uri, sizeof uri);
}

void api_account_totp_confirm(const struct call *call)
{
    const struct people_change x = change_of(call, "account.totp_on");
    const char *code = call_text(call, "code", 1, CODE_MAX);
    if (!code || !people_begin(&x))
        return;
    enum people_factor f = people_factor_confirm(call->console->db, call->person->id, code,
                                                 console_now(call->console));
    if (f == FACTOR_RIGHT || f == FACTOR_FAULT) {
        if (people_commit(&x, f == FACTOR_RIGHT ? PEOPLE_OK : PEOPLE_FAULT))
            call_done(call);
        return;
    }
    db_rollback(call->console->db);
    call_fail(call, 400, "wrong_code", "code",
              "The code is wrong. Look whether the phone's clock is right, and type the next one.");
}

static void on_remove(struct password_job *job)
{
    const struct people_change x = {.console = job->console,
                                    .call = job->call,
                                    .by = &job->person,
                                    .action = "account.totp_off",
                                    .subject = job->login};
    struct console *c = job->console;
    if (!fits(job, "password") || !people_begin(&x))
        return;
    enum people_result r = people_factor_remove(c->db, job->person.id);
    if (r == PEOPLE_OK)
        r = people_of(throttle_forgive(c->db, job->login, job->address, console_now(c)));
    if (people_commit(&x, r))
        answer_done(c, job->call);
}

void api_account_totp_remove(const struct call *call)
{
    struct password_job *job = job_of(call, "password");
    if (!job)
        return;
    job->done = on_remove;
    password_post(job);
}

void api_account_language(const struct call *call)
{
    const struct people_change x = change_of(call, "account.language");
    const char *language = call_text(call, "language", 2, PERSON_LANGUAGE_SIZE - 1);
    if (!language)
        return;
    if (strspn(language, "abcdefghijklmnopqrstuvwxyz-") != strlen(language)) {
        call_fail(call, 400, "bad_field", "language", "A language is written like en or lo.");
        return;
    }
    if (people_begin(&x) &&
        people_commit(&x, people_set_language(call->console->db, call->person->id, language)))
        call_done(call);
}
