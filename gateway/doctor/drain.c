/* SPDX-License-Identifier: Apache-2.0 */
/* The gateway is asked by the signal that systemd sends too, so who may drain it is who may end it.
 * Its process is found through its own http.listen, and held by a pidfd: a number that another
 * process has by then is never signalled, and the end of the process is seen, not guessed. */
#include "doctor/drain.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "doctor/ask.h"
#include "doctor/findings.h"
#include "io/loop.h"

enum { TEAR_DOWN_MS = 10000, ANSWER_MAX = 1024, NAME_MAX_OCTETS = 32 };

static const char help[] =
    "Usage: mekongline drain -c FILE\n"
    "Ask the gateway that runs with this configuration, on this machine, to drain: it takes no "
    "new\n"
    "work, finishes what is in hand (gateway.drain_s at most) and leaves. Wait until it has left.\n"
    "  -c FILE   the configuration: http.listen, where the gateway is found\n"
    "Exit status: 0 it has left, 1 it was not asked or has not left, 2 wrong words or a fault of\n"
    "the configuration.\n";

static int complain(const char *what, const char *remedy)
{
    fprintf(stderr, "mekongline drain: %s. %s\n", what, remedy);
    return 1;
}

/* What the gateway answers, as a string; what is longer is cut. Returns the HTTP status, or 0. */
static int ask(const struct conf *c, const char *path, char out[ANSWER_MAX], char why[ASK_WHY_MAX])
{
    FILE *f = fmemopen(out, ANSWER_MAX - 1, "w");
    memset(out, 0, ANSWER_MAX);
    snprintf(why, ASK_WHY_MAX, "no memory");
    int status = f ? ask_gateway(c, path, f, why) : 0;
    if (f)
        fclose(f);
    return status;
}

/* The process that serves http.listen; 0 if none does: that is told. */
static pid_t find(const struct conf *c)
{
    char text[ANSWER_MAX], why[ASK_WHY_MAX], what[ASK_WHY_MAX + 300];
    int status = ask(c, "/pid", text, why);
    long pid = status == 200 ? strtol(text, NULL, 10) : 0;
    if (pid > 0)
        return (pid_t)pid;
    snprintf(what, sizeof what, "No gateway answers at http.listen = %s: %s", c->http_listen,
             status ? "it does not say which process it is" : why);
    complain(what, "Nothing was done. If one runs, end it with SIGTERM: that drains it too.");
    return 0;
}

/* A number from another container may be anybody's here. */
static bool is_gateway(pid_t pid)
{
    char path[64], name[NAME_MAX_OCTETS] = "";
    snprintf(path, sizeof path, "/proc/%ld/comm", (long)pid);
    FILE *f = fopen(path, "r");
    bool read = f && fgets(name, sizeof name, f);
    if (f)
        fclose(f);
    return read && strcmp(name, "mekongline\n") == 0;
}

/* A second signal would end a gateway that drains already at once. */
static bool drains_already(const struct conf *c)
{
    char text[ANSWER_MAX], why[ASK_WHY_MAX];
    return ask(c, "/readyz", text, why) == 503 && strstr(text, "draining");
}

static int await(const struct conf *c, int fd, int64_t from)
{
    struct pollfd gone = {.fd = fd, .events = POLLIN};
    int64_t most_ms = c->gateway_drain_s * 1000;
    int n = poll(&gone, 1, (int)(most_ms + TEAR_DOWN_MS));
    if (n <= 0)
        return complain(
            "It is still there",
            "Look at its log. If it hangs, SIGKILL loses no request that was confirmed.");
    int64_t ms = (loop_monotonic_us() - from) / 1000;
    printf("has left after %lld.%lld s\n", (long long)(ms / 1000), (long long)(ms % 1000 / 100));
    if (ms >= most_ms)
        puts("gateway.drain_s was over first: bridges send again what was still in hand");
    return fflush(stdout) != 0;
}

static int drain_process(const struct conf *c, int fd, pid_t pid)
{
    int64_t from = loop_monotonic_us();
    if (!drains_already(c) && pidfd_send_signal(fd, SIGTERM, NULL, 0) < 0 && errno != ESRCH)
        return complain(strerror(errno), "Run this as root or as the gateway's own user.");
    printf("%s drains, process %ld, for %lld s at most\n", c->gateway_instance, (long)pid,
           (long long)c->gateway_drain_s);
    fflush(stdout);
    return await(c, fd, from);
}

static int drain(const struct conf *c)
{
    pid_t pid = find(c);
    if (pid == 0)
        return 1;
    int fd = pidfd_open(pid, 0);
    /* Asked again while the process is held: then it is this one that answers. */
    int status = fd >= 0 && is_gateway(pid) && find(c) == pid
                     ? drain_process(c, fd, pid)
                     : complain("The process that answers is not on this machine, or has changed",
                                "Run this where the gateway runs (in its container), or again.");
    if (fd >= 0)
        close(fd);
    return status;
}

int drain_command(int argc, char **argv)
{
    const char *path;
    int status = doctor_words(argc, argv, help, &path);
    struct conf *c = status < 0 ? doctor_conf(path, &status) : NULL;
    if (!c)
        return status;
    signal(SIGPIPE, SIG_IGN);
    status = drain(c);
    free(c);
    return status;
}
