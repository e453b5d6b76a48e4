/* SPDX-License-Identifier: Apache-2.0 */
/* Structured log: one line an event, `TIME level=… event=… key=value …`, to a file descriptor.
 *
 * Every event stands in events.def with its level and its meaning; names never change once
 * published. Values are escaped (control characters, quotes, invalid UTF-8) and masked HERE, so
 * that no caller can leak a phone number: in every string value each run of six or more digits
 * (ASCII, or of the scripts of our languages: Lao, Thai, Khmer, Myanmar) is shown as `#` and its
 * last two digits. Numbers that are counts or milliseconds are passed as integers and are not
 * masked. */
#ifndef ML_BASE_LOG_H
#define ML_BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

enum log_event {
#define EVENT(name, level, meaning) EV_##name,
#include "base/events.def"
#undef EVENT
    LOG_EVENT_COUNT
};

struct log_field {
    const char *key; /* NULL ends a list */
    const char *str; /* a string value, or NULL: then num */
    int64_t num;
};

/* s, or "" for NULL. A function, so that LS may take an array without a warning. */
static inline const char *log_or_empty(const char *s)
{
    return s ? s : "";
}

/* Field makers, used as: log_write(log, EV_redis_down, LOG_FIELDS(LS("why", why), LI("ms", 250)))
 */
#define LS(k, s)        ((struct log_field){.key = (k), .str = log_or_empty(s)})
#define LI(k, n)        ((struct log_field){.key = (k), .num = (n)})
#define LOG_FIELDS(...) ((const struct log_field[]){__VA_ARGS__, {.key = NULL}})

struct log; /* owned by main, lent to everyone */

/* Log to fd (not closed here) events up to level. Returns NULL without memory. */
struct log *log_new(int fd, enum log_level level, struct clock clock);
void log_free(struct log *l); /* NULL is fine */
void log_set_level(struct log *l, enum log_level level);

/* Write one line with one write(2); errno is kept. l may be NULL (nothing is written). fields may
 * be NULL. A line over 2,048 octets is cut at a character and marked with `cut=1`. */
void log_write(struct log *l, enum log_event event, const struct log_field *fields);

/* Parse "error", "warn", "info", "debug". Returns 0 or -1. */
int log_parse_level(const char *name, enum log_level *out);

/* Mask digit runs of in (as above) into out (cap octets, NUL-terminated; cut at a character if too
 * small). */
void log_mask(const char *in, char *out, size_t cap);

/* Names and meanings for documents and tests; event must be below LOG_EVENT_COUNT. */
const char *log_event_name(enum log_event event);
const char *log_event_meaning(enum log_event event);
enum log_level log_event_level(enum log_event event);

#endif
