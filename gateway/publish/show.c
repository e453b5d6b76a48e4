/* SPDX-License-Identifier: Apache-2.0 */
/* `mekongline content published` */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "publish/publish.h"
#include "publish/watch.h"

enum { EXIT_USAGE = 2, SHOW_MS = 10000, TIME_MAX = 24 };

static const char help[] =
    "Usage: mekongline content published -c FILE\n"
    "Print which version of the content is published, by whom, and what each gateway serves.\n"
    "  -c FILE   the configuration: broker and root of the topics\n"
    "Exit status: 0 printed, 1 nothing good is published or the broker is away, 2 wrong words.\n";

static const char *write_time(int64_t ms, char out[TIME_MAX])
{
    time_t s = (time_t)(ms / 1000);
    struct tm tm;
    if (!gmtime_r(&s, &tm) || strftime(out, TIME_MAX, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        snprintf(out, TIME_MAX, "?");
    return out;
}

/* Returns the exit status. */
static int print_published(const struct watch *w)
{
    char why[CONTENT_WHY_MAX], time[TIME_MAX];
    struct content_bundle b;
    if (!w->payload) {
        puts("nothing is published");
        return 1;
    }
    if (content_codec_read(w->payload, w->len, &b, why) < 0) {
        printf("what is published is no content bundle: %s\n", why);
        return 1;
    }
    printf("version: %s\nprevious: %s\nauthor: %s\nreviewer: %s\nat: %s\nnote: %s\nfiles: %zu\n",
           b.version, b.previous[0] ? b.previous : "none", b.author, b.reviewer,
           write_time(b.at, time), b.note, b.count);
    content_bundle_free(&b);
    return 0;
}

static bool step(struct watch *w)
{
    return watch_is_complete(w);
}

static int show(const struct conf *c)
{
    struct watch w = {.conf = c, .step = step};
    int status = 1;
    if (watch_run(&w, SHOW_MS) < 0) {
        fprintf(stderr, "mekongline content published: %s\n", w.why);
    } else {
        status = print_published(&w);
        watch_print(&w);
    }
    watch_free(&w);
    return fflush(stdout) == 0 ? status : 1;
}

int publish_show(int argc, char **argv)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'}, {"help", no_argument, NULL, 'h'}, {0}};
    char err[CONF_ERROR_MAX];
    const char *path = NULL;
    struct conf c;
    for (int o; (o = getopt_long(argc, argv, "c:h", options, NULL)) != -1;) {
        if (o == 'h')
            return fputs(help, stdout) < 0;
        if (o != 'c')
            return fputs(help, stderr) < 0 ? 1 : EXIT_USAGE;
        path = optarg;
    }
    if (!path || optind < argc)
        return fputs(help, stderr) < 0 ? 1 : EXIT_USAGE;
    if (conf_load(path, &c, err) < 0) {
        fprintf(stderr, "%s\n", err);
        return EXIT_USAGE;
    }
    signal(SIGPIPE, SIG_IGN);
    return show(&c);
}
