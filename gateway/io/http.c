/* SPDX-License-Identifier: Apache-2.0 */
/* Each answer closes its connection: that is one request in 5 s for each. */
#include "io/http.h"

#include <event2/http.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/listen.h"

enum { TIMEOUT_MS = 5000, CONNECTIONS_MAX = 64 };

struct http {
    struct listen *listen;
    struct http_handlers h;
};

/* What one path answers: text into out, and the status code. */
static int answer(const struct http *h, const char *path, FILE *out)
{
    if (strcmp(path, "/healthz") == 0) {
        fputs("ok\n", out);
        return 200;
    }
    if (strcmp(path, "/pid") == 0) {
        fprintf(out, "%ld\n", (long)getpid());
        return 200;
    }
    if (strcmp(path, "/metrics") == 0)
        return h->h.metrics(h->h.arg, out) == 0 ? 200 : 500;
    if (strcmp(path, "/readyz") == 0) {
        long before = ftell(out);
        h->h.unready(h->h.arg, out);
        if (ftell(out) > before)
            return 503;
        fputs("ready\n", out);
        return 200;
    }
    fputs("There is /metrics, /healthz, /readyz and /pid.\n", out);
    return 404;
}

static void reply(struct evhttp_request *req, int status, const char *text, size_t len)
{
    struct evkeyvalq *headers = evhttp_request_get_output_headers(req);
    evhttp_add_header(headers, "Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    evhttp_add_header(headers, "Connection", "close");
    listen_reply(req, status, text, len);
}

static void on_request(void *arg, struct evhttp_request *req, struct listen_conn *c)
{
    const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(req);
    const char *path = uri ? evhttp_uri_get_path(uri) : NULL;
    char *text = NULL;
    size_t len = 0;
    (void)c;
    FILE *out = open_memstream(&text, &len);
    if (!out) {
        evhttp_send_error(req, 500, NULL);
        return;
    }
    int status = answer(arg, path ? path : "", out);
    if (fclose(out) == 0)
        reply(req, status, text, len);
    else
        evhttp_send_error(req, 500, NULL);
    free(text);
}

struct http *http_new(struct loop *loop, const char *listen_on,
                      const struct http_handlers *handlers, char why[256])
{
    struct http *h = calloc(1, sizeof *h);
    struct listen_options o = {.loop = loop,
                               .on = listen_on,
                               .connections = CONNECTIONS_MAX,
                               .ms = TIMEOUT_MS,
                               .methods = EVHTTP_REQ_GET | EVHTTP_REQ_HEAD,
                               .arg = h,
                               .request = on_request};
    if (!h) {
        snprintf(why, 256, "no memory for the metrics server; free some");
        return NULL;
    }
    h->h = *handlers;
    h->listen = listen_new(&o, why);
    if (h->listen)
        return h;
    free(h);
    return NULL;
}

int http_port(const struct http *h)
{
    return listen_port(h->listen);
}

void http_free(struct http *h)
{
    if (!h)
        return;
    listen_free(h->listen);
    free(h);
}
