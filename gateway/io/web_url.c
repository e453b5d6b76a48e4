/* SPDX-License-Identifier: Apache-2.0 */
#include "io/web_url.h"

#include <event2/http.h>
#include <event2/util.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { SOCKET_PATH_MAX = 107 };

/* unix:PATH-OF-SOCKET:/PATH */
static int read_unix(struct web_url *u, const char *text, char why[256])
{
    const char *path = strstr(text, ":/");
    size_t n = path ? (size_t)(path - text) : 0;
    struct evhttp_uri *uri = path ? evhttp_uri_parse(path + 1) : NULL;
    bool good = uri && !evhttp_uri_get_query(uri) && !evhttp_uri_get_fragment(uri);
    if (uri)
        evhttp_uri_free(uri);
    if (!good || n == 0 || n > SOCKET_PATH_MAX || strlen(path + 1) >= sizeof u->path) {
        snprintf(why, 256,
                 "%.80s is no URL for us; write unix:PATH-OF-SOCKET:/PATH, the socket in at most "
                 "107 octets, without a query",
                 text);
        return -1;
    }
    snprintf(u->host, sizeof u->host, "%.*s", (int)n, text);
    snprintf(u->host_header, sizeof u->host_header, "localhost");
    snprintf(u->path, sizeof u->path, "%s", path + 1);
    return 0;
}

/* What is wrong with it, or NULL. */
static const char *fault_of(const struct evhttp_uri *uri)
{
    const char *scheme = uri ? evhttp_uri_get_scheme(uri) : NULL;
    const char *host = uri ? evhttp_uri_get_host(uri) : NULL;
    if (scheme && evutil_ascii_strcasecmp(scheme, "https") == 0)
        return "TLS is not spoken here; let a proxy on this machine speak it, and name the proxy";
    if (!scheme || evutil_ascii_strcasecmp(scheme, "http") != 0 || !host || *host == '\0')
        return "write http://HOST:PORT/PATH or unix:PATH-OF-SOCKET:/PATH";
    if (evhttp_uri_get_userinfo(uri))
        return "take the user name out; it is no place for a secret";
    if (evhttp_uri_get_query(uri) || evhttp_uri_get_fragment(uri))
        return "take all from ? or # away; fields are added here";
    if (evhttp_uri_get_port(uri) == 0)
        return "port 0 is none; write the server's";
    if (strlen(host) > 253)
        return "the host name is longer than 253 octets";
    if (strlen(evhttp_uri_get_path(uri)) >= sizeof((struct web_url *)0)->path)
        return "the path is longer than 511 octets";
    return NULL;
}

int web_url_read(struct web_url *u, const char *text, char why[256])
{
    *u = (struct web_url){.port = 0};
    if (strncmp(text, "unix:", 5) == 0)
        return read_unix(u, text + 5, why);
    struct evhttp_uri *uri = evhttp_uri_parse(text);
    const char *fault = fault_of(uri);
    if (fault) {
        bool tell = !strchr(text, '@'); /* else there may be a password in it */
        snprintf(why, 256, "%.80s is no URL for us: %s", tell ? text : "this", fault);
    } else {
        const char *host = evhttp_uri_get_host(uri), *path = evhttp_uri_get_path(uri);
        int port = evhttp_uri_get_port(uri);
        u->port = port < 0 ? 80 : port;
        snprintf(u->host_header, sizeof u->host_header, port < 0 ? "%s" : "%s:%d", host, port);
        bool v6 = host[0] == '[';
        snprintf(u->host, sizeof u->host, "%.*s", (int)(strlen(host) - (v6 ? 2 : 0)), host + v6);
        snprintf(u->path, sizeof u->path, "%s", *path ? path : "/");
    }
    if (uri)
        evhttp_uri_free(uri);
    return fault ? -1 : 0;
}
