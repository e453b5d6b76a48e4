/* SPDX-License-Identifier: Apache-2.0 */
#include "io/listen_socket.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static bool is_loopback(const union address *a)
{
    if (a->any.sa_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&a->v6.sin6_addr);
    return ntohl(a->v4.sin_addr.s_addr) >> 24 == 127;
}

/* Parse "A.B.C.D:PORT" or "[A::B]:PORT". Returns the length of the address, or -1 if it is no such
 * text. (evutil_parse_sockaddr_port refuses port 0.) */
static int parse_address(const char *text, union address *a)
{
    char host[48];
    char *end;
    const char *colon = strrchr(text, ':');
    size_t n = colon ? (size_t)(colon - text) : 0;
    if (n == 0 || n >= sizeof host || !isdigit((unsigned char)colon[1]))
        return -1;
    unsigned long port = strtoul(colon + 1, &end, 10);
    if (*end != '\0' || port > UINT16_MAX)
        return -1;
    memset(a, 0, sizeof *a);
    memcpy(host, text, n);
    host[n] = '\0';
    if (host[0] == '[' && host[n - 1] == ']') {
        host[n - 1] = '\0';
        a->v6.sin6_family = AF_INET6;
        a->v6.sin6_port = htons((uint16_t)port);
        return inet_pton(AF_INET6, host + 1, &a->v6.sin6_addr) == 1 ? (int)sizeof a->v6 : -1;
    }
    a->v4.sin_family = AF_INET;
    a->v4.sin_port = htons((uint16_t)port);
    return inet_pton(AF_INET, host, &a->v4.sin_addr) == 1 ? (int)sizeof a->v4 : -1;
}

static struct evconnlistener *bind_to(struct event_base *base, const struct sockaddr *a, int len)
{
    return evconnlistener_new_bind(
        base, NULL, NULL, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_REUSEABLE,
        LISTEN_BACKLOG, a, len);
}

struct evconnlistener *listen_socket_tcp(struct event_base *base, const char *on, bool anywhere,
                                         char why[LISTEN_WHY_MAX])
{
    union address addr;
    int len = parse_address(on, &addr);
    if (len < 0 || (!anywhere && !is_loopback(&addr))) {
        snprintf(why, LISTEN_WHY_MAX,
                 "%.80s is no ADDRESS:PORT%s; write 127.0.0.1:PORT, [::1]:PORT or the path of a "
                 "Unix socket",
                 on, anywhere ? "" : " on loopback");
        return NULL;
    }
    struct evconnlistener *l = bind_to(base, &addr.any, len);
    if (!l)
        snprintf(why, LISTEN_WHY_MAX, "cannot listen on %.80s: %s; choose a free port", on,
                 strerror(errno));
    return l;
}

int listen_socket_port(struct evconnlistener *l)
{
    union address addr = {.any.sa_family = AF_UNSPEC};
    socklen_t n = sizeof addr;
    getsockname(evconnlistener_get_fd(l), &addr.any, &n);
    if (addr.any.sa_family == AF_INET)
        return ntohs(addr.v4.sin_port);
    return addr.any.sa_family == AF_INET6 ? ntohs(addr.v6.sin6_port) : 0;
}

/* Remove a socket that nobody serves. Returns 0 if the path is free then. */
static int remove_stale(const struct sockaddr_un *addr)
{
    struct stat st;
    if (lstat(addr->sun_path, &st) < 0)
        return errno == ENOENT ? 0 : -1;
    errno = EEXIST;
    if (!S_ISSOCK(st.st_mode))
        return -1;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    bool served = connect(fd, (const struct sockaddr *)addr, sizeof *addr) == 0;
    bool stale = !served && errno == ECONNREFUSED;
    close(fd);
    errno = EADDRINUSE;
    return stale ? unlink(addr->sun_path) : -1;
}

struct evconnlistener *listen_socket_unix(struct event_base *base, const char *path,
                                          char why[LISTEN_WHY_MAX])
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    struct evconnlistener *l = NULL;
    if (strlen(path) >= sizeof addr.sun_path) {
        snprintf(why, LISTEN_WHY_MAX,
                 "the path of the socket is longer than 107 octets; choose a shorter one");
        return NULL;
    }
    strcpy(addr.sun_path, path);
    if (remove_stale(&addr) == 0) {
        mode_t before = umask(0117);
        l = bind_to(base, (struct sockaddr *)&addr, sizeof addr);
        umask(before);
    }
    if (!l)
        snprintf(why, LISTEN_WHY_MAX,
                 "cannot listen on %.120s: %s; choose a path that is free and writable", path,
                 strerror(errno));
    return l;
}
