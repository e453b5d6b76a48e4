/* SPDX-License-Identifier: Apache-2.0 */
/* What can be seen of broker and Redis. Nothing is subscribed but the statuses of gateways, so that
 * no message is taken away from those that serve. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "doctor/findings.h"
#include "doctor/served.h"
#include "io/loop.h"
#include "io/mqtt.h"
#include "io/store_redis.h"
#include "message/topics.h"

enum {
    PATIENCE_MS = 3000,
    LOOK_MS = 20,
    QUIET_MS = 300, /* MQTT has no sign for "that was all that is retained" */
    PASSWORD_MAX = 256,
    WHY_MAX = 256,
    LOG_MAX = 8192
};

/* Something that comes up, or does not in time. */
struct waiting {
    struct loop *loop;
    struct loop_timer *timer;
    int64_t until_us;
    bool (*is_up)(const void *arg);
    const void *arg;
    bool up;
};

static void on_look(void *arg)
{
    struct waiting *w = arg;
    w->up = w->is_up(w->arg);
    if (w->up || loop_monotonic_us() >= w->until_us)
        loop_stop(w->loop);
    else
        loop_timer_set(w->timer, LOOK_MS);
}

static bool comes_up(struct loop *loop, bool (*is_up)(const void *arg), const void *arg)
{
    struct waiting w = {.loop = loop,
                        .until_us = loop_monotonic_us() + PATIENCE_MS * 1000,
                        .is_up = is_up,
                        .arg = arg};
    w.timer = loop_timer_new(loop, on_look, &w);
    if (!w.timer)
        return false;
    loop_timer_set(w.timer, 0);
    loop_run(loop);
    loop_timer_free(w.timer);
    return w.up;
}

/* Why the last line of a log says that it did not work: its field `why`, without its quotes; after
 * its field `host`, where that may be one of many. */
static void last_why(int fd, bool with_host, char out[WHY_MAX])
{
    char text[LOG_MAX];
    ssize_t n = pread(fd, text, sizeof text - 1, 0);
    text[n > 0 ? n : 0] = '\0';
    snprintf(out, WHY_MAX, "no answer in %d s", PATIENCE_MS / 1000);
    char *rest = text;
    for (char *line; (line = strsep(&rest, "\n"));) {
        const char *why = strstr(line, "why=\""), *host = strstr(line, "host=");
        if (!why)
            continue;
        why += strlen("why=\"");
        host = with_host && host ? host + strlen("host=") : "";
        snprintf(out, WHY_MAX, "%.*s%s%.*s", (int)strcspn(host, " "), host, *host ? ": " : "",
                 (int)strcspn(why, "\""), why);
    }
}

static bool redis_is_up(const void *arg)
{
    return store_redis_is_up(arg);
}

/* Nothing is asked of it, so nothing is answered. */
static void on_answer(void *arg, uint64_t txn, enum store_result r, const uint8_t *record,
                      size_t len)
{
    (void)arg;
    (void)txn;
    (void)r;
    (void)record;
    (void)len;
}

static void ask_redis(struct doctor *d, struct loop *loop, const char *password, int fd)
{
    const struct conf *c = d->conf;
    char why[WHY_MAX];
    struct log *log = log_new(fd, LOG_LEVEL_INFO, clock_system());
    struct store_redis_options o = store_redis_options_of(c, password);
    o.retry_min_ms = o.retry_max_ms = PATIENCE_MS;
    o.log = log;
    struct store_reply reply = {.arg = d, .loaded = on_answer, .saved = on_answer};
    const char *master = *c->redis_cluster != '\0'     ? "the cluster at "
                         : *c->redis_sentinels != '\0' ? "the master "
                                                       : "";
    struct store_redis *s = store_redis_new(loop, &o, &reply);
    if (s && comes_up(loop, redis_is_up, s)) {
        doctor_well(d, "%s%s answers, and takes the gateway's script", master,
                    store_redis_server(s));
    } else {
        last_why(fd, *c->redis_cluster != '\0', why);
        doctor_bad(d, "%s%s: %s; look at section [redis] and at the server", master,
                   s ? store_redis_server(s) : c->redis_host, why);
    }
    store_redis_free(s);
    log_free(log);
}

/* What the connection has come to. */
struct broker {
    const struct conf *conf;
    bool up;
    int64_t heard_us; /* when it came up, or a status came last */
    struct served served;
    char why[WHY_MAX];
};

static void on_up(void *arg)
{
    struct broker *b = arg;
    b->up = true;
    b->heard_us = loop_monotonic_us();
}

static void on_down(void *arg, const char *why)
{
    struct broker *b = arg;
    snprintf(b->why, sizeof b->why, "%s", why);
}

static void on_message(void *arg, const struct mqtt_message *m)
{
    struct broker *b = arg;
    b->heard_us = loop_monotonic_us();
    served_take(&b->served, b->conf, m);
}

static bool broker_is_decided(const void *arg)
{
    const struct broker *b = arg;
    return b->why[0] != '\0' || (b->up && loop_monotonic_us() - b->heard_us >= QUIET_MS * 1000);
}

static struct mqtt *open_broker(struct loop *loop, struct broker *b, const char *password,
                                char why[WHY_MAX])
{
    char client_id[48], status[TOPIC_MAX];
    const char *const filters[] = {status, NULL};
    struct mqtt_handlers h = {.arg = b, .message = on_message, .up = on_up, .down = on_down};
    struct mqtt_options o = mqtt_options_of(b->conf, password);
    snprintf(client_id, sizeof client_id, "mekongline-doctor-%ld", (long)getpid());
    snprintf(status, sizeof status, "%s/gateway/+/status", b->conf->mqtt_root);
    o.client_id = client_id;
    o.subscribe = filters;
    return mqtt_new(loop, &o, &h, why);
}

static void ask_broker(struct doctor *d, struct loop *loop, const char *password)
{
    struct broker b = {.conf = d->conf};
    char why[WHY_MAX] = "";
    struct mqtt *m = open_broker(loop, &b, password, why);
    if (m)
        comes_up(loop, broker_is_decided, &b);
    if (b.up)
        doctor_well(d, "%s lets the gateway in", d->conf->mqtt_host);
    else
        doctor_bad(d, "%s: %s; look at section [mqtt] and at the broker", d->conf->mqtt_host,
                   why[0]     ? why
                   : b.why[0] ? b.why
                              : "no answer");
    if (b.up)
        served_tell(&b.served, d);
    mqtt_free(m);
}

/* Read a password and make a loop for a server. NULL after a failure was told. */
static struct loop *begin(struct doctor *d, const char *file, char password[PASSWORD_MAX])
{
    char why[CONF_ERROR_MAX];
    if (conf_read_password(file, password, PASSWORD_MAX, why) < 0) {
        doctor_bad(d, "%s", why);
        return NULL;
    }
    struct loop *loop = loop_new();
    if (!loop)
        doctor_bad(d, "no memory: end other programs");
    return loop;
}

void doctor_redis(struct doctor *d)
{
    char password[PASSWORD_MAX];
    struct loop *loop = begin(d, d->conf->redis_password_file, password);
    int fd = loop ? memfd_create("log", MFD_CLOEXEC) : -1;
    if (fd >= 0)
        ask_redis(d, loop, password, fd);
    if (fd >= 0)
        close(fd);
    loop_free(loop);
    explicit_bzero(password, sizeof password);
}

void doctor_broker(struct doctor *d)
{
    char password[PASSWORD_MAX];
    struct loop *loop = begin(d, d->conf->mqtt_password_file, password);
    if (loop)
        ask_broker(d, loop, password);
    loop_free(loop);
    explicit_bzero(password, sizeof password);
}
