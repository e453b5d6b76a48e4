/* SPDX-License-Identifier: Apache-2.0 */
#include "phone/phone.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "message/topics.h"
#include "phone/interactive.h"
#include "phone/player.h"
#include "text/msisdn.h"

enum { EXIT_DIFFERS = 1, EXIT_USAGE = 2, NUMBER_LEAST = 6 };

static const char help[] =
    "Usage: mekongline phone [-c FILE] [--offline] [--script FILE [-q | --record]] [--number "
    "MSISDN]\n"
    "                        [--code CODE] [--bridge NAME]\n"
    "A phone in the terminal. Without --script it reads what to do from standard input.\n"
    "  -c FILE          the configuration: broker, content and carriers' limits\n"
    "  --offline        run the gateway's core in this process, without broker and Redis\n"
    "  --script FILE    play a transcript and compare every screen\n"
    "  -q               draw nothing but a difference\n"
    "  --record         print the transcript with what was received in place of what differs\n"
    "  --number MSISDN  the phone's number, 6 to 15 digits (8562055512345)\n"
    "  --code CODE      what the command dial dials (*1234#)\n"
    "  --bridge NAME    the name as a bridge, a-z 0-9 - (phone)\n"
    "Exit status: 0 all screens as expected, 1 a difference or no gateway, 2 wrong words.\n";

struct options {
    const char *conf, *script, *number, *code, *bridge;
    bool offline, quiet, record, help;
};

static int usage(const char *why)
{
    fprintf(stderr, "mekongline phone: %s\n", why);
    return -1;
}

/* Take one option. Returns 0 or -1. */
static int take(struct options *o, int option)
{
    const char **texts[] = {['c'] = &o->conf,
                            ['s'] = &o->script,
                            ['n'] = &o->number,
                            ['d'] = &o->code,
                            ['b'] = &o->bridge};
    if (option == 'o')
        o->offline = true;
    else if (option == 'q')
        o->quiet = true;
    else if (option == 'r')
        o->record = o->quiet = true;
    else if (option == 'h')
        o->help = true;
    else if ((size_t)option < sizeof texts / sizeof *texts && texts[option])
        *texts[option] = optarg;
    else
        return -1;
    return 0;
}

static int check(const struct options *o)
{
    size_t n = strlen(o->number);
    if (n < NUMBER_LEAST || !msisdn_valid(o->number, n))
        return usage("--number takes 6 to 15 digits");
    if (!topics_name_valid(o->bridge))
        return usage("--bridge takes 1 to 32 of a-z, 0-9 and -");
    if (o->code[0] != '*' || o->code[strlen(o->code) - 1] != '#')
        return usage("--code takes a code such as *1234#");
    return 0;
}

static int read_options(struct options *o, int argc, char **argv)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'}, {"offline", no_argument, NULL, 'o'},
        {"script", required_argument, NULL, 's'}, {"number", required_argument, NULL, 'n'},
        {"code", required_argument, NULL, 'd'},   {"bridge", required_argument, NULL, 'b'},
        {"record", no_argument, NULL, 'r'},       {"quiet", no_argument, NULL, 'q'},
        {"help", no_argument, NULL, 'h'},         {0},
    };
    *o = (struct options){.number = "8562055512345", .code = "*1234#", .bridge = "phone"};
    for (int one; (one = getopt_long(argc, argv, "c:qh", options, NULL)) != -1;)
        if (take(o, one) < 0)
            return -1;
    return optind < argc ? usage("a word too many") : check(o);
}

/* All that one run owns. */
struct phone {
    struct options o;
    struct conf conf;
    struct script *script;
    struct loop *loop;
    struct log *log;
    struct handsets all;
    struct display display;
};

static int fail(const char *why)
{
    fprintf(stderr, "mekongline phone: %s\n", why);
    return EXIT_DIFFERS;
}

static int play(struct phone *p)
{
    if (!p->script)
        return interactive_run(
            &p->all, &p->display,
            &(struct interactive_options){.number = p->o.number, .code = p->o.code});
    struct record *record = p->o.record ? record_new() : NULL;
    int status = player_run(
        &p->all, &p->display, p->script,
        &(struct player_options){.number = p->o.number, .quiet = p->o.quiet, .record = record});
    if (record && record_write(record, p->o.script, stdout) < 0)
        status = fail("the transcript cannot be written");
    record_free(record);
    return status;
}

static int run(struct phone *p, const struct handler_table *handlers)
{
    char why[LINE_WHY_MAX];
    p->log = log_new(STDERR_FILENO, LOG_LEVEL_ERROR, clock_system());
    p->loop = loop_new();
    p->display.words = words_open();
    if (!p->log || !p->loop || !p->display.words)
        return fail("no memory; free some");
    handsets_init(&p->all, p->loop, p->o.offline);
    struct line_options o = {.conf = &p->conf,
                             .handlers = handlers,
                             .bridge = p->o.bridge,
                             .loop = p->loop,
                             .log = p->log,
                             .start_ms = p->script ? p->script->start_ms : 0,
                             .events = handsets_events(&p->all)};
    int failed = p->o.offline ? line_offline_open(&o, &p->all.line, why)
                              : line_mqtt_open(&o, &p->all.line, why);
    if (failed)
        return fail(why);
    p->display.out = stdout;
    p->display.carrier = conf_carrier(&p->conf, p->o.bridge);
    p->display.more = p->conf.keys_more;
    int status = play(p);
    p->all.line.close(p->all.line.self);
    return status;
}

/* Read configuration and transcript. Returns 0 or -1. */
static int read_files(struct phone *p)
{
    char err[CONF_ERROR_MAX], script_err[SCRIPT_ERROR_MAX];
    conf_defaults(&p->conf);
    p->conf.gateway_serve_drafts = true; /* to try them out; a configuration says otherwise */
    if (p->o.conf && conf_load(p->o.conf, &p->conf, err) < 0)
        return usage(err);
    if (!p->o.script)
        return 0;
    p->script = script_read(p->o.script, script_err);
    if (!p->script)
        return usage(script_err);
    if (p->script->turns_clock && !p->o.offline)
        return usage("this transcript turns the clock; that works with --offline only");
    return 0;
}

int phone_main(int argc, char **argv, const struct handler_table *handlers)
{
    struct phone *p = calloc(1, sizeof *p);
    if (!p)
        return fail("no memory; free some");
    int status = EXIT_USAGE;
    if (read_options(&p->o, argc, argv) < 0)
        fputs(help, stderr);
    else if (p->o.help)
        status = fputs(help, stdout) < 0;
    else if (read_files(p) == 0)
        status = run(p, handlers);
    handsets_free(&p->all);
    script_free(p->script);
    words_close(p->display.words);
    loop_free(p->loop);
    log_free(p->log);
    free(p);
    return status;
}
