/* SPDX-License-Identifier: Apache-2.0 */
/* A master, its replica and a sentinel: the store finds the one that is master now. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <hiredis/hiredis.h>

#include "base/address.h"
#include "io/store_redis_forget.h"
#include "support/store.h"

enum { SAID_MAX = 4096 };

struct pair {
    struct server master, replica, sentinel;
    struct server strict;       /* a sentinel that wants a password */
    struct server late;         /* a sentinel that still names a server that is no master */
    char deaf[SERVER_PATH_MAX]; /* somebody listens there, and never says a word */
    int deaf_fd;
};

/* Send a command on a connection of our own; the texts of its answer, a line each. */
static const char *tell(const struct server *s, const char *command, char said[SAID_MAX])
{
    redisContext *c = redisConnectUnix(s->socket);
    assert_non_null(c);
    freeReplyObject(redisCommand(c, "AUTH hush"));
    redisReply *r = redisCommand(c, command);
    assert_non_null(r);
    assert_int_not_equal(r->type, REDIS_REPLY_ERROR);
    said[0] = '\0';
    if (r->str)
        snprintf(said, SAID_MAX, "%s", r->str);
    for (size_t i = 0; i < r->elements; i++)
        if (r->element[i]->str && strlen(said) + strlen(r->element[i]->str) + 2 < SAID_MAX)
            strcat(strcat(said, r->element[i]->str), "\n");
    freeReplyObject(r);
    redisFree(c);
    return said;
}

struct question {
    const struct server *server;
    const char *command, *expected;
};

static bool is_said(void *arg)
{
    const struct question *q = arg;
    char said[SAID_MAX];
    return strstr(tell(q->server, q->command, said), q->expected) != NULL;
}

static void await_said(const struct server *s, const char *command, const char *expected)
{
    struct question q = {s, command, expected};
    struct loop *l = loop_new();
    server_await(l, is_said, &q);
    loop_free(l);
}

static void listen_deaf(struct pair *p)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    snprintf(p->deaf, sizeof p->deaf, "%s/deaf", p->master.folder);
    strcpy(addr.sun_path, p->deaf);
    p->deaf_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_int_equal(bind(p->deaf_fd, (struct sockaddr *)&addr, sizeof addr), 0);
    assert_int_equal(listen(p->deaf_fd, 8), 0);
}

static int open_pair(void **state)
{
    struct pair *p = calloc(1, sizeof *p);
    char command[64], said[SAID_MAX];
    struct server *const all[] = {&p->master, &p->replica, &p->sentinel, &p->strict, &p->late};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        server_init(all[i]);
    p->master.port = server_free_port();
    server_start_redis(&p->master, "hush");
    p->replica.port = server_free_port();
    server_start_redis(&p->replica, "hush");
    for (int i = 0; i < 2; i++)
        tell(all[i], "CONFIG SET repl-diskless-sync-delay 0 masterauth hush", said);
    snprintf(command, sizeof command, "REPLICAOF 127.0.0.1 %d", p->master.port);
    tell(&p->replica, command, said);
    await_said(&p->replica, "INFO replication", "master_link_status:up");
    server_start_sentinel(&p->sentinel, p->master.port,
                          "sentinel down-after-milliseconds mekongline 500\n");
    server_start_sentinel(&p->strict, p->master.port, "requirepass hush\n");
    server_start_sentinel(&p->late, p->replica.port, "");
    listen_deaf(p);
    *state = p;
    return 0;
}

static int close_pair(void **state)
{
    struct pair *p = *state;
    close(p->deaf_fd);
    server_end(&p->sentinel);
    server_end(&p->strict);
    server_end(&p->late);
    server_end(&p->replica);
    server_end(&p->master);
    free(p);
    return 0;
}

static void text_of(const struct server *redis, char out[ADDRESS_TEXT_SIZE])
{
    snprintf(out, ADDRESS_TEXT_SIZE, "127.0.0.1:%d", redis->port);
}

static void is_on(const struct store *s, const struct server *redis)
{
    char text[ADDRESS_TEXT_SIZE];
    text_of(redis, text);
    assert_string_equal(store_redis_server(s->redis), text);
}

static void end(struct store *s)
{
    void *p = s;
    store_close_redis(&p);
}

static void the_master_is_found(void **state)
{
    struct pair *p = *state;
    struct store *s = store_make_sentinel("hush", p->sentinel.socket, "mekongline");
    assert_string_equal(store_redis_server(s->redis), "mekongline");
    server_await(s->loop, store_is_up, s);
    is_on(s, &p->master);
    assert_int_equal(store_save_record(s, "found", NULL, "tag-0001 one"), STORE_OK);
    assert_int_equal(store_load(s, "found"), STORE_OK);
    end(s);
}

/* The one that answered is asked first the next time. */
static void sentinels_that_are_away_are_passed_over(void **state)
{
    struct pair *p = *state;
    char list[4 * SERVER_PATH_MAX], said[SAID_MAX];
    snprintf(list, sizeof list, "127.0.0.1:%d %s/none %s %s", server_free_port(), p->master.folder,
             p->deaf, p->sentinel.socket);
    struct store *s = store_make_sentinel("hush", list, "mekongline");
    server_await(s->loop, store_is_up, s);
    int asked = accept(p->deaf_fd, NULL, NULL);
    assert_true(asked >= 0);
    close(asked);
    tell(&p->master, "CLIENT KILL TYPE normal", said);
    server_await(s->loop, store_is_down, s);
    server_await(s->loop, store_is_up, s);
    assert_int_equal(accept(p->deaf_fd, NULL, NULL), -1);
    end(s);
}

static void a_master_that_no_sentinel_knows_is_not_there(void **state)
{
    struct pair *p = *state;
    struct store *s = store_make_sentinel("hush", p->sentinel.socket, "another");
    server_run_for(s->loop, 200);
    assert_false(store_is_up(s));
    assert_int_equal(store_load(s, "k"), STORE_DOWN);
    end(s);
}

static void a_question_may_be_cut_short(void **state)
{
    struct pair *p = *state;
    struct store *s = store_make_sentinel("hush", p->deaf, "mekongline");
    server_run_for(s->loop, 20);
    int asked = accept(p->deaf_fd, NULL, NULL);
    assert_true(asked >= 0);
    end(s);
    close(asked);
}

static void a_sentinel_gets_the_password_that_it_wants(void **state)
{
    struct pair *p = *state;
    struct store *s = store_make_sentinel("hush", p->strict.socket, "mekongline");
    server_await(s->loop, store_is_up, s);
    end(s);
    s = store_make_sentinel("wrong", p->strict.socket, "mekongline");
    server_run_for(s->loop, 200);
    assert_false(store_is_up(s));
    assert_string_equal(store_redis_server(s->redis), "mekongline");
    end(s);
}

static void a_person_is_forgotten_at_the_master(void **state)
{
    struct pair *p = *state;
    char list[2 * SERVER_PATH_MAX], why[256], said[SAID_MAX];
    bool existed = false;
    struct store_redis_options o = {.sentinels = list,
                                    .master_name = "mekongline",
                                    .username = "",
                                    .password = "hush",
                                    .prefix = "ml:",
                                    .timeout_ms = 500};
    tell(&p->master, "SET ml:gone 12345678", said);
    snprintf(list, sizeof list, "%s/none %s", p->master.folder, p->strict.socket);
    assert_int_equal(store_redis_forget(&o, "gone", &existed, why), 0);
    assert_true(existed);
    o.master_name = "another";
    assert_int_equal(store_redis_forget(&o, "gone", &existed, why), -1);
    assert_non_null(strstr(why, "redis.master_name"));
}

static bool is_up_on_replica(void *arg)
{
    const struct store *s = ((void **)arg)[0];
    char text[ADDRESS_TEXT_SIZE];
    text_of(((void **)arg)[1], text);
    return store_redis_is_up(s->redis) && strcmp(store_redis_server(s->redis), text) == 0;
}

static void a_failover_is_followed(void **state)
{
    struct pair *p = *state;
    char said[SAID_MAX];
    struct store *s = store_make_sentinel("hush", p->sentinel.socket, "mekongline");
    void *both[] = {s, &p->replica};
    server_await(s->loop, store_is_up, s);
    await_said(&p->sentinel, "SENTINEL ckquorum mekongline", "OK");
    await_said(&p->sentinel, "INFO sentinel", "slaves=1");
    tell(&p->sentinel, "SENTINEL FAILOVER mekongline", said);
    server_await(s->loop, is_up_on_replica, both);
    assert_int_equal(store_save_record(s, "moved", NULL, "tag-0001 one"), STORE_OK);
    assert_non_null(strstr(tell(&p->replica, "ROLE", said), "master"));
    assert_non_null(strstr(tell(&p->replica, "GET ml:moved", said), "tag-0001 one"));
    end(s);
}

static void a_server_that_is_no_master_is_not_used(void **state)
{
    struct pair *p = *state;
    char said[SAID_MAX];
    struct store *s = store_make_sentinel("hush", p->late.socket, "mekongline");
    server_run_for(s->loop, 200);
    is_on(s, &p->replica);
    assert_false(store_is_up(s));
    assert_int_equal(metrics_get(s->metrics, M_REDIS_UP, NULL), 0);
    tell(&p->replica, "REPLICAOF NO ONE", said);
    server_await(s->loop, store_is_up, s);
    end(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_master_is_found),
        cmocka_unit_test(sentinels_that_are_away_are_passed_over),
        cmocka_unit_test(a_master_that_no_sentinel_knows_is_not_there),
        cmocka_unit_test(a_question_may_be_cut_short),
        cmocka_unit_test(a_sentinel_gets_the_password_that_it_wants),
        cmocka_unit_test(a_person_is_forgotten_at_the_master),
        cmocka_unit_test_setup_teardown(a_server_that_is_no_master_is_not_used, open_pair,
                                        close_pair),
        cmocka_unit_test(a_failover_is_followed),
    };
    return cmocka_run_group_tests_name("contract/store_redis_sentinel", tests, open_pair,
                                       close_pair);
}
