/* SPDX-License-Identifier: Apache-2.0 */
#include "support/smsc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void end(struct smsc_bind *b)
{
    if (b->fd < 0)
        return;
    loop_off_readable(b->smsc->loop, b->fd);
    close(b->fd);
    b->fd = -1;
}

static void say(struct smsc_bind *b, const struct pdu *p)
{
    uint8_t octets[2048];
    long len = pdu_write(p, octets, sizeof octets);
    assert_true(len > 0);
    (void)!send(b->fd, octets, (size_t)len, MSG_NOSIGNAL); /* the other side may have gone */
}

/* What a carrier says to the requests of an ESME. */
static void answer(struct smsc_bind *b, const struct pdu *p)
{
    struct smsc *s = b->smsc;
    struct pdu a = {.command = p->command | PDU_RESPONSE, .sequence = p->sequence};
    if (p->command & PDU_RESPONSE || (p->command == PDU_SUBMIT_SM && s->silent))
        return;
    if (p->command == PDU_SUBMIT_SM) {
        a.status = s->refuses;
        snprintf(a.message_id, sizeof a.message_id, "%u", p->sequence);
    } else if (p->command != PDU_ENQUIRE_LINK && p->command != PDU_UNBIND) {
        b->command = p->command;
        strcpy(a.system_id, "smsc");
    }
    say(b, &a);
    if (p->command == PDU_SUBMIT_SM && s->submitted)
        s->submitted(s->arg);
}

static void note(struct smsc_bind *b, const struct pdu *p)
{
    struct smsc *s = b->smsc;
    assert_true(s->seen_count < SMSC_SEEN_MAX);
    struct smsc_pdu *seen = &s->seen[s->seen_count++];
    *seen = (struct smsc_pdu){b->number, p->command, p->status, p->sequence, ""};
    for (size_t i = 0; i < p->message_len && i + 1 < sizeof seen->text; i++)
        seen->text[i] = isprint(p->message[i]) ? (char)p->message[i] : '.';
}

static void take_pdus(struct smsc_bind *b)
{
    long len;
    while ((len = pdu_length(b->input, b->len)) > 0 && (size_t)len <= b->len) {
        struct pdu p;
        assert_int_equal(pdu_read(b->input, (size_t)len, &p), PDU_OK);
        note(b, &p);
        answer(b, &p);
        b->len -= (size_t)len;
        memmove(b->input, b->input + len, b->len);
    }
}

static void on_readable(void *arg)
{
    struct smsc_bind *b = arg;
    ssize_t n = read(b->fd, b->input + b->len, sizeof b->input - b->len);
    if (n <= 0) {
        end(b);
        return;
    }
    b->len += (size_t)n;
    take_pdus(b);
}

static void on_connection(void *arg)
{
    struct smsc *s = arg;
    assert_true(s->binds < SMSC_BINDS_MAX);
    struct smsc_bind *b = &s->bind[s->binds];
    *b = (struct smsc_bind){.smsc = s, .number = s->binds++};
    b->fd = accept(s->listener, NULL, NULL);
    assert_true(b->fd >= 0);
    assert_int_equal(loop_on_readable(s->loop, b->fd, on_readable, b), 0);
}

void smsc_listen(struct smsc *s)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    snprintf(a.sun_path, sizeof a.sun_path, "%s", s->path);
    unlink(s->path);
    s->listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(s->listener, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(listen(s->listener, SMSC_BINDS_MAX), 0);
    assert_int_equal(loop_on_readable(s->loop, s->listener, on_connection, s), 0);
}

void smsc_refuse(struct smsc *s)
{
    loop_off_readable(s->loop, s->listener);
    close(s->listener);
    s->listener = -1;
}

void smsc_open(struct smsc *s, struct loop *loop, const char *path)
{
    memset(s, 0, sizeof *s);
    s->loop = loop;
    snprintf(s->path, sizeof s->path, "%s", path);
    smsc_listen(s);
}

void smsc_close(struct smsc *s)
{
    for (int i = 0; i < s->binds; i++)
        end(&s->bind[i]);
    if (s->listener >= 0)
        smsc_refuse(s);
    unlink(s->path);
}

/* What is waited for. */
struct wanted {
    struct smsc *s;
    uint32_t command, sequence;
    int n;
};

static bool is_bound(void *arg)
{
    const struct wanted *w = arg;
    return w->s->binds > w->n && w->s->bind[w->n].command != 0;
}

void smsc_await_bind(struct smsc *s, int n)
{
    struct wanted w = {.s = s, .n = n};
    server_await(s->loop, is_bound, &w);
}

static bool has_ended(void *arg)
{
    const struct wanted *w = arg;
    return w->s->bind[w->n].fd < 0;
}

void smsc_await_end(struct smsc *s, int n)
{
    struct wanted w = {.s = s, .n = n};
    server_await(s->loop, has_ended, &w);
}

uint32_t smsc_say(struct smsc *s, int n, const struct pdu *p)
{
    struct pdu copy = *p;
    copy.sequence = ++s->sequence;
    say(&s->bind[n], &copy);
    return copy.sequence;
}

static struct pdu message(const uint8_t *octets, size_t len)
{
    return (struct pdu){.command = PDU_DELIVER_SM,
                        .source = {1, 1, "8562055512345"},
                        .dest = {0, 0, "1234"},
                        .message = octets,
                        .message_len = len};
}

uint32_t smsc_deliver(struct smsc *s, int n, const char *header, const char *text)
{
    uint8_t octets[PDU_MESSAGE_MAX];
    size_t h = header ? 6 : 0, len = strlen(text);
    if (header)
        memcpy(octets, header, h);
    memcpy(octets + h, text, len);
    struct pdu p = message(octets, h + len);
    p.esm_class = header ? 0x40 : 0;
    return smsc_say(s, n, &p);
}

uint32_t smsc_deliver_ussd(struct smsc *s, int n, uint8_t op, const char *text)
{
    static const uint8_t session[] = {7, 0};
    struct pdu p = message((const uint8_t *)text, strlen(text));
    p.data_coding = 15;
    assert_int_equal(pdu_tlv_add(&p, TAG_USSD_SERVICE_OP, &op, 1), 0);
    assert_int_equal(pdu_tlv_add(&p, TAG_ITS_SESSION_INFO, session, 2), 0);
    return smsc_say(s, n, &p);
}

long smsc_answer(const struct smsc *s, uint32_t sequence)
{
    long status = -1;
    for (size_t i = 0; i < s->seen_count; i++) {
        const struct smsc_pdu *p = &s->seen[i];
        if (p->command != (PDU_DELIVER_SM | PDU_RESPONSE) || p->sequence != sequence)
            continue;
        assert_int_equal(status, -1); /* once */
        status = p->status;
    }
    return status;
}

static bool is_answered(void *arg)
{
    const struct wanted *w = arg;
    return smsc_answer(w->s, w->sequence) >= 0;
}

long smsc_await_answer(struct smsc *s, uint32_t sequence)
{
    struct wanted w = {.s = s, .sequence = sequence};
    server_await(s->loop, is_answered, &w);
    return smsc_answer(s, sequence);
}

int smsc_count(const struct smsc *s, uint32_t command)
{
    int n = 0;
    for (size_t i = 0; i < s->seen_count; i++)
        n += s->seen[i].command == command;
    return n;
}

static bool has_counted(void *arg)
{
    const struct wanted *w = arg;
    return smsc_count(w->s, w->command) >= w->n;
}

void smsc_await_count(struct smsc *s, uint32_t command, int n)
{
    struct wanted w = {.s = s, .command = command, .n = n};
    server_await(s->loop, has_counted, &w);
}

void smsc_drop(struct smsc *s, int n)
{
    end(&s->bind[n]);
}
