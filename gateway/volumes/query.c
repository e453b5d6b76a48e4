/* SPDX-License-Identifier: Apache-2.0 */
#include "volumes/query.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

enum { HOUR_S = 3600, HOUR_MS = HOUR_S * 1000, DAY_HOURS = 24, DAY_LEN = 10, ZONE_MOST = 14 };

static const char *const by_names[BY_COUNT] = {"hour",     "day",     "carrier", "kind",
                                               "language", "country", "node",    "version"};

static const char *const measures[][VOLUME_COUNTS_MAX] = {
    [VOLUME_LINE_CELL] = {"sessions", "steps", "sms_in", "sms_out"},
    [VOLUME_LINE_NODE] = {"shown", "chosen", "back", "dropped"},
    [VOLUME_LINE_VERSION] = {"sessions"},
};

const char *volumes_by_name(enum volumes_by by)
{
    return by_names[by];
}

const char *const *volumes_measures(const struct volumes_query *q, size_t *n)
{
    *n = q->lines == VOLUME_LINE_VERSION ? 1 : VOLUME_COUNTS_MAX;
    return measures[q->lines];
}

static int fail(struct volumes_fault *f, const char *field, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
static int fail(struct volumes_fault *f, const char *field, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    f->field = field;
    vsnprintf(f->text, sizeof f->text, fmt, args);
    va_end(args);
    return -1;
}

static int read_zone(const char *s, int *zone, struct volumes_fault *f)
{
    char *end;
    long n = strtol(s, &end, 10);
    if (end == s || *end != '\0' || strlen(s) > 3 || n < -ZONE_MOST || n > ZONE_MOST)
        return fail(f, "zone",
                    "The zone is whole hours east of UTC, from -14 to 14, such as 7 for Laos.");
    *zone = (int)n;
    return 0;
}

/* Read a day or an hour: *hour is its first, *next the first after it. */
static int read_time(const char *field, const char *s, int zone, int64_t *hour, int64_t *next,
                     struct volumes_fault *f)
{
    char day_text[DAY_LEN + 1] = "";
    int32_t day;
    size_t n = strlen(s);
    bool has_hour = n == DAY_LEN + 3 && s[DAY_LEN] == 'T';
    memcpy(day_text, s, n < DAY_LEN ? n : DAY_LEN);
    int h = 0;
    if (has_hour && s[11] >= '0' && s[11] <= '9' && s[12] >= '0' && s[12] <= '9')
        h = (s[11] - '0') * 10 + s[12] - '0';
    else if (has_hour)
        h = DAY_HOURS;
    if ((n != DAY_LEN && !has_hour) || h >= DAY_HOURS || clock_parse_day(day_text, &day) < 0)
        return fail(f, field,
                    "Give a day as YYYY-MM-DD, such as 2026-11-30, or an hour as YYYY-MM-DDThh.");
    *hour = (int64_t)day * DAY_HOURS + h - zone;
    *next = *hour + (has_hour ? 1 : DAY_HOURS);
    return 0;
}

static int read_span(const struct volumes_words *w, int64_t now_ms, struct volumes_query *q,
                     struct volumes_fault *f)
{
    int64_t today = (now_ms / HOUR_MS + q->zone) / DAY_HOURS * DAY_HOURS - q->zone, other;
    q->to = today + DAY_HOURS;
    if (w->to && read_time("to", w->to, q->zone, &other, &q->to, f) < 0)
        return -1;
    q->from = q->to - 7 * DAY_HOURS;
    if (w->from && read_time("from", w->from, q->zone, &q->from, &other, f) < 0)
        return -1;
    if (q->to <= q->from)
        return fail(f, "to", "The end lies before the beginning; change one of them.");
    if (q->from > now_ms / HOUR_MS)
        return fail(f, "from", "That time has not come yet; choose an earlier one.");
    if (q->to > now_ms / HOUR_MS + 1)
        q->to = now_ms / HOUR_MS + 1;
    if (q->to - q->from > QUERY_DAYS_MAX * DAY_HOURS)
        return fail(f, "from", "That is more than %d days; counts are not kept for longer.",
                    QUERY_DAYS_MAX);
    return 0;
}

static int read_one_by(const char *name, size_t len, struct volumes_query *q,
                       struct volumes_fault *f)
{
    size_t i = 0;
    while (i < BY_COUNT && (strlen(by_names[i]) != len || memcmp(by_names[i], name, len) != 0))
        i++;
    if (i == BY_COUNT)
        return fail(f, "by",
                    "\"%.*s\" is nothing to group by; use hour, day, carrier, kind, language, "
                    "country, node or version.",
                    (int)(len < 20 ? len : 20), name);
    for (size_t k = 0; k < q->by_count; k++)
        if (q->by[k] == i)
            return fail(f, "by", "\"%s\" is named twice; name it once.", by_names[i]);
    if (q->by_count == QUERY_BY_MAX)
        return fail(f, "by", "Group by at most %d things.", QUERY_BY_MAX);
    q->by[q->by_count++] = (enum volumes_by)i;
    return 0;
}

static int read_by(const char *s, struct volumes_query *q, struct volumes_fault *f)
{
    for (;;) {
        size_t len = strcspn(s, ",");
        if (read_one_by(s, len, q, f) < 0)
            return -1;
        if (s[len] == '\0')
            return 0;
        s += len + 1;
    }
}

static int read_only(const struct volumes_words *w, struct volumes_query *q,
                     struct volumes_fault *f)
{
    for (size_t i = BY_CARRIER; i < BY_COUNT; i++) {
        if (!w->only[i])
            continue;
        size_t n = strlen(w->only[i]);
        if (n >= VOLUMES_LABEL_SIZE || !volumes_is_label(w->only[i], n))
            return fail(f, by_names[i], "There is no such %s.", by_names[i]);
        memcpy(q->only[i], w->only[i], n + 1);
    }
    return 0;
}

/* Carriers, languages and so on are counted together, nodes and versions each for themselves. */
static int choose_lines(struct volumes_query *q, struct volumes_fault *f)
{
    bool asked[BY_COUNT] = {false};
    for (size_t i = 0; i < q->by_count; i++)
        asked[q->by[i]] = true;
    bool cells = false;
    for (size_t i = BY_CARRIER; i < BY_COUNT; i++) {
        asked[i] = asked[i] || q->only[i][0] != '\0';
        cells = cells || (asked[i] && i < BY_NODE);
    }
    if (asked[BY_NODE] + asked[BY_VERSION] + cells > 1)
        return fail(f, "by",
                    "Nodes and versions are counted by hour and day alone: not together, and not "
                    "by carrier, kind, language or country.");
    q->lines = asked[BY_NODE]      ? VOLUME_LINE_NODE
               : asked[BY_VERSION] ? VOLUME_LINE_VERSION
                                   : VOLUME_LINE_CELL;
    return 0;
}

int volumes_query_read(const struct volumes_words *w, int64_t now_ms, struct volumes_query *q,
                       struct volumes_fault *f)
{
    *q = (struct volumes_query){.zone = QUERY_ZONE};
    if (w->zone && read_zone(w->zone, &q->zone, f) < 0)
        return -1;
    if (read_span(w, now_ms, q, f) < 0 || read_by(w->by ? w->by : "day", q, f) < 0 ||
        read_only(w, q, f) < 0)
        return -1;
    return choose_lines(q, f);
}

static void write_time(const struct volumes_query *q, int64_t hour, const char *format,
                       char out[VOLUMES_TIME_SIZE])
{
    struct tm t;
    time_t at = (time_t)((hour + q->zone) * HOUR_S);
    if (!gmtime_r(&at, &t) || strftime(out, VOLUMES_TIME_SIZE, format, &t) == 0)
        strcpy(out, "?");
}

void volumes_write_hour(const struct volumes_query *q, int64_t hour, char out[VOLUMES_TIME_SIZE])
{
    write_time(q, hour, "%Y-%m-%dT%H:00", out);
}

void volumes_write_day(const struct volumes_query *q, int64_t hour, char out[VOLUMES_TIME_SIZE])
{
    write_time(q, hour, "%Y-%m-%d", out);
}
