/* SPDX-License-Identifier: Apache-2.0 */
/* A real cluster whose slots move, and whose nodes stop, die and come back: the store finds each
 * key, in the time that a request has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/store_redis_cluster.h"
#include "io/store_redis_forget.h"
#include "io/store_redis_slots.h"
#include "io/store_redis_volumes.h"
#include "support/nodes.h"
#include "support/store.h"

/* The cluster of all tests, and a store. Slots move from the first node to others and never back,
 * so that nodes which hear of it late do not differ: each test has slots of its own. */
struct world {
    struct nodes nodes;
    struct store *store;
    unsigned keys; /* that were made */
    char said[NODES_SAID_MAX];
};

static int open_nodes(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    nodes_open(&w->nodes);
    *state = w;
    return 0;
}

static int close_nodes(void **state)
{
    struct world *w = *state;
    nodes_close(&w->nodes);
    free(w);
    return 0;
}

static void end(struct world *w)
{
    void *p = w->store;
    if (p)
        store_close_redis(&p);
    w->store = NULL;
}

/* The nodes are empty, and a store knows where each slot is. */
static int open_store(void **state)
{
    struct world *w = *state;
    char first[NODES_LIST_MAX];
    for (int i = 0; i < NODES; i++)
        nodes_tell(&w->nodes, i, w->said, "FLUSHALL");
    nodes_address(&w->nodes, 0, first);
    w->store = store_make_cluster("hush", first);
    server_await(w->store->loop, store_is_up, w->store);
    return 0;
}

static int close_store(void **state)
{
    end(*state);
    return 0;
}

static int64_t sent_on(const struct world *w, const char *kind)
{
    return metrics_get(w->store->metrics, M_REDIS_REDIRECTIONS, kind);
}

static unsigned slot_at(const char *key)
{
    char whole[32 + VOLUMES_KEY_SIZE];
    snprintf(whole, sizeof whole, "ml:%s", key);
    return slot_of(whole);
}

/* Another key of the first node, or of the second. Returns its slot. */
static unsigned key_of(struct world *w, int node, char key[16])
{
    do
        snprintf(key, 16, "key%u", w->keys++);
    while (slot_at(key) / (SLOT_COUNT / 2) != (unsigned)node);
    return slot_at(key);
}

static bool has(struct world *w, int node, const char *key)
{
    return strcmp(nodes_tell(&w->nodes, node, w->said, "CLUSTER COUNTKEYSINSLOT %u", slot_at(key)),
                  "0\n") != 0;
}

static void set_slot(struct world *w, int node, unsigned slot, const char *what, int other)
{
    nodes_tell(&w->nodes, node, w->said, "CLUSTER SETSLOT %u %s %s", slot, what,
               w->nodes.id[other]);
    assert_string_equal(w->said, "OK\n");
}

/* A slot is on its way: keys that are not there any more are at the other node. */
static void leave(struct world *w, unsigned slot, int from, int to)
{
    set_slot(w, to, slot, "IMPORTING", from);
    set_slot(w, from, slot, "MIGRATING", to);
}

static void carry(struct world *w, const char *key, int from, int to)
{
    nodes_tell(&w->nodes, from, w->said, "MIGRATE 127.0.0.1 %d ml:%s 0 5000 AUTH hush",
               w->nodes.node[to].port, key);
    assert_string_equal(w->said, "OK\n");
}

/* All nodes are told: the cluster agrees at once. */
static void arrive(struct world *w, unsigned slot, int to)
{
    set_slot(w, to, slot, "NODE", to);
    for (int i = 0; i < NODES; i++)
        if (i != to)
            set_slot(w, i, slot, "NODE", to);
}

static void slots_are_those_of_redis(void **state)
{
    struct world *w = *state;
    for (unsigned i = 0; i < 200; i++) {
        char key[64], slot[16];
        snprintf(key, sizeof key, "%x%s%x", i * 2654435761U,
                 i % 3 == 0   ? "{"
                 : i % 3 == 1 ? "}"
                              : "",
                 i);
        if (i % 5 == 0)
            strcat(key, "}z");
        snprintf(slot, sizeof slot, "%u\n", slot_of(key));
        assert_string_equal(nodes_tell(&w->nodes, 0, w->said, "CLUSTER KEYSLOT %s", key), slot);
    }
}

static void each_key_goes_to_its_node(void **state)
{
    struct world *w = *state;
    char key[16];
    for (int node = 0; node < 2; node++) {
        key_of(w, node, key);
        assert_int_equal(store_save_record(w->store, key, NULL, "tag-0001 one"), STORE_OK);
        assert_int_equal(store_load(w->store, key), STORE_OK);
        store_given(w->store, "tag-0001 one");
        assert_true(has(w, node, key));
        assert_int_equal(store_save_record(w->store, key, "tag-0009", "tag-0002 two"),
                         STORE_CONFLICT);
    }
    assert_int_equal(sent_on(w, "moved") + sent_on(w, "ask"), 0);
    assert_int_equal(metrics_get(w->store->metrics, M_REDIS_NODES, "up"), 2);
    assert_int_equal(metrics_get(w->store->metrics, M_REDIS_NODES, "down"), 0);
}

static void nodes_that_are_away_are_passed_over(void **state)
{
    struct world *w = *state;
    char list[NODES_LIST_MAX], last[NODES_LIST_MAX];
    nodes_address(&w->nodes, 2, last);
    snprintf(list, sizeof list, "127.0.0.1:%d 127.0.0.1:%d %.40s", server_free_port(),
             server_free_port(), last);
    w->store = store_make_cluster("hush", list);
    server_await(w->store->loop, store_is_up, w->store);
    assert_int_equal(metrics_get(w->store->metrics, M_REDIS_NODES, "up"), 2);
    end(w);
}

static void a_slot_that_moved_is_followed_once(void **state)
{
    struct world *w = *state;
    char key[16];
    unsigned slot = key_of(w, 0, key);
    arrive(w, slot, 1);
    assert_int_equal(store_save_record(w->store, key, NULL, "tag-0001 one"), STORE_OK);
    assert_int_equal(sent_on(w, "moved"), 1);
    assert_true(has(w, 1, key));
    assert_int_equal(store_load(w->store, key), STORE_OK);
    server_run_for(w->store->loop, 600); /* the slots are read again */
    assert_int_equal(store_load(w->store, key), STORE_OK);
    assert_int_equal(sent_on(w, "moved"), 1);
}

static void a_slot_on_its_way_is_asked_at_both_ends(void **state)
{
    struct world *w = *state;
    char key[16];
    unsigned slot = key_of(w, 0, key);
    store_save_record(w->store, key, NULL, "tag-0001 one");
    leave(w, slot, 0, 1);
    assert_int_equal(store_load(w->store, key), STORE_OK); /* it is still there */
    assert_int_equal(sent_on(w, "ask"), 0);
    carry(w, key, 0, 1);
    nodes_tell(&w->nodes, 1, w->said, "SCRIPT FLUSH");
    assert_int_equal(store_save_record(w->store, key, "tag-0001", "tag-0002 two"), STORE_OK);
    assert_int_equal(store_save_record(w->store, key, "tag-0001", "tag-0003 three"),
                     STORE_CONFLICT);
    store_given(w->store, "tag-0002 two");
    assert_int_equal(store_load(w->store, key), STORE_OK);
    assert_int_equal(sent_on(w, "ask"), 3);
    assert_int_equal(sent_on(w, "moved"), 0);
    assert_false(has(w, 0, key));
    arrive(w, slot, 1);
    assert_int_equal(store_load(w->store, key), STORE_OK);
    assert_int_equal(sent_on(w, "moved"), 1);
}

static bool serves_by_three(void *arg)
{
    return metrics_get(((struct store *)arg)->metrics, M_REDIS_NODES, "up") == 3;
}

/* The request waits for the connection that is made for it. */
static void a_node_that_is_new_takes_a_slot(void **state)
{
    struct world *w = *state;
    char key[16];
    unsigned slot = key_of(w, 0, key);
    leave(w, slot, 0, 2);
    assert_int_equal(store_save_record(w->store, key, NULL, "tag-0001 one"), STORE_OK);
    assert_int_equal(sent_on(w, "ask"), 1);
    assert_true(has(w, 2, key));
    arrive(w, slot, 2);
    assert_int_equal(store_load(w->store, key), STORE_OK);
    server_await(w->store->loop, serves_by_three, w->store);
    assert_true(store_is_up(w->store));
}

static void nodes_that_send_to_each_other_come_to_an_end(void **state)
{
    struct world *w = *state;
    char key[16];
    unsigned slot = key_of(w, 0, key);
    leave(w, slot, 0, 1); /* and the other one does not take it */
    nodes_tell(&w->nodes, 1, w->said, "CLUSTER SETSLOT %u STABLE", slot);
    assert_int_equal(store_load(w->store, key), STORE_DOWN);
    assert_int_equal(sent_on(w, "ask") + sent_on(w, "moved"), REDIS_REDIRECTIONS_MAX);
    nodes_tell(&w->nodes, 0, w->said, "CLUSTER SETSLOT %u STABLE", slot);
    assert_int_equal(store_load(w->store, key), STORE_ABSENT);
}

static void a_node_that_stops_hurts_its_own_slots_alone(void **state)
{
    struct world *w = *state;
    char here[16], there[16];
    key_of(w, 0, here);
    key_of(w, 1, there);
    server_signal(&w->nodes.node[1], SIGSTOP);
    int64_t before = loop_monotonic_us();
    assert_int_equal(store_load(w->store, there), STORE_DOWN);
    assert_in_range((loop_monotonic_us() - before) / 1000, STORE_TIMEOUT_MS - 2,
                    STORE_TIMEOUT_MS * 3);
    for (int i = 0; i < 2; i++)
        assert_int_equal(store_load(w->store, there), STORE_DOWN);
    assert_false(store_is_up(w->store));
    assert_int_equal(metrics_get(w->store->metrics, M_REDIS_NODES, "down"), 1);
    w->store->answers = 0;
    w->store->load(w->store->arg, ++w->store->asked, there);
    assert_int_equal(w->store->answers, 1); /* refused before the call returned */
    for (int i = 0; i < 3; i++)
        assert_int_equal(store_load(w->store, here), STORE_ABSENT);
    server_signal(&w->nodes.node[1], SIGCONT);
    server_await(w->store->loop, store_is_up, w->store);
    assert_int_equal(store_load(w->store, there), STORE_ABSENT);
}

static void a_slot_of_nobody_is_down_alone(void **state)
{
    struct world *w = *state;
    char key[16], other[16];
    unsigned slot = key_of(w, 0, key);
    key_of(w, 0, other);
    for (int i = 0; i < NODES; i++)
        nodes_tell(&w->nodes, i, w->said, "CLUSTER DELSLOTS %u", slot);
    assert_int_equal(store_load(w->store, key), STORE_DOWN); /* CLUSTERDOWN */
    assert_int_equal(metrics_get(w->store->metrics, M_REDIS_ERRORS, NULL), 1);
    server_await(w->store->loop, store_is_down, w->store);
    assert_int_equal(store_load(w->store, key), STORE_DOWN);
    assert_int_equal(store_load(w->store, other), STORE_ABSENT);
    nodes_tell(&w->nodes, 0, w->said, "CLUSTER ADDSLOTS %u", slot);
    server_await(w->store->loop, store_is_up, w->store);
    for (int i = 0; i < NODES; i++)
        nodes_await(&w->nodes, i, "cluster_slots_assigned:16384", "CLUSTER INFO");
    assert_int_equal(store_load(w->store, key), STORE_ABSENT);
}

/* However often it is sent on, and wherever it waits. */
static void a_request_has_one_deadline(void **state)
{
    struct world *w = *state;
    char key[16];
    unsigned slot = key_of(w, 0, key);
    leave(w, slot, 0, 2);
    server_signal(&w->nodes.node[2], SIGSTOP);
    int64_t before = loop_monotonic_us();
    assert_int_equal(store_save_record(w->store, key, NULL, "tag-0001 one"), STORE_DOWN);
    assert_in_range((loop_monotonic_us() - before) / 1000, STORE_TIMEOUT_MS - 2,
                    STORE_TIMEOUT_MS * 3);
    store_begin_save(w->store, key, NULL, "tag-0001 one");
    server_run_for(w->store->loop, 10); /* it waits for the node */
    store_redis_free(w->store->redis);
    w->store->redis = NULL;
    assert_int_equal(w->store->answers, 1);
    assert_int_equal(w->store->result, STORE_DOWN);
    assert_int_equal(metrics_get(w->store->metrics, M_REDIS_INFLIGHT, NULL), 0);
    server_signal(&w->nodes.node[2], SIGCONT);
    for (int i = 0; i < NODES; i++)
        nodes_tell(&w->nodes, i, w->said, "CLUSTER SETSLOT %u STABLE", slot);
}

static void a_node_that_dies_comes_back(void **state)
{
    struct world *w = *state;
    char here[16], there[16];
    key_of(w, 0, here);
    key_of(w, 1, there);
    store_begin_save(w->store, there, NULL, "tag-0001 one");
    server_signal(&w->nodes.node[1], SIGKILL);
    assert_int_equal(store_outcome(w->store), STORE_DOWN);
    server_run_for(w->store->loop, 300);
    assert_int_equal(store_load(w->store, there), STORE_DOWN);
    assert_int_equal(store_load(w->store, here), STORE_ABSENT);
    server_start_node(&w->nodes.node[1]);
    server_await(w->store->loop, store_is_up, w->store);
    nodes_await(&w->nodes, 1, "cluster_state:ok", "CLUSTER INFO");
    assert_int_equal(store_save_record(w->store, there, NULL, "tag-0001 one"), STORE_OK);
}

static void wrong_password_is_down(void **state)
{
    struct world *w = *state;
    char key[16], first[NODES_LIST_MAX];
    nodes_address(&w->nodes, 0, first);
    w->store = store_make_cluster("wrong", first);
    server_run_for(w->store->loop, 200);
    assert_false(store_is_up(w->store));
    key_of(w, 0, key);
    assert_int_equal(store_load(w->store, key), STORE_DOWN);
    end(w);
}

static void a_user_who_may_not_ask_for_slots_is_down(void **state)
{
    struct world *w = *state;
    char first[NODES_LIST_MAX];
    nodes_address(&w->nodes, 0, first);
    nodes_tell(&w->nodes, 0, w->said, "ACL SETUSER default -cluster|slots");
    w->store = store_make_cluster("hush", first);
    server_run_for(w->store->loop, 200);
    assert_false(store_is_up(w->store));
    nodes_tell(&w->nodes, 0, w->said, "ACL SETUSER default +cluster|slots");
    server_await(w->store->loop, store_is_up, w->store);
    end(w);
}

static void a_server_without_cluster_is_down(void **state)
{
    struct world *w = *state;
    struct server single;
    char list[NODES_LIST_MAX];
    server_init(&single);
    single.port = server_free_port();
    server_start_redis(&single, "hush");
    snprintf(list, sizeof list, "127.0.0.1:%d", single.port);
    w->store = store_make_cluster("hush", list);
    server_run_for(w->store->loop, 200);
    assert_false(store_is_up(w->store));
    end(w);
    server_end(&single);
}

static void a_person_is_forgotten_wherever_the_key_is(void **state)
{
    struct world *w = *state;
    char key[16], list[NODES_LIST_MAX + 32], why[256];
    bool existed = false;
    unsigned slot = key_of(w, 0, key);
    struct store_redis_options o = {
        .cluster = list, .username = "", .password = "hush", .prefix = "ml:", .timeout_ms = 500};
    snprintf(list, sizeof list, "127.0.0.1:%d 127.0.0.1:%d", server_free_port(),
             w->nodes.node[1].port);
    store_save_record(w->store, key, NULL, "tag-0001 one");
    assert_int_equal(store_redis_forget(&o, key, &existed, why), 0);
    assert_true(existed);
    store_save_record(w->store, key, NULL, "tag-0001 one");
    leave(w, slot, 0, 2);
    carry(w, key, 0, 2);
    assert_int_equal(store_redis_forget(&o, key, &existed, why), 0);
    assert_true(existed);
    assert_int_equal(store_redis_forget(&o, key, &existed, why), 0);
    assert_false(existed);
    /* The other one does not take it: they send to each other. */
    nodes_tell(&w->nodes, 2, w->said, "CLUSTER SETSLOT %u STABLE", slot);
    assert_int_equal(store_redis_forget(&o, key, &existed, why), -1);
    assert_non_null(strstr(why, "do not agree"));
    nodes_tell(&w->nodes, 0, w->said, "CLUSTER SETSLOT %u STABLE", slot);
    snprintf(list, sizeof list, "127.0.0.1:%d", server_free_port());
    assert_int_equal(store_redis_forget(&o, key, &existed, why), -1);
    assert_non_null(strstr(why, "redis.cluster"));
    /* Nobody is told that it is gone if the node is taken for a single server. */
    o.cluster = NULL;
    o.host = w->nodes.node[1].socket;
    assert_int_equal(store_redis_forget(&o, key, &existed, why), -1);
    assert_non_null(strstr(why, "MOVED"));
}

struct got {
    int answers;
    bool stored;
    size_t fields;
};

static void on_put(void *arg, int64_t hour, uint64_t seq, bool stored)
{
    struct got *g = arg;
    (void)hour;
    (void)seq;
    g->answers++;
    g->stored = stored;
}

static void on_got(void *arg, int64_t hour, const struct volumes_field *fields, size_t count)
{
    struct got *g = arg;
    (void)hour;
    g->answers++;
    g->fields = fields ? count : 99;
}

static bool is_answered(void *arg)
{
    return ((struct got *)arg)->answers > 0;
}

/* Write an hour and read it: a record and the salt. */
static void write_and_read(struct world *w, int64_t hour, uint64_t seq)
{
    struct got g = {0};
    char record[32];
    snprintf(record, sizeof record, "1 %u", (unsigned)seq);
    const struct volumes_put p = {.hour = hour,
                                  .writer = 1,
                                  .seq = seq,
                                  .record = record,
                                  .len = strlen(record),
                                  .salt = "s"};
    assert_int_equal(store_redis_volumes_put(w->store->redis, &p, on_put, &g), 0);
    server_await(w->store->loop, is_answered, &g);
    assert_true(g.stored);
    g.answers = 0;
    assert_int_equal(store_redis_volumes_get(w->store->redis, hour, on_got, &g), 0);
    server_await(w->store->loop, is_answered, &g);
    assert_int_equal(g.fields, 2);
}

static void volumes_are_sent_on_too(void **state)
{
    struct world *w = *state;
    char key[VOLUMES_KEY_SIZE];
    int64_t hour = 490000;
    do
        store_redis_volumes_key(++hour, key);
    while (slot_at(key) >= SLOT_COUNT / 2);
    unsigned slot = slot_at(key);
    write_and_read(w, hour, 1);
    leave(w, slot, 0, 1);
    carry(w, key, 0, 1);
    write_and_read(w, hour, 2);
    assert_int_equal(sent_on(w, "ask"), 2);
    arrive(w, slot, 1);
    write_and_read(w, hour, 3);
    assert_int_equal(sent_on(w, "moved"), 1);
}

#define WITH_STORE(t) cmocka_unit_test_setup_teardown(t, open_store, close_store)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots_are_those_of_redis),
        WITH_STORE(each_key_goes_to_its_node),
        cmocka_unit_test(nodes_that_are_away_are_passed_over),
        WITH_STORE(a_slot_that_moved_is_followed_once),
        WITH_STORE(a_slot_on_its_way_is_asked_at_both_ends),
        WITH_STORE(nodes_that_send_to_each_other_come_to_an_end),
        WITH_STORE(a_node_that_stops_hurts_its_own_slots_alone),
        WITH_STORE(a_slot_of_nobody_is_down_alone),
        WITH_STORE(a_request_has_one_deadline),
        WITH_STORE(a_person_is_forgotten_wherever_the_key_is),
        WITH_STORE(volumes_are_sent_on_too),
        WITH_STORE(a_node_that_is_new_takes_a_slot),
        WITH_STORE(a_node_that_dies_comes_back),
        cmocka_unit_test(wrong_password_is_down),
        cmocka_unit_test(a_user_who_may_not_ask_for_slots_is_down),
        cmocka_unit_test(a_server_without_cluster_is_down),
    };
    return cmocka_run_group_tests_name("contract/store_redis_cluster", tests, open_nodes,
                                       close_nodes);
}
