/* SPDX-License-Identifier: Apache-2.0 */
/* The headers of a request, for web.c. */
#include <arpa/inet.h>
#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "io/web_internal.h"

/* Is one of the headers that must not be there twice there twice? */
static bool has_double(const struct evkeyvalq *headers)
{
    static const char *const once[] = {"Host",   "Content-Length", "Content-Type", "Authorization",
                                       "Cookie", "Origin",         "X-CSRF-Token"};
    for (size_t i = 0; i < sizeof once / sizeof *once; i++) {
        int count = 0;
        for (const struct evkeyval *h = headers->tqh_first; h; h = h->next.tqe_next)
            count += strcasecmp(h->key, once[i]) == 0;
        if (count > 1)
            return true;
    }
    return false;
}

/* Does a header say this media type, without parameters other than a charset of UTF-8? */
static bool is_type(const char *said, const char *type)
{
    size_t len = strlen(type);
    if (!said || strncasecmp(said, type, len) != 0)
        return false;
    const char *more = said + len;
    more += strspn(more, " \t");
    if (*more != '\0' && *more != ';')
        return false;
    const char *charset = strcasestr(more, "charset=");
    return !charset || strncasecmp(charset + 8 + (charset[8] == '"'), "utf-8", 5) == 0;
}

/* The type of a body among those that are taken as they are, or NULL. */
static const char *type_of(const char *const *types, const char *said)
{
    while (types && *types && !is_type(said, *types))
        types++;
    return types ? *types : NULL;
}

/* Returns 0, or the status to refuse with. */
static int check_shape(struct evhttp_request *req, size_t body, char why[WEB_WHY_MAX])
{
    const struct evkeyvalq *headers = evhttp_request_get_input_headers(req);
    if (has_double(headers)) {
        snprintf(why, WEB_WHY_MAX,
                 "a header is there twice: Host, Content-Length, Content-Type, Authorization, "
                 "Cookie, Origin or X-CSRF-Token");
        return 400;
    }
    if ((req->major > 1 || req->minor > 0) && !evhttp_find_header(headers, "Host")) {
        snprintf(why, WEB_WHY_MAX, "the header Host is missing");
        return 400;
    }
    if (evhttp_request_get_command(req) != EVHTTP_REQ_POST && body > 0) {
        snprintf(why, WEB_WHY_MAX, "a GET has no body");
        return 400;
    }
    return 0;
}

int web_read_headers(struct evhttp_request *req, const char *const *types, struct web_request *r,
                     char why[WEB_WHY_MAX])
{
    const struct evkeyvalq *headers = evhttp_request_get_input_headers(req);
    size_t body = evbuffer_get_length(evhttp_request_get_input_buffer(req));
    const char *said = evhttp_find_header(headers, "Content-Type");
    int status = check_shape(req, body, why);
    if (status != 0)
        return status;
    r->type = type_of(types, said);
    if (body > 0 && ((!r->type && !is_type(said, "application/x-www-form-urlencoded")) ||
                     evhttp_find_header(headers, "Content-Encoding"))) {
        snprintf(why, WEB_WHY_MAX, "%s",
                 types ? "this type of body is not taken here"
                       : "send application/x-www-form-urlencoded in UTF-8");
        return 415;
    }
    r->post = evhttp_request_get_command(req) == EVHTTP_REQ_POST;
    r->headers = headers;
    return 0;
}

void web_read_peer(struct evhttp_request *req, char out[WEB_PEER_MAX])
{
    const struct sockaddr *a = evhttp_connection_get_addr(evhttp_request_get_connection(req));
    strcpy(out, "unix");
    if (a && a->sa_family == AF_INET) {
        inet_ntop(AF_INET, &((const struct sockaddr_in *)a)->sin_addr, out, WEB_PEER_MAX);
    } else if (a && a->sa_family == AF_INET6) {
        const struct in6_addr *v6 = &((const struct sockaddr_in6 *)a)->sin6_addr;
        if (IN6_IS_ADDR_V4MAPPED(v6))
            inet_ntop(AF_INET, v6->s6_addr + 12, out, WEB_PEER_MAX);
        else
            inet_ntop(AF_INET6, v6, out, WEB_PEER_MAX);
    }
}

const char *web_header(const struct web_request *r, const char *name)
{
    return r->headers ? evhttp_find_header(r->headers, name) : NULL;
}

const char *web_bearer(const struct web_request *r)
{
    const char *value = web_header(r, "Authorization");
    if (!value || strncasecmp(value, "Bearer ", 7) != 0)
        return "";
    return value + 7 + strspn(value + 7, " ");
}
