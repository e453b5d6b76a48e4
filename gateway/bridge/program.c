/* SPDX-License-Identifier: Apache-2.0 */
#include "bridge/program.h"

#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/http.h"
#include "io/notify.h"

enum { DRAIN_LOOK_MS = 20, USAGE = 2 };

struct run {
    const struct program *p;
    struct conf conf;
    struct program_world world;
    void *self;
    struct http *http;
    struct notify *notify;
    struct loop_timer *timer; /* looks whether it is drained */
    bool draining, drained;
    int64_t drain_until_us;
};

static int write_metrics(void *arg, FILE *out)
{
    const struct run *r = arg;
    return metrics_write(r->world.metrics, out);
}

static void write_unready(void *arg, FILE *out)
{
    const struct run *r = arg;
    r->p->write_unready(r->self, out);
}

/* Stop once nothing is in hand at two looks, because between them the last answers leave; or when
 * the time is over. */
static void look(void *arg)
{
    struct run *r = arg;
    bool before = r->drained;
    r->drained = r->p->is_drained(r->self);
    if ((before && r->drained) || loop_monotonic_us() >= r->drain_until_us)
        loop_stop(r->world.loop);
    else
        loop_timer_set(r->timer, DRAIN_LOOK_MS);
}

static void drain(void *arg)
{
    struct run *r = arg;
    if (r->draining) {
        loop_stop(r->world.loop);
        return;
    }
    r->draining = true;
    r->drain_until_us = loop_monotonic_us() + r->conf.bridge_drain_s * 1000000;
    log_write(r->world.log, EV_bridge_drain, NULL);
    notify_stopping(r->notify);
    r->p->drain(r->self);
    look(r);
}

static int open_http(struct run *r, char why[CONF_ERROR_MAX])
{
    struct http_handlers h = {.arg = r, .metrics = write_metrics, .unready = write_unready};
    if (r->conf.bridge_listen[0] == '\0')
        return 0;
    r->http = http_new(r->world.loop, r->conf.bridge_listen, &h, why);
    if (!r->http)
        return -1;
    log_write(r->world.log, EV_http_up,
              LOG_FIELDS(LS("listen", r->conf.bridge_listen), LI("port", http_port(r->http))));
    return 0;
}

static int open_all(struct run *r, char why[CONF_ERROR_MAX])
{
    snprintf(why, CONF_ERROR_MAX, "no memory; free some");
    r->world.loop = loop_new();
    if (!r->world.loop)
        return -1;
    r->timer = loop_timer_new(r->world.loop, look, r);
    if (!r->timer || loop_on_signal(r->world.loop, SIGTERM, drain, r) < 0 ||
        loop_on_signal(r->world.loop, SIGINT, drain, r) < 0)
        return -1;
    r->self = r->p->open(&r->world, why);
    if (!r->self || open_http(r, why) < 0)
        return -1;
    r->notify = notify_new(r->world.loop);
    return r->notify ? 0 : -1;
}

static void close_all(struct run *r)
{
    http_free(r->http);
    notify_free(r->notify);
    if (r->self)
        r->p->close(r->self);
    loop_timer_free(r->timer);
    loop_free(r->world.loop);
}

static int run_all(struct run *r, const char *path)
{
    char why[CONF_ERROR_MAX];
    log_write(r->world.log, EV_bridge_start,
              LOG_FIELDS(LS("program", r->p->name), LS("version", ML_VERSION), LS("config", path)));
    metrics_set(r->world.metrics, M_BUILD, ML_VERSION, 1);
    int failed = open_all(r, why);
    if (failed)
        log_write(r->world.log, EV_bridge_fail, LOG_FIELDS(LS("why", why)));
    else
        failed = loop_run(r->world.loop);
    close_all(r);
    log_write(r->world.log, EV_bridge_stop, NULL);
    return failed ? 1 : 0;
}

static int serve(const struct program *p, const char *path)
{
    char err[CONF_ERROR_MAX];
    enum log_level level = LOG_LEVEL_INFO;
    struct run *r = calloc(1, sizeof *r);
    int status = 1;
    if (!r)
        return status;
    r->p = p;
    r->world.conf = &r->conf;
    if (conf_load(path, &r->conf, err) < 0) {
        fprintf(stderr, "%s\n", err);
        free(r);
        return USAGE;
    }
    log_parse_level(r->conf.bridge_log_level, &level);
    r->world.log = log_new(STDERR_FILENO, level, clock_system());
    r->world.metrics = metrics_new();
    if (r->world.log && r->world.metrics)
        status = run_all(r, path);
    metrics_free(r->world.metrics);
    log_free(r->world.log);
    free(r);
    return status;
}

static int usage(const struct program *p, FILE *out)
{
    fprintf(out,
            "Usage: %s -c FILE [--help | --example | --version]\n%s\n"
            "SIGTERM: take no more, finish what is in hand, leave.\n"
            "  -c FILE     the configuration\n"
            "  --example   print a configuration with every option, and stop\n"
            "  --version   print the version, and stop\n",
            p->name, p->help);
    return USAGE;
}

static int print_help(const struct program *p)
{
    usage(p, stdout);
    fputs("\nOptions of the file:\n", stdout);
    return conf_write_help(stdout, p->shows) < 0;
}

int program_main(int argc, char **argv, const struct program *p)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'},
                                            {"help", no_argument, NULL, 'h'},
                                            {"example", no_argument, NULL, 'e'},
                                            {"version", no_argument, NULL, 'v'},
                                            {0}};
    const char *path = NULL;
    for (int o; (o = getopt_long(argc, argv, "c:h", options, NULL)) != -1;) {
        if (o == 'c')
            path = optarg;
        else if (o == 'e')
            return conf_write_example(stdout, p->shows) < 0;
        else if (o == 'v')
            return printf("%s %s\n", p->name, ML_VERSION) < 0;
        else if (o == 'h')
            return print_help(p);
        else
            return usage(p, stderr);
    }
    return path && optind == argc ? serve(p, path) : usage(p, stderr);
}
