/* SPDX-License-Identifier: Apache-2.0 */
/* A question about volumes: which hours, grouped by what, of which carrier, language, … alone. Read
 * from words, which come from a command line or a URL. */
#ifndef ML_VOLUMES_QUERY_H
#define ML_VOLUMES_QUERY_H

#include <stddef.h>
#include <stdint.h>

#include "core/volumes.h"
#include "core/volumes_record.h"

enum volumes_by {
    BY_HOUR,
    BY_DAY,
    BY_CARRIER,
    BY_KIND,
    BY_LANGUAGE,
    BY_COUNTRY,
    BY_NODE,
    BY_VERSION,
    BY_COUNT
};

enum {
    QUERY_BY_MAX = 4,
    QUERY_DAYS_MAX = 400, /* one question at most; nothing older is kept */
    QUERY_ZONE = 7        /* Laos, Thailand, Cambodia, Viet Nam */
};

struct volumes_query {
    int64_t from, to; /* hours since 1970 (UTC); `to` is not one of them, nor later than the next */
    int zone;         /* hours east of UTC: of days and hours in words and answers */
    enum volumes_by by[QUERY_BY_MAX];
    size_t by_count;
    char only[BY_COUNT][VOLUMES_LABEL_SIZE]; /* "" for all; of hour and day always */
    enum volume_line_kind lines;             /* the lines of records that answer it */
    size_t measure; /* which of volumes_measures the largest has most of, and a chart shows */
};

/* What was asked, in words; NULL for what was not said. Then: the last 7 days, by day, zone 7. */
struct volumes_words {
    const char *from, *to; /* YYYY-MM-DD or YYYY-MM-DDThh, both included */
    const char *by;        /* names of volumes_by_name, separated by commas */
    const char *zone;      /* hours east of UTC: "7", "+8", "-3" */
    const char *only[BY_COUNT];
};

struct volumes_fault {
    const char *field; /* of the words */
    char text[200];    /* a sentence with the remedy */
};

/* Returns 0, or -1 with the fault. */
int volumes_query_read(const struct volumes_words *w, int64_t now_ms, struct volumes_query *q,
                       struct volumes_fault *f);

const char *volumes_by_name(enum volumes_by by);

/* What is counted in the answer, in the order of its numbers; *n is how many. */
const char *const *volumes_measures(const struct volumes_query *q, size_t *n);

enum { VOLUMES_TIME_SIZE = 20 };

/* An hour in the query's zone: "2026-11-30T09:00", and its day: "2026-11-30". */
void volumes_write_hour(const struct volumes_query *q, int64_t hour, char out[VOLUMES_TIME_SIZE]);
void volumes_write_day(const struct volumes_query *q, int64_t hour, char out[VOLUMES_TIME_SIZE]);

#endif
