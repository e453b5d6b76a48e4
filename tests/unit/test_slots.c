/* SPDX-License-Identifier: Apache-2.0 */
/* Slots of Redis Cluster: the vectors of its specification, and what nodes answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "io/store_redis_slots.h"

/* The CRC of "123456789" stands in the specification; the others are what CLUSTER KEYSLOT says. */
static void keys_have_their_slots(void **state)
{
    static const struct {
        const char *key;
        unsigned slot;
    } known[] = {{"123456789", 0x31c3},
                 {"", 0},
                 {"foo", 12182},
                 {"bar", 5061},
                 {"somekey", 11058},
                 {"foo{}{bar}", 8363},
                 {"foo{{bar}}zap", 4015},
                 {"{user1000}.following", 3443},
                 {"ml:volumes:2026-11-30T02", 6219}};
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_int_equal(slot_of(known[i].key), known[i].slot);
}

static void a_tag_decides_alone(void **state)
{
    (void)state;
    assert_int_equal(slot_of("{user1000}.following"), slot_of("user1000"));
    assert_int_equal(slot_of("{user1000}.followers"), slot_of("user1000"));
    assert_int_equal(slot_of("foo{bar}{zap}"), slot_of("bar"));
    assert_int_equal(slot_of("foo{{bar}}zap"), slot_of("{bar"));
    assert_int_equal(slot_of("ml:{0123456789abcdef0123456789abcdef}"),
                     slot_of("0123456789abcdef0123456789abcdef"));
    /* No tag at all: an empty one, one that is not closed, one that is closed before. */
    assert_int_not_equal(slot_of("foo{}{bar}"), slot_of("bar"));
    assert_int_not_equal(slot_of("foo{bar"), slot_of("bar"));
    assert_int_not_equal(slot_of("}foo{bar"), slot_of("bar"));
}

static struct slot_map map;
static char why[SLOT_WHY_MAX];

/* What a node sends, as octets of the protocol. */
static int answer(const char *octets)
{
    void *r = NULL;
    redisReader *reader = redisReaderCreate();
    assert_int_equal(redisReaderFeed(reader, octets, strlen(octets)), REDIS_OK);
    assert_int_equal(redisReaderGetReply(reader, &r), REDIS_OK);
    assert_non_null(r);
    int result = slot_map_read(r, "10.8.0.9", &map, why);
    freeReplyObject(r);
    redisReaderFree(reader);
    return result;
}

#define HOST(len, text)       "$" #len "\r\n" text "\r\n"
#define NODE(host, port)      "*4\r\n" host ":" #port "\r\n$2\r\nid\r\n*0\r\n"
#define RANGE(from, to, node) "*3\r\n:" #from "\r\n:" #to "\r\n" node

static void is_at(unsigned slot, const char *host, int port)
{
    assert_true(map.owner[slot] > 0);
    assert_string_equal(map.at[map.owner[slot] - 1].host, host);
    assert_int_equal(map.at[map.owner[slot] - 1].port, port);
}

static void slots_are_read(void **state)
{
    (void)state;
    assert_int_equal(answer("*3\r\n" RANGE(0, 5460, NODE(HOST(8, "10.8.0.1"), 6379))
                                RANGE(5461, 5461, NODE(HOST(5, "fd::2"), 6380))
                                    RANGE(16000, 16383, NODE(HOST(8, "10.8.0.1"), 6379))),
                     0);
    assert_int_equal(map.count, 2);
    is_at(0, "10.8.0.1", 6379);
    is_at(5460, "10.8.0.1", 6379);
    is_at(5461, "fd::2", 6380);
    is_at(16383, "10.8.0.1", 6379);
    assert_int_equal(map.owner[5462], 0);
    assert_int_equal(map.owner[15999], 0);
}

static void replicas_are_passed_over(void **state)
{
    (void)state;
    assert_int_equal(answer("*1\r\n*4\r\n:1\r\n:2\r\n" NODE(HOST(8, "10.8.0.1"), 1)
                                NODE(HOST(8, "10.8.0.2"), 2)),
                     0);
    assert_int_equal(map.count, 1);
    is_at(2, "10.8.0.1", 1);
}

static void a_node_may_leave_out_its_own_address(void **state)
{
    (void)state;
    assert_int_equal(
        answer("*2\r\n" RANGE(0, 1, NODE("$-1\r\n", 7)) RANGE(2, 3, NODE(HOST(0, ""), 8))), 0);
    is_at(1, "10.8.0.9", 7);
    is_at(3, "10.8.0.9", 8);
}

static void other_answers_are_refused(void **state)
{
    static const char *const bad[] = {
        "*0\r\n",
        "$-1\r\n",
        ":1\r\n",
        "-NOPERM this user has no permissions\r\n",
        "*1\r\n:1\r\n",
        "*1\r\n*2\r\n:0\r\n:1\r\n",
        "*1\r\n*3\r\n:0\r\n$1\r\n1\r\n" NODE(HOST(8, "10.8.0.1"), 1),
        "*1\r\n*3\r\n:0\r\n:1\r\n:2\r\n",
        "*1\r\n*3\r\n:0\r\n:1\r\n*1\r\n$8\r\n10.8.0.1\r\n",
        "*1\r\n*3\r\n:0\r\n:1\r\n*2\r\n:1\r\n:2\r\n",
        "*1\r\n*3\r\n:0\r\n:1\r\n*2\r\n$8\r\n10.8.0.1\r\n$1\r\n1\r\n",
        "*1\r\n" RANGE(2, 1, NODE(HOST(8, "10.8.0.1"), 1)),
        "*1\r\n" RANGE(-1, 1, NODE(HOST(8, "10.8.0.1"), 1)),
        "*1\r\n" RANGE(0, 16384, NODE(HOST(8, "10.8.0.1"), 1)),
        "*1\r\n" RANGE(0, 1, NODE(HOST(8, "node.lan"), 1)),
        "*1\r\n" RANGE(0, 1, NODE(HOST(1, "?"), 1)),
        "*1\r\n" RANGE(0, 1, NODE(HOST(8, "10.8.0.1"), 0)),
        "*1\r\n" RANGE(0, 1, NODE(HOST(8, "10.8.0.1"), 65536)),
        "*1\r\n" RANGE(0, 1, NODE(HOST(8, "10.8.0.1"), 1152921504606846976)),
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        why[0] = '\0';
        assert_int_equal(answer(bad[i]), -1);
        assert_int_not_equal(why[0], '\0');
    }
}

static void more_masters_than_there_is_room_for(void **state)
{
    (void)state;
    for (int masters = SLOT_MASTERS_MAX; masters <= SLOT_MASTERS_MAX + 1; masters++) {
        char *octets = calloc((size_t)masters + 1, 64);
        sprintf(octets, "*%d\r\n", masters);
        for (int i = 0; i < masters; i++)
            sprintf(octets + strlen(octets), "*3\r\n:%d\r\n:%d\r\n*2\r\n$8\r\n10.8.0.1\r\n:%d\r\n",
                    i, i, i + 1);
        assert_int_equal(answer(octets), masters > SLOT_MASTERS_MAX ? -1 : 0);
        free(octets);
    }
    assert_string_equal(why, "more than 128 masters");
}

static void is_sent_on(const char *error, enum slot_turn turn, unsigned slot, const char *host,
                       int port)
{
    struct slot_redirect r;
    assert_int_equal(slot_redirect_read(error, strlen(error), &r), 0);
    assert_int_equal(r.turn, turn);
    assert_int_equal(r.slot, slot);
    assert_string_equal(r.at.host, host);
    assert_int_equal(r.at.port, port);
}

static void redirections_are_read(void **state)
{
    (void)state;
    is_sent_on("MOVED 3999 127.0.0.1:6381", SLOT_MOVED, 3999, "127.0.0.1", 6381);
    is_sent_on("ASK 16383 127.0.0.1:6381", SLOT_ASK, 16383, "127.0.0.1", 6381);
    is_sent_on("MOVED 0 fd00::1:6379", SLOT_MOVED, 0, "fd00::1", 6379);
    is_sent_on("MOVED 1 :6379", SLOT_MOVED, 1, "", 6379);
}

static void what_is_no_redirection_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "MOVED",
        "MOVED ",
        "MOVED 1",
        "MOVED 1 ",
        "MOVED 1 127.0.0.1",
        "MOVED 1 127.0.0.1:",
        "MOVED 1 127.0.0.1:0",
        "MOVED 1 127.0.0.1:65536",
        "MOVED 1 127.0.0.1:6379 ",
        "MOVED 1 127.0.0.1:6379 more",
        "MOVED 16384 127.0.0.1:6379",
        "MOVED 99999999999999999999 127.0.0.1:6379",
        "MOVED -1 127.0.0.1:6379",
        "MOVED +1 127.0.0.1:6379",
        "MOVED x 127.0.0.1:6379",
        "MOVED 1 node.lan:6379",
        "MOVED 1 ?:6379",
        "MOVED 1 /run/redis.sock",
        "moved 1 127.0.0.1:6379",
        "ASKING 1 127.0.0.1:6379",
        "CLUSTERDOWN Hash slot not served",
        "TRYAGAIN Multiple keys request during rehashing of slot",
        "LOADING Redis is loading the dataset in memory",
    };
    struct slot_redirect r;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(slot_redirect_read(bad[i], strlen(bad[i]), &r), -1);
    static const char with_nul[] = "MOVED 1 127.0.0.1:6379\0";
    assert_int_equal(slot_redirect_read(with_nul, sizeof with_nul - 1, &r), -1);
    char longest[512];
    memset(longest, '1', sizeof longest);
    memcpy(longest, "MOVED 1 ", 8);
    assert_int_equal(slot_redirect_read(longest, sizeof longest, &r), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_have_their_slots),
        cmocka_unit_test(a_tag_decides_alone),
        cmocka_unit_test(slots_are_read),
        cmocka_unit_test(replicas_are_passed_over),
        cmocka_unit_test(a_node_may_leave_out_its_own_address),
        cmocka_unit_test(other_answers_are_refused),
        cmocka_unit_test(more_masters_than_there_is_room_for),
        cmocka_unit_test(redirections_are_read),
        cmocka_unit_test(what_is_no_redirection_is_refused),
    };
    return cmocka_run_group_tests_name("unit/slots", tests, NULL, NULL);
}
