/* SPDX-License-Identifier: Apache-2.0 */
/* Form POSTs of an aggregator: the message that the gateway gets, and when and how the POST is
 * answered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "support/aggregator.h"

#define FORM(session, code, text)                                                                  \
    "sessionId=" session "&phoneNumber=%2B8562055512345&serviceCode=" code "&text=" text

static void screen(struct aggregator *a, const char *re, const char *event, const char *text)
{
    char payload[512];
    snprintf(
        payload, sizeof payload,
        "{\"v\":1,\"kind\":\"ussd\",\"id\":\"%s.0\",\"re\":\"%s\",\"msisdn\":\"8562055512345\","
        "\"session\":\"s\",\"event\":\"%s\",\"text\":\"%s\",\"coding\":\"gsm7\"}",
        re, re, event, text);
    struct mqtt_out out = {.topic = "t/laotel/out/a8", .payload = payload, .len = strlen(payload)};
    assert_int_equal(mqtt_publish(a->b->gateway, &out), 0);
}

static void has(const char *payload, const char *piece)
{
    if (!strstr(payload, piece))
        fail_msg("%s is not in %s", piece, payload);
}

/* As if this process were old: a session that it does not know is a new one. */
static void be_old(struct conf_aggregator *c)
{
    c->session_s = 0;
}

static void the_code_as_it_was_dialled(void **state)
{
    static const struct {
        const char *form, *piece;
    } cases[] = {
        {FORM("a", "*384%23", ""), "\"event\":\"begin\",\"code\":\"*384#\""},
        {FORM("b", "384", ""), "\"event\":\"begin\",\"code\":\"*384#\""},
        {FORM("c", "*384*1%23", ""), "\"event\":\"begin\",\"code\":\"*384*1#\""},
        {FORM("d", "*384%23", "2*5"), "\"event\":\"begin\",\"code\":\"*384*2*5#\""},
        {FORM("e", "*384*1%23", "2"), "\"event\":\"begin\",\"code\":\"*384*1*2#\""},
        {FORM("f", "384", "2"), "\"event\":\"begin\",\"code\":\"*384*2#\""},
        /* Nobody can dial a name: the answer of a session that was forgotten here. */
        {FORM("g", "*384%23", "Mali"), "\"event\":\"continue\""},
    };
    struct aggregator *a = *state;
    a->change = be_old;
    aggregator_start(a, "session", "", false);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char id[MESSAGE_ID_MAX + 1];
        struct http_peer p;
        aggregator_post(a, &p, cases[i].form);
        const char *payload = aggregator_await_mo(a, id);
        has(payload, cases[i].piece);
        has(payload, "\"msisdn\":\"8562055512345\"");
        screen(a, id, "continue", "so");
        aggregator_answers(a, &p, "200 CON so");
    }
}

static void session_and_input_name_a_step(void **state)
{
    static const char *const forms[] = {FORM("s", "*384%23", ""), FORM("s", "*384%23", ""),
                                        FORM("t", "*384%23", ""), FORM("s", "*384%23", "1"),
                                        FORM("s", "*384%23", "1*1")};
    struct aggregator *a = *state;
    char id[5][MESSAGE_ID_MAX + 1];
    aggregator_start(a, "session", "", false);
    for (size_t i = 0; i < 5; i++) {
        struct http_peer p;
        aggregator_post(a, &p, forms[i]);
        aggregator_await_mo(a, id[i]);
        screen(a, id[i], i < 4 ? "continue" : "end", "so");
        aggregator_answers(a, &p, i < 4 ? "200 CON so" : "200 END so");
    }
    assert_string_equal(id[0], id[1]);
    for (size_t i = 1; i < 5; i++)
        for (size_t k = i + 1; k < 5; k++)
            assert_string_not_equal(id[i], id[k]);
}

static void what_makes_no_sense_is_refused_by_name(void **state)
{
    static const struct {
        const char *form, *answer;
    } cases[] = {
        {"phoneNumber=8562055512345&serviceCode=384&text=",
         "400 sessionId has to be 1 to 64 characters of printable ASCII\n"},
        {"sessionId=s&phoneNumber=12345&serviceCode=384&text=",
         "400 phoneNumber has to be 6 to 15 digits, with or without +\n"},
        {FORM("s", "menu", ""), "400 serviceCode has to be a service code, such as *1234#\n"},
        {FORM("s", "%23", ""), "400 serviceCode has to be a service code, such as *1234#\n"},
        {"sessionId=s&phoneNumber=8562055512345&text=",
         "400 serviceCode has to be a service code, such as *1234#\n"},
        {"sessionId=s&phoneNumber=8562055512345&serviceCode=384",
         "400 text is missing or longer than 1,600 characters\n"},
    };
    struct aggregator *a = *state;
    struct http_peer p;
    aggregator_start(a, "session", "", false);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        aggregator_post(a, &p, cases[i].form);
        aggregator_answers(a, &p, cases[i].answer);
    }
    aggregator_get(a, &p, "/laotel/ussd?sessionId=s");
    aggregator_answers(a, &p, "405 send a POST with a form\n");
    aggregator_get(a, &p, "/laotel/receipt?id=a&type=1"); /* SMS are not sent here */
    aggregator_answers(a, &p, "404 ");
    assert_int_equal(a->b->seen_count, 0);
}

static void fields_have_the_names_of_the_configuration(void **state)
{
    struct aggregator *a = *state;
    struct http_peer p;
    char id[MESSAGE_ID_MAX + 1];
    aggregator_start(a, "session",
                     "session_field = s\nmsisdn_field = m\ncode_field = c\ntext_field = t\n",
                     false);
    aggregator_post(a, &p, FORM("s", "*384%23", ""));
    aggregator_answers(a, &p, "400 s has to be 1 to 64 characters of printable ASCII\n");
    aggregator_post(a, &p, "s=s&m=8562055512345&c=*384%23&t=");
    has(aggregator_await_mo(a, id), "\"session\":\"s\",\"event\":\"begin\",\"code\":\"*384#\"");
    screen(a, id, "end", "so");
    aggregator_answers(a, &p, "200 END so");
}

static void what_the_gateway_does_not_answer(void **state)
{
    struct aggregator *a = *state;
    struct http_peer p;
    char id[MESSAGE_ID_MAX + 1];
    aggregator_start(a, "session", "answer_ms = 500\n", false);
    aggregator_post(a, &p, FORM("s", "384", ""));
    aggregator_await_mo(a, id);
    bridge_world_refuse(a->b, id, "overload");
    aggregator_answers(a, &p, "503 busy; try again\n");
    a->looked = (int)a->b->seen_count;
    aggregator_post(a, &p, FORM("s", "384", ""));
    aggregator_await_mo(a, id);
    bridge_world_refuse(a->b, id, "bad_field");
    aggregator_answers(a, &p, "400 the gateway refused this; its log says why\n");
    aggregator_post(a, &p, FORM("t", "384", ""));
    aggregator_answers(a, &p, "503 no answer in time; try again\n");
    aggregator_await_in_hand(a, 0);
}

static void who_asks_beside_another_waits_beside_him(void **state)
{
    struct aggregator *a = *state;
    struct http_peer one, two, three;
    char id[MESSAGE_ID_MAX + 1];
    aggregator_start(a, "session", "max_unsettled = 2\n", false);
    aggregator_post(a, &one, FORM("s", "384", ""));
    aggregator_post(a, &two, FORM("s", "384", ""));
    aggregator_await_in_hand(a, 2);
    aggregator_post(a, &three, FORM("t", "384", ""));
    aggregator_answers(a, &three, "503 busy; try again\n");
    aggregator_await_mo(a, id);
    screen(a, id, "continue", "so");
    aggregator_answers(a, &one, "200 CON so");
    aggregator_answers(a, &two, "200 CON so");
    aggregator_await_in_hand(a, 0);
}

/* Whoever asked has gone; the answer comes, and then he asks again. */
static void who_has_gone_is_not_waited_for(void **state)
{
    struct aggregator *a = *state;
    struct http_peer one, two;
    char id[MESSAGE_ID_MAX + 1], again[MESSAGE_ID_MAX + 1];
    aggregator_start(a, "session", "answer_ms = 60000\n", false);
    aggregator_post(a, &one, FORM("s", "384", ""));
    aggregator_await_mo(a, id);
    http_peer_close(&one);
    aggregator_await_in_hand(a, 0);
    aggregator_post(a, &two, FORM("s", "384", ""));
    aggregator_await_mo(a, again);
    assert_string_equal(again, id);
    screen(a, id, "continue", "so");
    aggregator_answers(a, &two, "200 CON so");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, aggregator_open, aggregator_close)
    const struct CMUnitTest tests[] = {TEST(the_code_as_it_was_dialled),
                                       TEST(session_and_input_name_a_step),
                                       TEST(what_makes_no_sense_is_refused_by_name),
                                       TEST(fields_have_the_names_of_the_configuration),
                                       TEST(what_the_gateway_does_not_answer),
                                       TEST(who_asks_beside_another_waits_beside_him),
                                       TEST(who_has_gone_is_not_waited_for)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
