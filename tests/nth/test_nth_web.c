/* SPDX-License-Identifier: Apache-2.0 */
/* Streams and HTTP for bridges, as nth/io has the rest: nothing is made, or it fails with a
 * sentence and once; what is asked is answered once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/stream.h"
#include "io/web_client.h"
#include "support/await.h"
#include "support/failing.h"
#include "support/http_peer.h"
#include "support/tls.h"

enum { SOME = 4 };

struct world {
    struct server place;
    struct loop *loop;
    struct await await;
    struct stream *stream;
    int ups, downs;
    size_t octets;
    int listener, port;
    struct web *web;
    struct web_client *client;
    unsigned requests, gone, results;
    int status;
    uint64_t id;
    struct http_peer peer;
};

static void on_up(void *arg)
{
    ((struct world *)arg)->ups++;
}

static void on_input(void *arg, const uint8_t *octets, size_t len)
{
    (void)octets;
    ((struct world *)arg)->octets += len;
}

static void on_down(void *arg, const char *why)
{
    assert_string_not_equal(why, "");
    ((struct world *)arg)->downs++;
}

static bool is_up_or_down(void *arg)
{
    const struct world *w = arg;
    return w->ups + w->downs > 0;
}

static bool has_line_or_is_down(void *arg)
{
    const struct world *w = arg;
    return w->octets >= 6 || w->downs > 0;
}

/* It comes up, or down once, or is not made. */
static unsigned run_stream(struct world *w, const struct stream_options *o,
                           const struct failing *plan)
{
    struct stream_handlers h = {.arg = w, .up = on_up, .input = on_input, .down = on_down};
    char why[256] = "";
    w->ups = w->downs = 0;
    w->octets = 0;
    failing_arm(plan, FAILING_HERE);
    w->stream = stream_new(w->loop, o, &h, why);
    bool made = w->stream, written = false;
    if (made) {
        await_until(&w->await, is_up_or_down, w);
        written = w->downs == 0 && stream_write(w->stream, (const uint8_t *)"hello\n", 6) == 0;
        if (written && o->tls)
            await_until(&w->await, has_line_or_is_down, w);
    }
    unsigned failed = failing_disarm();
    assert_true((failed > 0) == (!made || w->downs == 1 || !written));
    assert_true(made || *why != '\0');
    stream_free(w->stream);
    w->stream = NULL;
    return failed;
}

static unsigned run_by_name(void *arg, const struct failing *plan)
{
    struct world *w = arg;
    struct stream_options o = {
        .host = "localhost", .port = w->port, .connect_ms = 20000, .write_max = 100};
    unsigned failed = run_stream(w, &o, plan);
    int fd = accept(w->listener, NULL, NULL);
    if (fd >= 0)
        close(fd);
    return failed;
}

static unsigned run_tls(void *arg, const struct failing *plan)
{
    struct world *w = arg;
    char ca[SERVER_PATH_MAX], cert[SERVER_PATH_MAX], key[SERVER_PATH_MAX];
    struct stream_options o = {.host = w->place.socket,
                               .tls = true,
                               .tls_name = "smsc.test",
                               .ca_file = tls_path(&w->place, "ca.pem", ca),
                               .cert_file = tls_path(&w->place, "client.pem", cert),
                               .key_file = tls_path(&w->place, "client.key", key),
                               .connect_ms = 20000,
                               .write_max = 100};
    return run_stream(w, &o, plan);
}

static void listen_tcp(struct world *w)
{
    struct sockaddr_in addr = {.sin_family = AF_INET};
    socklen_t len = sizeof addr;
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    w->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(w->listener, (struct sockaddr *)&addr, sizeof addr), 0);
    assert_int_equal(listen(w->listener, 64), 0);
    assert_int_equal(getsockname(w->listener, (struct sockaddr *)&addr, &len), 0);
    w->port = ntohs(addr.sin_port);
}

static void streams_without_memory(void **state)
{
    struct world *w = *state;
    listen_tcp(w);
    failing_both("a stream to a name", SOME, run_by_name, w);
    close(w->listener);
    tls_certificates(&w->place);
    tls_start(&w->place, "server", NULL);
    failing_both("a stream with TLS", SOME, run_tls, w);
    server_signal(&w->place, SIGKILL);
    unlink(w->place.socket);
}

static void on_request(void *arg, const struct web_request *r)
{
    struct world *w = arg;
    w->requests++;
    w->id = r->id;
}

static void on_gone(void *arg, uint64_t id)
{
    (void)id;
    ((struct world *)arg)->gone++;
}

static struct web *make_web(struct world *w, char why[256])
{
    struct web_handlers h = {.arg = w, .request = on_request, .gone = on_gone};
    struct web_options o = {.listen = w->place.socket, .connections = 4, .answer_ms = 20000};
    return web_new(w->loop, &o, &h, why);
}

static unsigned run_web_new(void *arg, const struct failing *plan)
{
    struct world *w = arg;
    char why[256] = "";
    failing_arm(plan, FAILING_HERE);
    struct web *web = make_web(w, why);
    unsigned failed = failing_disarm();
    assert_true((failed > 0) == !web);
    assert_true(web || *why != '\0');
    web_free(web);
    assert_int_equal(access(w->place.socket, F_OK), -1);
    return failed;
}

static bool has_request_or_answer(void *arg)
{
    struct world *w = arg;
    return w->requests > 0 || http_peer_answered(&w->peer);
}

static bool has_answer(void *arg)
{
    struct world *w = arg;
    return http_peer_answered(&w->peer);
}

/* A request by hand, answered late. Returns whether the answer is as it should be. */
static bool ask_by_hand(struct world *w)
{
    static const char request[] = "GET /a?x=1 HTTP/1.1\r\nHost: x\r\n\r\n";
    w->requests = 0;
    http_peer_open(&w->peer, w->place.socket, 0);
    assert_true(http_peer_send(&w->peer, request, sizeof request - 1));
    await_until(&w->await, has_request_or_answer, w);
    if (w->requests > 0) {
        assert_int_equal(web_answer(w->web, w->id, 200, "hello", 5), 0);
        await_until(&w->await, has_answer, w);
    }
    http_peer_close(&w->peer);
    return strstr(w->peer.text, "\r\n\r\nhello");
}

/* Each request is answered, if only with 503 or the end, and the next ones are served. */
static unsigned run_web(void *arg, const struct failing *plan)
{
    struct world *w = arg;
    char why[256];
    w->web = make_web(w, why);
    assert_non_null(w->web);
    failing_arm(plan, FAILING_HERE);
    for (int i = 0; i <= SOME; i++)
        ask_by_hand(w);
    unsigned failed = failing_disarm();
    assert_true(ask_by_hand(w));
    web_free(w->web);
    w->web = NULL;
    return failed;
}

static void on_result(void *arg, const struct web_result *r)
{
    struct world *w = arg;
    assert_int_equal(r->token, 5);
    assert_int_equal(r->status == 0, *r->why != '\0');
    w->status = r->status;
    w->results++;
}

static bool has_request_or_result(void *arg)
{
    const struct world *w = arg;
    return w->requests > 0 || w->results > 0;
}

static bool has_result(void *arg)
{
    const struct world *w = arg;
    return w->results > 0;
}

/* Ask with the client: not at all, or with one result. Returns whether it was 200. */
static bool ask_with_client(struct world *w)
{
    const struct web_field field = {.name = "text", .value = "a b"};
    w->requests = w->results = 0;
    w->status = 0;
    if (!w->client || web_client_get(w->client, &field, 1, 5) < 0)
        return false;
    await_until(&w->await, has_request_or_result, w);
    if (w->requests > 0 && w->results == 0)
        web_answer(w->web, w->id, 200, "hello", 5);
    await_until(&w->await, has_result, w);
    assert_int_equal(w->results, 1);
    return w->status == 200;
}

static unsigned run_client(void *arg, const struct failing *plan)
{
    struct world *w = arg;
    char why[256] = "", url[128];
    struct web_client_options o = {
        .url = url, .window = 1, .ms = 20000, .arg = w, .result = on_result};
    snprintf(url, sizeof url, "unix:%s:/a", w->place.socket);
    w->web = make_web(w, why);
    assert_non_null(w->web);
    failing_arm(plan, FAILING_HERE);
    w->client = web_client_new(w->loop, &o, why);
    bool good = ask_with_client(w);
    unsigned failed = failing_disarm();
    assert_true(good || failed > 0);
    assert_true(w->client || *why != '\0');
    assert_true(!w->client || ask_with_client(w));
    web_client_free(w->client);
    web_free(w->web);
    w->web = NULL;
    return failed;
}

static void http_without_memory(void **state)
{
    failing_both("web_new", SOME, run_web_new, *state);
    failing_both("web, late answers", SOME, run_web, *state);
    failing_both("web, with the client", SOME, run_client, *state);
}

static int open_world(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    server_init(&w->place);
    w->loop = loop_new();
    await_open(&w->await, w->loop);
    *state = w;
    return 0;
}

static int close_world(void **state)
{
    struct world *w = *state;
    await_close(&w->await);
    loop_free(w->loop);
    server_end(&w->place);
    free(w);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(streams_without_memory, failing_tell),
        cmocka_unit_test_teardown(http_without_memory, failing_tell),
    };
    return cmocka_run_group_tests_name("nth/web", tests, open_world, close_world);
}
