/* SPDX-License-Identifier: Apache-2.0 */
#include "core/limit.h"

#include "core/once.h"

/* A subscriber's line is bounded, because one subscriber's share of this process is too. Of the
 * messages in hand one in HELP_SHARE more is let in if it asks for help. */
enum { LINE_MAX_TXNS = 8, HELP_SHARE = 8 };

bool limit_is_flood(const struct dispatch *d, const struct txn *t, const struct turn_input *in,
                    unsigned recent)
{
    const struct session *s = &t->session;
    if (recent < d->o.steps_per_minute && !once_full(s, ONCE_RESERVE))
        return false;
    if (!turn_own_budget(t->catalog, &d->o.rules, in, s))
        return true;
    return recent >= d->o.request_steps_per_minute || once_full(s, 0);
}

/* Is this a message of somebody who asks for help, as far as this process remembers? */
static bool asks_for_help(const struct dispatch *d, const struct origin *origin,
                          const struct mo *mo, const char *key)
{
    struct session s;
    uint64_t tag;
    struct carrier_rules carrier = flow_carrier(d, origin->bridge);
    struct turn_input in = {
        .mo = mo, .layout = carrier.ussd_layout, .now_ms = clock_now(&d->o.clock)};
    if (!recent_get(d->recent, key, &s, &tag))
        session_init(&s);
    return turn_own_budget(d->shelf.now, &d->o.rules, &in, &s);
}

/* Room is kept for those who ask for help. */
static bool is_full(const struct dispatch *d, const struct origin *origin, const struct mo *mo,
                    const char *key)
{
    size_t n = txns_count(d->txns), most = d->o.max_inflight;
    if (n < most)
        return false;
    return n >= most + most / HELP_SHARE + 1 || !asks_for_help(d, origin, mo, key);
}

const char *limit_no_room(const struct dispatch *d, const struct origin *origin,
                          const struct mo *mo, const char *key, size_t in_line)
{
    if (d->draining)
        return "This gateway is stopping.";
    if (in_line >= LINE_MAX_TXNS)
        return "Too many messages of one subscriber at once.";
    return is_full(d, origin, mo, key) ? "Too many messages in hand." : NULL;
}
