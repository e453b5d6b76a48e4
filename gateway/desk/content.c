/* SPDX-License-Identifier: Apache-2.0 */
/* `mekongline content`: texts to translators and back. */
#include "desk/content.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "desk/desk.h"

enum { EXIT_USAGE = 2, GO_ON = -1 };

static const char help[] =
    "Usage: mekongline content export --language CODE [--format po|csv] [-o FILE] [-c CONF] [DIR]\n"
    "       mekongline content import --language CODE [--format po|csv] [--reviewed-by NAME]\n"
    "                                 [--dry-run] [-c CONF] FILE [DIR]\n"
    "       mekongline content publish | published --help\n"
    "Write the texts in DIR (else the folder of the configuration, else ./content) as a file for\n"
    "translators, or take what they made: all of it, or nothing if anything in it is wrong.\n"
    "  --language CODE     such as lo\n"
    "  --format po|csv     else by the name of the file; else PO\n"
    "  -o FILE             write there, not to standard output\n"
    "  --reviewed-by NAME  a native reader has checked the file: its texts become \"reviewed\" "
    "today,\n"
    "                      but for those that are fuzzy\n"
    "  --dry-run           check and count, and write nothing\n"
    "  -c CONF             the configuration: folder, carriers and their limits\n"
    "Exit status: 0 done, 1 refused, 2 wrong words.\n";

static int usage(const char *text)
{
    fputs(text, stderr);
    return EXIT_USAGE;
}

/* Read the options. Returns GO_ON, else the exit status. */
static int read_options(int argc, char **argv, struct content_wish *w)
{
    static const struct option options[] = {
        {"language", required_argument, NULL, 'l'},
        {"format", required_argument, NULL, 'f'},
        {"output", required_argument, NULL, 'o'},
        {"config", required_argument, NULL, 'c'},
        {"reviewed-by", required_argument, NULL, 'r'},
        {"dry-run", no_argument, NULL, 'n'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    char err[CONF_ERROR_MAX];
    for (int o; (o = getopt_long(argc, argv, "o:c:h", options, NULL)) != -1;) {
        if (o == 'l')
            w->language = optarg;
        else if (o == 'f' && (w->format = exchange_format_named(optarg)) < 0)
            return usage("mekongline content: the format is po or csv\n");
        else if (o == 'o')
            w->file = optarg;
        else if (o == 'c' && conf_load(optarg, &w->conf, err) < 0)
            return usage(err);
        else if (o == 'r')
            w->reviewer = optarg;
        else if (o == 'n')
            w->dry_run = true;
        else if (o == 'h')
            return fputs(help, stdout) < 0;
        else if (o == '?')
            return usage(help);
    }
    return w->language && *w->language ? GO_ON : usage(help);
}

/* Read what stands after the options. */
static int read_rest(int argc, char **argv, bool import, struct content_wish *w)
{
    int at = optind;
    bool mixed = import ? w->file != NULL : w->reviewer || w->dry_run;
    if (import && at < argc)
        w->file = argv[at++];
    if (mixed || argc - at > 1 || (import && !w->file) || (w->reviewer && !*w->reviewer))
        return usage(help);
    if (at < argc)
        snprintf(w->conf.gateway_content, sizeof w->conf.gateway_content, "%s", argv[at]);
    if (w->format < 0 && w->file)
        w->format = exchange_format_of_file(w->file);
    if (w->format < 0 && w->file)
        return usage("mekongline content: name the file .po or .csv, or say --format\n");
    if (w->format < 0)
        w->format = EXCHANGE_PO;
    return GO_ON;
}

int desk_content(int argc, char **argv, const struct handler_table *handlers)
{
    struct content_wish w = {.format = -1, .handlers = handlers};
    bool import = argc > 1 && !strcmp(argv[1], "import");
    if (argc > 1 && !strcmp(argv[1], "--help"))
        return fputs(help, stdout) < 0;
    if (argc < 2 || (!import && strcmp(argv[1], "export")))
        return usage(help);
    conf_defaults(&w.conf);
    int status = read_options(argc - 1, argv + 1, &w);
    if (status == GO_ON)
        status = read_rest(argc - 1, argv + 1, import, &w);
    if (status != GO_ON)
        return status;
    return import ? content_import(&w) : content_export(&w);
}
