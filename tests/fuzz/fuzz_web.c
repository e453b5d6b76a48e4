/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets from a client of a bridge's HTTP server: what its owner is told keeps the promises of
 * web.h, each request is answered or told as gone once, and others are still served. */
#include <event2/event.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "asker.h"
#include "base/utf8.h"
#include "io/web.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One server for all inputs. */
static struct {
    struct web *web;
    int clients;
    uint64_t waits; /* the id of a request that is not yet answered, or 0 */
    struct loop_timer *later;
} world;

static bool is_text(const char *text)
{
    return utf8_valid(text, strlen(text));
}

static void check_path(const char *path)
{
    asker_must(path[0] == '/' && is_text(path));
    for (const char *p = path; p; p = strchr(p + 1, '/')) {
        size_t n = strcspn(p + 1, "/");
        asker_must(!(n == 1 && p[1] == '.') && !(n == 2 && p[1] == '.' && p[2] == '.'));
    }
}

static void on_request(void *arg, const struct web_request *r)
{
    (void)arg;
    check_path(r->path);
    asker_must(strcmp(r->peer, "unix") == 0 && r->fields <= WEB_FIELDS_MAX && r->id != 0);
    for (size_t i = 0; i < r->fields; i++) {
        asker_must(r->field[i].name[0] != '\0' && strlen(r->field[i].name) <= WEB_NAME_MAX);
        asker_must(is_text(r->field[i].name) && is_text(r->field[i].value));
        asker_must(web_field(r, r->field[i].name) == r->field[i].value); /* there once */
    }
    asker_must(world.waits == 0); /* one client, and one request at a time */
    world.waits = r->id;
    if (strcmp(r->path, "/late") == 0) {
        loop_timer_set(world.later, 0);
        return;
    }
    asker_must(web_answer(world.web, r->id, 200, r->path, strlen(r->path)) == 0);
    asker_must(web_answer(world.web, r->id, 200, "", 0) == -1);
    world.waits = 0;
}

static void on_later(void *arg)
{
    (void)arg;
    if (world.waits != 0)
        asker_must(web_answer(world.web, world.waits, 200, "late", 4) == 0);
    world.waits = 0;
}

static void on_gone(void *arg, uint64_t id)
{
    (void)arg;
    asker_must(id != 0 && id == world.waits);
    world.waits = 0;
}

static void on_refused(void *arg, int status, const char *why)
{
    (void)arg;
    asker_must((status == 400 || status == 415) && is_text(why));
}

static void open_server(void)
{
    const struct web_handlers h = {.request = on_request, .gone = on_gone, .refused = on_refused};
    const struct web_options o = {
        .listen = asker_path(), .connections = 64, .answer_ms = 60000, .request_ms = 60000};
    char why[256];
    if (!world.later)
        world.later = loop_timer_new(asker_loop(), on_later, NULL);
    web_free(world.web);
    world.web = web_new(asker_loop(), &o, &h, why);
    asker_must(world.later && world.web);
    world.clients = 0;
}

static void end(void)
{
    web_free(world.web);
    loop_timer_free(world.later);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char good[] = "GET /a HTTP/1.0\r\n\r\n";
    if (!asker_is_open())
        asker_open(end);
    if (world.clients % ASKER_CLIENTS == 0)
        open_server();
    world.clients++;
    asker_ask(data, size);
    asker_must(world.waits == 0);
    if (world.clients == ASKER_CLIENTS) { /* it still serves others */
        asker_ask((const uint8_t *)good, strlen(good));
        world.clients = 0;
    }
    return 0;
}
