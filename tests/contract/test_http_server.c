/* SPDX-License-Identifier: Apache-2.0 */
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
#include <sys/stat.h>
#include <unistd.h>

#include "io/web.h"
#include "support/http_peer.h"
#include "support/server.h"

enum { MANY = 200, ANSWER_MS = 60000 /* longer than a test waits */, ALL_MAX = 70000 };

struct world {
    struct loop *loop;
    struct server place;
    struct web *web;
    bool at_once; /* requests are answered with what they were */
    int requests, gone, refused, status;
    uint64_t id[MANY], gone_id;
    int number[MANY];   /* of the path, if it is one */
    char last[ALL_MAX]; /* the last request: method, path, secret, peer, fields */
    char octets[8];     /* of the field that may hold any, in the last request that had one */
    size_t octets_len;
    char why[128];
    struct http_peer peer;
    struct http_peer *many;
};

static void on_request(void *arg, const struct web_request *r)
{
    struct world *w = arg;
    int n = snprintf(w->last, sizeof w->last, "%s %s (%s) %s", r->post ? "POST" : "GET", r->path,
                     r->secret, r->peer);
    for (size_t i = 0; i < r->fields; i++)
        n += snprintf(w->last + n, sizeof w->last - (size_t)n, " %s=%s", r->field[i].name,
                      r->field[i].value);
    const struct web_field *octets = web_octets(r, "octets");
    if (octets && octets->len <= sizeof w->octets) {
        memcpy(w->octets, octets->value, octets->len);
        w->octets_len = octets->len;
    }
    assert_true(w->requests < MANY);
    w->number[w->requests] = atoi(r->path + 1);
    w->id[w->requests++] = r->id;
    if (w->at_once)
        assert_int_equal(web_answer(w->web, r->id, 200, w->last, strlen(w->last)), 0);
}

static void on_gone(void *arg, uint64_t id)
{
    struct world *w = arg;
    w->gone++;
    w->gone_id = id;
    assert_int_equal(web_answer(w->web, id, 200, "late", 4), -1);
}

static void on_refused(void *arg, int status, const char *why)
{
    struct world *w = arg;
    w->refused++;
    w->status = status;
    snprintf(w->why, sizeof w->why, "%s", why);
}

static struct web *start(struct world *w, const struct web_options *o, char why[256])
{
    struct web_handlers h = {
        .arg = w, .request = on_request, .gone = on_gone, .refused = on_refused};
    return web_new(w->loop, o, &h, why);
}

/* Start anew, with these times. */
static void restart(struct world *w, const char *listen_on, int64_t answer_ms, int64_t request_ms)
{
    char why[256];
    struct web_options o = {.listen = listen_on,
                            .connections = MANY,
                            .octets = "octets",
                            .answer_ms = answer_ms,
                            .request_ms = request_ms};
    web_free(w->web);
    w->web = start(w, &o, why);
    assert_string_equal(why, "");
    assert_non_null(w->web);
}

static int open_world(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    server_init(&w->place);
    w->loop = loop_new();
    w->many = calloc(MANY, sizeof *w->many);
    w->at_once = true;
    restart(w, w->place.socket, ANSWER_MS, 0);
    *state = w;
    return 0;
}

static int close_world(void **state)
{
    struct world *w = *state;
    http_peer_close(&w->peer);
    for (int i = 0; i < MANY; i++)
        http_peer_close(&w->many[i]);
    web_free(w->web);
    assert_int_equal(access(w->place.socket, F_OK), -1);
    loop_free(w->loop);
    server_end(&w->place);
    free(w->many);
    free(w);
    return 0;
}

static void open_peer(struct world *w, struct http_peer *p)
{
    http_peer_open(p, web_port(w->web) ? "" : w->place.socket, web_port(w->web));
}

/* Send a request on a new connection, and await the answer. */
static void ask_octets(struct world *w, const char *request, size_t len)
{
    http_peer_close(&w->peer);
    open_peer(w, &w->peer);
    assert_true(http_peer_send(&w->peer, request, len));
    server_await(w->loop, http_peer_answered, &w->peer);
}

static void ask(struct world *w, const char *request)
{
    ask_octets(w, request, strlen(request));
}

/* The request is answered with what it was: method, path, secret, peer, fields. */
static void expect(struct world *w, const char *request, const char *was)
{
    int before = w->requests;
    ask(w, request);
    if (strncmp(w->peer.text + 8, " 200 ", 5) != 0)
        fail_msg("%s: %s", request, w->peer.text);
    assert_int_equal(w->requests, before + 1);
    assert_string_equal(w->last, was);
    assert_non_null(strstr(w->peer.text, was));
}

/* It is refused, the connection closes, and no owner sees it. */
static void expect_refusal(struct world *w, const char *request, const char *status,
                           const char *why)
{
    int before = w->requests;
    ask(w, request);
    if (strncmp(w->peer.text + 9, status, 3) != 0 || (why && !strstr(w->peer.text, why)))
        fail_msg("%s: %s", request, w->peer.text);
    server_await(w->loop, http_peer_ended, &w->peer);
    assert_int_equal(w->requests, before);
}

#define HOST        "Host: x\r\n"
#define FORM        "Content-Type: application/x-www-form-urlencoded\r\n"
#define GET(target) "GET " target " HTTP/1.1\r\n" HOST "\r\n"

static void test_requests_are_read(void **state)
{
    struct world *w = *state;
    expect(w, GET("/a/b"), "GET /a/b () unix");
    expect(w, GET("/"), "GET / () unix");
    expect(w, GET("/a%20b+c%2Fd?x=1&y=a+b%2B%c3%a9&z=&&w"),
           "GET /a b+c/d () unix x=1 y=a b+\xc3\xa9 z= w=");
    expect(w, "GET /old HTTP/1.0\r\n\r\n", "GET /old () unix");
    expect(w, GET("http://elsewhere/p?q=1"), "GET /p () unix q=1");
    expect(w, GET("//host/p"), "GET //host/p () unix");
    expect(w, GET("/..a/b../...?x=.."), "GET /..a/b../... () unix x=..");
    expect(w, "GET /s HTTP/1.1\r\n" HOST "authorization: bearer  s3cret=\r\n\r\n",
           "GET /s (s3cret=) unix");
    expect(w, "GET /s HTTP/1.1\r\n" HOST "Authorization: Basic eDp5\r\n\r\n", "GET /s () unix");
    expect(w, "POST /f?q=1 HTTP/1.1\r\n" HOST FORM "Content-Length: 9\r\n\r\na=1&b=%0A",
           "POST /f () unix q=1 a=1 b=\n");
    expect(w,
           "POST /f HTTP/1.1\r\n" HOST
           "Content-Type: application/x-www-form-urlencoded; charset=\"UTF-8\"\r\n"
           "Transfer-Encoding: chunked\r\n\r\n3\r\na=1\r\n4\r\n&b=2\r\n0\r\n\r\n",
           "POST /f () unix a=1 b=2");
    expect(w, "POST /f HTTP/1.1\r\n" HOST "\r\n", "POST /f () unix");
    assert_int_equal(w->refused, 0);
}

static void test_one_field_may_hold_any_octets(void **state)
{
    struct world *w = *state;
    expect(w, GET("/o?octets=%0E%AA%00+%007&x=1"), "GET /o () unix octets=\x0e\xaa x=1");
    assert_int_equal(w->octets_len, 6);
    assert_memory_equal(w->octets, "\x0e\xaa\0 \0007", 6);
    expect_refusal(w, GET("/o?octets=%0"), "400", "the field octets has a bad escape");
    expect_refusal(w, GET("/o?other=%AA"), "400", "the field other has a bad escape");
}

static void test_requests_are_refused(void **state)
{
    struct world *w = *state;
    expect_refusal(w, "GET /a HTTP/1.1\r\n\r\n", "400", "Host is missing");
    expect_refusal(w, "GET /a HTTP/1.1\r\n" HOST HOST "\r\n", "400", "a header is there twice");
    expect_refusal(
        w, "POST /a HTTP/1.1\r\n" HOST FORM "Content-Length: 3\r\nContent-Length: 3\r\n\r\na=1",
        "400", "a header is there twice");
    expect_refusal(
        w, "GET /a HTTP/1.1\r\n" HOST "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n",
        "400", "twice");
    expect_refusal(w, "GET /a HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\na=1", "400",
                   "a GET has no body");
    expect_refusal(w, "POST /a HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\na=1", "415",
                   "send app");
    expect_refusal(w,
                   "POST /a HTTP/1.1\r\n" HOST
                   "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
                   "415", "send application/x-www-form-urlencoded");
    expect_refusal(w,
                   "POST /a HTTP/1.1\r\n" HOST
                   "Content-Type: application/x-www-form-urlencoded;charset=iso-8859-1\r\n"
                   "Content-Length: 3\r\n\r\na=1",
                   "415", NULL);
    expect_refusal(w,
                   "POST /a HTTP/1.1\r\n" HOST FORM
                   "Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\na=1",
                   "415", NULL);
    expect_refusal(w, "DELETE /a HTTP/1.1\r\n" HOST "\r\n", "501", NULL);
    expect_refusal(w, "HEAD /a HTTP/1.1\r\n" HOST "\r\n", "501", NULL);
    expect_refusal(w, "nonsense\r\n\r\n", "400", NULL);
    expect_refusal(w, GET("elsewhere"), "400", "names no path");
    expect_refusal(w, GET("http://elsewhere"), "400", "names no path");
    expect_refusal(w, GET("/a#b"), "400", "names no path");
    assert_int_equal(w->refused, 12); /* without what evhttp refuses */
}

static void test_paths_and_fields_are_refused(void **state)
{
    struct world *w = *state;
    char many[512];
    int n = snprintf(many, sizeof many, "GET /a?");
    for (int i = 0; i < 33; i++)
        n += snprintf(many + n, sizeof many - (size_t)n, "f%d=1&", i);
    snprintf(many + n, sizeof many - (size_t)n, " HTTP/1.1\r\n" HOST "\r\n");
    expect_refusal(w, GET("/a/../b"), "400", "a part . or ..");
    expect_refusal(w, GET("/a/%2e%2E"), "400", "a part . or ..");
    expect_refusal(w, GET("/a%2F..%2Fb"), "400", "a part . or ..");
    expect_refusal(w, GET("/./a"), "400", "a part . or ..");
    expect_refusal(w, GET("/a%00"), "400", "bad escape");
    expect_refusal(w, GET("/a%"), "400", "bad escape");
    expect_refusal(w, GET("/a%2"), "400", "bad escape");
    expect_refusal(w, GET("/a%zz"), "400", "bad escape");
    expect_refusal(w, GET("/a%ff"), "400", "no UTF-8");
    expect_refusal(w, GET("/a%0a"), "400", "control character");
    expect_refusal(w, GET("/a?x=1&x=2"), "400", "the field x is there twice");
    expect_refusal(w, GET("/a?x=1&%78=2"), "400", "the field x is there twice");
    expect_refusal(w, GET("/a?num=856%00"), "400", "the field num has a bad escape or is no UTF-8");
    assert_null(strstr(w->peer.text, "856"));
    assert_null(strstr(w->why, "856"));
    expect_refusal(w, GET("/a?num=856%ed%a0%80"), "400", "the field num has");
    expect_refusal(w, GET("/a?num=%8"), "400", "the field num has");
    expect_refusal(w, GET("/a?=1"), "400", "a field's name is empty");
    expect_refusal(w, GET("/a?%0d=1"), "400", "a field's name is empty");
    expect_refusal(w, "POST /a?x=1 HTTP/1.1\r\n" HOST FORM "Content-Length: 3\r\n\r\nx=2", "400",
                   "the field x is there twice");
    expect_refusal(w, many, "400", "more than 32 fields");
    const char nul[] = "POST /a HTTP/1.1\r\n" HOST FORM "Content-Length: 3\r\n\r\na=\0";
    ask_octets(w, nul, sizeof nul - 1);
    assert_non_null(strstr(w->peer.text, " 400 "));
}

static void test_sizes(void **state)
{
    struct world *w = *state;
    static char text[100000];
    int n = snprintf(text, sizeof text, "GET /a HTTP/1.1\r\nX: ");
    memset(text + n, 'x', 9000);
    strcpy(text + n + 9000, "\r\n" HOST "\r\n");
    expect_refusal(w, text, "400", NULL);
    for (int size = 65536; size <= 65537; size++) {
        n = snprintf(text, sizeof text,
                     "POST /a HTTP/1.1\r\n" HOST FORM "Content-Length: %d\r\n\r\na=", size);
        memset(text + n, 'x', (size_t)size - 2);
        text[n + size - 2] = '\0';
        if (size > WEB_BODY_MAX) {
            expect_refusal(w, text, "413", NULL);
            continue;
        }
        w->at_once = false;
        http_peer_close(&w->peer);
        open_peer(w, &w->peer);
        for (size_t at = 0, len = strlen(text); at < len;) { /* more than a socket takes at once */
            ssize_t sent = send(w->peer.fd, text + at, len - at, MSG_NOSIGNAL);
            at += sent > 0 ? (size_t)sent : 0;
            server_run_for(w->loop, 1);
        }
        while (w->requests == 0)
            server_run_for(w->loop, 1);
        assert_int_equal(strlen(strstr(w->last, "a=") + 2), WEB_BODY_MAX - 2);
        assert_int_equal(web_answer(w->web, w->id[0], 200, "", 0), 0);
        server_await(w->loop, http_peer_answered, &w->peer);
        w->at_once = true;
    }
}

static bool has_requests(void *arg)
{
    struct world *w = arg;
    return w->requests >= MANY;
}

/* 200 wait at once; their answers come late and in another order, each to its own. */
static void test_many_late_answers(void **state)
{
    struct world *w = *state;
    w->at_once = false;
    for (int i = 0; i < MANY; i++) {
        char request[64];
        int n = snprintf(request, sizeof request, "GET /%d HTTP/1.1\r\n" HOST "\r\n", i);
        open_peer(w, &w->many[i]);
        assert_true(http_peer_send(&w->many[i], request, (size_t)n));
        server_run_for(w->loop, 0);
    }
    server_await(w->loop, has_requests, w);
    for (int i = MANY - 1; i >= 0; i--) {
        char text[16];
        int n = snprintf(text, sizeof text, "answer %d.", w->number[i]);
        assert_int_equal(web_answer(w->web, w->id[i], 200, text, (size_t)n), 0);
        assert_int_equal(web_answer(w->web, w->id[i], 200, text, (size_t)n), -1);
    }
    for (int i = 0; i < MANY; i++) {
        char text[16];
        server_await(w->loop, http_peer_answered, &w->many[i]);
        snprintf(text, sizeof text, "\nanswer %d.", i);
        assert_non_null(strstr(w->many[i].text, text));
        assert_false(w->many[i].ended);
    }
    assert_int_equal(w->gone, 0);
    assert_int_equal(web_answer(w->web, 0, 200, "", 0), -1);
    assert_int_equal(web_answer(w->web, 12345, 200, "", 0), -1);
}

static bool has_gone(void *arg)
{
    return ((struct world *)arg)->gone > 0;
}

static bool has_one(void *arg)
{
    return ((struct world *)arg)->requests > 0;
}

static void ask_late(struct world *w, const char *request)
{
    w->at_once = false;
    w->requests = w->gone = 0;
    http_peer_close(&w->peer);
    open_peer(w, &w->peer);
    assert_true(http_peer_send(&w->peer, request, strlen(request)));
    server_await(w->loop, has_one, w);
}

static void test_a_client_that_goes(void **state)
{
    struct world *w = *state;
    struct linger at_once = {.l_onoff = 1};
    ask_late(w, GET("/a"));
    http_peer_close(&w->peer);
    server_await(w->loop, has_gone, w);
    assert_int_equal(w->gone_id, w->id[0]);
    restart(w, "127.0.0.1:0", ANSWER_MS, 0);
    assert_true(web_port(w->web) > 0);
    ask_late(w, GET("/a"));
    assert_non_null(strstr(w->last, "127.0.0.1"));
    shutdown(w->peer.fd, SHUT_WR);
    server_await(w->loop, has_gone, w);
    ask_late(w, GET("/a")); /* reset */
    setsockopt(w->peer.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    http_peer_close(&w->peer);
    server_await(w->loop, has_gone, w);
    assert_int_equal(w->gone, 1);
}

static void test_an_answer_that_does_not_come(void **state)
{
    struct world *w = *state;
    restart(w, w->place.socket, 30, 0);
    ask_late(w, GET("/a"));
    server_await(w->loop, http_peer_ended, &w->peer);
    assert_int_equal(w->gone, 1);
    assert_non_null(strstr(w->peer.text, " 503 "));
    assert_non_null(strstr(w->peer.text, "no answer in time"));
    assert_int_equal(w->status, 503);
    w->at_once = true;
    expect(w, GET("/a"), "GET /a () unix");
}

static void test_a_connection_is_used_again(void **state)
{
    struct world *w = *state;
    expect(w, GET("/1"), "GET /1 () unix");
    w->peer.len = 0;
    assert_true(http_peer_send(&w->peer, GET("/2"), strlen(GET("/2"))));
    server_await(w->loop, http_peer_answered, &w->peer);
    assert_non_null(strstr(w->peer.text, "GET /2"));
    /* Two at once, the first answered late: the second waits, and none is lost. */
    ask_late(w, GET("/3") GET("/4"));
    server_run_for(w->loop, 10);
    assert_int_equal(w->requests, 1);
    w->at_once = true;
    assert_int_equal(web_answer(w->web, w->id[0], 200, "three", 5), 0);
    while (!strstr(w->peer.text, "GET /4")) {
        server_run_for(w->loop, 1);
        assert_false(http_peer_ended(&w->peer));
    }
    assert_non_null(strstr(w->peer.text, "three"));
    assert_int_equal(w->gone, 0);
}

/* One octet now and then keeps no connection open; nor does silence, or not reading. */
static void test_slow_clients(void **state)
{
    struct world *w = *state;
    restart(w, w->place.socket, ANSWER_MS, 100);
    open_peer(w, &w->peer);
    int64_t begin = loop_monotonic_us();
    while (!http_peer_ended(&w->peer)) {
        http_peer_send(&w->peer, "G", 1);
        server_run_for(w->loop, 5);
        assert_true(loop_monotonic_us() - begin < 10000000);
    }
    assert_true(loop_monotonic_us() - begin >= 90000);
    assert_int_equal(w->peer.len, 0);
    expect(w, GET("/a"), "GET /a () unix"); /* and is silent then */
    begin = loop_monotonic_us();
    server_await(w->loop, http_peer_ended, &w->peer);
    assert_true(loop_monotonic_us() - begin >= 80000);
    static char big[8 << 20];
    ask_late(w, GET("/big"));
    assert_int_equal(web_answer(w->web, w->id[w->requests - 1], 200, big, sizeof big), 0);
    server_run_for(w->loop, 300);
    ssize_t n, got = 0;
    while ((n = recv(w->peer.fd, big, sizeof big, 0)) > 0)
        got += n;
    assert_true(n == 0 && got < (ssize_t)sizeof big);
}

static void test_places_are_bounded(void **state)
{
    struct world *w = *state;
    char why[256];
    struct web_options o = {
        .listen = w->place.socket, .connections = 3, .answer_ms = 1000, .request_ms = 60000};
    web_free(w->web);
    w->web = start(w, &o, why);
    for (int i = 0; i < 3; i++)
        open_peer(w, &w->many[i]);
    server_run_for(w->loop, 20);
    open_peer(w, &w->peer);
    assert_true(http_peer_send(&w->peer, GET("/a"), strlen(GET("/a"))));
    server_run_for(w->loop, 20);
    assert_int_equal(w->requests, 0);
    http_peer_close(
        &w->many[1]); /* it never sent a request: its place is found, long before 60 s */
    server_await(w->loop, http_peer_answered, &w->peer);
    assert_int_equal(w->requests, 1);
}

static void test_where_it_listens(void **state)
{
    struct world *w = *state;
    char why[256];
    struct stat st;
    struct web_options o = {.listen = "0.0.0.0:0", .connections = 3, .answer_ms = 1000};
    assert_int_equal(stat(w->place.socket, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0660);
    assert_null(start(w, &o, why));
    assert_non_null(strstr(why, "on loopback; write 127.0.0.1:PORT"));
    o.anywhere = true;
    struct web *web = start(w, &o, why);
    assert_non_null(web);
    assert_true(web_port(web) > 0);
    web_free(web);
    o.listen = "somewhere:80";
    assert_null(start(w, &o, why));
    assert_non_null(strstr(why, "is no ADDRESS:PORT; write"));
    o.listen = w->place.socket;
    assert_null(start(w, &o, why));
    assert_non_null(strstr(why, "Address already in use"));
    /* IPv4 over IPv6 is told as IPv4; there may be no IPv6 here. */
    o.listen = "[::]:0";
    web = start(w, &o, why);
    if (web) {
        struct web *first = w->web;
        w->web = web;
        expect(w, GET("/a"), "GET /a () 127.0.0.1");
        w->web = first;
        web_free(web);
    }
}

static void test_it_may_end_while_requests_wait(void **state)
{
    struct world *w = *state;
    ask_late(w, GET("/a"));
    open_peer(w, &w->many[0]);
    assert_true(http_peer_send(&w->many[0], "GET /met", 8));
    server_run_for(w->loop, 5);
    web_free(w->web);
    w->web = NULL;
    assert_int_equal(w->gone, 0);
    assert_true(http_peer_ended(&w->peer));
}

#define WORLD(t) cmocka_unit_test_setup_teardown(t, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD(test_requests_are_read),
        WORLD(test_one_field_may_hold_any_octets),
        WORLD(test_requests_are_refused),
        WORLD(test_paths_and_fields_are_refused),
        WORLD(test_sizes),
        WORLD(test_many_late_answers),
        WORLD(test_a_client_that_goes),
        WORLD(test_an_answer_that_does_not_come),
        WORLD(test_a_connection_is_used_again),
        WORLD(test_slow_clients),
        WORLD(test_places_are_bounded),
        WORLD(test_where_it_listens),
        WORLD(test_it_may_end_while_requests_wait),
    };
    return cmocka_run_group_tests_name("http_server", tests, NULL, NULL);
}
