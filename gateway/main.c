/* SPDX-License-Identifier: Apache-2.0 */
/* mekongline: serve | check | phone. Each command parses its words and runs; the table below is the
 * list. */
#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "base/conf.h"
#include "catalog/catalog.h"
#include "daemon/daemon.h"
#include "handlers/table.h"
#include "phone/phone.h"
#include "setup/setup.h"

enum { EXIT_USAGE = 2 };

static int usage(const char *text)
{
    fputs(text, stderr);
    return EXIT_USAGE;
}

static int serve(int argc, char **argv)
{
    static const char help[] =
        "Usage: mekongline serve -c FILE [--help | --example]\n"
        "Run the gateway until SIGTERM; SIGHUP reads configuration and content anew.\n"
        "  -c FILE     the configuration\n"
        "  --example   print a configuration with every option, and stop\n";
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'},
        {"help", no_argument, NULL, 'h'},
        {"example", no_argument, NULL, 'e'},
        {0},
    };
    const char *path = NULL;
    for (int o; (o = getopt_long(argc, argv, "c:h", options, NULL)) != -1;) {
        if (o == 'c')
            path = optarg;
        else if (o == 'e')
            return conf_write_example(stdout) < 0;
        else if (o == 'h')
            return fputs(help, stdout) < 0 || fputs("\nOptions of the file:\n", stdout) < 0 ||
                   conf_write_help(stdout) < 0;
        else
            return usage(help);
    }
    struct handler_table handlers = handlers_all();
    return path ? daemon_serve(path, &handlers) : usage(help);
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

static int check_folder(struct conf *conf, bool json)
{
    struct handler_table handlers = handlers_all();
    struct setup_layouts layouts;
    struct findings *f = findings_new();
    if (!f || setup_layouts(conf, &layouts) < 0) {
        findings_free(f);
        return usage("mekongline check: too many different screen limits in the configuration\n");
    }
    struct catalog *c = setup_catalog(conf, &layouts, &handlers, setup_today(), f);
    if (json)
        findings_print_json(f, stdout);
    else
        findings_print(f, stdout);
    print_verdict(c, f);
    int status = c ? 0 : 1;
    catalog_unref(c);
    findings_free(f);
    return status;
}

static int check(int argc, char **argv)
{
    static const char help[] =
        "Usage: mekongline check [--json] [-c FILE] [DIR]\n"
        "Check the content in DIR (else the folder of the configuration, else ./content).\n"
        "Exit status: 0 it may be served, 1 it has errors, 2 wrong words.\n";
    static const struct option options[] = {
        {"json", no_argument, NULL, 'j'},
        {"config", required_argument, NULL, 'c'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    struct conf conf;
    char err[CONF_ERROR_MAX];
    bool json = false;
    conf_defaults(&conf);
    for (int o; (o = getopt_long(argc, argv, "c:h", options, NULL)) != -1;) {
        if (o == 'j')
            json = true;
        else if (o == 'c' && conf_load(optarg, &conf, err) < 0)
            return usage(err);
        else if (o == 'h')
            return fputs(help, stdout) < 0;
        else if (o == '?')
            return usage(help);
    }
    if (optind < argc - 1)
        return usage(help);
    if (optind < argc)
        snprintf(conf.gateway_content, sizeof conf.gateway_content, "%s", argv[optind]);
    return check_folder(&conf, json);
}

static int phone(int argc, char **argv)
{
    struct handler_table handlers = handlers_all();
    return phone_main(argc, argv, &handlers);
}

static int version(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return puts("mekongline " ML_VERSION) < 0;
}

static const struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help;
} commands[] = {
    {"serve", serve, "run the gateway"},
    {"check", check, "check content, and say what is wrong where"},
    {"phone", phone, "a phone in the terminal, to try it"},
    {"version", version, "print the version"},
};

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    FILE *out = argc > 1 && strcmp(argv[1], "--help") == 0 ? stdout : stderr;
    fputs("Usage: mekongline COMMAND [--help]\n", out);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        fprintf(out, "  %-8s %s\n", commands[i].name, commands[i].help);
    return out == stdout ? 0 : EXIT_USAGE;
}
