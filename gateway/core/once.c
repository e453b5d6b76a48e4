/* SPDX-License-Identifier: Apache-2.0 */
#include "core/once.h"

#include <string.h>

#include "base/digest.h"

enum { ID_BITS = 48 };

uint64_t once_id(const char *bridge, const char *id)
{
    /* The slash cannot stand in a bridge's name, so two pairs never read the same. */
    char both[128];
    size_t n = strnlen(bridge, 40), m = strnlen(id, 80);
    memcpy(both, bridge, n);
    both[n] = '/';
    memcpy(both + n + 1, id, m);
    return digest_fnv(both, n + 1 + m) >> (64 - ID_BITS);
}

enum once once_check(const struct session *s, uint64_t id, struct view *answer)
{
    for (unsigned i = 0; i < s->seen_count; i++) {
        if (s->seen[i].id != id)
            continue;
        if (i >= s->answer_count)
            return ONCE_OLD;
        *answer = s->answers[i];
        return ONCE_REPEAT;
    }
    return ONCE_NEW;
}

/* Seconds since an id was noted; 0 if that was by a clock ahead of ours. Right up to 9 hours:
 * callers look at last_ms first. */
static unsigned age_s(const struct seen *one, int64_t now_ms)
{
    int16_t age = (int16_t)((uint16_t)(now_ms / 1000) - one->at);
    return age > 0 ? (unsigned)age : 0;
}

void once_forget(struct session *s, int64_t now_ms)
{
    bool all_old = now_ms - s->last_ms > (int64_t)SESSION_SEEN_S * 1000;
    unsigned n = s->seen_count;
    while (n > SESSION_ANSWERS && (all_old || age_s(&s->seen[n - 1], now_ms) > SESSION_SEEN_S))
        n--;
    s->seen_count = (uint8_t)n;
}

void once_note(struct session *s, uint64_t id, int64_t now_ms)
{
    unsigned n = s->seen_count < SESSION_SEEN_MAX ? s->seen_count : SESSION_SEEN_MAX - 1;
    memmove(s->seen + 1, s->seen, n * sizeof *s->seen);
    s->seen[0] = (struct seen){.id = id, .at = (uint16_t)(now_ms / 1000)};
    s->seen_count = (uint8_t)(n + 1);

    unsigned answers = s->answer_count < SESSION_ANSWERS ? s->answer_count : SESSION_ANSWERS - 1;
    memmove(s->answers + 1, s->answers, answers * sizeof *s->answers);
    s->answers[0] = s->now;
    s->answer_count = (uint8_t)(answers + 1);
}

unsigned once_recent(const struct session *s, int64_t now_ms, unsigned seconds)
{
    unsigned n = 0;
    if (now_ms - s->last_ms > (int64_t)seconds * 1000)
        return 0;
    while (n < s->seen_count && age_s(&s->seen[n], now_ms) <= seconds)
        n++;
    return n;
}

bool once_full(const struct session *s, unsigned reserve)
{
    return s->seen_count + reserve >= SESSION_SEEN_MAX;
}
