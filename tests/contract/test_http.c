/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "io/http.h"
#include "support/server.h"

struct world {
    struct loop *loop;
    struct server place; /* only its folder and socket are used */
    struct http *http;
    const char *unready;
    int metrics_result;
};

/* A client, and what it has read so far. */
struct client {
    int fd;
    size_t len;
    char text[4096];
    bool ended;
};

static int write_metrics(void *arg, FILE *out)
{
    fputs("up 1\n", out);
    return ((struct world *)arg)->metrics_result;
}

static void write_unready(void *arg, FILE *out)
{
    fputs(((struct world *)arg)->unready, out);
}

static struct http *start(struct world *w, const char *listen_on, char why[256])
{
    struct http_handlers h = {.arg = w, .metrics = write_metrics, .unready = write_unready};
    return http_new(w->loop, listen_on, &h, why);
}

static int open_world(void **state)
{
    char why[256];
    struct world *w = calloc(1, sizeof *w);
    server_init(&w->place);
    w->loop = loop_new();
    w->unready = "";
    w->http = start(w, w->place.socket, why);
    assert_non_null(w->http);
    assert_string_equal(why, "");
    *state = w;
    return 0;
}

static int close_world(void **state)
{
    struct world *w = *state;
    http_free(w->http);
    assert_int_equal(access(w->place.socket, F_OK), -1);
    loop_free(w->loop);
    server_end(&w->place);
    free(w);
    return 0;
}

static void client_open(struct client *c, const struct world *w)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    strcpy(addr.sun_path, w->place.socket);
    *c = (struct client){.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    assert_int_equal(connect(c->fd, (struct sockaddr *)&addr, sizeof addr), 0);
    assert_int_equal(fcntl(c->fd, F_SETFL, O_NONBLOCK), 0);
}

static bool has_ended(void *arg)
{
    struct client *c = arg;
    ssize_t n = read(c->fd, c->text + c->len, sizeof c->text - 1 - c->len);
    if (n > 0)
        c->len += (size_t)n;
    c->text[c->len] = '\0';
    c->ended = n == 0 || (n < 0 && c->len > 0 && read(c->fd, c->text, 0) < 0);
    return n == 0;
}

/* Send a request and read until the server closes. */
static void ask(struct world *w, struct client *c, const char *request)
{
    client_open(c, w);
    assert_int_equal(write(c->fd, request, strlen(request)), strlen(request));
    server_await(w->loop, has_ended, c);
    close(c->fd);
}

static void expect(struct world *w, const char *request, const char *status, const char *body)
{
    struct client c;
    ask(w, &c, request);
    assert_memory_equal(c.text, status, strlen(status));
    const char *end = strstr(c.text, "\r\n\r\n");
    assert_non_null(end);
    if (body)
        assert_string_equal(end + 4, body);
}

static void test_paths(void **state)
{
    struct world *w = *state;
    expect(w, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 ", "ok\n");
    expect(w, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 ", "up 1\n");
    expect(w, "GET /metrics?x=1 HTTP/1.0\r\n\r\n", "HTTP/1.0 200 ", "up 1\n");
    expect(w, "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 ", "ready\n");
    expect(w, "GET /metrics/ HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 404 ", NULL);
    expect(w, "GET /../etc/passwd%00 HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 404 ", NULL);
}

static void test_reasons_not_to_be_ready(void **state)
{
    struct world *w = *state;
    w->unready = "broker: not connected\ncontent: not loaded\n";
    expect(w, "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 503 ", w->unready);
    w->metrics_result = -1;
    expect(w, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 500 ", NULL);
}

static void test_head_has_no_body(void **state)
{
    struct world *w = *state;
    struct client c;
    ask(w, &c, "HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_memory_equal(c.text, "HTTP/1.1 200 ", 13);
    assert_non_null(strstr(c.text, "Content-Length: 5\r\n"));
    assert_string_equal(strstr(c.text, "\r\n\r\n"), "\r\n\r\n");
}

static void test_other_requests_are_refused(void **state)
{
    struct world *w = *state;
    char big[10000];
    expect(w, "DELETE /metrics HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 501 ", NULL);
    expect(w, "POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
           "HTTP/1.1 413 ", NULL);
    expect(w, "nonsense\r\n\r\n", "HTTP/1.1 400 ", NULL);
    int n = snprintf(big, sizeof big, "GET /metrics HTTP/1.1\r\nX: ");
    memset(big + n, 'x', 9000);
    strcpy(big + n + 9000, "\r\n\r\n");
    expect(w, big, "HTTP/1.1 400 ", NULL);
    expect(w, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 ", "ok\n");
}

/* One octet now and then keeps no connection open. */
static void test_slow_requests_end_after_5_s(void **state)
{
    struct world *w = *state;
    struct client c;
    client_open(&c, w);
    int64_t before = loop_monotonic_us();
    for (int i = 0; !has_ended(&c); i++) {
        assert_true(loop_monotonic_us() - before < 8000000);
        if (write(c.fd, &"GET /metrics"[i < 12 ? i : 11], 1) < 0)
            break;
        server_run_for(w->loop, 200);
    }
    int64_t took = (loop_monotonic_us() - before) / 1000;
    assert_in_range(took, 4800, 7000);
    close(c.fd);
}

static bool all_answered(void *arg)
{
    struct client *c = arg;
    bool all = true;
    for (int i = 64; i < 70; i++)
        all = (c[i].ended || has_ended(&c[i])) && all;
    return all;
}

/* 64 idle connections fill the server; those that come later are served once the deadline has freed
 * places. */
static void test_no_more_than_64_connections(void **state)
{
    struct world *w = *state;
    struct client *c = calloc(70, sizeof *c);
    const char *request = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    for (int i = 0; i < 64; i++)
        client_open(&c[i], w);
    server_run_for(w->loop, 50);
    for (int i = 64; i < 70; i++) {
        client_open(&c[i], w);
        assert_int_equal(write(c[i].fd, request, strlen(request)), strlen(request));
    }
    server_run_for(w->loop, 100);
    for (int i = 64; i < 70; i++) {
        assert_false(has_ended(&c[i]));
        assert_int_equal(c[i].len, 0);
    }
    server_await(w->loop, all_answered, c);
    for (int i = 64; i < 70; i++)
        assert_non_null(strstr(c[i].text, "\r\n\r\nok\n"));
    for (int i = 0; i < 70; i++)
        close(c[i].fd);
    free(c);
}

static void test_the_server_may_end_with_open_connections(void **state)
{
    struct world *w = *state;
    struct client c[3];
    for (int i = 0; i < 3; i++)
        client_open(&c[i], w);
    assert_int_equal(write(c[0].fd, "GET /met", 8), 8);
    server_run_for(w->loop, 20);
    http_free(w->http);
    w->http = NULL;
    for (int i = 0; i < 3; i++)
        close(c[i].fd);
}

static void test_socket_has_mode_0660_and_a_stale_one_is_replaced(void **state)
{
    struct world *w = *state;
    char why[256], path[SERVER_PATH_MAX];
    struct stat st;
    assert_int_equal(stat(w->place.socket, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0660);
    assert_null(start(w, w->place.socket, why));
    assert_non_null(strstr(why, "Address already in use"));
    http_free(w->http);
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    strcpy(addr.sun_path, w->place.socket);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof addr), 0);
    close(fd);
    w->http = start(w, w->place.socket, why);
    assert_non_null(w->http);
    server_file(&w->place, "file", "precious", path);
    assert_null(start(w, path, why));
    assert_int_equal(access(path, F_OK), 0);
}

static void test_only_loopback_addresses(void **state)
{
    struct world *w = *state;
    char why[256];
    const char *refused[] = {"0.0.0.0:0",  "10.1.2.3:80",     "127.0.0.1",
                             "[::]:0",     "localhost:80",    "",
                             "127.0.0.1:", "127.0.0.1:65536", "[::1:80"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assert_null(start(w, refused[i], why));
        assert_non_null(strstr(why, "on loopback; write 127.0.0.1:PORT"));
    }
    struct http *h = start(w, "127.0.0.1:0", why);
    assert_string_equal(why, "");
    assert_non_null(h);
    assert_true(http_port(h) > 0);
    assert_int_equal(http_port(w->http), 0);
    http_free(h);
    h = start(w, "[::1]:0", why);
    http_free(h); /* NULL where there is no IPv6 */
}

#define WORLD(t) cmocka_unit_test_setup_teardown(t, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD(test_paths),
        WORLD(test_reasons_not_to_be_ready),
        WORLD(test_head_has_no_body),
        WORLD(test_other_requests_are_refused),
        WORLD(test_slow_requests_end_after_5_s),
        WORLD(test_no_more_than_64_connections),
        WORLD(test_the_server_may_end_with_open_connections),
        WORLD(test_socket_has_mode_0660_and_a_stale_one_is_replaced),
        WORLD(test_only_loopback_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
