/* SPDX-License-Identifier: Apache-2.0 */
/* A stream against sockets of this process, a name server on the same loop, and openssl's server.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <event2/dns.h>
#include <event2/dns_struct.h>
#include <event2/event.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "io/stream.h"
#include "support/server.h"
#include "support/tls.h"

enum { TEXT_MAX = 1 << 20, WRITE_MAX = 65536 };

struct world {
    struct loop *loop;
    struct server place; /* certificates, and openssl's server where a test starts it */
    struct stream *stream;
    int ups, downs;
    bool calling; /* within a call of ours: no handler may be called */
    char why[256];
    size_t len, wanted, pause_at;
    char *text; /* what came */
    /* The other end. */
    int listener, peer;
    int port; /* of the listener, if it is TCP */
    /* A relay. */
    int front, back;
};

static void on_up(void *arg)
{
    struct world *w = arg;
    assert_false(w->calling);
    w->ups++;
}

static void on_input(void *arg, const uint8_t *octets, size_t len)
{
    struct world *w = arg;
    assert_false(w->calling);
    assert_int_equal(w->ups, 1);
    assert_true(len > 0 && w->len + len < TEXT_MAX);
    memcpy(w->text + w->len, octets, len);
    w->len += len;
    if (w->pause_at > 0 && w->len >= w->pause_at)
        stream_pause(w->stream, true);
}

static void on_down(void *arg, const char *why)
{
    struct world *w = arg;
    assert_false(w->calling);
    w->downs++;
    snprintf(w->why, sizeof w->why, "%s", why);
}

static struct stream *make(struct world *w, const struct stream_options *o, char why[256])
{
    struct stream_handlers h = {.arg = w, .up = on_up, .input = on_input, .down = on_down};
    struct stream_options all = *o;
    if (all.connect_ms == 0)
        all.connect_ms = 20000;
    all.write_max = WRITE_MAX;
    w->ups = w->downs = 0;
    w->len = w->pause_at = 0;
    w->calling = true;
    struct stream *s = stream_new(w->loop, &all, &h, why);
    w->calling = false;
    return s;
}

static void begin(struct world *w, const struct stream_options *o)
{
    char why[256] = "?";
    w->stream = make(w, o, why);
    assert_string_equal(why, "");
    assert_non_null(w->stream);
}

static void end(struct world *w)
{
    stream_free(w->stream);
    w->stream = NULL;
}

static int write_text(struct world *w, const void *text, size_t len)
{
    w->calling = true;
    int r = stream_write(w->stream, text, len);
    w->calling = false;
    return r;
}

static bool is_up(void *arg)
{
    return ((struct world *)arg)->ups > 0;
}

static bool is_down(void *arg)
{
    return ((struct world *)arg)->downs > 0;
}

static bool has_wanted(void *arg)
{
    struct world *w = arg;
    return w->len >= w->wanted;
}

static void await_text(struct world *w, const char *text)
{
    w->wanted = strlen(text);
    server_await(w->loop, has_wanted, w);
    assert_int_equal(w->len, strlen(text));
    assert_memory_equal(w->text, text, w->len);
}

/* It comes down with this in its sentence, and never again. */
static void await_down(struct world *w, const char *piece)
{
    server_await(w->loop, is_down, w);
    if (!strstr(w->why, piece))
        fail_msg("\"%s\" is not in \"%s\"", piece, w->why);
    server_run_for(w->loop, 5);
    assert_int_equal(w->downs, 1);
    assert_int_equal(write_text(w, "x", 1), -1);
    assert_int_equal(stream_waiting(w->stream), 0);
    stream_pause(w->stream, true);
    stream_pause(w->stream, false);
    end(w);
}

static void await_failure(struct world *w, const struct stream_options *o, const char *piece)
{
    begin(w, o);
    await_down(w, piece);
    assert_int_equal(w->ups, 0);
}

static int open_world(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    w->text = malloc(TEXT_MAX);
    server_init(&w->place);
    tls_certificates(&w->place);
    w->loop = loop_new();
    w->listener = w->peer = w->front = w->back = -1;
    *state = w;
    return 0;
}

static void close_one(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static int clean(void **state)
{
    struct world *w = *state;
    end(w);
    close_one(&w->listener);
    close_one(&w->peer);
    close_one(&w->front);
    close_one(&w->back);
    if (w->place.pid > 0)
        server_signal(&w->place, SIGKILL);
    unlink(w->place.socket);
    return 0;
}

static int close_world(void **state)
{
    struct world *w = *state;
    loop_free(w->loop);
    server_end(&w->place);
    free(w->text);
    free(w);
    return 0;
}

static struct stream_options local(const struct world *w)
{
    return (struct stream_options){.host = w->place.socket};
}

static void listen_local(struct world *w)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    strcpy(addr.sun_path, w->place.socket);
    w->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(w->listener, (struct sockaddr *)&addr, sizeof addr), 0);
    assert_int_equal(listen(w->listener, 8), 0);
}

static void listen_tcp(struct world *w)
{
    struct sockaddr_in addr = {.sin_family = AF_INET};
    socklen_t len = sizeof addr;
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    w->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(w->listener, (struct sockaddr *)&addr, sizeof addr), 0);
    assert_int_equal(listen(w->listener, 8), 0);
    assert_int_equal(getsockname(w->listener, (struct sockaddr *)&addr, &len), 0);
    w->port = ntohs(addr.sin_port);
}

static bool accepts(void *arg)
{
    struct world *w = arg;
    w->peer = accept4(w->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    return w->peer >= 0;
}

/* Connected, and up. */
static void connect_to(struct world *w, const struct stream_options *o)
{
    begin(w, o);
    server_await(w->loop, accepts, w);
    server_await(w->loop, is_up, w);
}

static void test_octets_both_ways_over_a_unix_socket(void **state)
{
    struct world *w = *state;
    struct stream_options o = local(w);
    char text[16];
    listen_local(w);
    connect_to(w, &o);
    assert_int_equal(write(w->peer, "hello", 5), 5);
    await_text(w, "hello");
    assert_int_equal(write_text(w, "a\0b", 3), 0);
    assert_int_equal(write_text(w, "", 0), 0);
    server_run_for(w->loop, 5);
    assert_int_equal(read(w->peer, text, sizeof text), 3);
    assert_memory_equal(text, "a\0b", 3);
    assert_int_equal(stream_waiting(w->stream), 0);
}

static void test_tcp_by_address_and_by_a_name_of_etc_hosts(void **state)
{
    struct world *w = *state;
    const char *hosts[] = {"127.0.0.1", "localhost"};
    listen_tcp(w);
    for (int i = 0; i < 2; i++) {
        struct stream_options o = {.host = hosts[i], .port = w->port};
        connect_to(w, &o);
        assert_int_equal(write(w->peer, "hello", 5), 5);
        await_text(w, "hello");
        end(w);
        close_one(&w->peer);
    }
}

/* The name server: one.test has an address where nobody listens (nobody has 127.0.0.2 here), then
 * ours; never.test is never answered, others do not exist. */
static void on_question(struct evdns_server_request *r, void *arg)
{
    (void)arg;
    for (int i = 0; i < r->nquestions; i++) {
        const struct evdns_server_question *q = r->questions[i];
        uint32_t addresses[] = {htonl(0x7F000002), htonl(INADDR_LOOPBACK)};
        if (strcasecmp(q->name, "never.test") == 0) {
            evdns_server_request_drop(r);
            return;
        }
        if (strcasecmp(q->name, "one.test") != 0) {
            evdns_server_request_respond(r, 3);
            return;
        }
        if (q->type == EVDNS_TYPE_A)
            evdns_server_request_add_a_reply(r, q->name, 2, addresses, 60);
    }
    evdns_server_request_respond(r, 0);
}

/* Returns the server's port; path gets a resolv.conf that names it. */
static struct evdns_server_port *serve_names(struct world *w, char path[SERVER_PATH_MAX])
{
    char text[96];
    struct sockaddr_in addr = {.sin_family = AF_INET};
    socklen_t len = sizeof addr;
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof addr), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&addr, &len), 0);
    snprintf(text, sizeof text, "search test\nnameserver 127.0.0.1:%d\n", ntohs(addr.sin_port));
    server_file(&w->place, "resolv.conf", text, path);
    w->back = fd; /* the server does not close it */
    return evdns_add_server_port_with_base(loop_base(w->loop), fd, 0, on_question, NULL);
}

static void test_names_of_a_name_server(void **state)
{
    struct world *w = *state;
    char path[SERVER_PATH_MAX];
    struct evdns_server_port *server = serve_names(w, path);
    listen_tcp(w);
    struct stream_options o = {.host = "one.test", .port = w->port, .resolv_conf = path};
    connect_to(w, &o);
    end(w);
    o.host = "none.test";
    await_failure(w, &o, "none.test: no such name; check host");
    o.host = "never.test";
    o.connect_ms = 50;
    await_failure(w, &o, "no name server told the address of never.test in 50 ms");
    begin(w, &o);
    server_run_for(w->loop, 5);
    end(w); /* while it is looked up */
    evdns_close_server_port(server);
}

static void test_nobody_is_there(void **state)
{
    struct world *w = *state;
    struct stream_options o = local(w);
    await_failure(w, &o, "No such file or directory; check the address");
    listen_tcp(w);
    close_one(&w->listener);
    o = (struct stream_options){.host = "127.0.0.1", .port = w->port};
    await_failure(w, &o, "Connection refused; check the address, and whether the server runs");
    listen_local(w);
    o = local(w);
    begin(w, &o);
    end(w); /* before anything was told */
}

/* The backlog is full: the connection waits. */
static void test_an_address_that_does_not_answer(void **state)
{
    struct world *w = *state;
    struct sockaddr_in addr = {.sin_family = AF_INET};
    int fd[8];
    listen_tcp(w);
    assert_int_equal(listen(w->listener, 0), 0);
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    addr.sin_port = htons((uint16_t)w->port);
    for (int i = 0; i < 8; i++) {
        fd[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        connect(fd[i], (struct sockaddr *)&addr, sizeof addr);
    }
    struct stream_options o = {.host = "127.0.0.1", .port = w->port, .connect_ms = 50};
    await_failure(w, &o, "127.0.0.1 did not answer in 50 ms; check host, port and firewalls");
    for (int i = 0; i < 8; i++)
        close(fd[i]);
}

static void test_options_that_cannot_work(void **state)
{
    struct world *w = *state;
    char why[256], long_path[200], path[SERVER_PATH_MAX], empty[SERVER_PATH_MAX];
    memset(long_path, 'x', sizeof long_path - 1);
    long_path[sizeof long_path - 1] = '\0';
    server_file(&w->place, "empty", "", empty);
    tls_path(&w->place, "client.pem", path);
    const struct {
        struct stream_options o;
        const char *why;
    } table[] = {
        {{.host = ""}, "set host"},
        {{.host = "x", .port = 70000}, "set port to 1-65535"},
        {{.host = long_path}, "choose a shorter one"},
        {{.host = "/x", .tls = true}, "set tls_name"},
        {{.host = "x", .port = 1, .tls = true, .ca_file = "/no/ca"}, "cannot read /no/ca: No such"},
        {{.host = "x", .port = 1, .tls = true, .ca_file = w->place.folder}, "Is a directory"},
        {{.host = "x", .port = 1, .tls = true, .ca_file = empty}, "no certificate of an authority"},
        {{.host = "x", .port = 1, .tls = true, .cert_file = path}, "both or none"},
        {{.host = "x", .port = 1, .tls = true, .cert_file = empty, .key_file = path},
         "no usable certificate"},
        {{.host = "x", .port = 1, .tls = true, .cert_file = path, .key_file = path},
         "has no key for the certificate"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        assert_null(make(w, &table[i].o, why));
        if (!strstr(why, table[i].why))
            fail_msg("\"%s\" is not in \"%s\"", table[i].why, why);
    }
}

/* A peer that does not read: what waits is bounded, and nothing is read from it. */
static void test_a_peer_that_does_not_read(void **state)
{
    struct world *w = *state;
    struct stream_options o = local(w);
    static uint8_t piece[1000];
    size_t written = 0;
    listen_local(w);
    connect_to(w, &o);
    for (int turn = 0; turn < 1000; turn++) {
        while (write_text(w, piece, sizeof piece) == 0)
            written += sizeof piece;
        assert_in_range(stream_waiting(w->stream), WRITE_MAX - sizeof piece + 1, WRITE_MAX);
        size_t before = written;
        server_run_for(w->loop, 1);
        if (stream_waiting(w->stream) > WRITE_MAX - sizeof piece && before == written)
            break;
    }
    assert_int_equal(write_text(w, piece, sizeof piece), -1);
    assert_int_equal(write(w->peer, "hello", 5), 5);
    server_run_for(w->loop, 20);
    assert_int_equal(w->len, 0);
    while (written > 0) { /* it reads: all comes, and it is read from */
        char text[8192];
        ssize_t n = read(w->peer, text, sizeof text);
        written -= n > 0 ? (size_t)n : 0;
        server_run_for(w->loop, 0);
    }
    await_text(w, "hello");
    assert_int_equal(stream_waiting(w->stream), 0);
}

static void test_reading_stops_and_goes_on(void **state)
{
    struct world *w = *state;
    struct stream_options o = local(w);
    listen_local(w);
    connect_to(w, &o);
    stream_pause(w->stream, true);
    assert_int_equal(write(w->peer, "hello", 5), 5);
    server_run_for(w->loop, 20);
    assert_int_equal(w->len, 0);
    w->calling = true;
    stream_pause(w->stream, false);
    w->calling = false;
    await_text(w, "hello");
    w->pause_at = 6; /* from within the handler */
    assert_int_equal(write(w->peer, "!", 1), 1);
    await_text(w, "hello!");
    assert_int_equal(write(w->peer, "?", 1), 1);
    close_one(&w->peer);
    server_run_for(w->loop, 20);
    assert_int_equal(w->len, 6);
    assert_int_equal(w->downs, 0);
    w->pause_at = 0;
    stream_pause(w->stream, false);
    await_text(w, "hello!?"); /* what was sent before the end comes before the end */
    await_down(w, "the peer closed the connection");
}

static void test_peers_that_end(void **state)
{
    struct world *w = *state;
    struct linger at_once = {.l_onoff = 1};
    listen_tcp(w);
    struct stream_options o = {.host = "127.0.0.1", .port = w->port};
    connect_to(w, &o);
    assert_int_equal(shutdown(w->peer, SHUT_WR), 0); /* half-closed */
    await_down(w, "the peer closed the connection");
    close_one(&w->peer);
    connect_to(w, &o);
    assert_int_equal(setsockopt(w->peer, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
    close_one(&w->peer);
    assert_int_equal(write_text(w, "x", 1), 0); /* it does not know yet, and must not tell here */
    await_down(w, "the connection broke: Connection reset by peer");
}

static struct stream_options tls_to(const struct world *w, const char *ca)
{
    static char path[SERVER_PATH_MAX];
    return (struct stream_options){.host = w->place.socket,
                                   .tls = true,
                                   .tls_name = "smsc.test",
                                   .ca_file = tls_path(&w->place, ca, path)};
}

static void expect_reversed(struct world *w)
{
    server_await(w->loop, is_up, w);
    assert_int_equal(write_text(w, "hello\n", 6), 0);
    await_text(w, "olleh\n");
}

static void test_tls(void **state)
{
    struct world *w = *state;
    struct stream_options o = tls_to(w, "ca.pem");
    tls_start(&w->place, "server", NULL);
    begin(w, &o);
    expect_reversed(w);
    end(w);
    o.tls_name = "127.0.0.1";
    begin(w, &o);
    expect_reversed(w);
    server_signal(&w->place, SIGKILL);
    await_down(w, "the peer closed the connection");
}

static void test_certificates_that_are_refused(void **state)
{
    struct world *w = *state;
    struct stream_options o = tls_to(w, "ca.pem");
    tls_start(&w->place, "server", NULL);
    o.tls_name = "other.test";
    await_failure(w, &o, "the server's certificate is not for other.test; set tls_name");
    o.tls_name = "127.0.0.2";
    await_failure(w, &o, "the server's certificate is not for 127.0.0.2; set tls_name");
    o = tls_to(w, "other.pem");
    await_failure(w, &o, "set tls_ca_file to the certificate of its authority");
    o.ca_file = "";
    await_failure(w, &o, "set tls_ca_file to the certificate of its authority");
    server_signal(&w->place, SIGKILL);
    tls_start(&w->place, "expired", NULL);
    o = tls_to(w, "ca.pem");
    await_failure(w, &o, "the server's certificate: certificate has expired; its owner must renew");
}

static void test_a_server_that_wants_a_certificate(void **state)
{
    struct world *w = *state;
    char ca[SERVER_PATH_MAX], cert[SERVER_PATH_MAX], key[SERVER_PATH_MAX];
    const char *versions[] = {"-tls1_2", "-tls1_3"};
    for (int i = 0; i < 2; i++) {
        const char *more[] = {versions[i], "-Verify",
                              "1",         "-verify_return_error",
                              "-CAfile",   tls_path(&w->place, "ca.pem", ca),
                              NULL};
        struct stream_options o = tls_to(w, "ca.pem");
        tls_start(&w->place, "server", more);
        begin(w, &o);
        await_down(w, "if it wants a certificate of ours, set tls_cert_file and tls_key_file");
        o.cert_file = tls_path(&w->place, "stranger.pem", cert);
        o.key_file = tls_path(&w->place, "stranger.key", key);
        begin(w, &o);
        await_down(w, "the server does not accept our certificate");
        o.cert_file = tls_path(&w->place, "client.pem", cert);
        o.key_file = tls_path(&w->place, "client.key", key);
        begin(w, &o);
        expect_reversed(w);
        end(w);
        server_signal(&w->place, SIGKILL);
    }
}

static void test_servers_that_speak_something_else(void **state)
{
    struct world *w = *state;
    struct stream_options o = tls_to(w, "ca.pem");
    const char *old[] = {"-tls1_1", "-cipher", "ALL:@SECLEVEL=0", NULL};
    tls_start(&w->place, "server", old);
    await_failure(w, &o, "the server speaks no TLS 1.2 or newer");
    server_signal(&w->place, SIGKILL);
    unlink(w->place.socket);
    listen_local(w);
    begin(w, &o);
    server_await(w->loop, accepts, w);
    assert_int_equal(write(w->peer, "220 hello\r\n", 11), 11);
    await_down(w, "the server does not speak TLS there");
    close_one(&w->peer);
    begin(w, &o);
    server_await(w->loop, accepts, w);
    close_one(&w->peer);
    await_down(w, "(in the TLS handshake)");
    o.connect_ms = 50;
    begin(w, &o);
    server_await(w->loop, accepts, w);
    await_down(w, "did not finish the TLS handshake in 50 ms");
}

/* One octet from each side to the other. */
static void pass(int from, int to)
{
    char c;
    if (read(from, &c, 1) == 1)
        assert_int_equal(send(to, &c, 1, MSG_NOSIGNAL), 1);
}

static void on_front(void *arg)
{
    struct world *w = arg;
    pass(w->front, w->back);
}

static void on_back(void *arg)
{
    struct world *w = arg;
    pass(w->back, w->front);
}

static bool relay_accepts(void *arg)
{
    struct world *w = arg;
    w->front = accept4(w->listener, NULL, NULL, SOCK_CLOEXEC);
    return w->front >= 0;
}

/* The handshake and all else in pieces of one octet. */
static void test_tls_octet_by_octet(void **state)
{
    struct world *w = *state;
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    struct stream_options o = tls_to(w, "ca.pem");
    listen_tcp(w);
    tls_start(&w->place, "server", NULL);
    strcpy(addr.sun_path, w->place.socket);
    w->back = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(w->back, (struct sockaddr *)&addr, sizeof addr), 0);
    o.host = "127.0.0.1";
    o.port = w->port;
    begin(w, &o);
    server_await(w->loop, relay_accepts, w);
    assert_int_equal(loop_on_readable(w->loop, w->front, on_front, w), 0);
    assert_int_equal(loop_on_readable(w->loop, w->back, on_back, w), 0);
    expect_reversed(w);
    end(w);
    loop_off_readable(w->loop, w->front);
    loop_off_readable(w->loop, w->back);
}

static bool resumes(void *arg)
{
    struct world *w = arg;
    stream_pause(w->stream, false);
    return w->len >= w->wanted;
}

/* Much over TLS, and reading stops after each piece: what OpenSSL has read and the socket does not
 * show comes all the same. */
static void test_tls_stops_and_goes_on(void **state)
{
    struct world *w = *state;
    struct stream_options o = tls_to(w, "ca.pem");
    static char line[15001];
    memset(line, 'a', sizeof line - 1);
    line[sizeof line - 1] = '\n';
    tls_start(&w->place, "server", NULL);
    begin(w, &o);
    server_await(w->loop, is_up, w);
    w->pause_at = 1;
    for (int i = 0; i < 4; i++)
        assert_int_equal(write_text(w, line, sizeof line), 0);
    w->wanted = 4 * sizeof line;
    server_await(w->loop, resumes, w);
    assert_int_equal(w->len, 4 * sizeof line);
    assert_int_equal(stream_waiting(w->stream), 0);
}

#define CLEAN(t) cmocka_unit_test_teardown(t, clean)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLEAN(test_octets_both_ways_over_a_unix_socket),
        CLEAN(test_tcp_by_address_and_by_a_name_of_etc_hosts),
        CLEAN(test_names_of_a_name_server),
        CLEAN(test_nobody_is_there),
        CLEAN(test_an_address_that_does_not_answer),
        CLEAN(test_options_that_cannot_work),
        CLEAN(test_a_peer_that_does_not_read),
        CLEAN(test_reading_stops_and_goes_on),
        CLEAN(test_peers_that_end),
        CLEAN(test_tls),
        CLEAN(test_certificates_that_are_refused),
        CLEAN(test_a_server_that_wants_a_certificate),
        CLEAN(test_servers_that_speak_something_else),
        CLEAN(test_tls_octet_by_octet),
        CLEAN(test_tls_stops_and_goes_on),
    };
    return cmocka_run_group_tests_name("stream", tests, open_world, close_world);
}
