/* SPDX-License-Identifier: Apache-2.0 */
#include "watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int watch_add(struct watch *w, char *arg)
{
    char *sign = strchr(arg, '=');
    if (!sign || w->count == WATCH_MAX)
        return -1;
    *sign = '\0';
    w->of[w->count].name = arg;
    w->of[w->count].pid = strcmp(sign + 1, "self") == 0 ? getpid() : strtol(sign + 1, NULL, 10);
    return w->of[w->count++].pid > 0 ? 0 : -1;
}

/* User and system time of a process so far; 0 if it is gone. */
static int64_t used_us(long pid)
{
    char path[64], line[1024];
    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    FILE *f = fopen(path, "r");
    if (!f)
        return 0;
    size_t n = fread(line, 1, sizeof line - 1, f);
    fclose(f);
    line[n] = '\0';
    /* The second field is the program's name, which may hold anything; fields are counted from its
     * end. */
    const char *fields = strrchr(line, ')');
    long long user, system;
    if (!fields || sscanf(fields + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lld %lld",
                          &user, &system) != 2)
        return 0;
    return (user + system) * 1000000 / sysconf(_SC_CLK_TCK);
}

void watch_begin(struct watch *w)
{
    for (unsigned i = 0; i < w->count; i++)
        w->of[i].begin_us = used_us(w->of[i].pid);
}

void watch_end(struct watch *w)
{
    for (unsigned i = 0; i < w->count; i++)
        w->of[i].end_us = used_us(w->of[i].pid);
}

void watch_print(const struct watch *w, uint32_t steps)
{
    for (unsigned i = 0; i < w->count; i++)
        printf(" cpu_%s=%.1f", w->of[i].name,
               (double)(w->of[i].end_us - w->of[i].begin_us) / steps);
}
