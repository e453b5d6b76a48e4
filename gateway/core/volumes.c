/* SPDX-License-Identifier: Apache-2.0 */
/* A cube of counters for each hour: carrier x kind x language x country x measure, besides nodes
 * and content versions. Names become indexes by short tables, which are this process's own and only
 * grow; so a step costs three look-ups and the increments. */
#include "core/volumes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/volumes_record.h"

enum {
    HOUR_MS = 3600 * 1000,
    NODE_SLOTS = 2 * VOLUMES_NODES, /* of the hash table; a power of two */
    LABEL_MAX = VOLUMES_LABEL_SIZE
};

static const char other[] = "other";

/* The values of one label. The last place of a full table is "other". */
struct labels {
    size_t count, max;
    char name[VOLUMES_CARRIERS][40];
};

struct version {
    uint64_t number; /* 0: free; of the last: any other */
    uint32_t sessions;
};

struct hour {
    int64_t hour; /* since 1970 */
    bool used;
    uint64_t writer;  /* of this place: an hour that is begun anew has a record of its own */
    uint64_t changes; /* counts made: the sequence number of a record */
    uint64_t stored;  /* that of the newest record known to be stored */
    uint32_t cell[VOLUMES_CARRIERS][VOLUMES_KINDS][VOLUMES_LANGUAGES][VOLUMES_COUNTRIES]
                 [VOLUME_MEASURES];
    uint32_t node[VOLUMES_NODES][NODE_EVENTS];
    struct version version[VOLUMES_VERSIONS];
};

struct volumes {
    uint64_t writer; /* of the next hour that begins */
    uint64_t lost;
    struct labels carriers, languages, countries;
    uint16_t node_slot[NODE_SLOTS]; /* by key: index of the node + 1; 0 for none */
    uint32_t node_key[VOLUMES_NODES];
    char node_id[VOLUMES_NODES][LABEL_MAX];
    size_t nodes;
    struct hour *now; /* the hour that was counted in last, or NULL */
    struct hour hours[VOLUMES_HOURS];
};

struct volumes *volumes_new(uint64_t writer)
{
    struct volumes *v = calloc(1, sizeof *v);
    if (!v)
        return NULL;
    v->writer = writer;
    v->carriers.max = VOLUMES_CARRIERS;
    v->languages.max = VOLUMES_LANGUAGES;
    v->countries.max = VOLUMES_COUNTRIES;
    return v;
}

void volumes_free(struct volumes *v)
{
    free(v);
}

static bool is_name(const char *name, size_t size)
{
    size_t n = strlen(name);
    return n < size && volumes_is_label(name, n) && strcmp(name, other) != 0;
}

/* The index of a label; that of "other" if the table is full or the name is none. */
static size_t label_at(struct labels *l, const char *name)
{
    size_t last = l->max - 1;
    for (size_t i = 0; i < l->count; i++)
        if (strcmp(l->name[i], name) == 0)
            return i;
    if (l->count == last || !is_name(name, sizeof l->name[0]))
        return last;
    strcpy(l->name[l->count], name);
    return l->count++;
}

static const char *label_of(const struct labels *l, size_t i)
{
    return i < l->count ? l->name[i] : other;
}

/* Which place has that hour? Else a free one, else the oldest, which is lost. */
static struct hour *hour_place(struct volumes *v, int64_t hour)
{
    struct hour *unused = NULL, *oldest = &v->hours[0];
    for (size_t i = 0; i < VOLUMES_HOURS; i++) {
        struct hour *h = &v->hours[i];
        if (h->used && h->hour == hour)
            return h;
        if (!h->used)
            unused = h;
        else if (h->hour < oldest->hour)
            oldest = h;
    }
    if (unused)
        return unused;
    v->lost += oldest->stored < oldest->changes;
    return oldest;
}

/* The counters for a moment. */
static struct hour *hour_at(struct volumes *v, int64_t now_ms)
{
    int64_t hour = now_ms / HOUR_MS;
    if (v->now && v->now->hour == hour)
        return v->now;
    struct hour *h = hour_place(v, hour);
    if (!h->used || h->hour != hour) {
        memset(h, 0, sizeof *h);
        h->hour = hour;
        h->used = true;
        h->writer = v->writer++;
    }
    v->now = h;
    return h;
}

static void count_version(struct hour *h, uint64_t number)
{
    size_t i = 0;
    while (i < VOLUMES_VERSIONS - 1 && h->version[i].number != number && h->version[i].number != 0)
        i++;
    if (i < VOLUMES_VERSIONS - 1)
        h->version[i].number = number;
    h->version[i].sessions++;
}

void volumes_step(struct volumes *v, const struct volume_step *s)
{
    if (!v)
        return;
    struct hour *h = hour_at(v, s->now_ms);
    uint32_t *cell = h->cell[label_at(&v->carriers, s->bridge)][s->sms]
                            [label_at(&v->languages, s->lang)][label_at(&v->countries, s->country)];
    cell[VOLUME_STEPS]++;
    cell[VOLUME_SMS_IN] += s->sms;
    cell[VOLUME_SMS_OUT] += s->sms_out;
    cell[VOLUME_SESSIONS] += s->begins;
    if (s->begins)
        count_version(h, s->version);
    h->changes++;
}

/* The index of a node: found by its key, added if there is room, else that of "other". */
static size_t node_at(struct volumes *v, uint32_t key, const char *id)
{
    size_t slot = key & (NODE_SLOTS - 1);
    for (; v->node_slot[slot] != 0; slot = (slot + 1) & (NODE_SLOTS - 1))
        if (v->node_key[v->node_slot[slot] - 1] == key)
            return v->node_slot[slot] - 1U;
    if (v->nodes == VOLUMES_NODES - 1 || !is_name(id, LABEL_MAX))
        return VOLUMES_NODES - 1;
    strcpy(v->node_id[v->nodes], id);
    v->node_key[v->nodes] = key;
    v->node_slot[slot] = (uint16_t)(v->nodes + 1);
    return v->nodes++;
}

void volumes_node(struct volumes *v, int64_t now_ms, uint32_t key, const char *id,
                  enum node_event e)
{
    if (!v)
        return;
    struct hour *h = hour_at(v, now_ms);
    h->node[node_at(v, key, id)][e]++;
    h->changes++;
}

bool volumes_next(const struct volumes *v, int64_t after, int64_t *hour)
{
    bool found = false;
    for (size_t i = 0; i < VOLUMES_HOURS; i++) {
        const struct hour *h = &v->hours[i];
        if (!h->used || h->stored >= h->changes || h->hour <= after || (found && h->hour >= *hour))
            continue;
        *hour = h->hour;
        found = true;
    }
    return found;
}

static const struct hour *hour_find(const struct volumes *v, int64_t hour)
{
    for (size_t i = 0; i < VOLUMES_HOURS; i++)
        if (v->hours[i].used && v->hours[i].hour == hour)
            return &v->hours[i];
    return NULL;
}

static bool is_zero(const uint32_t *n, size_t count)
{
    uint32_t any = 0;
    for (size_t i = 0; i < count; i++)
        any |= n[i];
    return any == 0;
}

static void write_numbers(const uint32_t *n, size_t count, FILE *out)
{
    for (size_t i = 0; i < count; i++)
        fprintf(out, " %" PRIu32, n[i]);
    fputc('\n', out);
}

/* The cells of one carrier. */
static void write_carrier(const struct volumes *v, const struct hour *h, size_t carrier, FILE *out)
{
    static const char *const kind[VOLUMES_KINDS] = {"ussd", "sms"};
    for (size_t k = 0; k < VOLUMES_KINDS; k++)
        for (size_t l = 0; l < VOLUMES_LANGUAGES; l++)
            for (size_t c = 0; c < VOLUMES_COUNTRIES; c++) {
                const uint32_t *n = h->cell[carrier][k][l][c];
                if (is_zero(n, VOLUME_MEASURES))
                    continue;
                fprintf(out, "c %s %s %s %s", label_of(&v->carriers, carrier), kind[k],
                        label_of(&v->languages, l), label_of(&v->countries, c));
                write_numbers(n, VOLUME_MEASURES, out);
            }
}

static void write_nodes(const struct volumes *v, const struct hour *h, FILE *out)
{
    for (size_t i = 0; i < VOLUMES_NODES; i++) {
        if (is_zero(h->node[i], NODE_EVENTS))
            continue;
        fprintf(out, "n %s", i < v->nodes ? v->node_id[i] : other);
        write_numbers(h->node[i], NODE_EVENTS, out);
    }
}

static void write_versions(const struct hour *h, FILE *out)
{
    for (size_t i = 0; i < VOLUMES_VERSIONS; i++) {
        const struct version *one = &h->version[i];
        if (one->sessions == 0)
            continue;
        if (i < VOLUMES_VERSIONS - 1)
            fprintf(out, "v %016" PRIx64, one->number);
        else
            fprintf(out, "v %s", other);
        write_numbers(&one->sessions, 1, out);
    }
}

uint64_t volumes_write(const struct volumes *v, int64_t hour, FILE *out)
{
    const struct hour *h = hour_find(v, hour);
    if (!h)
        return 0;
    fprintf(out, "1 %" PRIu64 "\n", h->changes);
    for (size_t i = 0; i < VOLUMES_CARRIERS; i++)
        write_carrier(v, h, i, out);
    write_nodes(v, h, out);
    write_versions(h, out);
    return h->changes;
}

void volumes_stored(struct volumes *v, int64_t hour, uint64_t seq, int64_t now_ms)
{
    struct hour *h = (struct hour *)hour_find(v, hour);
    if (!h || seq <= h->stored)
        return;
    h->stored = seq < h->changes ? seq : h->changes;
    /* A step that is late by a little still finds its hour here. */
    if (h->stored < h->changes || h->hour + 1 >= now_ms / HOUR_MS)
        return;
    if (v->now == h)
        v->now = NULL;
    h->used = false;
}

uint64_t volumes_writer(const struct volumes *v, int64_t hour)
{
    const struct hour *h = hour_find(v, hour);
    return h ? h->writer : 0;
}

size_t volumes_waiting(const struct volumes *v)
{
    size_t n = 0;
    for (size_t i = 0; i < VOLUMES_HOURS; i++)
        n += v->hours[i].used && v->hours[i].stored < v->hours[i].changes;
    return n;
}

uint64_t volumes_lost(const struct volumes *v)
{
    return v->lost;
}
