/* SPDX-License-Identifier: Apache-2.0 */
/* The client against our own server, and against sockets that answer by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "io/web_client.h"
#include "support/server.h"

enum { MANY = 200, BY_HAND_MAX = 100000 };

struct world {
    struct loop *loop;
    struct server place;
    struct web *web;
    struct web_client *client;
    int requests, results, wanted;
    uint64_t id[MANY];
    char asked[1024]; /* the last request */
    struct web_result last;
    bool had[MANY];
    char text[70000], why[256];
    int listener, peer; /* by hand */
    char by_hand[1024];
};

static void on_request(void *arg, const struct web_request *r)
{
    struct world *w = arg;
    int n = snprintf(w->asked, sizeof w->asked, "%s", r->path);
    for (size_t i = 0; i < r->fields; i++)
        n += snprintf(w->asked + n, sizeof w->asked - (size_t)n, " %s=%s", r->field[i].name,
                      r->field[i].value);
    assert_true(w->requests < MANY);
    w->id[w->requests++] = r->id;
}

static void on_gone(void *arg, uint64_t id)
{
    (void)arg;
    (void)id;
}

static void on_result(void *arg, const struct web_result *r)
{
    struct world *w = arg;
    w->last = *r;
    assert_true(r->len < sizeof w->text);
    memcpy(w->text, r->text, r->len);
    w->text[r->len] = '\0';
    snprintf(w->why, sizeof w->why, "%s", r->why);
    assert_int_equal(r->status == 0, *r->why != '\0');
    if (r->token < MANY) {
        assert_false(w->had[r->token]);
        w->had[r->token] = true;
    }
    w->results++;
}

static struct web_client *make(struct world *w, const char *url, int64_t ms, char why[256])
{
    struct web_client_options o = {
        .url = url, .window = MANY, .ms = ms, .arg = w, .result = on_result};
    return web_client_new(w->loop, &o, why);
}

static void connect_to(struct world *w, const char *url, int64_t ms)
{
    char why[256];
    web_client_free(w->client);
    w->client = make(w, url, ms, why);
    assert_string_equal(why, "");
    assert_non_null(w->client);
}

static const char *unix_url(const struct world *w)
{
    static char url[128];
    snprintf(url, sizeof url, "unix:%s:/cgi-bin/sendsms", w->place.socket);
    return url;
}

static void serve(struct world *w, const char *listen_on)
{
    char why[256];
    struct web_handlers h = {.arg = w, .request = on_request, .gone = on_gone};
    struct web_options o = {.listen = listen_on, .connections = MANY, .answer_ms = 20000};
    w->web = web_new(w->loop, &o, &h, why);
    assert_string_equal(why, "");
    assert_non_null(w->web);
}

static int open_world(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    server_init(&w->place);
    w->loop = loop_new();
    w->listener = w->peer = -1;
    *state = w;
    return 0;
}

static int close_world(void **state)
{
    struct world *w = *state;
    web_client_free(w->client);
    web_free(w->web);
    if (w->listener >= 0)
        close(w->listener);
    if (w->peer >= 0)
        close(w->peer);
    loop_free(w->loop);
    server_end(&w->place);
    free(w);
    return 0;
}

static bool has_requests(void *arg)
{
    struct world *w = arg;
    return w->requests >= w->wanted;
}

static bool has_results(void *arg)
{
    struct world *w = arg;
    return w->results >= w->wanted;
}

static void await_requests(struct world *w, int n)
{
    w->wanted = n;
    server_await(w->loop, has_requests, w);
    assert_int_equal(w->requests, n);
}

static void await_results(struct world *w, int n)
{
    w->wanted = n;
    server_await(w->loop, has_results, w);
    server_run_for(w->loop, 5);
    assert_int_equal(w->results, n);
}

static const struct web_field fields[] = {{.name = "to", .value = "+8562055512345"},
                                          {.name = "text", .value = "a b&c=d%\xc3\xa9\n"},
                                          {.name = "empty", .value = ""}};

/* What is asked comes as it was, and so does the answer. */
static void ask_and_answer(struct world *w)
{
    w->requests = w->results = 0;
    assert_int_equal(web_client_get(w->client, fields, 3, 7000), 0);
    await_requests(w, 1);
    assert_string_equal(w->asked,
                        "/cgi-bin/sendsms to=+8562055512345 text=a b&c=d%\xc3\xa9\n empty=");
    assert_int_equal(web_answer(w->web, w->id[0], 202, "0: Accepted", 11), 0);
    await_results(w, 1);
    assert_int_equal(w->last.token, 7000);
    assert_int_equal(w->last.status, 202);
    assert_true(w->last.sent);
    assert_string_equal(w->text, "0: Accepted");
}

static void test_unix_and_tcp(void **state)
{
    struct world *w = *state;
    char url[64];
    serve(w, w->place.socket);
    connect_to(w, unix_url(w), 20000);
    ask_and_answer(w);
    web_free(w->web);
    const char *hosts[] = {"127.0.0.1", "localhost"};
    for (int i = 0; i < 2; i++) {
        serve(w, "127.0.0.1:0");
        snprintf(url, sizeof url, "http://%s:%d/cgi-bin/sendsms", hosts[i], web_port(w->web));
        connect_to(w, url, 20000);
        ask_and_answer(w);
        if (i == 0)
            web_free(w->web);
    }
}

static void test_many_at_once_and_no_more(void **state)
{
    struct world *w = *state;
    serve(w, w->place.socket);
    connect_to(w, unix_url(w), 20000);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(web_client_get(w->client, NULL, 0, (uint64_t)i), 0);
        if (i % 50 == 49)
            await_requests(w, i + 1); /* no more than the queue of a socket holds */
    }
    assert_int_equal(web_client_get(w->client, NULL, 0, MANY), -1);
    await_requests(w, MANY);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(web_answer(w->web, w->id[MANY - 1 - i], 200, "ok", 2), 0);
    await_results(w, MANY);
    for (int i = 0; i < MANY; i++)
        assert_true(w->had[i]);
}

static void test_room_is_free_again(void **state)
{
    struct world *w = *state;
    serve(w, w->place.socket);
    connect_to(w, unix_url(w), 20000);
    for (int i = 0; i < MANY + 1; i++)
        ask_and_answer(w);
    assert_int_equal(web_client_get(w->client, NULL, 0, 1), 0);
    web_client_free(w->client); /* while it is under way: nothing is told */
    w->client = NULL;
    server_run_for(w->loop, 20);
    assert_int_equal(w->results, 1);
}

static void listen_by_hand(struct world *w)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    strcpy(addr.sun_path, w->place.socket);
    w->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(w->listener, (struct sockaddr *)&addr, sizeof addr), 0);
    assert_int_equal(listen(w->listener, 8), 0);
}

static bool accepts(void *arg)
{
    struct world *w = arg;
    if (w->peer < 0)
        w->peer = accept4(w->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (w->peer < 0)
        return false;
    ssize_t n = read(w->peer, w->by_hand, sizeof w->by_hand - 1);
    w->by_hand[n > 0 ? n : 0] = '\0';
    return n > 0;
}

/* One request, which this answers; then the stream ends, if it is to. */
static void answer_by_hand(struct world *w, const char *text, size_t len, bool ends)
{
    w->results = 0;
    assert_int_equal(web_client_get(w->client, NULL, 0, MANY), 0);
    server_await(w->loop, accepts, w);
    for (size_t at = 0; at < len && w->results == 0;) {
        ssize_t n = send(w->peer, text + at, len - at, MSG_NOSIGNAL);
        at += n > 0 ? (size_t)n : 0;
        server_run_for(w->loop, n > 0 ? 0 : 1);
    }
    if (ends) {
        close(w->peer);
        w->peer = -1;
    }
    await_results(w, 1);
    assert_true(w->last.sent);
    if (w->peer >= 0)
        close(w->peer);
    w->peer = -1;
}

static void expect(struct world *w, const char *answer, int status, const char *text)
{
    answer_by_hand(w, answer, strlen(answer), true);
    assert_int_equal(w->last.status, status);
    if (!strstr(status ? w->text : w->why, text))
        fail_msg("%s: \"%s\", \"%s\"", answer, w->text, w->why);
}

static void test_answers_of_all_kinds(void **state)
{
    struct world *w = *state;
    static char big[BY_HAND_MAX];
    listen_by_hand(w);
    connect_to(w, unix_url(w), 20000);
    expect(w, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok");
    assert_memory_equal(w->by_hand, "GET /cgi-bin/sendsms HTTP/1.0\r\nHost: localhost\r\n", 47);
    expect(w, "HTTP/1.0 202\n\nuntil the end", 202, "until the end");
    expect(w, "HTTP/1.1 302 Found\r\nLocation: http://elsewhere/\r\n\r\n", 302, "");
    expect(w, "HTTP/1.1 200 OK\r\ncontent-length:  2 \r\n\r\nok and more", 200, "ok");
    assert_int_equal(w->last.len, 2);
    expect(w, "HTTP/1.1 204 No Content\r\n\r\n", 204, "");
    expect(w, "nonsense\r\n\r\n", 0, "the answer is no HTTP/1");
    expect(w, "HTTP/2 200 OK\r\n\r\n", 0, "the answer is no HTTP/1");
    expect(w, "HTTP/1.1 20x OK\r\n\r\n", 0, "the answer is no HTTP/1");
    expect(w, "HTTP/1.1 2000 OK\r\n\r\n", 0, "the answer is no HTTP/1");
    expect(w, "HTTP/1.1 200 OK\r\nContent-", 0, "ends within its headers");
    expect(w, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", 0, "ends within its body");
    expect(w, "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nok", 0, "Content-Length");
    expect(w, "HTTP/1.1 200 OK\r\nContent-Length: 65537\r\n\r\nok", 0, "longer than 64 KiB");
    expect(w, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nok", 0,
           "Content-Length");
    expect(w, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 0, "in chunks");
    expect(w, "", 0, "the peer closed the connection");
    /* With a length, the end of the stream is not waited for. */
    answer_by_hand(w, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 40, false);
    assert_string_equal(w->text, "ok");
    for (int size = WEB_BODY_MAX; size <= WEB_BODY_MAX + 1; size++) {
        int n = snprintf(big, sizeof big, "HTTP/1.1 200 OK\r\n\r\n");
        memset(big + n, 'x', (size_t)size);
        answer_by_hand(w, big, (size_t)(n + size), true);
        assert_int_equal(w->last.status, size == WEB_BODY_MAX ? 200 : 0);
        assert_int_equal(w->last.len, size == WEB_BODY_MAX ? WEB_BODY_MAX : 0);
    }
    memset(big, 'x', sizeof big);
    memcpy(big, "HTTP/1.1 200 OK\r\nX: ", 20);
    answer_by_hand(w, big, 9000, false); /* not ended: it is given up at once */
    assert_string_equal(w->why, "the answer has more than 8 KiB of headers");
    memcpy(big, "HTTP/1.1 200 OK\r\n\r\n", 19);
    answer_by_hand(w, big, sizeof big, false);
    assert_string_equal(w->why, "the answer is longer than 64 KiB");
}

static void test_no_answer(void **state)
{
    struct world *w = *state;
    connect_to(w, unix_url(w), 20000);
    assert_int_equal(web_client_get(w->client, NULL, 0, 1), 0);
    assert_int_equal(w->results, 0);
    await_results(w, 1);
    assert_int_equal(w->last.status, 0);
    assert_false(w->last.sent);
    assert_non_null(strstr(w->why, "No such file or directory"));
    listen_by_hand(w);
    connect_to(w, unix_url(w), 50);
    w->results = 0;
    assert_int_equal(web_client_get(w->client, NULL, 0, 2), 0);
    server_await(w->loop, accepts, w);
    while (w->results == 0) { /* a drop now and then does not prolong it */
        send(w->peer, "H", 1, MSG_NOSIGNAL);
        server_run_for(w->loop, 5);
    }
    assert_string_equal(w->why, "no answer in time");
    assert_true(w->last.sent);
}

static void test_urls(void **state)
{
    struct world *w = *state;
    char why[256], long_unix[256];
    memset(long_unix, 'x', sizeof long_unix);
    memcpy(long_unix, "unix:/", 6);
    strcpy(long_unix + 120, ":/");
    const struct {
        const char *url, *why;
    } table[] = {
        {"", "write http://HOST:PORT/PATH or unix:PATH-OF-SOCKET:/PATH"},
        {"127.0.0.1:80/x", "write http://HOST:PORT/PATH"},
        {"ftp://x/", "write http://HOST:PORT/PATH"},
        {"http:///x", "write http://HOST:PORT/PATH"},
        {"http://x:99999/", "write http://HOST:PORT/PATH"},
        {"http://x/a b", "write http://HOST:PORT/PATH"},
        {"https://x/", "let a proxy on this machine speak it"},
        {"http://me:secret@x/", "take the user name out"},
        {"http://x/?a=1", "take all from ? or # away"},
        {"http://x/#a", "take all from ? or # away"},
        {"http://x:0/", "port 0 is none"},
        {"unix:/run/socket", "write unix:PATH-OF-SOCKET:/PATH"},
        {"unix::/x", "write unix:PATH-OF-SOCKET:/PATH"},
        {"unix:/run/socket:/x?y", "without a query"},
        {long_unix, "at most 107 octets"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        assert_null(make(w, table[i].url, 1000, why));
        if (!strstr(why, table[i].why))
            fail_msg("%s: \"%s\"", table[i].url, why);
        assert_null(strstr(why, "secret@"));
    }
    const char *good[] = {"http://x", "HTTP://x.test/", "http://[::1]:8080/a%20b/c", "unix:/s:/"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        connect_to(w, good[i], 1000);
}

#define WORLD(t) cmocka_unit_test_setup_teardown(t, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD(test_unix_and_tcp),       WORLD(test_many_at_once_and_no_more),
        WORLD(test_room_is_free_again), WORLD(test_answers_of_all_kinds),
        WORLD(test_no_answer),          WORLD(test_urls),
    };
    return cmocka_run_group_tests_name("http_client", tests, NULL, NULL);
}
