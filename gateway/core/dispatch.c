/* SPDX-License-Identifier: Apache-2.0 */
/* The flow of dispatch.h. Only finish() ends a txn. */
#include "core/dispatch.h"

#include <stdlib.h>
#include <string.h>

#include "core/errand.h"
#include "core/intake.h"
#include "core/limit.h"
#include "core/merge.h"
#include "core/once.h"
#include "core/pseudonyms.h"
#include "core/tally.h"

enum { TRIES_MAX = 8 };

/* What became of one attempt to step. */
enum step_result {
    STEP_SAVE,   /* the session changed: save it, then answer */
    STEP_ERRAND, /* the session waits for an errand */
    STEP_ANSWER, /* nothing to save: answer *view */
    STEP_REFUSE, /* refused; *why says how */
    STEP_NOTHING
};

static void txn_step(struct dispatch *d, struct txn *t);

struct dispatch *dispatch_new(const struct dispatch_options *o, const struct ports *ports,
                              struct catalog *c)
{
    struct dispatch *d = calloc(1, sizeof *d);
    if (!d)
        return NULL;
    d->o = *o;
    d->ports = *ports;
    d->txns = txns_new();
    d->recent = recent_new(o->recent_sessions);
    d->pseudonyms = pseudonyms_new(o->rules.secret.octets, o->rules.secret.len);
    shelf_init(&d->shelf, c);
    if (d->txns && d->recent && d->pseudonyms)
        return d;
    dispatch_free(d);
    return NULL;
}

void dispatch_free(struct dispatch *d)
{
    if (!d)
        return;
    txns_free(d->txns);
    recent_free(d->recent);
    pseudonyms_free(d->pseudonyms);
    shelf_fini(&d->shelf);
    free(d);
}

void dispatch_set_carriers(struct dispatch *d, dispatch_carrier_fn fn, void *arg)
{
    d->carrier_fn = fn;
    d->carrier_arg = arg;
}

void dispatch_set_catalog(struct dispatch *d, struct catalog *c)
{
    int64_t longest =
        d->o.rules.sms_ms > d->o.rules.ussd_ms ? d->o.rules.sms_ms : d->o.rules.ussd_ms;
    shelf_swap(&d->shelf, c, clock_now(&d->o.clock) + longest + d->o.rules.resume_ms);
}

void dispatch_set_options(struct dispatch *d, const struct dispatch_options *o)
{
    struct dispatch_options fixed = d->o;
    d->o = *o;
    d->o.rules.secret = fixed.rules.secret;
    d->o.writer = fixed.writer;
    d->o.clock = fixed.clock;
    d->o.log = fixed.log;
    d->o.metrics = fixed.metrics;
    d->o.volumes = fixed.volumes;
}

size_t dispatch_inflight(const struct dispatch *d)
{
    return txns_count(d->txns);
}

void dispatch_drain(struct dispatch *d)
{
    d->draining = true;
}

/* The one place where a txn ends. The next one in the subscriber's line begins. */
static void finish(struct dispatch *d, struct txn *t)
{
    int64_t us = (clock_now(&d->o.clock) - t->received_ms) * 1000;
    metrics_observe_us(d->o.metrics, M_LATENCY, NULL, us);
    struct txn *next = txns_end(d->txns, t);
    metrics_set(d->o.metrics, M_INFLIGHT, NULL, (int64_t)txns_count(d->txns));
    if (next)
        txn_step(d, next);
}

/* Answer the txn with a view, unless its time is over. */
static void answer(struct dispatch *d, struct txn *t, const struct view *view)
{
    struct carrier_rules carrier = flow_carrier(d, t->origin.bridge);
    struct outbox out = flow_outbox(d);
    out.sms = &t->sms_out;
    if (!flow_is_late(d, &t->origin, &t->mo) && t->mo.kind != MO_USSD_END)
        outbox_answer(&out, t, &carrier, view);
}

static struct turn_input input_of(const struct dispatch *d, const struct txn *t)
{
    struct carrier_rules carrier = flow_carrier(d, t->origin.bridge);
    return (struct turn_input){.mo = &t->mo,
                               .layout =
                                   t->mo.kind == MO_SMS ? carrier.sms_layout : carrier.ussd_layout,
                               .now_ms = clock_now(&d->o.clock),
                               .amnesia = t->amnesia};
}

/* The content version of the txn: that of the dialogue which goes on, or of the answer which is
 * repeated; else the one in force. */
static void choose_catalog(struct dispatch *d, struct txn *t, const struct turn_input *in,
                           bool repeat)
{
    bool keep = repeat || turn_continues(&d->o.rules, in, &t->session);
    catalog_unref(t->catalog);
    t->catalog =
        catalog_ref(keep ? shelf_find(&d->shelf, t->session.catalog, in->now_ms) : d->shelf.now);
}

static enum step_result refuse_old(const struct dispatch *d, struct refusal *why)
{
    metrics_add(d->o.metrics, M_REPEATS, "too_old", 1);
    *why = (struct refusal){
        .code = REFUSE_BAD_FIELD,
        .detail = "id: this message was answered before; the answer is no longer kept."};
    return STEP_REFUSE;
}

/* The step is taken: note it in the session. */
static void note_step(struct dispatch *d, struct txn *t, int64_t now_ms)
{
    struct session *s = &t->session;
    if (t->mo.kind != MO_USSD_END)
        once_note(s, t->id, now_ms);
    s->tag = ((s->tag >> 32) + 1) << 32 | d->o.writer;
}

/* Once, limit, turn: pure on the session. */
static enum step_result try_step(struct dispatch *d, struct txn *t, struct view *view,
                                 struct refusal *why, struct errand *errand)
{
    struct turn_input in = input_of(d, t);
    struct session *s = &t->session;
    bool is_end = t->mo.kind == MO_USSD_END;
    enum once seen = is_end ? ONCE_NEW : once_check(s, t->id, view);
    choose_catalog(d, t, &in, seen == ONCE_REPEAT);
    if (seen == ONCE_REPEAT) {
        metrics_add(d->o.metrics, M_REPEATS, "answered", 1);
        return STEP_ANSWER;
    }
    if (seen == ONCE_OLD)
        return refuse_old(d, why);
    unsigned recent = once_recent(s, in.now_ms, 60);
    once_forget(s, in.now_ms);
    if (!is_end && limit_is_flood(d, t, &in, recent)) {
        limit_refusal(d, LIMIT_FLOOD, why);
        return STEP_REFUSE;
    }
    t->base_ms = s->last_ms;
    in.errand = errand;
    in.trace = &t->trace;
    switch (turn_take(t->catalog, &d->o.rules, &in, s)) {
    case TURN_NOTHING:
        return STEP_NOTHING;
    case TURN_WAITS:
        return STEP_ERRAND;
    case TURN_STEPPED:
        break;
    }
    note_step(d, t, in.now_ms);
    return STEP_SAVE;
}

static void save(struct dispatch *d, const struct txn *t)
{
    uint8_t record[PORTS_RECORD_MAX];
    struct store_save job = {.txn = t->number,
                             .key = t->key,
                             .expected_tag = t->stored_tag,
                             .record = record,
                             .len = session_encode(&t->session, record, sizeof record),
                             .ttl_ms = d->o.remember_ms};
    d->ports.save(d->ports.arg, &job);
}

/* The errand is done: the step can be saved, then answered. */
static void errand_done(struct dispatch *d, struct txn *t, int64_t result)
{
    turn_done(&t->session, t->errand, result);
    note_step(d, t, t->session.last_ms);
    save(d, t);
}

/* Step with the session that the txn holds. */
static void step(struct dispatch *d, struct txn *t)
{
    struct view view = {.node = 0};
    struct refusal why;
    struct errand errand;
    int64_t result;
    switch (try_step(d, t, &view, &why, &errand)) {
    case STEP_SAVE:
        save(d, t);
        break;
    case STEP_ERRAND:
        if (t->unsure)
            d->ports.load(d->ports.arg, t->number, t->key);
        else if (errand_run(d, t, &errand, &result))
            errand_done(d, t, result);
        break;
    case STEP_ANSWER:
        answer(d, t, &view);
        finish(d, t);
        break;
    case STEP_REFUSE:
        flow_refuse(d, &t->origin, &t->mo, &why);
        finish(d, t);
        break;
    case STEP_NOTHING:
        finish(d, t);
        break;
    }
}

/* Begin a txn that stands at the head of its line. */
static void txn_step(struct dispatch *d, struct txn *t)
{
    if (recent_get(d->recent, t->key, &t->session, &t->stored_tag)) {
        t->dirty = t->stored_tag != t->session.tag;
        t->unsure = true;
        step(d, t);
        return;
    }
    d->ports.load(d->ports.arg, t->number, t->key);
}

static struct txn *find(struct dispatch *d, uint64_t number)
{
    struct txn *t = txns_find(d->txns, number);
    if (!t) {
        metrics_add(d->o.metrics, M_LOST_TXN, NULL, 1);
        log_write(d->o.log, EV_message_lost_txn, LOG_FIELDS(LI("txn", (int64_t)number)));
    }
    return t;
}

void dispatch_filed(void *arg, uint64_t number, enum filed r)
{
    struct dispatch *d = arg;
    struct txn *t = find(d, number);
    if (t)
        errand_done(d, t, errand_filed(d, t, r));
}

void dispatch_told(void *arg, uint64_t number, enum case_state state)
{
    struct dispatch *d = arg;
    struct txn *t = find(d, number);
    if (t)
        errand_done(d, t, errand_told(d, t, state));
}

void dispatch_forget(struct dispatch *d, const char *key)
{
    recent_drop(d->recent, key);
}

/* Take a record of the store as the txn's session. A record that cannot be read is replaced. */
static void take_record(struct dispatch *d, struct txn *t, const uint8_t *record, size_t len)
{
    t->dirty = t->unsure = false;
    t->stored_tag = session_tag(record, len);
    if (session_decode(record, len, &t->session) == 0)
        return;
    metrics_add(d->o.metrics, M_BAD_RECORD, NULL, 1);
    log_write(d->o.log, EV_session_bad_record, LOG_FIELDS(LS("key", t->key)));
}

void dispatch_loaded(void *arg, uint64_t number, enum store_result r, const uint8_t *record,
                     size_t len)
{
    struct dispatch *d = arg;
    struct txn *t = find(d, number);
    if (!t)
        return;
    bool own = t->unsure && recent_get(d->recent, t->key, &t->session, &t->stored_tag) &&
               merge_keeps_own(t, r, record, len);
    t->unsure = false;
    t->amnesia = r == STORE_DOWN && !own;
    if (!own)
        session_init(&t->session);
    if (!own && r == STORE_OK)
        take_record(d, t, record, len);
    if (t->amnesia) /* said before the save, which may be all that is left of this process */
        log_write(d->o.log, EV_step_blind,
                  LOG_FIELDS(LS("bridge", t->origin.bridge), LS("id", t->mo.id)));
    step(d, t);
}

static void retry(struct dispatch *d, struct txn *t, const uint8_t *record, size_t len)
{
    metrics_add(d->o.metrics, M_CONFLICTS, NULL, 1);
    if (merge_older(t, record, len) || merge_outlived(t, len)) {
        save(d, t);
        return;
    }
    session_init(&t->session);
    t->stored_tag = 0;
    t->dirty = t->amnesia = false;
    if (len > 0)
        take_record(d, t, record, len);
    step(d, t);
}

void dispatch_saved(void *arg, uint64_t number, enum store_result r, const uint8_t *record,
                    size_t len)
{
    struct dispatch *d = arg;
    struct txn *t = find(d, number);
    if (!t)
        return;
    if (r == STORE_CONFLICT && ++t->tries <= TRIES_MAX) {
        retry(d, t, record, len);
        return;
    }
    t->dirty = r != STORE_OK;
    if (t->dirty)
        metrics_add(d->o.metrics, M_DEGRADED_STEPS, NULL, 1);
    recent_put(d->recent, t->key, &t->session, r == STORE_OK ? t->session.tag : t->stored_tag);
    metrics_set(d->o.metrics, M_RECENT, NULL, (int64_t)recent_count(d->recent));
    tally_step(d, t);
    struct view view = t->session.now;
    answer(d, t, &view);
    tally_volumes(d, t);
    finish(d, t);
}

static void overload(struct dispatch *d, const struct origin *origin, const struct mo *mo,
                     enum limit why)
{
    struct refusal r;
    limit_refusal(d, why, &r);
    flow_refuse(d, origin, mo, &r);
}

void dispatch_mo(struct dispatch *d, const struct origin *origin, const struct mo *mo)
{
    char key[SESSION_KEY_SIZE];
    if (intake_settle(d, origin, mo))
        return;
    pseudonyms_key(d->pseudonyms, mo->msisdn, key);
    uint64_t id = once_id(origin->bridge, mo->id);
    bool in_hand = false;
    size_t in_line = txns_in_line(d->txns, key, id, &in_hand);
    if (in_hand && mo->kind != MO_USSD_END) {
        metrics_add(d->o.metrics, M_REPEATS, "in_hand", 1);
        return;
    }
    enum limit why = limit_room(d, origin, mo, key, in_line);
    struct txn *t = why == LIMIT_NONE ? txns_open(d->txns, key, origin, mo) : NULL;
    if (!t) {
        overload(d, origin, mo, why == LIMIT_NONE ? LIMIT_MEMORY : why);
        return;
    }
    t->id = id;
    t->received_ms = clock_now(&d->o.clock);
    metrics_set(d->o.metrics, M_INFLIGHT, NULL, (int64_t)txns_count(d->txns));
    if (in_line == 0)
        txn_step(d, t);
}
