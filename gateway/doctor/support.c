/* SPDX-License-Identifier: Apache-2.0 */
#include "doctor/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/log.h"
#include "doctor/ask.h"
#include "doctor/findings.h"

enum { LINE_MAX_OCTETS = 4096 };

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

static void put_counters(const struct conf *c)
{
    char why[ASK_WHY_MAX];
    puts("\n== counters");
    int status = ask_gateway(c, "/metrics", stdout, why);
    if (status != 200)
        printf("the gateway does not answer: %s\n", status ? "HTTP status is not 200" : why);
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
    int status;
    struct conf *conf = doctor_conf(path, &status);
    if (!conf)
        return status;
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
