/* SPDX-License-Identifier: Apache-2.0 */
#include "console/origin.h"

#include <stdio.h>
#include <string.h>

#include "console/console.h"

/* The names under which a browser reaches loopback. */
static const char *const loopback[] = {"http://localhost", "http://127.0.0.1", "http://[::1]"};

static void write_loopback(const struct console *c, size_t i, char *out, size_t cap)
{
    snprintf(out, cap, "%s:%d", loopback[i], web_port(c->web));
}

bool origin_is_ours(const struct console *c, const char *origin)
{
    char here[64];
    if (!origin)
        return false;
    if (c->conf->console_public_url[0] != '\0')
        return strcmp(origin, c->conf->console_public_url) == 0;
    for (size_t i = 0; i < sizeof loopback / sizeof *loopback; i++) {
        write_loopback(c, i, here, sizeof here);
        if (strcmp(origin, here) == 0)
            return true;
    }
    return false;
}

void origin_write(const struct console *c, char *out, size_t cap)
{
    if (c->conf->console_public_url[0] != '\0')
        snprintf(out, cap, "%s", c->conf->console_public_url);
    else
        write_loopback(c, 0, out, cap);
}

bool origin_is_public(const char *url)
{
    static const char https[] = "https://", legal[] = "abcdefghijklmnopqrstuvwxyz0123456789.-:[]";
    const char *host = NULL;
    if (url[0] == '\0')
        return true;
    if (strncmp(url, https, sizeof https - 1) == 0)
        host = url + sizeof https - 1;
    for (size_t i = 0; !host && i < sizeof loopback / sizeof *loopback; i++) {
        size_t len = strlen(loopback[i]);
        if (strncmp(url, loopback[i], len) == 0 && (url[len] == ':' || url[len] == '\0'))
            host = loopback[i] + sizeof "http://" - 1;
    }
    return host && host[0] != '\0' && strspn(host, legal) == strlen(host) &&
           !strpbrk(url + sizeof https - 1, "/?#@");
}
