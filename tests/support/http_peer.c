/* SPDX-License-Identifier: Apache-2.0 */
#include "support/http_peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void http_peer_open(struct http_peer *p, const char *path, int port)
{
    struct sockaddr_un local = {.sun_family = AF_UNIX};
    struct sockaddr_in in = {.sin_family = AF_INET};
    memset(p, 0, sizeof *p);
    if (*path != '\0') {
        strcpy(local.sun_path, path);
        p->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_int_equal(connect(p->fd, (struct sockaddr *)&local, sizeof local), 0);
    } else {
        in.sin_port = htons((uint16_t)port);
        in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        p->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_int_equal(connect(p->fd, (struct sockaddr *)&in, sizeof in), 0);
    }
    assert_int_equal(fcntl(p->fd, F_SETFL, O_NONBLOCK), 0);
}

bool http_peer_send(struct http_peer *p, const char *text, size_t len)
{
    return send(p->fd, text, len, MSG_NOSIGNAL) == (ssize_t)len;
}

bool http_peer_ended(void *peer)
{
    struct http_peer *p = peer;
    ssize_t n = recv(p->fd, p->text + p->len, sizeof p->text - 1 - p->len, 0);
    if (n > 0)
        p->len += (size_t)n;
    else if (n == 0 || errno != EAGAIN)
        p->ended = true;
    p->text[p->len] = '\0';
    return p->ended;
}

bool http_peer_answered(void *peer)
{
    struct http_peer *p = peer;
    http_peer_ended(p);
    const char *body = strstr(p->text, "\r\n\r\n");
    const char *length = strcasestr(p->text, "\r\nContent-Length:");
    if (!body || !length || length > body)
        return p->ended;
    return p->ended || strlen(body + 4) >= strtoul(length + 17, NULL, 10);
}

void http_peer_close(struct http_peer *p)
{
    if (p->fd > 0)
        close(p->fd);
    p->fd = 0;
}
