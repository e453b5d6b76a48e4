/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "message/topics.h"

#define ROOT    "mekong/1"
#define NAME_32 "abcdefghijklmnopqrstuvwxyz-01234"

static void reads_in(void **state)
{
    (void)state;
    struct origin o;
    memset(&o, 0x5A, sizeof o);
    assert_int_equal(topics_read_in(ROOT, "mekong/1/laotel/in/7c", &o), 0);
    assert_string_equal(o.bridge, "laotel");
    assert_string_equal(o.shard, "7c");
    assert_int_equal(o.correlation_len, 0x5A5A); /* not its own */
    assert_int_equal(topics_read_in("a/b/c", "a/b/c/" NAME_32 "/in/00", &o), 0);
    assert_string_equal(o.bridge, NAME_32);
    assert_int_equal(topics_read_in(ROOT, "mekong/1/gateway-1/in/00", &o), 0);
    assert_int_equal(topics_read_in(ROOT, "mekong/1/reques/in/00", &o), 0);
}

static void refuses_other_topics_for_in(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "mekong/1",
        "mekong/1/",
        "mekong/1/laotel",
        "mekong/1/laotel/in",
        "mekong/1/laotel/in/",
        "mekong/1/laotel/in/7",
        "mekong/1/laotel/in/7C",
        "mekong/1/laotel/in/7g",
        "mekong/1/laotel/in/7c0",
        "mekong/1/laotel/in/7c/",
        "mekong/1/laotel/out/7c",
        "mekong/1/laotel/i/7c",
        "mekong/1//in/7c",
        "mekong/1/LaoTel/in/7c",
        "mekong/1/lao_tel/in/7c",
        "mekong/1/" NAME_32 "5/in/7c",
        "mekong/2/laotel/in/7c",
        "mekong/11/laotel/in/7c",
        "/mekong/1/laotel/in/7c",
        "mekong/1/a/laotel/in/7c",
        "mekong/1/gateway/in/7c",
        "mekong/1/content/in/7c",
        "mekong/1/request/in/7c",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct origin o = {.bridge = "kept", .shard = "aa"};
        if (topics_read_in(ROOT, bad[i], &o) != -1)
            fail_msg("taken: %s", bad[i]);
        assert_string_equal(o.bridge, "kept");
        assert_string_equal(o.shard, "aa");
    }
}

static void writes_out_and_error(void **state)
{
    (void)state;
    const struct origin o = {.bridge = "laotel", .shard = "7c"};
    char topic[TOPIC_MAX];
    topics_write_out(ROOT, &o, topic);
    assert_string_equal(topic, "mekong/1/laotel/out/7c");
    topics_write_error(ROOT, &o, topic);
    assert_string_equal(topic, "mekong/1/laotel/error");
}

static void longest_topic_fits(void **state)
{
    (void)state;
    char root[65];
    memset(root, 'r', 64);
    root[64] = '\0';
    const struct origin o = {.bridge = NAME_32, .shard = "ff"};
    char topic[TOPIC_MAX];
    topics_write_out(root, &o, topic);
    assert_int_equal(strlen(topic), 64 + 1 + 32 + strlen("/out/ff"));
}

static void reads_bridge_status(void **state)
{
    (void)state;
    char bridge[MESSAGE_BRIDGE_MAX + 1];
    assert_int_equal(topics_read_bridge_status(ROOT, "mekong/1/laotel/status", bridge), 0);
    assert_string_equal(bridge, "laotel");
    assert_int_equal(topics_read_bridge_status(ROOT, "mekong/1/gateway-x/status", bridge), 0);
    assert_string_equal(bridge, "gateway-x");
    assert_int_equal(topics_read_bridge_status(ROOT, "mekong/1/gate/status", bridge), 0);
}

static void refuses_other_topics_for_status(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "mekong/1/content/status",   "mekong/1/request/status",
        "mekong/1/gateway/status",   "mekong/1/gateway/gateway-1/status",
        "mekong/1/laotel/status/",   "mekong/1/laotel/statu",
        "mekong/1/laotel/statusses", "mekong/1//status",
        "mekong/1/status",           "mekong/2/laotel/status",
        "mekong/1/laotel/in/status", "",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char bridge[MESSAGE_BRIDGE_MAX + 1] = "kept";
        if (topics_read_bridge_status(ROOT, bad[i], bridge) != -1)
            fail_msg("taken: %s", bad[i]);
        assert_string_equal(bridge, "kept");
    }
}

static void writes_the_topics_of_requests(void **state)
{
    (void)state;
    char topic[TOPIC_MAX], root[65];
    topics_write_request(ROOT, "46faf04d3d248c00", topic);
    assert_string_equal(topic, "mekong/1/request/46");
    assert_true(topics_is_request(ROOT, topic));
    topics_write_request_part(ROOT, "ack", topic);
    assert_string_equal(topic, "mekong/1/request/ack");
    topics_write_request_part(ROOT, "state", topic);
    assert_string_equal(topic, "mekong/1/request/state");
    topics_write_forget(ROOT, topic);
    assert_string_equal(topic, "mekong/1/gateway/forget");
    topics_write_echo(ROOT, "gateway-1", topic);
    assert_string_equal(topic, "mekong/1/gateway/gateway-1/echo");
    memset(root, 'r', 64);
    root[64] = '\0';
    topics_write_forget(root, topic);
    assert_true(topics_is_forget(root, topic));
}

static void knows_requests(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "mekong/1/request",
        "mekong/1/request/",
        "mekong/1/request/4",
        "mekong/1/request/4G",
        "mekong/1/request/4A",
        "mekong/1/request/461",
        "mekong/1/request/46/",
        "mekong/1/request/ack",
        "mekong/1/requests/46",
        "mekong/1/laotel/46",
        "mekong/2/request/46",
        "mekong/11/request/46",
        "/mekong/1/request/46",
        "mekong/1//request/46",
        "mekong/1/request//46",
        "mekong/1/in/request/46",
        "",
    };
    assert_true(topics_is_request(ROOT, "mekong/1/request/00"));
    assert_true(topics_is_request(ROOT, "mekong/1/request/af"));
    assert_true(topics_is_request("a", "a/request/9f"));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (topics_is_request(ROOT, bad[i]))
            fail_msg("taken: %s", bad[i]);
    }
}

static void knows_what_goes_with_requests(void **state)
{
    (void)state;
    assert_true(topics_is_request_part(ROOT, "mekong/1/request/ack", "ack"));
    assert_true(topics_is_request_part(ROOT, "mekong/1/request/ask", "ask"));
    assert_true(topics_is_request_part(ROOT, "mekong/1/request/state", "state"));
    assert_false(topics_is_request_part(ROOT, "mekong/1/request/ack", "ask"));
    assert_false(topics_is_request_part(ROOT, "mekong/1/request/acks", "ack"));
    assert_false(topics_is_request_part(ROOT, "mekong/1/request/ac", "ack"));
    assert_false(topics_is_request_part(ROOT, "mekong/1/request/ack/", "ack"));
    assert_false(topics_is_request_part(ROOT, "mekong/1/laotel/ack", "ack"));
    assert_false(topics_is_request_part(ROOT, "mekong/2/request/ack", "ack"));
    char topic[TOPIC_MAX];
    assert_true(topics_is_forget(ROOT, "mekong/1/gateway/forget"));
    assert_false(topics_is_forget(ROOT, "mekong/1/gateway/forget/"));
    assert_false(topics_is_forget(ROOT, "mekong/1/gateway/gateway-1/status"));
    assert_false(topics_is_forget(ROOT, "mekong/2/gateway/forget"));
    assert_true(topics_is_content(ROOT, "mekong/1/content"));
    assert_false(topics_is_content(ROOT, "mekong/1/content/"));
    assert_false(topics_is_content(ROOT, "mekong/1/contents"));
    assert_false(topics_is_content(ROOT, "mekong/2/content"));
    topics_write_content(ROOT, topic);
    assert_string_equal(topic, "mekong/1/content");
}

static void reads_gateway_status_topics(void **state)
{
    (void)state;
    char instance[MESSAGE_BRIDGE_MAX + 1];
    assert_int_equal(
        topics_read_gateway_status(ROOT, "mekong/1/gateway/gateway-1/status", instance), 0);
    assert_string_equal(instance, "gateway-1");
    static const char *const others[] = {"mekong/1/gateway//status",  "mekong/1/gateway/a/b/status",
                                         "mekong/1/laotel/status",    "mekong/1/gateway/a/status/",
                                         "mekong/1/gateway/A/status", "mekong/1/gateway/forget"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_equal(topics_read_gateway_status(ROOT, others[i], instance), -1);
}

static void knows_names(void **state)
{
    (void)state;
    assert_true(topics_name_valid("a"));
    assert_true(topics_name_valid("gateway-1"));
    assert_true(topics_name_valid(NAME_32));
    assert_false(topics_name_valid(NAME_32 "5"));
    assert_false(topics_name_valid(""));
    assert_false(topics_name_valid("A"));
    assert_false(topics_name_valid("a/b"));
    assert_false(topics_name_valid("a+"));
    assert_false(topics_name_valid("a b"));
    assert_false(topics_name_valid("a\n"));
    assert_true(topics_bridge_valid("laotel"));
    assert_true(topics_bridge_valid("gateway-1"));
    assert_false(topics_bridge_valid("gateway"));
    assert_false(topics_bridge_valid("content"));
    assert_false(topics_bridge_valid("request"));
    assert_false(topics_bridge_valid("a/b"));
    assert_false(topics_bridge_valid(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_in),
        cmocka_unit_test(refuses_other_topics_for_in),
        cmocka_unit_test(writes_out_and_error),
        cmocka_unit_test(longest_topic_fits),
        cmocka_unit_test(reads_bridge_status),
        cmocka_unit_test(refuses_other_topics_for_status),
        cmocka_unit_test(writes_the_topics_of_requests),
        cmocka_unit_test(knows_requests),
        cmocka_unit_test(knows_what_goes_with_requests),
        cmocka_unit_test(knows_names),
        cmocka_unit_test(reads_gateway_status_topics),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
