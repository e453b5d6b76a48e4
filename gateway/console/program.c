/* SPDX-License-Identifier: Apache-2.0 */
/* The program: it opens everything in order, runs the loop, and closes in reverse. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console/origin.h"
#include "console/program.h"
#include "console/router.h"
#include "io/notify.h"

enum {
    ANSWER_MS = 40000, /* a page that waits for news asks again before */
    REQUEST_MS = 15000,
    CONNECTIONS = 256,
    HASHES_MAX = 16,
    TOPICS_MAX = 16,
    LOOK_MS = 10,
    PARTING_MS = 2000
};

/* The program and what it needs besides the console. */
struct program {
    struct console console;
    struct conf conf;
    char password[256]; /* for the broker */
    struct loop_timer *parting;
    struct notify *notify;
    int64_t until_us; /* when stopping: the broker's time */
    bool stopping;
};

static void on_message(void *arg, const struct mqtt_message *m)
{
    struct program *p = arg;
    if (p->stopping) /* it comes again, to whoever is here then */
        return;
    for (const struct module *x = console_modules; x->name; x++)
        if (x->message)
            x->message(&p->console, m);
}

static void on_up(void *arg)
{
    struct program *p = arg;
    log_write(p->console.log, EV_mqtt_up, LOG_FIELDS(LS("host", p->conf.mqtt_host)));
    for (const struct module *x = console_modules; x->name; x++)
        if (x->up)
            x->up(&p->console);
}

static void on_down(void *arg, const char *why)
{
    struct program *p = arg;
    log_write(p->console.log, EV_mqtt_down, LOG_FIELDS(LS("why", why)));
}

static void on_request(void *arg, const struct web_request *r)
{
    struct program *p = arg;
    router_request(&p->console, r);
}

/* Whoever answers later finds the id void. */
static void on_gone(void *arg, uint64_t id)
{
    (void)arg;
    (void)id;
}

static void on_refused(void *arg, int status, const char *why)
{
    struct program *p = arg;
    log_write(p->console.log, EV_console_refused, LOG_FIELDS(LI("status", status), LS("why", why)));
}

static void on_parting(void *arg)
{
    struct program *p = arg;
    if (!mqtt_is_up(p->console.mqtt) || mqtt_is_flushed(p->console.mqtt) ||
        loop_monotonic_us() >= p->until_us)
        loop_stop(p->console.loop);
    else
        loop_timer_set(p->parting, LOOK_MS);
}

static void on_stop(void *arg)
{
    struct program *p = arg;
    p->stopping = true;
    notify_stopping(p->notify);
    p->until_us = loop_monotonic_us() + PARTING_MS * 1000;
    on_parting(p);
}

static int open_loop(struct program *p, char why[CONF_ERROR_MAX])
{
    struct console *c = &p->console;
    snprintf(why, CONF_ERROR_MAX, "no memory, or no thread; end other programs");
    c->loop = loop_new();
    if (!c->loop)
        return -1;
    p->parting = loop_timer_new(c->loop, on_parting, p);
    p->notify = notify_new(c->loop);
    c->hasher = worker_new(c->loop, HASHES_MAX);
    return p->parting && p->notify && c->hasher &&
                   loop_on_signal(c->loop, SIGTERM, on_stop, p) == 0 &&
                   loop_on_signal(c->loop, SIGINT, on_stop, p) == 0
               ? 0
               : -1;
}

static int open_db(struct console *c, char why[CONF_ERROR_MAX])
{
    if (c->conf->console_db[0] == '\0') {
        snprintf(why, CONF_ERROR_MAX,
                 "console.db is not set; name a file on a local disk in the configuration");
        return -1;
    }
    c->db = db_open(c->conf->console_db, console_tables, why);
    return c->db ? 0 : -1;
}

static int open_web(struct program *p, char why[CONF_ERROR_MAX])
{
    struct console *c = &p->console;
    const char *on = p->conf.console_listen;
    struct web_handlers h = {
        .arg = p, .request = on_request, .gone = on_gone, .refused = on_refused};
    struct web_options o = {.listen = on,
                            .connections = CONNECTIONS,
                            .types = router_types,
                            .body_max = ROUTER_BODY_MAX,
                            .answer_ms = ANSWER_MS,
                            .request_ms = REQUEST_MS};
    if (on[0] == '/' && p->conf.console_public_url[0] == '\0') {
        snprintf(why, CONF_ERROR_MAX,
                 "console.public_url is not set; behind a proxy it is the address of the console "
                 "in the browser, such as https://console.example.org");
        return -1;
    }
    if (!origin_is_public(p->conf.console_public_url)) {
        snprintf(why, CONF_ERROR_MAX,
                 "console.public_url is no address that browsers keep the console's cookie for; "
                 "write https://NAME, in small letters, without a slash at its end");
        return -1;
    }
    c->web = web_new(c->loop, &o, &h, why);
    return c->web ? 0 : -1;
}

static int open_mqtt(struct program *p, char why[CONF_ERROR_MAX])
{
    struct console *c = &p->console;
    char filters[TOPICS_MAX][128];
    const char *subscribe[TOPICS_MAX + 1] = {NULL};
    size_t n = 0;
    for (const struct module *m = console_modules; m->name && n < TOPICS_MAX; m++) {
        if (!m->topic)
            continue;
        snprintf(filters[n], sizeof filters[n], "%s/%s", p->conf.mqtt_root, m->topic);
        subscribe[n] = filters[n];
        n++;
    }
    if (conf_read_password(p->conf.mqtt_password_file, p->password, sizeof p->password, why) < 0)
        return -1;
    struct mqtt_handlers h = {.arg = p, .message = on_message, .up = on_up, .down = on_down};
    struct mqtt_options o = mqtt_options_of(&p->conf, p->password);
    o.client_id = p->conf.mqtt_client_id[0] ? p->conf.mqtt_client_id : "mekongline-console";
    o.qos = 1;
    o.subscribe = subscribe;
    o.log = c->log;
    c->mqtt = mqtt_new(c->loop, &o, &h, why);
    return c->mqtt ? 0 : -1;
}

static int open_modules(struct console *c, char why[CONF_ERROR_MAX])
{
    for (const struct module *m = console_modules; m->name; m++)
        if (m->open && m->open(c, why) < 0)
            return -1;
    return 0;
}

static void close_all(struct program *p)
{
    struct console *c = &p->console;
    size_t n = 0;
    web_free(c->web);
    while (console_modules[n].name)
        n++;
    while (n-- > 0)
        if (console_modules[n].close)
            console_modules[n].close(c);
    mqtt_free(c->mqtt);
    worker_free(c->hasher);
    db_close(c->db);
    notify_free(p->notify);
    loop_timer_free(p->parting);
    loop_free(c->loop);
    explicit_bzero(p->password, sizeof p->password);
}

static int run(struct program *p)
{
    struct console *c = &p->console;
    char why[CONF_ERROR_MAX] = "the loop failed", address[300];
    int failed = open_loop(p, why) < 0 || open_db(c, why) < 0 || open_web(p, why) < 0 ||
                 open_modules(c, why) < 0 || open_mqtt(p, why) < 0;
    if (!failed) {
        origin_write(c, address, sizeof address);
        log_write(c->log, EV_console_up,
                  LOG_FIELDS(LS("address", address), LI("port", web_port(c->web))));
        failed = loop_run(c->loop) < 0;
    }
    if (failed)
        log_write(c->log, EV_console_fail, LOG_FIELDS(LS("why", why)));
    close_all(p);
    log_write(c->log, EV_console_stop, NULL);
    return failed ? 1 : 0;
}

int program_serve(const char *path, const struct handler_table *handlers)
{
    char err[CONF_ERROR_MAX];
    enum log_level level = LOG_LEVEL_INFO;
    int status = 2;
    struct program *p = calloc(1, sizeof *p);
    if (!p)
        return 1;
    if (conf_load(path, &p->conf, err) < 0) {
        fprintf(stderr, "%s\n", err);
        goto out;
    }
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file over its limit is a full disk, no end */
    log_parse_level(p->conf.gateway_log_level, &level);
    p->console.conf = &p->conf;
    p->console.handlers = handlers;
    p->console.clock = clock_system();
    p->console.log = log_new(STDERR_FILENO, level, p->console.clock);
    status = p->console.log ? run(p) : 1;
    log_free(p->console.log);
out:
    free(p);
    return status;
}

int console_publish(struct console *c, const char *topic, const char *payload, size_t len,
                    bool retain)
{
    char full[160];
    snprintf(full, sizeof full, "%s/%s", c->conf->mqtt_root, topic);
    struct mqtt_out out = {.topic = full, .payload = payload, .len = len, .retain = retain};
    return mqtt_publish(c->mqtt, &out);
}
