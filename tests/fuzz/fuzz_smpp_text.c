/* SPDX-License-Identifier: Apache-2.0 */
/* What a carrier delivers: the first octet chooses the profile, then come deliver_sm PDUs one after
 * the other. Each is taken for a part, an SMS, USSD and a receipt, whatever it is; what can be
 * answered is, and the answer is a PDU that reads. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "smpp/parts.h"
#include "smpp/sent.h"
#include "smpp/sms.h"
#include "smpp/ussd.h"

enum { PROFILES = 3 };

struct scene {
    struct conf conf;
    struct profile profiles[PROFILES];
    const struct profile *p;
    struct parts *parts;
    struct sent *sent;
    uint64_t token;
    int64_t now;
    size_t open; /* parts whose token has not come back */
};

static void must(int holds)
{
    if (!holds)
        abort();
}

static void on_expired(void *arg, const uint64_t *tokens, size_t count)
{
    struct scene *s = arg;
    (void)tokens;
    must(count > 0 && count <= s->open);
    s->open -= count;
}

static void on_receipt(void *arg, const char *mt_id, enum mo_status status)
{
    (void)arg;
    must(mt_id[0] == 'm' && status > STATUS_ACCEPTED);
}

static void is_text(const char *text, size_t len)
{
    must(strlen(text) == len && utf8_valid(text, len));
}

static void take_sms(struct scene *s, const struct pdu *d, const uint8_t *octets, size_t len)
{
    static char text[MESSAGE_TEXT_MAX + 1];
    char why[128];
    struct dcs_octets in = {octets, len, d->data_coding, false};
    int n = sms_read(s->p, &in, text, sizeof text, why);
    must(n >= 0 || why[0] != '\0');
    if (n >= 0)
        is_text(text, (size_t)n);
}

static void take_part(struct scene *s, const struct pdu *d)
{
    struct part part;
    struct parts_whole whole;
    uint64_t older;
    if (part_of(d, &part) != PDU_OK)
        return;
    must(part.number >= 1 && part.number <= part.total);
    must((size_t)part.header + part.len == d->message_len);
    bool alone = part.total == 1;
    enum parts_result r = parts_add(s->parts, d, &part, ++s->token, s->now, &whole, &older);
    s->open += r == PARTS_WAIT || (r == PARTS_WHOLE && !alone);
    must((r == PARTS_AGAIN) == (older != 0));
    if (r != PARTS_WHOLE)
        return;
    must(whole.count == part.total && (alone || whole.len <= PARTS_OCTETS_MAX));
    s->open -= alone ? 0 : whole.count;
    take_sms(s, d, whole.octets, whole.len);
    parts_settled(s->parts, whole.id, d->sequence % 2 == 0, s->now);
}

static void take_ussd(struct scene *s, const struct pdu *d)
{
    static struct ussd_input in;
    static uint8_t octets[PDU_MAX];
    struct ussd_memory m;
    struct pdu answer, seen;
    char why[128];
    uint32_t status = ussd_read(s->p, d, &in, why);
    must((status == PDU_OK) == (why[0] == '\0'));
    ussd_is(s->p, d);
    if (status != PDU_OK)
        return;
    is_text(in.text, strlen(in.text));
    must(in.session[0] != '\0' && in.msisdn[0] != '\0');
    must((in.kind == MO_USSD_BEGIN) == (in.code[0] != '\0'));
    must((in.kind == MO_USSD_END) == (in.cause != CAUSE_NONE));
    struct measure measure;
    must(coding_measure(in.text, strlen(in.text), &measure) == 0);
    struct ussd_screen screen = {&in.context, in.text, strlen(in.text), measure.coding,
                                 d->sequence % 2};
    if (ussd_write(s->p, &screen, &m, &answer) != 0)
        return;
    long n = pdu_write(&answer, octets, sizeof octets);
    must(n > 0 && pdu_read(octets, (size_t)n, &seen) == PDU_OK);
}

static void take_receipt(struct scene *s, const struct pdu *d)
{
    struct receipt r;
    receipt_is(d);
    if (receipt_read(d, &r) != 0)
        return;
    must(r.id[0] != '\0' && r.status != STATUS_NONE);
    if (d->sequence % 4 == 0)
        sent_add(s->sent, r.id, d->sequence % 8 ? "m1" : "m2", 1 + d->priority % 3, s->now);
    int known = sent_receipt(s->sent, &r, s->now);
    must(known == 0 || known == -1);
}

static void open_scene(struct scene *s)
{
    static const char text[] = "[profile other]\nussd_packed = yes\ncode_in = destination\n"
                               "dcs_0 = latin1\nsession_tlv = 0x0204\nsequence_next = yes\n"
                               "ussd_timeout = 3 4\n";
    static const char *const names[PROFILES] = {"standard", "sixdee", "other"};
    char err[CONF_ERROR_MAX];
    must(conf_parse(text, "fuzz", &s->conf, err) == 0);
    for (size_t i = 0; i < PROFILES; i++)
        must(profile_read(conf_profile(&s->conf, names[i]), &s->profiles[i], err) == 0);
}

/* The PDUs of an input, some time between them. */
static void run(struct scene *s, const uint8_t *data, size_t size)
{
    long n = pdu_length(data, size);
    for (; n > 0 && (size_t)n <= size; n = pdu_length(data, size)) {
        struct pdu d;
        if (pdu_read(data, (size_t)n, &d) == PDU_OK && d.command == PDU_DELIVER_SM) {
            s->now += d.protocol_id;
            take_part(s, &d);
            take_ussd(s, &d);
            take_receipt(s, &d);
            must(parts_tick(s->parts, s->now) <= 1000);
            sent_tick(s->sent, s->now);
            must(parts_count(s->parts) <= 3 && sent_count(s->sent) <= 3);
        }
        data += n;
        size -= (size_t)n;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct scene s;
    if (size == 0)
        return 0;
    if (!s.profiles[0].conf)
        open_scene(&s);
    s.p = &s.profiles[data[0] % PROFILES];
    s.token = s.open = 0;
    s.now = 0;
    struct parts_options po = {3, 300, 500, &s, on_expired};
    struct sent_options so = {3, 600, data[0] & 0x80 ? 200 : 0, &s, on_receipt};
    s.parts = parts_new(&po);
    s.sent = sent_new(&so);
    must(s.parts && s.sent);
    run(&s, data + 1, size - 1);
    parts_tick(s.parts, s.now + 300);
    must(s.open == 0 && parts_count(s.parts) == 0);
    parts_free(s.parts);
    sent_free(s.sent);
    return 0;
}
