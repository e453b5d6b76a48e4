/* SPDX-License-Identifier: Apache-2.0 */
#include "core/flow.h"

struct outbox flow_outbox(const struct dispatch *d)
{
    return (struct outbox){.ports = &d->ports, .rules = &d->o.rules, .metrics = d->o.metrics};
}

struct carrier_rules flow_carrier(const struct dispatch *d, const char *bridge)
{
    struct carrier_rules rules = {.sms_layout = 1, .sms_from = "", .service_codes = ""};
    if (d->carrier_fn)
        d->carrier_fn(d->carrier_arg, bridge, &rules);
    return rules;
}

/* May it be said now? Then its count begins anew. */
static int64_t may_say(const struct dispatch *d, struct quiet *q)
{
    int64_t now = clock_now(&d->o.clock), since = now - q->said_ms, count = ++q->count;
    if (since >= 0 && since < 1000)
        return 0;
    *q = (struct quiet){.said_ms = now};
    return count;
}

void flow_refuse(struct dispatch *d, const struct origin *origin, const struct mo *mo,
                 const struct refusal *r)
{
    struct outbox out = flow_outbox(d);
    int64_t count = r->code == REFUSE_OVERLOAD ? may_say(d, &d->refused) : 1;
    if (count > 0)
        log_write(d->o.log, EV_message_refused,
                  LOG_FIELDS(LS("bridge", origin->bridge), LS("id", mo->id), LS("why", r->detail),
                             LI("count", count)));
    outbox_refuse(&out, origin, mo, r);
}

bool flow_is_late(struct dispatch *d, const struct origin *o, const struct mo *mo)
{
    if (mo->deadline == 0 || clock_now(&d->o.clock) <= mo->deadline)
        return false;
    metrics_add(d->o.metrics, M_LATE, NULL, 1);
    int64_t count = may_say(d, &d->late);
    if (count > 0)
        log_write(d->o.log, EV_message_late,
                  LOG_FIELDS(LS("bridge", o->bridge), LS("id", mo->id), LI("count", count)));
    return true;
}
