/* SPDX-License-Identifier: Apache-2.0 */
#include "volumes/command.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "volumes/ask.h"
#include "volumes/write.h"

enum {
    USAGE = 2,
    PASSWORD_MAX = 256,
    CONNECT_MS = 5000, /* until Redis is there */
    LOOK_MS = 10,
    WIDTH = 80 /* where the terminal does not say how wide it is */
};

static const char help[] =
    "Usage: mekongline volumes -c FILE [--from TIME] [--to TIME] [--by LIST] [WHICH] [HOW]\n"
    "Print how much was served. What gateways have counted comes to Redis every redis.volumes_s\n"
    "seconds and is kept for 13 months. Numbers below 5 are shown as <5, and sums are such that "
    "they\n"
    "cannot be computed back; so rows need not add up to the total.\n"
    "  -c FILE           the configuration: Redis and the prefix of its keys\n"
    "  --from, --to TIME YYYY-MM-DD or YYYY-MM-DDThh, both included (the last 7 days)\n"
    "  --by LIST         hour, day, carrier, kind, language, country; or node, version, with hour "
    "or\n"
    "                    day; separated by commas (day)\n"
    "  --zone HOURS      hours east of UTC of all times, such as 7 (7)\n"
    " WHICH: --carrier, --kind, --language, --country, --node, --version NAME: this one alone\n"
    " HOW:   --csv | --json | --chart; otherwise columns\n"
    "  --count NAME      what a chart shows, and what is the largest: sessions, steps, sms_in, "
    "sms_out; of nodes shown,\n"
    "                    chosen, back, dropped (the first)\n"
    "Exit status: 0 printed, 1 Redis could not be asked, 2 wrong words.\n";

enum form { FORM_COLUMNS, FORM_CSV, FORM_JSON, FORM_CHART };

enum option_value { OPT_FROM = 256, OPT_TO, OPT_BY, OPT_ZONE, OPT_COUNT, OPT_FORM, OPT_ONLY = 300 };

struct command {
    const char *conf_path, *count;
    struct volumes_words words;
    struct volumes_query query;
    enum form form;
    bool helped;
    struct loop *loop;
    struct store_redis *store;
    struct loop_timer *timer;
    int64_t give_up_us;
    struct volumes_table *table;
    bool asked;
};

static int fail(const char *why)
{
    fprintf(stderr, "mekongline volumes: %s\n", why);
    return 1;
}

static int read_options(int argc, char **argv, struct command *c)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'},
        {"help", no_argument, NULL, 'h'},
        {"from", required_argument, NULL, OPT_FROM},
        {"to", required_argument, NULL, OPT_TO},
        {"by", required_argument, NULL, OPT_BY},
        {"zone", required_argument, NULL, OPT_ZONE},
        {"count", required_argument, NULL, OPT_COUNT},
        {"csv", no_argument, NULL, OPT_FORM + FORM_CSV},
        {"json", no_argument, NULL, OPT_FORM + FORM_JSON},
        {"chart", no_argument, NULL, OPT_FORM + FORM_CHART},
        {"carrier", required_argument, NULL, OPT_ONLY + BY_CARRIER},
        {"kind", required_argument, NULL, OPT_ONLY + BY_KIND},
        {"language", required_argument, NULL, OPT_ONLY + BY_LANGUAGE},
        {"country", required_argument, NULL, OPT_ONLY + BY_COUNTRY},
        {"node", required_argument, NULL, OPT_ONLY + BY_NODE},
        {"version", required_argument, NULL, OPT_ONLY + BY_VERSION},
        {0},
    };
    const char **const texts[] = {&c->words.from, &c->words.to, &c->words.by, &c->words.zone,
                                  &c->count};
    for (int o; (o = getopt_long(argc, argv, "c:h", options, NULL)) != -1;) {
        if (o == 'c')
            c->conf_path = optarg;
        else if (o == 'h')
            c->helped = true;
        else if (o >= OPT_FROM && o < OPT_FORM)
            *texts[o - OPT_FROM] = optarg;
        else if (o >= OPT_FORM && o < OPT_ONLY)
            c->form = (enum form)(o - OPT_FORM);
        else if (o >= OPT_ONLY)
            c->words.only[o - OPT_ONLY] = optarg;
        else
            return -1;
    }
    return optind == argc && (c->conf_path || c->helped) ? 0 : -1;
}

/* Which measure does --count name? */
static int choose_measure(struct command *c)
{
    size_t n;
    const char *const *name = volumes_measures(&c->query, &n);
    for (; c->count && c->query.measure < n; c->query.measure++)
        if (strcmp(name[c->query.measure], c->count) == 0)
            return 0;
    if (!c->count)
        return 0;
    fprintf(stderr, "mekongline volumes: --count: there is no \"%.20s\" here; use %s", c->count,
            name[0]);
    for (size_t i = 1; i < n; i++)
        fprintf(stderr, ", %s", name[i]);
    fputs(".\n", stderr);
    return -1;
}

static void on_answer(void *arg, struct volumes_table *t)
{
    struct command *c = arg;
    c->table = t;
    loop_stop(c->loop);
}

/* Wait until Redis is there, then ask. */
static void look(void *arg)
{
    struct command *c = arg;
    if (store_redis_is_up(c->store) && volumes_ask(c->store, &c->query, on_answer, c) == 0)
        c->asked = true;
    else if (loop_monotonic_us() < c->give_up_us)
        loop_timer_set(c->timer, LOOK_MS);
    else
        loop_stop(c->loop);
}

static void ask(struct command *c)
{
    c->give_up_us = loop_monotonic_us() + CONNECT_MS * 1000LL;
    loop_timer_set(c->timer, 0);
    loop_run(c->loop);
}

static void nobody(void *arg, uint64_t txn, enum store_result r, const uint8_t *record, size_t len)
{
    (void)arg, (void)txn, (void)r, (void)record, (void)len;
}

static int connect_and_ask(struct command *c, const struct conf *conf)
{
    char password[PASSWORD_MAX], why[CONF_ERROR_MAX];
    if (conf_read_password(conf->redis_password_file, password, sizeof password, why) < 0)
        return fail(why);
    struct store_redis_options o = store_redis_options_of(conf, password);
    o.retry_min_ms = 50;
    o.retry_max_ms = 500;
    const struct store_reply reply = {.loaded = nobody, .saved = nobody};
    c->loop = loop_new();
    c->store = c->loop ? store_redis_new(c->loop, &o, &reply) : NULL;
    c->timer = c->loop ? loop_timer_new(c->loop, look, c) : NULL;
    explicit_bzero(password, sizeof password);
    if (c->store && c->timer)
        ask(c);
    store_redis_free(c->store);
    loop_timer_free(c->timer);
    loop_free(c->loop);
    if (c->table)
        return 0;
    if (c->asked)
        return fail("Redis went away; try again");
    return fail(conf->redis_cluster[0] != '\0'
                    ? "Redis cannot be reached, or some slots of its cluster have no master; "
                      "mekongline doctor says which node does not answer"
                    : "Redis cannot be reached; check that it runs, and redis.host, port, "
                      "username and password_file");
}

static unsigned terminal_width(void)
{
    struct winsize size;
    bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : WIDTH;
}

static int print(const struct command *c)
{
    if (c->form == FORM_CSV)
        volumes_write_csv(c->table, stdout);
    else if (c->form == FORM_JSON)
        volumes_write_json(c->table, stdout);
    else if (c->form == FORM_CHART)
        volumes_write_chart(c->table, terminal_width(), stdout);
    else
        volumes_write_columns(c->table, stdout);
    if (c->form == FORM_JSON)
        putchar('\n');
    if (volumes_table_hours(c->table) == 0)
        fputs("Nothing is kept of this time: no gateway has counted in it, or it is more than 13 "
              "months ago.\n",
              stderr);
    if (volumes_table_is_cut(c->table))
        fputs("There are more rows; ask for a shorter time, or by day.\n", stderr);
    if (volumes_table_unread(c->table) > 0)
        fprintf(stderr, "%zu records could not be read and are left out.\n",
                volumes_table_unread(c->table));
    return fflush(stdout) || ferror(stdout) ? fail("it could not be written") : 0;
}

int volumes_command(int argc, char **argv)
{
    struct command c = {.form = FORM_COLUMNS};
    struct volumes_fault fault;
    struct clock clock = clock_system();
    char err[CONF_ERROR_MAX];
    if (read_options(argc, argv, &c) < 0) {
        fputs(help, stderr);
        return USAGE;
    }
    if (c.helped)
        return fputs(help, stdout) < 0;
    if (volumes_query_read(&c.words, clock_now(&clock), &c.query, &fault) < 0) {
        fprintf(stderr, "mekongline volumes: --%s: %s\n", fault.field, fault.text);
        return USAGE;
    }
    if (choose_measure(&c) < 0)
        return USAGE;
    struct conf *conf = malloc(sizeof *conf);
    int status = 1;
    if (!conf)
        return fail("no memory");
    if (conf_load(c.conf_path, conf, err) < 0) {
        fprintf(stderr, "%s\n", err);
        status = USAGE;
    } else {
        status = connect_and_ask(&c, conf);
    }
    free(conf);
    if (status == 0)
        status = print(&c);
    volumes_table_free(c.table);
    return status;
}
