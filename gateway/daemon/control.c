/* SPDX-License-Identifier: Apache-2.0 */
/* What operators do to a running gateway: look at it over HTTP, reload it, stop it. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

#include "daemon/server.h"

enum { DRAIN_LOOK_MS = 20, HEALTH_LOOK_MS = 250 };

static int write_metrics(void *arg, FILE *out)
{
    struct server *s = arg;
    struct statvfs disk;
    if (s->conf.request_journal[0] != '\0' && statvfs(s->conf.request_journal, &disk) == 0)
        metrics_set(s->metrics, M_DISK_FREE, NULL, (int64_t)(disk.f_bavail * disk.f_frsize));
    return metrics_write(s->metrics, out);
}

static void write_unready(void *arg, FILE *out)
{
    struct server *s = arg;
    if (s->state == SERVER_DRAINING)
        fputs("draining\n", out);
    if (!mqtt_is_up(s->wire.mqtt))
        fputs("broker not connected\n", out);
}

struct http *server_open_http(struct server *s, char why[256])
{
    struct http_handlers h = {.arg = s, .metrics = write_metrics, .unready = write_unready};
    struct http *http = http_new(s->loop, s->conf.http_listen, &h, why);
    if (http)
        log_write(s->log, EV_http_up,
                  LOG_FIELDS(LS("listen", s->conf.http_listen), LI("port", http_port(http))));
    return http;
}

void server_adopt(struct server *s, struct published_job *job)
{
    enum log_level level;
    struct zawgyi *old = s->zawgyi;
    s->conf = job->conf;
    s->layouts = job->layouts;
    s->generation++;
    s->zawgyi = job->zawgyi;
    job->zawgyi = NULL;
    struct dispatch_options o = setup_dispatch(&s->conf, s->handlers);
    o.rules.zawgyi = s->zawgyi;
    dispatch_set_options(s->dispatch, &o);
    zawgyi_free(old);
    requests_reload(s->requests);
    dispatch_set_catalog(s->dispatch, job->catalog);
    server_note_content(s, job->catalog);
    if (log_parse_level(s->conf.gateway_log_level, &level) == 0)
        log_set_level(s->log, level);
    log_write(s->log, EV_config_reload, LOG_FIELDS(LS("config", s->conf_path)));
    server_publish_status(s);
}

/* Configuration, model and content are read anew; if one has a fault, all stay as they were. */
static void reload(void *arg)
{
    struct server *s = arg;
    struct conf conf;
    struct setup_layouts layouts;
    struct zawgyi *zawgyi;
    char err[CONF_ERROR_MAX] = "more than 4 different pairs of screen limits; use fewer";
    char names[256];
    if (conf_load(s->conf_path, &conf, err) < 0 || setup_layouts(&conf, &layouts) < 0 ||
        setup_zawgyi(&conf, &zawgyi, err) < 0) {
        log_write(s->log, EV_config_refused, LOG_FIELDS(LS("why", err)));
        return;
    }
    if (conf_restart_needed(&s->conf, &conf, names, sizeof names) > 0)
        log_write(s->log, EV_config_needs_restart, LOG_FIELDS(LS("options", names)));
    server_load_anew(s, &conf, &layouts, zawgyi);
}

static void publish_down(struct server *s)
{
    char topic[160];
    const char *down =
        "{\"v\":1,\"state\":\"down\",\"version\":\"" ML_VERSION "\",\"degraded\":[]}";
    snprintf(topic, sizeof topic, "%s/gateway/%s/status", s->conf.mqtt_root,
             s->conf.gateway_instance);
    struct mqtt_out out = {.topic = topic, .payload = down, .len = strlen(down), .retain = true};
    mqtt_publish(s->wire.mqtt, &out);
}

/* Stop once nothing is in hand, all is written and what was counted is stored, or when the time is
 * over. */
static void drain_look(void *arg)
{
    struct server *s = arg;
    bool over = loop_monotonic_us() >= s->drain_until_us;
    if (!over && (dispatch_inflight(s->dispatch) > 0 || !flush_is_done(s->flush))) {
        loop_timer_set(s->drain_timer, DRAIN_LOOK_MS);
        return;
    }
    publish_down(s);
    loop_stop(s->loop);
}

static void drain(void *arg)
{
    struct server *s = arg;
    if (s->state == SERVER_DRAINING) {
        loop_stop(s->loop);
        return;
    }
    s->state = SERVER_DRAINING;
    log_write(s->log, EV_gateway_drain,
              LOG_FIELDS(LI("inflight", (int64_t)dispatch_inflight(s->dispatch))));
    server_publish_status(s);
    notify_stopping(s->notify);
    dispatch_drain(s->dispatch);
    s->drain_until_us = loop_monotonic_us() + s->conf.gateway_drain_s * 1000000;
    loop_timer_set(s->drain_timer, DRAIN_LOOK_MS);
}

/* Which texts are past their review depends on the day, so at its begin (UTC) what is in force is
 * compiled anew, after a reload that is under way: it may bring another configuration. What fails
 * is not tried again before the next day, or a reload. */
static void look_at_day(struct server *s)
{
    char err[CONF_ERROR_MAX];
    struct zawgyi *zawgyi;
    int32_t today = setup_today();
    if (s->content_day == today || !published_is_idle(s->reloads))
        return;
    s->content_day = today;
    if (setup_zawgyi(&s->conf, &zawgyi, err) == 0)
        server_load_anew(s, &s->conf, &s->layouts, zawgyi);
    else
        log_write(s->log, EV_config_refused, LOG_FIELDS(LS("why", err)));
}

/* The retained status tells at once when a part is lost or is back. */
static void health_look(void *arg)
{
    struct server *s = arg;
    look_at_day(s);
    if (server_degraded(s) != s->told_degraded && mqtt_is_up(s->wire.mqtt))
        server_publish_status(s);
    loop_timer_set(s->health_timer, HEALTH_LOOK_MS);
}

int server_watch(struct server *s)
{
    s->drain_timer = loop_timer_new(s->loop, drain_look, s);
    s->health_timer = loop_timer_new(s->loop, health_look, s);
    if (s->health_timer)
        loop_timer_set(s->health_timer, HEALTH_LOOK_MS);
    if (s->drain_timer && s->health_timer && loop_on_signal(s->loop, SIGHUP, reload, s) == 0 &&
        loop_on_signal(s->loop, SIGTERM, drain, s) == 0 &&
        loop_on_signal(s->loop, SIGINT, drain, s) == 0)
        return 0;
    log_write(s->log, EV_gateway_fail, LOG_FIELDS(LS("what", "signals"), LS("why", "no memory")));
    return -1;
}
