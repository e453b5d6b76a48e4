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

void flow_refuse(const struct dispatch *d, const struct origin *origin, const struct mo *mo,
                 const struct refusal *r)
{
    struct outbox out = flow_outbox(d);
    log_write(d->o.log, EV_message_refused,
              LOG_FIELDS(LS("bridge", origin->bridge), LS("id", mo->id), LS("why", r->detail)));
    outbox_refuse(&out, origin, mo, r);
}

bool flow_is_late(const struct dispatch *d, const struct origin *o, const struct mo *mo)
{
    if (mo->deadline == 0 || clock_now(&d->o.clock) <= mo->deadline)
        return false;
    metrics_add(d->o.metrics, M_LATE, NULL, 1);
    log_write(d->o.log, EV_message_late, LOG_FIELDS(LS("bridge", o->bridge), LS("id", mo->id)));
    return true;
}
