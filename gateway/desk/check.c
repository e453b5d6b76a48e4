/* SPDX-License-Identifier: Apache-2.0 */
/* `mekongline check`: what is wrong with the content, and what there is. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "desk/desk.h"
#include "desk/reports.h"

enum { EXIT_USAGE = 2 };

static const char help[] =
    "Usage: mekongline check [--trace | --cost | --counts] [--json] [-c FILE] [DIR]\n"
    "Check the content in DIR (else the folder of the configuration, else ./content).\n"
    "  --trace     instead, print for each statement its status, facts and sources; then those\n"
    "              of fee rules, channels and centres; then what nothing uses\n"
    "  --cost      instead, print USSD screens and SMS segments of the articles, by language and\n"
    "              carrier, and the ten worst of each language (with --json all articles)\n"
    "  --counts    instead, print how many texts each language has by status, and how many menus,\n"
    "              articles, fee rules, channels and centres there are\n"
    "  --json      print one JSON object\n"
    "  -c FILE     the configuration: folder, carriers and their limits\n"
    "Exit status: 0 it may be served, 1 it has errors, 2 wrong words.\n";

/* The reports that may be asked for instead of the findings. */
static const struct report {
    const char *name;
    int (*print)(const struct desk *d, FILE *out);
} reports[] = {
    {"trace", report_trace},
    {"cost", report_cost},
    {"counts", report_counts},
};

enum { REPORTS = sizeof reports / sizeof reports[0] };

/* The words of the command line. */
struct wish {
    struct conf conf;
    const struct report *report; /* NULL for the findings */
    bool json;
};

static int usage(const char *text)
{
    fputs(text, stderr);
    return EXIT_USAGE;
}

static void print_verdict(const struct catalog *c, const struct findings *f)
{
    struct catalog_counts n = {0};
    if (c)
        catalog_count(c, &n);
    fprintf(stderr, "%s: %zu errors, %zu warnings", c ? "good" : "not good",
            findings_count(f, FINDING_ERROR), findings_count(f, FINDING_WARNING));
    if (c)
        fprintf(stderr, "; version %s, %zu nodes, %zu texts, %zu screens", catalog_version(c),
                n.nodes, n.texts, n.pages);
    fputc('\n', stderr);
}

static void print_findings(const struct findings *f, bool json)
{
    if (json)
        findings_print_json(f, stdout);
    else
        findings_print(f, stdout);
}

/* Returns the exit status. What could not be written is an error, too. */
static int print_report(const struct report *r, const struct desk *d)
{
    if (r->print(d, stdout) == 0 && fflush(stdout) == 0 && !ferror(stdout))
        return 0;
    fprintf(stderr, "mekongline check: the report could not be written: %s\n", strerror(errno));
    return 1;
}

static int print(const struct wish *w, const struct setup_layouts *layouts, struct catalog *c,
                 const struct findings *f)
{
    const struct desk d = {.conf = &w->conf,
                           .layouts = layouts,
                           .catalog = c,
                           .today = setup_today(),
                           .json = w->json};
    if (w->report && c)
        return print_report(w->report, &d);
    print_findings(f, w->json);
    print_verdict(c, f);
    return c ? 0 : 1;
}

static int check_folder(const struct wish *w, const struct handler_table *handlers)
{
    struct setup_layouts layouts;
    struct setup_types types;
    struct catalog_options o;
    struct findings *f = findings_new();
    if (!f || setup_layouts(&w->conf, &layouts) < 0) {
        findings_free(f);
        return usage("mekongline check: too many different screen limits in the configuration\n");
    }
    setup_catalog_options(&w->conf, &layouts, handlers, &types, &o);
    o.today = setup_today();
    o.keep_raw = true;
    o.hide_drafts = false; /* they are looked at and measured, served or not */
    struct catalog *c = catalog_load(w->conf.gateway_content, &o, f);
    int status = print(w, &layouts, c, f);
    catalog_unref(c);
    findings_free(f);
    return status;
}

/* Read the words. Returns -1 to go on, else the exit status. */
static int read_words(int argc, char **argv, struct wish *w)
{
    struct option options[REPORTS + 4] = {{"json", no_argument, NULL, 'j'},
                                          {"config", required_argument, NULL, 'c'},
                                          {"help", no_argument, NULL, 'h'}};
    char err[CONF_ERROR_MAX];
    for (int i = 0; i < REPORTS; i++)
        options[3 + i] = (struct option){reports[i].name, no_argument, NULL, 256 + i};
    for (int o; (o = getopt_long(argc, argv, "c:h", options, NULL)) != -1;) {
        if (o >= 256 && w->report)
            return usage("mekongline check: one report at a time\n");
        else if (o >= 256)
            w->report = &reports[o - 256];
        else if (o == 'j')
            w->json = true;
        else if (o == 'c' && conf_load(optarg, &w->conf, err) < 0)
            return usage(err);
        else if (o == 'h')
            return fputs(help, stdout) < 0;
        else if (o == '?')
            return usage(help);
    }
    return optind < argc - 1 ? usage(help) : -1;
}

int desk_check(int argc, char **argv, const struct handler_table *handlers)
{
    struct wish w = {.report = NULL};
    conf_defaults(&w.conf);
    int status = read_words(argc, argv, &w);
    if (status >= 0)
        return status;
    if (optind < argc)
        snprintf(w.conf.gateway_content, sizeof w.conf.gateway_content, "%s", argv[optind]);
    return check_folder(&w, handlers);
}
