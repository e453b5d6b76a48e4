/* SPDX-License-Identifier: Apache-2.0 */
#include "doctor/doctor.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor/findings.h"

enum { USAGE = 2, COLUMN = 9 };

/* All looks, in the order in which they help each other. */
static const struct {
    const char *name;
    void (*look)(struct doctor *d);
} looks[] = {
    {"clock", doctor_clock},     {"secret", doctor_secret}, {"content", doctor_content},
    {"published", doctor_store}, {"keys", doctor_keys},     {"journal", doctor_journal},
    {"redis", doctor_redis},     {"broker", doctor_broker},
};

static const char help[] =
    "Usage: mekongline doctor -c FILE\n"
    "Look at what the gateway of this configuration needs: files and rights, disk, clock, "
    "content,\n"
    "Redis, broker. Run it as the user of the gateway, so that rights count. It changes nothing.\n"
    "Exit status: 0 all is well, 1 something has to be mended, 2 wrong words or configuration.\n";

static void put(const struct doctor *d, const char *verdict, const char *fmt, va_list ap)
{
    printf("%-5s %-*s  ", verdict, COLUMN, d->look);
    vprintf(fmt, ap);
    putchar('\n');
}

void doctor_well(struct doctor *d, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    put(d, "good", fmt, ap);
    va_end(ap);
}

void doctor_note(struct doctor *d, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    put(d, "note", fmt, ap);
    va_end(ap);
}

void doctor_bad(struct doctor *d, const char *fmt, ...)
{
    va_list ap;
    d->bad++;
    va_start(ap, fmt);
    put(d, "MEND", fmt, ap);
    va_end(ap);
}

void doctor_look(struct doctor *d)
{
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        d->look = looks[i].name;
        looks[i].look(d);
    }
}

struct conf *doctor_conf(const char *path, int *status)
{
    char err[CONF_ERROR_MAX];
    struct conf *conf = calloc(1, sizeof *conf);
    *status = 1;
    if (!conf || conf_load(path, conf, err) == 0)
        return conf;
    fprintf(stderr, "%s\n", err);
    *status = USAGE;
    free(conf);
    return NULL;
}

static int look_at_all(const char *path, const struct handler_table *handlers)
{
    int status;
    struct conf *conf = doctor_conf(path, &status);
    struct doctor d = {.conf = conf, .handlers = handlers, .look = "options"};
    if (!conf)
        return status;
    doctor_well(&d, "%s has no fault", path);
    doctor_look(&d);
    free(conf);
    return fflush(stdout) != 0 || d.bad > 0;
}

int doctor_words(int argc, char **argv, const char *usage, const char **path)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'}, {"help", no_argument, NULL, 'h'}, {0}};
    *path = NULL;
    for (int o; (o = getopt_long(argc, argv, "c:h", options, NULL)) != -1;) {
        if (o == 'c')
            *path = optarg;
        else if (o == 'h')
            return fputs(usage, stdout) < 0;
        else
            return fputs(usage, stderr) < 0 ? 1 : USAGE;
    }
    if (*path && optind == argc)
        return -1;
    fputs(usage, stderr);
    return USAGE;
}

int doctor_command(int argc, char **argv, const struct handler_table *handlers)
{
    const char *path;
    int status = doctor_words(argc, argv, help, &path);
    return status < 0 ? look_at_all(path, handlers) : status;
}
