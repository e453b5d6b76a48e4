/* SPDX-License-Identifier: Apache-2.0 */
#include "core/merge.h"

#include <string.h>

/* The day's budget: what both have counted, or the one that knows the later day. */
static void merge_budget(struct session *s, const struct session *old)
{
    if (s->budget_day > old->budget_day)
        return;
    bool same = s->budget_day == old->budget_day;
    bool more_filed = same && s->filed_today > old->filed_today;
    bool more_wrong = same && s->wrong_today > old->wrong_today;
    s->budget_day = old->budget_day;
    s->filed_today = more_filed ? s->filed_today : old->filed_today;
    s->wrong_today = more_wrong ? s->wrong_today : old->wrong_today;
}

/* The tag's upper half counts the saves. */
static uint64_t saves(uint64_t tag)
{
    return tag >> 32;
}

/* The store holds less than what it had confirmed: it lost its last writes. */
static bool has_lost(const struct txn *t, const struct session *old)
{
    return saves(old->tag) < saves(t->stored_tag);
}

bool merge_older(struct txn *t, const uint8_t *record, size_t len)
{
    struct session old;
    struct session *s = &t->session;
    if (len == 0 || session_decode(record, len, &old) < 0 || old.last_ms > t->base_ms)
        return false;
    if (!t->dirty && !has_lost(t, &old))
        return false;
    if (s->lang[0] == '\0') {
        memcpy(s->lang, old.lang, sizeof s->lang);
        s->latin = old.latin;
    }
    if (s->home[0] == '\0') {
        memcpy(s->home, old.home, sizeof s->home);
        memcpy(s->dest, old.dest, sizeof s->dest);
    }
    s->stopped = s->stopped || old.stopped;
    merge_budget(s, &old);
    t->stored_tag = old.tag;
    if (saves(s->tag) <= saves(old.tag))
        s->tag = (saves(old.tag) + 1) << 32 | (s->tag & UINT32_MAX);
    return true;
}

bool merge_outlived(struct txn *t, size_t len)
{
    if (len > 0 || t->stored_tag == 0)
        return false;
    t->stored_tag = 0;
    return true;
}

bool merge_keeps_own(const struct txn *t, enum store_result r, const uint8_t *record, size_t len)
{
    struct session stored;
    if (r != STORE_OK)
        return true;
    return t->dirty && session_decode(record, len, &stored) == 0 &&
           stored.last_ms <= t->session.last_ms;
}
