/* SPDX-License-Identifier: Apache-2.0 */
/* Wires the gateway bottom-up: configuration, log, content, loop, store, dispatch, broker, HTTP;
 * tears it down in reverse. */
#include "daemon/daemon.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/digest.h"
#include "daemon/server.h"
#include "message/topics.h"

enum { SECRET_LEAST = 32 };

static int fail(struct server *s, const char *what, const char *why)
{
    log_write(s->log, EV_gateway_fail, LOG_FIELDS(LS("what", what), LS("why", why)));
    return -1;
}

/* Read a password, if there is a file for it, as a string. */
static int read_password(struct server *s, const char *whose, const char *path,
                         char out[SERVER_SECRET_MAX])
{
    char err[CONF_ERROR_MAX];
    return conf_read_password(path, out, SERVER_SECRET_MAX, err) < 0 ? fail(s, whose, err) : 0;
}

static int read_secrets(struct server *s)
{
    char err[CONF_ERROR_MAX];
    const struct conf *c = &s->conf;
    if (c->gateway_secret_file[0] == '\0')
        return fail(
            s, "secret",
            "gateway.secret_file is not set; make one: head -c 48 /dev/urandom | base64 > FILE; "
            "chmod 600 FILE");
    int n = conf_read_secret(c->gateway_secret_file, s->secret, sizeof s->secret, err);
    if (n < 0)
        return fail(s, "secret", err);
    if (n < SECRET_LEAST)
        return fail(s, "secret", "gateway.secret_file holds fewer than 32 octets");
    s->secret_len = (size_t)n;
    return read_password(s, "mqtt", c->mqtt_password_file, s->mqtt_password) < 0 ||
                   read_password(s, "redis", c->redis_password_file, s->redis_password) < 0
               ? -1
               : 0;
}

static void ask_carrier(void *arg, const char *bridge, struct carrier_rules *out)
{
    struct server *s = arg;
    setup_carrier(&s->conf, &s->layouts, bridge, out);
}

static int open_store(struct server *s)
{
    struct store_redis_options o = store_redis_options_of(&s->conf, s->redis_password);
    o.log = s->log;
    o.metrics = s->metrics;
    struct store_reply reply = {
        .arg = s->dispatch, .loaded = dispatch_loaded, .saved = dispatch_saved};
    s->store = store_redis_new(s->loop, &o, &reply);
    return s->store ? 0 : fail(s, "redis", "no memory");
}

/* The ports point at the server, because store and broker come after dispatch. */
static void port_load(void *arg, uint64_t txn, const char *key)
{
    store_redis_load(((struct server *)arg)->store, txn, key);
}

static void port_save(void *arg, const struct store_save *save)
{
    store_redis_save(((struct server *)arg)->store, save);
}

static int port_publish(void *arg, const struct mt *mt)
{
    return wire_publish(&((struct server *)arg)->wire, mt);
}

static void port_file(void *arg, uint64_t txn, const struct request *request)
{
    requests_file(((struct server *)arg)->requests, txn, request);
}

static void port_ask(void *arg, uint64_t txn, const struct case_ask *ask)
{
    requests_ask(((struct server *)arg)->requests, txn, ask);
}

static int port_refuse(void *arg, const struct refusal *r)
{
    return wire_refuse(&((struct server *)arg)->wire, r);
}

static int64_t port_waited_ms(void *arg)
{
    return echo_waited_ms(((struct server *)arg)->echo);
}

static int open_dispatch(struct server *s)
{
    char why[ZAWGYI_ERROR_MAX];
    struct dispatch_options o = setup_dispatch(&s->conf, s->handlers);
    struct ports ports = {.arg = s,
                          .load = port_load,
                          .save = port_save,
                          .publish = port_publish,
                          .refuse = port_refuse,
                          .waited_ms = port_waited_ms,
                          .file = port_file,
                          .ask = port_ask};
    o.rules.secret = (struct secret){s->secret, s->secret_len};
    digest_random(&o.writer, sizeof o.writer);
    o.clock = clock_system();
    o.log = s->log;
    o.metrics = s->metrics;
    o.volumes = s->volumes;
    if (setup_zawgyi(&s->conf, &s->zawgyi, why) < 0)
        return fail(s, "gateway.zawgyi_model", why);
    o.rules.zawgyi = s->zawgyi;
    struct catalog *c = server_load_first(s);
    server_give_back();
    if (!c)
        return fail(s, "content", "the content has errors; see mekongline check");
    server_note_content(s, c);
    s->dispatch = dispatch_new(&o, &ports, c);
    catalog_unref(c);
    if (!s->dispatch)
        return fail(s, "dispatch", "no memory");
    dispatch_set_carriers(s->dispatch, ask_carrier, s);
    s->wire = (struct wire){.root = s->conf.mqtt_root,
                            .clock = o.clock,
                            .log = s->log,
                            .metrics = s->metrics,
                            .dispatch = s->dispatch};
    return 0;
}

static int open_volumes(struct server *s)
{
    uint64_t writer;
    digest_random(&writer, sizeof writer);
    s->volumes = volumes_new(writer);
    return s->volumes ? 0 : fail(s, "volumes", "no memory");
}

static int open_flush(struct server *s)
{
    struct flush_options o = {.loop = s->loop,
                              .store = s->store,
                              .volumes = s->volumes,
                              .clock = clock_system(),
                              .every_ms = (int)s->conf.redis_volumes_s * 1000,
                              .log = s->log,
                              .metrics = s->metrics};
    s->flush = flush_new(&o);
    return s->flush ? 0 : fail(s, "volumes", "no memory");
}

static int open_requests(struct server *s)
{
    char why[256];
    struct requests_options o = {.conf = &s->conf,
                                 .loop = s->loop,
                                 .dispatch = s->dispatch,
                                 .log = s->log,
                                 .metrics = s->metrics};
    s->requests = requests_new(&o, why);
    return s->requests ? 0 : fail(s, "request.public_key_file", why);
}

static int open_published(struct server *s)
{
    s->published = published_new(s->loop, server_published, s);
    s->reloads = published_new(s->loop, server_reloaded, s);
    return s->published && s->reloads
               ? 0
               : fail(s, "content", "no memory, or no thread can be started");
}

static int open_echo(struct server *s)
{
    char topic[TOPIC_MAX];
    struct echo_options o = {.loop = s->loop,
                             .mqtt = &s->wire.mqtt,
                             .topic = topic,
                             .log = s->log,
                             .metrics = s->metrics};
    topics_write_echo(s->conf.mqtt_root, s->conf.gateway_instance, topic);
    s->echo = echo_new(&o);
    return s->echo ? 0 : fail(s, "echo", "no memory");
}

static int open_all(struct server *s)
{
    char why[256];
    if (read_secrets(s) < 0)
        return -1;
    if (setup_layouts(&s->conf, &s->layouts) < 0)
        return fail(s, "carriers", "more than 4 different pairs of screen limits; use fewer");
    s->loop = loop_new();
    if (!s->loop)
        return fail(s, "loop", "no memory");
    if (open_volumes(s) < 0 || open_dispatch(s) < 0 || open_store(s) < 0 || open_flush(s) < 0 ||
        open_requests(s) < 0 || open_published(s) < 0 || open_echo(s) < 0 ||
        server_open_mqtt(s) < 0 || server_watch(s) < 0)
        return -1;
    s->notify = notify_new(s->loop);
    if (!s->notify)
        return fail(s, "notify", "no memory");
    if (s->conf.http_listen[0] == '\0')
        return 0;
    s->http = server_open_http(s, why);
    return s->http ? 0 : fail(s, "http", why);
}

static void close_all(struct server *s)
{
    http_free(s->http);
    notify_free(s->notify);
    loop_timer_free(s->begin_timer);
    loop_timer_free(s->drain_timer);
    loop_timer_free(s->health_timer);
    mqtt_free(s->wire.mqtt);
    s->wire.mqtt = NULL;
    echo_free(s->echo);
    published_free(s->published);
    published_free(s->reloads);
    requests_free(s->requests);
    store_redis_free(s->store);
    flush_free(s->flush);
    dispatch_free(s->dispatch);
    volumes_free(s->volumes);
    zawgyi_free(s->zawgyi);
    loop_free(s->loop);
    free(s->bundle);
}

/* That a count grows is seen only if it was there before: what alerts ask for begins with 0. */
static void begin_counts(struct metrics *m)
{
    static const char *const kinds[] = {"ussd", "sms", "receipt"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        metrics_add(m, M_MO, kinds[i], 0);
    metrics_add(m, M_CONTENT_LOADS, "refused", 0);
    metrics_add(m, M_OVERLOAD, "waited", 0);
    metrics_add(m, M_OVERLOAD, "in_hand", 0);
    metrics_set(m, M_INFLIGHT, NULL, 0);
}

static int run(struct server *s)
{
    log_write(s->log, EV_gateway_start,
              LOG_FIELDS(LS("version", ML_VERSION), LS("config", s->conf_path)));
    metrics_set(s->metrics, M_BUILD, ML_VERSION, 1);
    begin_counts(s->metrics);
    int failed = open_all(s) < 0 || loop_run(s->loop) < 0;
    close_all(s);
    log_write(s->log, EV_gateway_stop, NULL);
    return failed ? 1 : 0;
}

int daemon_serve(const char *conf_path, const struct handler_table *handlers)
{
    char err[CONF_ERROR_MAX];
    enum log_level level = LOG_LEVEL_INFO;
    struct server *s = calloc(1, sizeof *s);
    if (!s)
        return 1;
    s->conf_path = conf_path;
    s->handlers = handlers;
    if (conf_load(conf_path, &s->conf, err) < 0) {
        fprintf(stderr, "%s\n", err);
        free(s);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file over its limit is a full disk for the journal, no end */
    log_parse_level(s->conf.gateway_log_level, &level);
    s->log = log_new(STDERR_FILENO, level, clock_system());
    s->metrics = metrics_new();
    int status = s->log && s->metrics ? run(s) : 1;
    metrics_free(s->metrics);
    log_free(s->log);
    free(s);
    return status;
}
