/* SPDX-License-Identifier: Apache-2.0 */
#include "core/limit.h"

#include <string.h>

#include "core/once.h"

/* A subscriber's line is bounded, because one subscriber's share of this process is too. Of the
 * messages in hand one in RANK_SHARE more is let in for each rank. */
enum { LINE_MAX_TXNS = 8, RANK_SHARE = 8, RETRY_MS = 2000, FLOOD_RETRY_MS = 60000 };

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

/* What is refused last has the highest rank: a dialogue under way is worth more than one that might
 * begin, and a cry for help more than both. */
enum rank { RANK_BEGINS, RANK_GOES_ON, RANK_HELP };

/* As far as this process remembers the subscriber. */
static enum rank rank_of(const struct dispatch *d, const struct origin *origin, const struct mo *mo,
                         const char *key)
{
    struct session s;
    uint64_t tag;
    struct carrier_rules carrier = flow_carrier(d, origin->bridge);
    struct turn_input in = {
        .mo = mo, .layout = carrier.ussd_layout, .now_ms = clock_now(&d->o.clock)};
    if (mo->kind == MO_USSD_BEGIN || !recent_get(d->recent, key, &s, &tag))
        session_init(&s);
    if (turn_own_budget(d->shelf.now, &d->o.rules, &in, &s))
        return RANK_HELP;
    bool goes_on =
        mo->kind == MO_SMS ? turn_continues(&d->o.rules, &in, &s) : mo->kind != MO_USSD_BEGIN;
    return goes_on ? RANK_GOES_ON : RANK_BEGINS;
}

/* Each rank has a share of room more than the one below. */
static bool is_full(const struct dispatch *d, const struct origin *origin, const struct mo *mo,
                    const char *key)
{
    size_t n = txns_count(d->txns), most = d->o.max_inflight;
    if (n < most)
        return false;
    return n >= most + rank_of(d, origin, mo, key) * (most / RANK_SHARE + 1);
}

/* What waits longer is refused, so the rest waits no longer: a refusal is cheaper than a step. */
static bool waited_too_long(const struct dispatch *d, const struct origin *origin,
                            const struct mo *mo, const char *key)
{
    int64_t most = d->o.max_wait_ms;
    int64_t waited = most > 0 && d->ports.waited_ms ? d->ports.waited_ms(d->ports.arg) : 0;
    if (waited <= most)
        return false;
    enum rank rank = rank_of(d, origin, mo, key);
    return rank != RANK_HELP && waited > most * (1 + rank);
}

enum limit limit_room(const struct dispatch *d, const struct origin *origin, const struct mo *mo,
                      const char *key, size_t in_line)
{
    if (d->draining)
        return LIMIT_STOPPING;
    if (in_line >= LINE_MAX_TXNS)
        return LIMIT_LINE;
    if (is_full(d, origin, mo, key))
        return LIMIT_IN_HAND;
    return waited_too_long(d, origin, mo, key) ? LIMIT_WAITED : LIMIT_NONE;
}

static const struct {
    const char *reason, *detail;
    unsigned retry_ms;
} limits[] = {
    [LIMIT_NONE] = {"", "", 0},
    [LIMIT_STOPPING] = {"stopping", "This gateway is stopping.", RETRY_MS},
    [LIMIT_LINE] = {"one_subscriber", "Too many messages of one subscriber at once.", RETRY_MS},
    [LIMIT_FLOOD] = {"one_subscriber", "Too many messages of one subscriber.", FLOOD_RETRY_MS},
    [LIMIT_IN_HAND] = {"in_hand", "Too many messages in hand.", RETRY_MS},
    [LIMIT_WAITED] = {"waited", "Messages wait too long for this gateway.", RETRY_MS},
    [LIMIT_MEMORY] = {"memory", "No memory.", RETRY_MS},
};

void limit_refusal(const struct dispatch *d, enum limit why, struct refusal *out)
{
    *out = (struct refusal){
        .code = REFUSE_OVERLOAD, .retry_ms = limits[why].retry_ms, .reason = limits[why].reason};
    memccpy(out->detail, limits[why].detail, '\0', sizeof out->detail - 1);
    metrics_add(d->o.metrics, M_OVERLOAD, limits[why].reason, 1);
}
