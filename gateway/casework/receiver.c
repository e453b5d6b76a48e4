/* SPDX-License-Identifier: Apache-2.0 */
#include "casework/receiver.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "casework/intake.h"
#include "casework/shared.h"
#include "io/loop.h"
#include "io/notify.h"
#include "message/topics.h"

/* What comes within COMMIT_MS shares a commit. When stopping, the broker has PARTING_MS to take the
 * last answers. */
enum { COMMIT_MS = 5, LOOK_MS = 10, PARTING_MS = 2000, DAY_MS = 24 * 3600 * 1000 };

struct receiver {
    const struct conf *conf;
    char password[SHARED_SECRET_MAX];
    struct log *log;
    struct loop *loop;
    struct mqtt *mqtt;
    struct intake *intake;
    struct loop_timer *commit, *daily, *parting;
    struct notify *notify;
    bool commit_set, stopping;
    int64_t until_us; /* when stopping: the broker's time */
};

static void on_commit(void *arg)
{
    struct receiver *r = arg;
    r->commit_set = false;
    intake_commit(r->intake);
}

static void on_message(void *arg, const struct mqtt_message *m)
{
    struct receiver *r = arg;
    if (r->stopping) /* it comes again, to whoever receives then */
        return;
    intake_message(r->intake, m);
    if (r->commit_set || !intake_waits(r->intake))
        return;
    r->commit_set = true;
    loop_timer_set(r->commit, COMMIT_MS);
}

static void on_up(void *arg)
{
    struct receiver *r = arg;
    log_write(r->log, EV_receiver_up, LOG_FIELDS(LS("host", r->conf->mqtt_host)));
}

static void answer(void *arg, const char *topic, const char *payload, size_t len)
{
    struct receiver *r = arg;
    struct mqtt_out out = {.topic = topic, .payload = payload, .len = len};
    mqtt_publish(r->mqtt, &out);
}

static void on_day(void *arg)
{
    struct receiver *r = arg;
    struct clock clock = clock_system();
    intake_expire(r->intake, clock_now(&clock) - r->conf->receiver_keep_days * DAY_MS);
    loop_timer_set(r->daily, DAY_MS);
}

static void on_parting(void *arg)
{
    struct receiver *r = arg;
    if (mqtt_is_flushed(r->mqtt) || loop_monotonic_us() >= r->until_us)
        loop_stop(r->loop);
    else
        loop_timer_set(r->parting, LOOK_MS);
}

static void on_stop(void *arg)
{
    struct receiver *r = arg;
    intake_commit(r->intake);
    r->stopping = true;
    notify_stopping(r->notify);
    r->until_us = loop_monotonic_us() + PARTING_MS * 1000;
    on_parting(r);
}

static int open_broker(struct receiver *r, char why[CONF_ERROR_MAX])
{
    char filter[TOPIC_MAX];
    snprintf(filter, sizeof filter, "%s/request/+", r->conf->mqtt_root);
    const char *const subscribe[] = {filter, NULL};
    struct mqtt_handlers h = {.arg = r, .message = on_message, .up = on_up};
    struct mqtt_options o = shared_mqtt(r->conf, r->password);
    const char *client_id = r->conf->mqtt_client_id;
    o.client_id = client_id[0] ? client_id : "mekongline-receiver";
    o.subscribe = subscribe;
    o.log = r->log;
    r->mqtt = mqtt_new(r->loop, &o, &h, why);
    return r->mqtt ? 0 : -1;
}

static int open_intake(struct receiver *r, char why[CONF_ERROR_MAX])
{
    if (r->conf->receiver_cases[0] == '\0') {
        snprintf(why, CONF_ERROR_MAX,
                 "receiver.cases is not set; name a file on a local disk in the configuration");
        return -1;
    }
    struct intake_options o = {.path = r->conf->receiver_cases,
                               .root = r->conf->mqtt_root,
                               .clock = clock_system(),
                               .log = r->log,
                               .arg = r,
                               .answer = answer};
    r->intake = intake_new(&o, why);
    return r->intake ? 0 : -1;
}

static int open_loop(struct receiver *r, char why[CONF_ERROR_MAX])
{
    snprintf(why, CONF_ERROR_MAX, "no memory; free some");
    r->loop = loop_new();
    if (!r->loop)
        return -1;
    r->commit = loop_timer_new(r->loop, on_commit, r);
    r->daily = loop_timer_new(r->loop, on_day, r);
    r->parting = loop_timer_new(r->loop, on_parting, r);
    r->notify = notify_new(r->loop);
    return r->commit && r->daily && r->parting && r->notify &&
                   loop_on_signal(r->loop, SIGTERM, on_stop, r) == 0 &&
                   loop_on_signal(r->loop, SIGINT, on_stop, r) == 0
               ? 0
               : -1;
}

static void close_all(struct receiver *r)
{
    mqtt_free(r->mqtt);
    intake_free(r->intake);
    notify_free(r->notify);
    loop_timer_free(r->commit);
    loop_timer_free(r->daily);
    loop_timer_free(r->parting);
    loop_free(r->loop);
    log_free(r->log);
    explicit_bzero(r->password, sizeof r->password);
}

int receiver_run(const struct conf *c)
{
    char why[CONF_ERROR_MAX] = "";
    enum log_level level = LOG_LEVEL_INFO;
    struct receiver r = {.conf = c};
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file over its limit is a full disk, no end */
    log_parse_level(c->gateway_log_level, &level);
    r.log = log_new(STDERR_FILENO, level, clock_system());
    int status = 1;
    if (conf_read_password(c->mqtt_password_file, r.password, sizeof r.password, why) < 0 ||
        open_loop(&r, why) < 0 || open_intake(&r, why) < 0 || open_broker(&r, why) < 0)
        goto out;
    on_day(&r);
    snprintf(why, sizeof why, "the loop failed");
    status = loop_run(r.loop) < 0 ? 1 : 0;
out:
    if (status != 0)
        shared_fail("receive-requests", why);
    close_all(&r);
    return status;
}
