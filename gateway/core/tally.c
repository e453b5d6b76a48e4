/* SPDX-License-Identifier: Apache-2.0 */
#include "core/tally.h"

#include "text/msisdn.h"

/* Where the number is from, which is one of a few countries. */
static const char *country_of(const struct txn *t)
{
    const char *country = msisdn_country(t->mo.msisdn);
    return country[0] != '\0' ? country : "other";
}

static void count_metrics(const struct dispatch *d, const struct txn *t)
{
    const struct session *s = &t->session;
    metrics_add(d->o.metrics, M_STEPS, s->now.lang, 1);
    metrics_add(d->o.metrics, M_BRIDGE_STEPS, t->origin.bridge, 1);
    metrics_add(d->o.metrics, M_COUNTRY_STEPS, country_of(t), 1);
    if (s->now.notice == NOTICE_INVALID)
        metrics_add(d->o.metrics, M_INVALID_INPUT, NULL, 1);
    if (s->now.flags & VIEW_SILENT)
        metrics_add(d->o.metrics, M_SILENT, s->stopped ? "stopped" : "loop", 1);
    if (s->now.flags & VIEW_END)
        metrics_add(d->o.metrics, M_ENDS, "gateway", 1);
    if (t->mo.kind == MO_USSD_BEGIN)
        metrics_add(d->o.metrics, M_SESSIONS, "ussd", 1);
    else if (t->mo.kind == MO_SMS && t->trace.begins)
        metrics_add(d->o.metrics, M_SESSIONS, "sms", 1);
}

static void log_step(const struct dispatch *d, const struct txn *t)
{
    const struct session *s = &t->session;
    log_write(d->o.log, EV_step,
              LOG_FIELDS(LS("bridge", t->origin.bridge), LS("id", t->mo.id),
                         LI("txn", (int64_t)t->number), LI("node", s->now.node),
                         LI("saved", !t->dirty), LI("loaded", !t->amnesia)));
}

static void count_node(const struct dispatch *d, const struct txn *t, uint32_t key,
                       enum node_event e)
{
    const struct node *n = key ? catalog_node_by_key(t->catalog, key) : NULL;
    if (n)
        volumes_node(d->o.volumes, t->session.last_ms, key, n->id, e);
}

/* The visits that ended with this step, and the one that begins. */
static void count_visits(const struct dispatch *d, const struct txn *t)
{
    const struct turn_trace *trace = &t->trace;
    const struct view *now = &t->session.now;
    bool left = !trace->files || (now->flags & VIEW_FILED);
    count_node(d, t, trace->open, NODE_DROPPED);
    if (left && trace->way != TURN_WAY_NONE)
        count_node(d, t, trace->from, trace->way == TURN_WAY_BACK ? NODE_BACK : NODE_CHOSEN);
    if (trace->arrived)
        count_node(d, t, now->node, NODE_SHOWN);
}

static void count_step(const struct dispatch *d, const struct txn *t)
{
    const struct session *s = &t->session;
    const struct volume_step step = {.now_ms = s->last_ms,
                                     .bridge = t->origin.bridge,
                                     .lang = s->now.lang,
                                     .country = msisdn_country(t->mo.msisdn),
                                     .sms = t->mo.kind == MO_SMS,
                                     .begins = t->trace.begins,
                                     .sms_out = t->sms_out,
                                     .version = s->catalog};
    volumes_step(d->o.volumes, &step);
}

void tally_step(const struct dispatch *d, const struct txn *t)
{
    if (t->mo.kind == MO_USSD_END)
        return;
    count_metrics(d, t);
    log_step(d, t);
}

void tally_volumes(const struct dispatch *d, const struct txn *t)
{
    if (!d->o.volumes)
        return;
    count_visits(d, t);
    if (t->mo.kind != MO_USSD_END)
        count_step(d, t);
}
