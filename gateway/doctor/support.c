/* SPDX-License-Identifier: Apache-2.0 */
#include "doctor/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/log.h"
#include "doctor/findings.h"
#include "io/web_client.h"

enum { USAGE = 2, ANSWER_MS = 3000, URL_MAX = 320, LINE_MAX_OCTETS = 4096 };

static const char help[] =
    "Usage: mekongline support -c FILE [<LOG] >BUNDLE\n"
    "Print what somebody who helps needs: versions, the options that differ from their defaults,\n"
    "what doctor finds, the counters of the running gateway, and the lines of a log that is given\n"
    "as input, for example\n"
    "  journalctl -u mekongline -o cat -n 500 | mekongline support -c FILE >support.txt\n"
    "No password, no number and no word of a worker is in it; look through it before you send it.\n"
    "Exit status: 0 printed, 2 wrong words or a fault of the configuration.\n";

static void put_machine(void)
{
    struct utsname u;
    char line[128];
    FILE *release = fopen("/etc/os-release", "r");
    printf("== versions\nmekongline %s\n", ML_VERSION);
    while (release && fgets(line, sizeof line, release))
        if (strncmp(line, "PRETTY_NAME=", 12) == 0)
            fputs(line + 12, stdout);
    if (release)
        fclose(release);
    if (uname(&u) == 0)
        printf("%s %s %s, %ld processors, %ld MB of memory\n", u.sysname, u.release, u.machine,
               sysconf(_SC_NPROCESSORS_ONLN),
               sysconf(_SC_PHYS_PAGES) / 1024 * (sysconf(_SC_PAGESIZE) / 1024));
}

/* The answer of the gateway, printed as it comes. */
struct asking {
    struct loop *loop;
};

static void on_result(void *arg, const struct web_result *r)
{
    struct asking *a = arg;
    if (r->status == 200)
        fwrite(r->text, 1, r->len, stdout);
    else
        printf("the gateway does not answer: %s\n", r->status ? "HTTP status is not 200" : r->why);
    loop_stop(a->loop);
}

static void put_counters(const struct conf *c)
{
    char url[URL_MAX], why[256];
    const char *on = c->http_listen;
    struct asking a = {.loop = loop_new()};
    struct web_client_options o = {
        .url = url, .window = 1, .ms = ANSWER_MS, .arg = &a, .result = on_result};
    snprintf(url, sizeof url, on[0] == '/' ? "unix:%s:/metrics" : "http://%s/metrics", on);
    puts("\n== counters");
    struct web_client *client = a.loop && on[0] ? web_client_new(a.loop, &o, why) : NULL;
    if (client && web_client_get(client, NULL, 0, 0) == 0)
        loop_run(a.loop);
    else
        puts("http.listen is not set, or there is no memory");
    web_client_free(client);
    loop_free(a.loop);
}

/* The log masks numbers itself; what it was given from elsewhere may not be. */
static void put_log(void)
{
    char line[LINE_MAX_OCTETS], masked[LINE_MAX_OCTETS];
    puts("\n== log");
    if (isatty(STDIN_FILENO)) {
        puts("none was given");
        return;
    }
    while (fgets(line, sizeof line, stdin)) {
        log_mask(line, masked, sizeof masked);
        fputs(masked, stdout);
    }
}

static int put_all(const char *path, const struct handler_table *handlers)
{
    char err[CONF_ERROR_MAX];
    struct conf *conf = calloc(1, sizeof *conf);
    if (!conf)
        return 1;
    if (conf_load(path, conf, err) < 0) {
        fprintf(stderr, "%s\n", err);
        free(conf);
        return USAGE;
    }
    struct doctor d = {.conf = conf, .handlers = handlers};
    put_machine();
    printf("\n== options that were set (%s)\n", path);
    conf_write_set(stdout, conf);
    puts("\n== doctor");
    doctor_look(&d);
    put_counters(conf);
    put_log();
    free(conf);
    return fflush(stdout) != 0;
}

int support_command(int argc, char **argv, const struct handler_table *handlers)
{
    const char *path;
    int status = doctor_words(argc, argv, help, &path);
    return status < 0 ? put_all(path, handlers) : status;
}
