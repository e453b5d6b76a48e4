/* SPDX-License-Identifier: Apache-2.0 */
#include "console/people_module.h"

#include <stdlib.h>
#include <string.h>

#include "console/audit.h"
#include "console/people_link.h"
#include "console/throttle.h"

enum { MINUTE_MS = 60 * 1000, HOUR_MS = 60 * MINUTE_MS };

/* Where the audit log ends, in a place that who can write the database may not reach. The hash goes
 * in groups: the log masks long runs of digits. */
static void tell_audit(struct console *c)
{
    struct audit_state state;
    char head[2 * DIGEST_SIZE * 5 / 4 + 1];
    size_t n = 0;
    if (audit_check(c->db, &state) != DB_OK)
        return;
    for (size_t i = 0; state.head[i]; i++) {
        if (i > 0 && i % 4 == 0)
            head[n++] = '-';
        head[n++] = state.head[i];
    }
    head[n] = '\0';
    log_write(c->log, state.wrong_seq > 0 ? EV_console_audit_wrong : EV_console_audit,
              LOG_FIELDS(LI("lines", state.count), LI("wrong", state.wrong_seq), LS("head", head)));
}

/* What is over is removed; if that fails it is only there for longer. */
static void on_hour(void *arg)
{
    struct console *c = arg;
    int64_t now = console_now(c);
    (void)session_expire(c->db, &c->people->life, now);
    (void)throttle_expire(c->db, now);
    (void)people_link_expire(c->db, now);
    tell_audit(c);
    loop_timer_set(c->people->hourly, HOUR_MS);
}

static int make_nobody(struct people *p)
{
    char password[PASSWORD_ONCE_SIZE];
    password_invent(password);
    int r = password_make(password, p->nobody);
    password_wipe(password, sizeof password);
    return r;
}

int people_open(struct console *c, char why[CONF_ERROR_MAX])
{
    snprintf(why, CONF_ERROR_MAX, "there is no memory for people; end other programs");
    c->people = calloc(1, sizeof *c->people);
    if (!c->people || password_begin() < 0 || make_nobody(c->people) < 0)
        return -1;
    c->people->life = (struct session_life){c->conf->console_session_idle_min * MINUTE_MS,
                                            c->conf->console_session_hours * HOUR_MS};
    c->people->hourly = loop_timer_new(c->loop, on_hour, c);
    if (!c->people->hourly)
        return -1;
    if (people_first(c->db, console_now(c), stdout, why) < 0)
        return -1;
    on_hour(c);
    return 0;
}

void people_close(struct console *c)
{
    if (!c->people)
        return;
    if (c->people->hourly)
        tell_audit(c);
    loop_timer_free(c->people->hourly);
    free(c->people);
    c->people = NULL;
}

int people_name(const struct console *c, int64_t id, char *out, size_t cap)
{
    struct person p;
    bool found = people_get(c->db, id, &p) == PEOPLE_OK;
    snprintf(out, cap, "%s", found ? p.name : "?");
    return found ? 0 : -1;
}

int session_find(struct console *c, const char *cookie, struct person *out,
                 char token[SESSION_TOKEN_SIZE])
{
    char secret[SESSION_SECRET_SIZE];
    token[0] = '\0';
    if (session_read_cookie(cookie, secret) < 0)
        return 1;
    int r = session_look(c->db, secret, &c->people->life, console_now(c), out);
    if (r == 0)
        session_token(secret, token);
    password_wipe(secret, sizeof secret);
    return r;
}
