/* SPDX-License-Identifier: Apache-2.0 */
#include "support/nodes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <hiredis/hiredis.h>

/* Add what an answer says. */
static void say(const redisReply *r, char said[NODES_SAID_MAX])
{
    size_t n = strlen(said);
    if (r->type == REDIS_REPLY_INTEGER)
        snprintf(said + n, NODES_SAID_MAX - n, "%lld\n", r->integer);
    else if (r->str)
        snprintf(said + n, NODES_SAID_MAX - n, "%s\n", r->str);
    for (size_t i = 0; i < r->elements; i++)
        say(r->element[i], said);
}

const char *nodes_tell(const struct nodes *n, int which, char said[NODES_SAID_MAX], const char *fmt,
                       ...)
{
    char command[256];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(command, sizeof command, fmt, ap);
    va_end(ap);
    redisContext *c = redisConnectUnix(n->node[which].socket);
    assert_non_null(c);
    freeReplyObject(redisCommand(c, "AUTH hush"));
    redisReply *r = redisCommand(c, command);
    assert_non_null(r);
    said[0] = '\0';
    say(r, said);
    freeReplyObject(r);
    redisFree(c);
    return said;
}

struct question {
    const struct nodes *nodes;
    int which;
    const char *expected, *command;
};

static bool is_said(void *arg)
{
    const struct question *q = arg;
    char said[NODES_SAID_MAX];
    return strstr(nodes_tell(q->nodes, q->which, said, "%s", q->command), q->expected) != NULL;
}

void nodes_await(const struct nodes *n, int which, const char *expected, const char *command)
{
    struct question q = {n, which, expected, command};
    struct loop *l = loop_new();
    server_await(l, is_said, &q);
    loop_free(l);
}

void nodes_address(const struct nodes *n, int which, char out[NODES_LIST_MAX])
{
    snprintf(out, NODES_LIST_MAX, "127.0.0.1:%d", n->node[which].port);
}

void nodes_open(struct nodes *n)
{
    char said[NODES_SAID_MAX];
    for (int i = 0; i < NODES; i++) {
        server_init(&n->node[i]);
        n->node[i].port = server_free_port();
        n->node[i].bus = server_free_port();
        server_start_node(&n->node[i]);
        nodes_tell(n, i, said, "CLUSTER SET-CONFIG-EPOCH %d", i + 1);
        snprintf(n->id[i], sizeof n->id[i], "%.40s", nodes_tell(n, i, said, "CLUSTER MYID"));
    }
    nodes_tell(n, 0, said, "CLUSTER ADDSLOTSRANGE 0 8191");
    nodes_tell(n, 1, said, "CLUSTER ADDSLOTSRANGE 8192 16383");
    for (int i = 1; i < NODES; i++)
        nodes_tell(n, 0, said, "CLUSTER MEET 127.0.0.1 %d %d", n->node[i].port, n->node[i].bus);
    for (int i = 0; i < NODES; i++) {
        nodes_await(n, i, "cluster_known_nodes:3", "CLUSTER INFO");
        nodes_await(n, i, "cluster_slots_ok:16384", "CLUSTER INFO");
        nodes_await(n, i, "cluster_state:ok", "CLUSTER INFO");
    }
}

void nodes_close(struct nodes *n)
{
    for (int i = 0; i < NODES; i++)
        server_end(&n->node[i]);
}
