/* SPDX-License-Identifier: Apache-2.0 */
/* A closed-loop load from the carrier's side: an SMSC that one ESME binds to, with a fixed number
 * of phones that wait for an answer. A phone sends an SMS, or dials and then answers; the next
 * message goes out as soon as the last one has come back as submit_sm. Every submit_sm is accepted
 * at once, and held against the phone that waits.
 *
 * Prints "port N" when it listens; then reads one line, "NAME=PID NAME=PID…", whose processor time
 * it prints too; and at the end prints one line of name=value. PDUs are read and written with the
 * gateway's own codec, which other tests hold against libsmpp34. */
#include <arpa/inet.h>
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <getopt.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "smpp/pdu.h"
#include "watch.h"

enum { WINDOW_MAX = 4096, ANSWERS = 4, PDU_ROOM = 1024, STALL_S = 5 };

static const char *const answers[ANSWERS] = {"7", "1", "1", "0"};

struct options {
    bool ussd;
    unsigned window;         /* phones that wait at a time */
    uint32_t steps, warm_up; /* messages to measure, and before that */
};

struct phone {
    bool waits;
    uint32_t subscriber;
    unsigned step; /* USSD; 0: the dial */
    int64_t sent_us;
};

struct load {
    struct options o;
    struct event_base *base;
    struct bufferevent *esme;
    bool bound;
    struct watch watch;
    char pids[256];
    struct phone phones[WINDOW_MAX];
    uint32_t sequence, next_subscriber, settled, measured, refused, strange, waiting;
    uint32_t *latencies; /* us, of the measured messages */
    int64_t begin_us, end_us;
    uint32_t seen; /* settled, at the last look */
};

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void send_pdu(struct load *l, const struct pdu *p)
{
    uint8_t octets[PDU_ROOM];
    long n = pdu_write(p, octets, sizeof octets);
    if (n > 0)
        bufferevent_write(l->esme, octets, (size_t)n);
}

/* The number names the phone: subscriber modulo window. English is spoken where it is from. */
static void write_number(const struct load *l, const struct phone *p, char out[21])
{
    snprintf(out, 21, "%s%08" PRIu32, l->o.ussd ? "85620" : "44700", p->subscriber);
}

static void send_message(struct load *l, struct phone *p)
{
    uint8_t op = p->step == 0 ? 1 : 18, session[2] = {(uint8_t)(p->subscriber % 251 + 1), 0};
    const char *text = !l->o.ussd ? "HELP" : p->step == 0 ? "*1234#" : answers[p->step - 1];
    struct pdu d = {.command = PDU_DELIVER_SM,
                    .sequence = ++l->sequence,
                    .source = {.ton = 1, .npi = 1},
                    .dest = {.digits = "1234"},
                    .message = (const uint8_t *)text,
                    .message_len = strlen(text)};
    write_number(l, p, d.source.digits);
    if (l->o.ussd) {
        strcpy(d.service_type, "USSD");
        d.data_coding = 15;
        pdu_tlv_add(&d, TAG_USSD_SERVICE_OP, &op, 1);
        pdu_tlv_add(&d, TAG_ITS_SESSION_INFO, session, 2);
    }
    p->sent_us = now_us();
    p->waits = true;
    l->waiting++;
    send_pdu(l, &d);
}

/* The phone's next message; after the last answer another subscriber has the phone. */
static void go_on(struct load *l, struct phone *p)
{
    if (l->end_us)
        return;
    p->step = l->o.ussd && p->step < ANSWERS ? p->step + 1 : 0;
    if (p->step == 0)
        p->subscriber += l->o.window;
    send_message(l, p);
}

static void begin(struct load *l)
{
    for (unsigned i = 0; i < l->o.window; i++) {
        l->phones[i].subscriber = i;
        send_message(l, &l->phones[i]);
    }
}

static void finish(struct load *l)
{
    event_base_loopbreak(l->base);
}

static void count_message(struct load *l, const struct phone *p)
{
    int64_t now = now_us();
    l->settled++;
    if (l->begin_us && !l->end_us) {
        l->latencies[l->measured++] = (uint32_t)(now - p->sent_us);
        if (l->measured == l->o.steps) {
            l->end_us = now;
            watch_end(&l->watch);
            finish(l);
        }
    }
    if (!l->begin_us && l->settled >= l->o.warm_up) {
        l->begin_us = now;
        watch_begin(&l->watch);
    }
}

static struct phone *phone_of(struct load *l, const char *number)
{
    size_t n = strlen(number);
    uint32_t subscriber = n > 8 ? (uint32_t)strtoul(number + n - 8, NULL, 10) : 0;
    struct phone *p = &l->phones[subscriber % l->o.window];
    return n > 8 && p->waits && p->subscriber == subscriber ? p : NULL;
}

static void on_submit(struct load *l, const struct pdu *s)
{
    struct pdu r = {.command = PDU_RESPONSE | PDU_SUBMIT_SM, .sequence = s->sequence};
    struct phone *p = phone_of(l, s->dest.digits);
    snprintf(r.message_id, sizeof r.message_id, "%" PRIu32, l->settled + 1);
    send_pdu(l, &r);
    if (!p || s->message_len == 0) {
        l->strange++;
        return;
    }
    p->waits = false;
    l->waiting--;
    count_message(l, p);
    go_on(l, p);
}

static void on_pdu(struct load *l, const struct pdu *p)
{
    struct pdu r = {.command = PDU_RESPONSE | p->command, .sequence = p->sequence};
    switch (p->command) {
    case PDU_BIND_TRANSCEIVER:
        strcpy(r.system_id, "bench");
        send_pdu(l, &r);
        if (!l->bound)
            begin(l);
        l->bound = true;
        break;
    case PDU_ENQUIRE_LINK:
        send_pdu(l, &r);
        break;
    case PDU_SUBMIT_SM:
        on_submit(l, p);
        break;
    case PDU_RESPONSE | PDU_DELIVER_SM:
        l->refused += p->status != PDU_OK;
        break;
    default:
        break;
    }
}

static void on_input(struct bufferevent *bev, void *arg)
{
    struct load *l = arg;
    struct evbuffer *in = bufferevent_get_input(bev);
    for (;;) {
        uint8_t head[4];
        ev_ssize_t n = evbuffer_copyout(in, head, sizeof head);
        long len = n == sizeof head ? pdu_length(head, sizeof head) : 0;
        if (len <= 0 || (size_t)len > evbuffer_get_length(in))
            return;
        struct pdu p;
        if (pdu_read(evbuffer_pullup(in, len), (size_t)len, &p) == PDU_OK)
            on_pdu(l, &p);
        else
            l->strange++;
        evbuffer_drain(in, (size_t)len);
    }
}

static void on_event(struct bufferevent *bev, short what, void *arg)
{
    (void)bev;
    if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR))
        finish(arg);
}

static void on_connection(struct evconnlistener *listener, evutil_socket_t fd,
                          struct sockaddr *addr, int len, void *arg)
{
    struct load *l = arg;
    (void)listener;
    (void)addr;
    (void)len;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    l->esme = bufferevent_socket_new(l->base, fd, BEV_OPT_CLOSE_ON_FREE);
    bufferevent_setcb(l->esme, on_input, NULL, on_event, l);
    bufferevent_enable(l->esme, EV_READ | EV_WRITE);
}

/* Nothing has moved for a while: give up. */
static void on_look(evutil_socket_t fd, short what, void *arg)
{
    struct load *l = arg;
    (void)fd;
    (void)what;
    if (l->bound && l->settled == l->seen)
        finish(l);
    l->seen = l->settled;
}

static int compare(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void report(struct load *l)
{
    double seconds = (double)(l->end_us - l->begin_us) / 1e6;
    qsort(l->latencies, l->measured, sizeof l->latencies[0], compare);
    printf("messages=%" PRIu32 " seconds=%.3f rate=%.0f p50=%" PRIu32 " p99=%" PRIu32
           " refused=%" PRIu32 " strange=%" PRIu32,
           l->measured, seconds, l->measured / seconds, l->latencies[l->measured / 2],
           l->latencies[(uint64_t)l->measured * 99 / 100], l->refused, l->strange);
    watch_print(&l->watch, l->measured);
    putchar('\n');
}

/* The line must outlive the watch: the names point into it. */
static int read_pids(struct load *l)
{
    if (!fgets(l->pids, sizeof l->pids, stdin))
        return -1;
    for (char *s = strtok(l->pids, " \n"); s; s = strtok(NULL, " \n"))
        if (watch_add(&l->watch, s) < 0)
            return -1;
    return 0;
}

static int run(struct load *l)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    struct evconnlistener *listener = evconnlistener_new_bind(
        l->base, on_connection, l, LEV_OPT_CLOSE_ON_FREE, 8, (struct sockaddr *)&a, sizeof a);
    struct event *look = event_new(l->base, -1, EV_PERSIST, on_look, l);
    if (!listener || !look)
        return -1;
    getsockname(evconnlistener_get_fd(listener), (struct sockaddr *)&a, &len);
    printf("port %u\n", ntohs(a.sin_port));
    fflush(stdout);
    if (read_pids(l) < 0)
        return -1;
    event_add(look, &(struct timeval){.tv_sec = STALL_S});
    event_base_dispatch(l->base);
    event_free(look);
    evconnlistener_free(listener);
    if (l->esme)
        bufferevent_free(l->esme);
    return l->end_us ? 0 : -1;
}

static int read_options(int argc, char **argv, struct load *l)
{
    for (int o; (o = getopt(argc, argv, "k:n:u:w:")) != -1;) {
        if (o == 'k')
            l->o.ussd = strcmp(optarg, "ussd") == 0;
        else if (o == 'n')
            l->o.steps = (uint32_t)strtoul(optarg, NULL, 10);
        else if (o == 'u')
            l->o.warm_up = (uint32_t)strtoul(optarg, NULL, 10);
        else if (o == 'w')
            l->o.window = (unsigned)strtoul(optarg, NULL, 10);
        else
            return -1;
    }
    return optind == argc && l->o.steps > 0 && l->o.window > 0 && l->o.window <= WINDOW_MAX ? 0
                                                                                            : -1;
}

int main(int argc, char **argv)
{
    struct load *l = calloc(1, sizeof *l);
    if (!l)
        return 1;
    l->o = (struct options){.window = 64, .steps = 10000, .warm_up = 1000};
    if (read_options(argc, argv, l) < 0) {
        fputs("usage: bench_smsc [-k sms|ussd] [-w PHONES] [-n MESSAGES] [-u WARM-UP]\n", stderr);
        return 2;
    }
    l->latencies = calloc(l->o.steps, sizeof *l->latencies);
    l->base = event_base_new();
    int rc = l->latencies && l->base ? run(l) : -1;
    if (rc == 0)
        report(l);
    if (l->base)
        event_base_free(l->base);
    free(l->latencies);
    int flawless = rc == 0 && l->strange == 0 && l->refused == 0;
    free(l);
    return rc ? 1 : flawless ? 0 : 3;
}
