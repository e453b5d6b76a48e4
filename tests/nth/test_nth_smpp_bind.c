/* SPDX-License-Identifier: Apache-2.0 */
/* A whole carrier between an SMSC and a broker. Allocations of ours and calls of ours into the
 * libraries fail in turn: the carrier is not made, or binds later; a deliver_sm is put off, or
 * settled. */
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

#include "io/mqtt.h"
#include "message/message.h"
#include "smpp/carrier.h"
#include "smpp/pdu.h"
#include "support/await.h"
#include "support/failing.h"
#include "support/server.h"

enum { SOME = 4 };

struct world {
    struct server broker;
    struct loop *loop;
    struct await await;
    struct conf conf;
    struct mqtt *gateway; /* answers all that comes with an SMS */
    struct carrier *carrier;
    /* The SMSC, which allocates nothing. */
    int listener, fd;
    size_t len;
    uint8_t input[4096];
    uint32_t sequence;
    unsigned asked, put_off, settled, submits;
};

static void smsc_say(struct world *w, const struct pdu *p)
{
    uint8_t octets[512];
    long len = pdu_write(p, octets, sizeof octets);
    assert_true(len > 0);
    (void)!send(w->fd, octets, (size_t)len, MSG_NOSIGNAL);
}

static void deliver(struct world *w)
{
    struct pdu p = {.command = PDU_DELIVER_SM,
                    .sequence = ++w->sequence,
                    .source = {1, 1, "8562055512345"},
                    .dest = {0, 0, "1234"},
                    .message = (const uint8_t *)"HELP",
                    .message_len = 4};
    w->asked++;
    smsc_say(w, &p);
}

/* It delivers when it is bound, and again what was put off or not answered. */
static void smsc_take(struct world *w, const struct pdu *p)
{
    struct pdu answer = {.command = p->command | PDU_RESPONSE, .sequence = p->sequence};
    if (p->command == (PDU_DELIVER_SM | PDU_RESPONSE)) {
        w->put_off += p->status != PDU_OK;
        w->settled += p->status == PDU_OK;
        if (p->status != PDU_OK)
            deliver(w);
    }
    if (p->command & PDU_RESPONSE)
        return;
    w->submits += p->command == PDU_SUBMIT_SM;
    if (p->command == PDU_SUBMIT_SM)
        strcpy(answer.message_id, "a");
    smsc_say(w, &answer);
    if (p->command == PDU_BIND_TRANSCEIVER && w->settled == 0)
        deliver(w);
}

static void smsc_look(struct world *w)
{
    long len;
    if (w->fd < 0) {
        w->fd = accept4(w->listener, NULL, NULL, SOCK_NONBLOCK);
        w->len = 0;
    }
    ssize_t n = w->fd < 0 ? -1 : recv(w->fd, w->input + w->len, sizeof w->input - w->len, 0);
    if (n == 0) {
        close(w->fd);
        w->fd = -1;
    }
    w->len += n > 0 ? (size_t)n : 0;
    while ((len = pdu_length(w->input, w->len)) > 0 && (size_t)len <= w->len) {
        struct pdu p;
        assert_int_equal(pdu_read(w->input, (size_t)len, &p), PDU_OK);
        smsc_take(w, &p);
        w->len -= (size_t)len;
        memmove(w->input, w->input + len, w->len);
    }
}

static void on_message(void *arg, const struct mqtt_message *m)
{
    struct world *w = arg;
    char payload[512], id[MESSAGE_ID_MAX + 1];
    const char *at = strstr(m->payload, "\"id\":\"");
    assert_non_null(at);
    snprintf(id, sizeof id, "%.*s", (int)strcspn(at + 6, "\""), at + 6);
    snprintf(payload, sizeof payload,
             "{\"v\":1,\"kind\":\"sms\",\"id\":\"%s.0\",\"re\":\"%s\",\"msisdn\":\"8562055512345\","
             "\"from\":\"1234\",\"text\":\"so\",\"coding\":\"gsm7\",\"segments\":1}",
             id, id);
    struct mqtt_out out = {.topic = "t/laotel/out/a8", .payload = payload, .len = strlen(payload)};
    failing_pause();
    assert_int_equal(mqtt_publish(w->gateway, &out), 0);
    failing_resume();
}

static struct carrier *make(struct world *w, char why[CONF_ERROR_MAX])
{
    struct carrier_options o = {.conf = &w->conf, .smpp = &w->conf.smpp[0], .loop = w->loop};
    return carrier_new(&o, why);
}

static unsigned run_new(void *arg, const struct failing *plan)
{
    struct world *w = arg;
    char why[CONF_ERROR_MAX] = "";
    failing_arm(plan, FAILING_HERE);
    w->carrier = make(w, why);
    unsigned failed = failing_disarm();
    assert_true(w->carrier || (failed > 0 && *why));
    carrier_free(w->carrier);
    return failed;
}

static bool is_done(void *arg)
{
    struct world *w = arg;
    smsc_look(w);
    return w->settled > 0 && w->submits > 0;
}

static bool smsc_is_alone(void *arg)
{
    struct world *w = arg;
    smsc_look(w);
    return w->fd < 0;
}

/* It binds at last; what is put off is delivered again, until it is settled and answered once. */
static unsigned run_message(void *arg, const struct failing *plan)
{
    struct world *w = arg;
    char why[CONF_ERROR_MAX];
    w->asked = w->put_off = w->settled = w->submits = 0;
    w->carrier = make(w, why);
    assert_non_null(w->carrier);
    failing_arm(plan, FAILING_HERE);
    await_until(&w->await, is_done, w);
    unsigned failed = failing_disarm();
    assert_int_equal(w->settled, 1);
    assert_int_equal(w->submits, 1);
    assert_true(failed > 0 || w->put_off == 0);
    carrier_free(w->carrier);
    await_until(&w->await, smsc_is_alone, w);
    return failed;
}

static void a_carrier_without_memory(void **state)
{
    failing_both("carrier_new", SOME, run_new, *state);
    failing_both("carrier, from the connection to an answer", SOME, run_message, *state);
}

static bool gateway_up(void *arg)
{
    struct world *w = arg;
    smsc_look(w);
    return mqtt_is_up(w->gateway);
}

static void open_gateway(struct world *w)
{
    static const char *const filters[] = {"t/+/in/+", NULL};
    char why[256];
    struct mqtt_options o = {.host = w->broker.socket,
                             .keepalive_s = 5,
                             .retry_min_ms = 1,
                             .retry_max_ms = 2,
                             .max_queued = 100,
                             .subscribe = filters};
    struct mqtt_handlers h = {.arg = w, .message = on_message};
    w->gateway = mqtt_new(w->loop, &o, &h, why);
    assert_non_null(w->gateway);
    await_until(&w->await, gateway_up, w);
}

static void open_smsc(struct world *w)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    snprintf(a.sun_path, sizeof a.sun_path, "%s/smsc", w->broker.folder);
    w->fd = -1;
    w->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    assert_int_equal(bind(w->listener, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(listen(w->listener, 4), 0);
}

static int open_world(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    char text[1024], why[CONF_ERROR_MAX];
    server_init(&w->broker);
    server_start_mosquitto(&w->broker, "allow_anonymous true\n");
    snprintf(text, sizeof text,
             "[mqtt]\nhost = %s\nport = 0\nroot = t\nretry_min_ms = 10\nretry_max_ms = 100\n"
             "[bridge]\nrepeat_ms = 100\n"
             "[smpp laotel]\nhost = %s/smsc\nport = 0\nretry_min_ms = 10\nretry_max_ms = 100\n",
             w->broker.socket, w->broker.folder);
    if (conf_parse(text, "test.conf", &w->conf, why) != 0)
        fail_msg("%s", why);
    w->loop = loop_new();
    await_open(&w->await, w->loop);
    open_smsc(w);
    open_gateway(w);
    *state = w;
    return 0;
}

static int close_world(void **state)
{
    struct world *w = *state;
    mqtt_free(w->gateway);
    await_close(&w->await);
    loop_free(w->loop);
    close(w->listener);
    server_end(&w->broker);
    free(w);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_carrier_without_memory, failing_tell),
    };
    return cmocka_run_group_tests_name("nth/smpp_bind", tests, open_world, close_world);
}
