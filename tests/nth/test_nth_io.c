/* SPDX-License-Identifier: Apache-2.0 */
/* Loop, timers, MQTT, Redis and HTTP against real servers. Allocations of ours and calls of ours
 * into the libraries fail in turn (libraries.c): nothing is made, or it comes up later; what is
 * asked is answered once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "io/http.h"
#include "io/loop.h"
#include "io/mqtt.h"
#include "io/store_redis.h"
#include "support/await.h"
#include "support/failing.h"
#include "support/nodes.h"
#include "support/server.h"

enum { SOME = 4 };

struct world {
    struct server broker, redis, sentinel, place; /* of the place only the folder */
    struct nodes nodes;
    bool by_sentinel, in_cluster;
    struct loop *loop;
    struct await await;
    struct mqtt *mqtt;
    struct store_redis *store;
    struct http *http;
    int ups, messages;
    /* The last answer of the store. */
    unsigned answers;
    enum store_result result;
    uint64_t txn;
    /* A client of the metrics server. */
    int fd;
    char page[512];
    size_t len;
    bool ended;
};

static void nothing(void *arg)
{
    (void)arg;
}

static unsigned run_loop(void *arg, const struct failing *plan)
{
    int fds[2];
    (void)arg;
    assert_int_equal(pipe(fds), 0);
    failing_arm(plan, FAILING_HERE);
    struct loop *l = loop_new();
    struct loop_timer *t = l ? loop_timer_new(l, nothing, NULL) : NULL;
    int signals = l ? loop_on_signal(l, SIGUSR1, nothing, NULL) : -1;
    int readable = l ? loop_on_readable(l, fds[0], nothing, NULL) : -1;
    unsigned failed = failing_disarm();
    assert_true((failed > 0) == (!l || !t || signals < 0 || readable < 0));
    if (l)
        loop_off_readable(l, fds[0]);
    loop_timer_free(t);
    loop_free(l);
    close(fds[0]);
    close(fds[1]);
    return failed;
}

static void the_loop_without_memory(void **state)
{
    failing_both("loop, timer, signal, descriptor", 2, run_loop, *state);
}

static void on_up(void *arg)
{
    ((struct world *)arg)->ups++;
}

static void on_down(void *arg, const char *why)
{
    (void)arg;
    assert_string_not_equal(why, "");
}

static void on_message(void *arg, const struct mqtt_message *m)
{
    (void)m;
    ((struct world *)arg)->messages++;
}

static struct mqtt *make_mqtt(struct world *w, char why[256])
{
    static const char *const filters[] = {"x/#", "y", NULL};
    struct mqtt_options o = {.host = w->broker.socket,
                             .username = "somebody",
                             .password = "hush",
                             .will_topic = "gone",
                             .will_payload = "{}",
                             .keepalive_s = 5,
                             .retry_min_ms = 1,
                             .retry_max_ms = 2,
                             .max_queued = 10,
                             .subscribe = filters};
    struct mqtt_handlers h = {.arg = w, .message = on_message, .up = on_up, .down = on_down};
    w->ups = w->messages = 0;
    return mqtt_new(w->loop, &o, &h, why);
}

static unsigned run_mqtt_new(void *arg, const struct failing *plan)
{
    struct world *w = arg;
    char why[256] = "";
    failing_arm(plan, FAILING_HERE);
    w->mqtt = make_mqtt(w, why);
    unsigned failed = failing_disarm();
    assert_true((failed > 0) == !w->mqtt);
    assert_true(w->mqtt || *why);
    mqtt_free(w->mqtt);
    return failed;
}

static bool mqtt_up(void *arg)
{
    const struct world *w = arg;
    return mqtt_is_up(w->mqtt);
}

static bool has_message(void *arg)
{
    const struct world *w = arg;
    return w->messages > 0;
}

/* It connects at last; what cannot be sent is said, and does not arrive. */
static unsigned run_mqtt(void *arg, const struct failing *plan)
{
    struct world *w = arg;
    char why[256];
    int tries = 0;
    w->mqtt = make_mqtt(w, why);
    assert_non_null(w->mqtt);
    failing_arm(plan, FAILING_HERE);
    await_until(&w->await, mqtt_up, w);
    struct mqtt_out out = {.topic = "x/1",
                           .payload = "{}",
                           .len = 2,
                           .expiry_s = 9,
                           .correlation = (const uint8_t *)"abc",
                           .correlation_len = 3};
    while (mqtt_publish(w->mqtt, &out) < 0)
        assert_in_range(++tries, 1, SOME);
    await_until(&w->await, has_message, w);
    unsigned failed = failing_disarm();
    assert_int_equal(w->messages, 1);
    mqtt_free(w->mqtt);
    return failed;
}

static void mqtt_without_memory(void **state)
{
    failing_both("mqtt_new", SOME, run_mqtt_new, *state);
    failing_both("mqtt, from the connection to a message", SOME, run_mqtt, *state);
}

static void on_answer(void *arg, uint64_t txn, enum store_result r, const uint8_t *record,
                      size_t len)
{
    struct world *w = arg;
    assert_true((record != NULL) == (len > 0));
    w->answers++;
    w->result = r;
    w->txn = txn;
}

static struct store_redis *make_store(struct world *w)
{
    char nodes[NODES_LIST_MAX];
    nodes_address(&w->nodes, 0, nodes);
    struct store_redis_options o = {.host = w->redis.socket,
                                    .cluster = w->in_cluster ? nodes : NULL,
                                    .sentinels = w->by_sentinel ? w->sentinel.socket : NULL,
                                    .master_name = "mekongline",
                                    .username = "",
                                    .password = "hush",
                                    .prefix = "ml:",
                                    .timeout_ms = 5000,
                                    .max_inflight = 8,
                                    .retry_min_ms = 1,
                                    .retry_max_ms = 2};
    struct store_reply reply = {.arg = w, .loaded = on_answer, .saved = on_answer};
    return store_redis_new(w->loop, &o, &reply);
}

static unsigned run_store_new(void *arg, const struct failing *plan)
{
    struct world *w = arg;
    failing_arm(plan, FAILING_HERE);
    w->store = make_store(w);
    unsigned failed = failing_disarm();
    assert_true((failed > 0) == !w->store);
    store_redis_free(w->store);
    return failed;
}

static bool store_up(void *arg)
{
    const struct world *w = arg;
    return store_redis_is_up(w->store);
}

static bool has_answer(void *arg)
{
    const struct world *w = arg;
    return w->answers > 0;
}

static enum store_result ask(struct world *w, uint64_t txn, bool save)
{
    struct store_save s = {.txn = txn,
                           .key = "k",
                           .record = (const uint8_t *)"12345678abc",
                           .len = 11,
                           .ttl_ms = 60000};
    w->answers = 0;
    if (save)
        store_redis_save(w->store, &s);
    else
        store_redis_load(w->store, txn, "k");
    await_until(&w->await, has_answer, w);
    assert_int_equal(w->answers, 1);
    assert_int_equal(w->txn, txn);
    return w->result;
}

/* It connects at last. A request that cannot be sent is answered at once, and each once. */
static unsigned run_store(void *arg, const struct failing *plan)
{
    struct world *w = arg;
    w->store = make_store(w);
    assert_non_null(w->store);
    failing_arm(plan, FAILING_HERE);
    await_until(&w->await, store_up, w);
    unsigned down = 0;
    uint64_t txn = 1;
    while (ask(w, txn++, true) == STORE_DOWN)
        down++;
    while (ask(w, txn++, false) == STORE_DOWN)
        down++;
    assert_int_equal(w->result, STORE_OK);
    unsigned failed = failing_disarm();
    assert_true(down <= failed);
    w->answers = 0;
    store_redis_free(w->store);
    assert_int_equal(w->answers, 0);
    return failed;
}

static void redis_without_memory(void **state)
{
    failing_both("store_redis_new", SOME, run_store_new, *state);
    failing_both("Redis, from the connection to an answer", SOME, run_store, *state);
    ((struct world *)*state)->by_sentinel = true;
    failing_both("store_redis_new with a sentinel", SOME, run_store_new, *state);
    failing_both("Redis, from the sentinel's connection to an answer", SOME, run_store, *state);
    ((struct world *)*state)->by_sentinel = false;
    ((struct world *)*state)->in_cluster = true;
    failing_both("store_redis_new with a cluster", SOME, run_store_new, *state);
    failing_both("Redis, from a node of a cluster to an answer", SOME, run_store, *state);
}

static int write_metrics(void *arg, FILE *out)
{
    (void)arg;
    fputs("up 1\n", out);
    return 0;
}

static void write_unready(void *arg, FILE *out)
{
    (void)arg;
    (void)out;
}

static struct http *make_http(struct world *w, char why[256])
{
    struct http_handlers h = {.arg = w, .metrics = write_metrics, .unready = write_unready};
    return http_new(w->loop, w->place.socket, &h, why);
}

static unsigned run_http_new(void *arg, const struct failing *plan)
{
    struct world *w = arg;
    char why[256] = "";
    failing_arm(plan, FAILING_HERE);
    w->http = make_http(w, why);
    unsigned failed = failing_disarm();
    assert_true((failed > 0) == !w->http);
    assert_true(w->http || *why);
    http_free(w->http);
    assert_int_equal(access(w->place.socket, F_OK), -1);
    return failed;
}

static bool page_ended(void *arg)
{
    struct world *w = arg;
    ssize_t n = recv(w->fd, w->page + w->len, sizeof w->page - 1 - w->len, MSG_DONTWAIT);
    if (n > 0)
        w->len += (size_t)n;
    else if (n == 0 || (errno != EAGAIN && errno != EINTR))
        w->ended = true;
    w->page[w->len] = '\0';
    return w->ended;
}

static bool get_metrics(struct world *w)
{
    static const char request[] = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    strcpy(addr.sun_path, w->place.socket);
    w->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    w->len = 0;
    w->ended = false;
    assert_int_equal(connect(w->fd, (struct sockaddr *)&addr, sizeof addr), 0);
    assert_int_equal(send(w->fd, request, sizeof request - 1, MSG_NOSIGNAL), sizeof request - 1);
    await_until(&w->await, page_ended, w);
    close(w->fd);
    return strstr(w->page, " 200 ") && strstr(w->page, "up 1\n");
}

/* Each connection ends, and the metrics are served again. */
static unsigned run_http(void *arg, const struct failing *plan)
{
    struct world *w = arg;
    char why[256];
    w->http = make_http(w, why);
    assert_non_null(w->http);
    failing_arm(plan, FAILING_HERE);
    for (int i = 0; i <= SOME; i++)
        get_metrics(w);
    unsigned failed = failing_disarm();
    assert_true(get_metrics(w));
    http_free(w->http);
    return failed;
}

static void http_without_memory(void **state)
{
    failing_both("http_new", SOME, run_http_new, *state);
    failing_both("HTTP, pages", SOME, run_http, *state);
}

static int open_world(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    server_init(&w->broker);
    server_start_mosquitto(&w->broker, "allow_anonymous true\n");
    server_init(&w->redis);
    w->redis.port = server_free_port();
    server_start_redis(&w->redis, "hush");
    server_init(&w->sentinel);
    server_start_sentinel(&w->sentinel, w->redis.port, "");
    nodes_open(&w->nodes);
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
    server_end(&w->broker);
    server_end(&w->redis);
    server_end(&w->sentinel);
    nodes_close(&w->nodes);
    server_end(&w->place);
    free(w);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(the_loop_without_memory, failing_tell),
        cmocka_unit_test_teardown(mqtt_without_memory, failing_tell),
        cmocka_unit_test_teardown(redis_without_memory, failing_tell),
        cmocka_unit_test_teardown(http_without_memory, failing_tell),
    };
    return cmocka_run_group_tests_name("nth/io", tests, open_world, close_world);
}
