/* SPDX-License-Identifier: Apache-2.0 */
/* Idempotence: which inbound ids a session has seen, and what was answered. Pure functions on the
 * session. */
#ifndef ML_CORE_ONCE_H
#define ML_CORE_ONCE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/session.h"

/* 48 bits that stand for an inbound id of a bridge. */
uint64_t once_id(const char *bridge, const char *id);

enum once {
    ONCE_NEW,    /* take the step */
    ONCE_REPEAT, /* answered before: *answer is what was shown */
    ONCE_OLD     /* answered before, but the answer is no longer kept */
};

enum once once_check(const struct session *s, uint64_t id, struct view *answer);

/* Let ids go that are older than SESSION_SEEN_S and not among the last answers. Call it before a
 * step changes s->last_ms. */
void once_forget(struct session *s, int64_t now_ms);

/* Note that id was answered with s->now. The oldest id leaves if there is no room. */
void once_note(struct session *s, uint64_t id, int64_t now_ms);

/* How many ids were noted in the last `seconds`, before this step. */
unsigned once_recent(const struct session *s, int64_t now_ms, unsigned seconds);

/* No room for another id, but for `reserve` of them, without forgetting one that must be kept;
 * after once_forget. */
enum { ONCE_RESERVE = 24 };
bool once_full(const struct session *s, unsigned reserve);

#endif
