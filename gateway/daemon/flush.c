/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/flush.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/digest.h"
#include "io/store_redis_volumes.h"

struct flush {
    struct flush_options o;
    struct loop_timer *timer;
    char salt[VOLUMES_SALT_SIZE + 1];
    bool sending;
    int64_t sent; /* the hour that was sent last in this round; -1 for none */
    uint64_t lost;
};

static void send_next(struct flush *f);

static void note(struct flush *f, const char *result)
{
    uint64_t lost = volumes_lost(f->o.volumes);
    if (result)
        metrics_add(f->o.metrics, M_VOLUMES_WRITES, result, 1);
    metrics_set(f->o.metrics, M_VOLUMES_WAITING, NULL, (int64_t)volumes_waiting(f->o.volumes));
    if (lost == f->lost)
        return;
    metrics_add(f->o.metrics, M_VOLUMES_LOST, NULL, (int64_t)(lost - f->lost));
    log_write(f->o.log, EV_volumes_lost, LOG_FIELDS(LI("hours", (int64_t)(lost - f->lost))));
    f->lost = lost;
}

static void on_stored(void *arg, int64_t hour, uint64_t seq, bool stored)
{
    struct flush *f = arg;
    f->sending = false;
    if (stored)
        volumes_stored(f->o.volumes, hour, seq, clock_now(&f->o.clock));
    note(f, stored ? "stored" : "failed");
    send_next(f);
}

static int put(struct flush *f, int64_t hour)
{
    char *record = NULL;
    struct volumes_put p = {.hour = hour, .salt = f->salt};
    FILE *out = open_memstream(&record, &p.len);
    if (!out)
        return -1;
    p.seq = volumes_write(f->o.volumes, hour, out);
    p.writer = volumes_writer(f->o.volumes, hour);
    int failed = ferror(out);
    failed |= fclose(out);
    p.record = record;
    int result = failed ? -1 : store_redis_volumes_put(f->o.store, &p, on_stored, f);
    free(record);
    return result;
}

/* Each hour once a round: the present one has changed again when its answer comes. One that cannot
 * be written, since the node of a cluster that has it is away, holds up no other. */
static void send_next(struct flush *f)
{
    int64_t hour;
    while (!f->sending && volumes_next(f->o.volumes, f->sent, &hour)) {
        f->sent = hour;
        f->sending = put(f, hour) == 0;
        if (!f->sending)
            note(f, "failed");
    }
}

static void begin_round(struct flush *f)
{
    f->sent = -1;
    note(f, NULL);
    send_next(f);
}

static void on_timer(void *arg)
{
    struct flush *f = arg;
    begin_round(f);
    loop_timer_set(f->timer, f->o.every_ms);
}

struct flush *flush_new(const struct flush_options *o)
{
    struct flush *f = calloc(1, sizeof *f);
    uint8_t salt[VOLUMES_SALT_SIZE / 2];
    if (!f)
        return NULL;
    f->o = *o;
    digest_random(salt, sizeof salt);
    digest_hex(salt, sizeof salt, f->salt);
    f->timer = loop_timer_new(o->loop, on_timer, f);
    if (!f->timer) {
        free(f);
        return NULL;
    }
    loop_timer_set(f->timer, o->every_ms);
    return f;
}

void flush_free(struct flush *f)
{
    if (!f)
        return;
    loop_timer_free(f->timer);
    free(f);
}

bool flush_is_done(struct flush *f)
{
    if (!f->sending)
        begin_round(f);
    return !f->sending && (volumes_waiting(f->o.volumes) == 0 || !store_redis_is_up(f->o.store));
}
