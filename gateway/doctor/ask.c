/* SPDX-License-Identifier: Apache-2.0 */
#include "doctor/ask.h"

#include "io/loop.h"
#include "io/web_client.h"

enum { ANSWER_MS = 3000, URL_MAX = 320 };

struct asking {
    struct loop *loop;
    FILE *out;
    int status;
    char *why;
};

static void on_result(void *arg, const struct web_result *r)
{
    struct asking *a = arg;
    a->status = r->status;
    if (r->status != 0)
        fwrite(r->text, 1, r->len, a->out);
    else
        snprintf(a->why, ASK_WHY_MAX, "%s", r->why);
    loop_stop(a->loop);
}

int ask_gateway(const struct conf *c, const char *path, FILE *out, char why[ASK_WHY_MAX])
{
    char url[URL_MAX];
    const char *on = c->http_listen;
    struct asking a = {.loop = loop_new(), .out = out, .why = why};
    struct web_client_options o = {
        .url = url, .window = 1, .ms = ANSWER_MS, .arg = &a, .result = on_result};
    snprintf(url, sizeof url, on[0] == '/' ? "unix:%s:%s" : "http://%s%s", on, path);
    snprintf(why, ASK_WHY_MAX, on[0] ? "no memory" : "http.listen is not set");
    struct web_client *client = a.loop && on[0] ? web_client_new(a.loop, &o, why) : NULL;
    if (client && web_client_get(client, NULL, 0, 0) == 0)
        loop_run(a.loop);
    web_client_free(client);
    loop_free(a.loop);
    return a.status;
}
