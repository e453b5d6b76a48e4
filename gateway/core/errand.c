/* SPDX-License-Identifier: Apache-2.0 */
#include "core/errand.h"

#include <string.h>

#include "base/clock.h"

/* Four digits can be guessed; so many wrong ones a day are an error, more are a search. */
enum { WRONG_MAX = 10 };

static const char *const filed_name[] = {
    [FILED_OK] = "ok", [FILED_FULL] = "full", [FILED_FAILED] = "failed", [FILED_LIMIT] = "limit"};

static const char *const state_name[] = {[CASE_UNKNOWN] = "unknown",
                                         [CASE_STORED] = "stored",
                                         [CASE_NEW] = "new",
                                         [CASE_TAKEN] = "taken",
                                         [CASE_WAITING] = "waiting",
                                         [CASE_CLOSED] = "closed",
                                         [CASE_UNREACHABLE] = "unreachable"};

static void begin_day(struct session *s, int64_t now_ms)
{
    uint16_t day = (uint16_t)clock_day(now_ms);
    if (s->budget_day == day)
        return;
    s->budget_day = day;
    s->filed_today = s->wrong_today = 0;
}

/* The handler has filled in what the worker chose; the rest follows from the message. */
static void complete(const struct dispatch *d, const struct txn *t, struct errand *e)
{
    const struct secret *key = &d->o.rules.secret;
    struct request *r = &e->request;
    char pin[REQUEST_PIN_MAX + 1];
    bool known = r->wish != WISH_NONE;
    request_id(t->ref, r->id);
    request_case(key->octets, key->len, t->ref, r->case_no, pin);
    request_proof(key->octets, key->len, r->case_no, pin, r->proof);
    if (known)
        request_subject(key->octets, key->len, t->mo.msisdn, r->subject);
    r->msisdn = known ? t->mo.msisdn : "";
    r->text = e->with_text ? t->mo.text : "";
    r->text_len = e->with_text ? t->mo.text_len : 0;
    r->at = t->received_ms;
    r->sms = t->mo.kind == MO_SMS;
    memcpy(r->bridge, t->origin.bridge, sizeof r->bridge);
    memcpy(r->lang, t->session.now.lang, sizeof r->lang);
}

static bool file(struct dispatch *d, struct txn *t, struct errand *e, int64_t *result)
{
    const struct secret *key = &d->o.rules.secret;
    bool enough = t->session.filed_today >= d->o.rules.requests_per_day;
    if (enough || !d->ports.file) {
        *result = errand_filed(d, t, enough ? FILED_LIMIT : FILED_FAILED);
        return true;
    }
    t->ref = request_ref(key->octets, key->len, t->origin.bridge, t->mo.id);
    complete(d, t, e);
    d->ports.file(d->ports.arg, t->number, &e->request);
    return false;
}

static bool ask(struct dispatch *d, struct txn *t, const struct errand *e, int64_t *result)
{
    const struct secret *key = &d->o.rules.secret;
    struct case_ask a;
    if (t->session.wrong_today >= WRONG_MAX) {
        *result = ERRAND_LIMIT;
        return true;
    }
    if (!d->ports.ask) {
        *result = errand_told(d, t, CASE_UNREACHABLE);
        return true;
    }
    memcpy(a.case_no, e->case_no, sizeof a.case_no);
    request_proof(key->octets, key->len, e->case_no, e->pin, a.proof);
    d->ports.ask(d->ports.arg, t->number, &a);
    return false;
}

bool errand_run(struct dispatch *d, struct txn *t, struct errand *e, int64_t *result)
{
    begin_day(&t->session, clock_now(&d->o.clock));
    t->errand = e->kind;
    return e->kind == ERRAND_FILE ? file(d, t, e, result) : ask(d, t, e, result);
}

static void tell(const struct dispatch *d, const struct txn *t, enum filed r)
{
    char id[REQUEST_ID_MAX + 1];
    metrics_add(d->o.metrics, M_FILED, filed_name[r], 1);
    if (r != FILED_OK) {
        log_write(d->o.log, EV_request_refused, LOG_FIELDS(LS("why", filed_name[r])));
        return;
    }
    request_id(t->ref, id);
    log_write(d->o.log, EV_request_filed, LOG_FIELDS(LS("request", id)));
}

int64_t errand_filed(const struct dispatch *d, struct txn *t, enum filed r)
{
    tell(d, t, r);
    if (r != FILED_OK)
        return -(int64_t)r;
    t->session.filed_today++;
    return (int64_t)t->ref;
}

int64_t errand_told(const struct dispatch *d, struct txn *t, enum case_state state)
{
    metrics_add(d->o.metrics, M_CASE_ASKS, state_name[state], 1);
    if (state == CASE_UNKNOWN)
        t->session.wrong_today++;
    return state;
}
