/* SPDX-License-Identifier: Apache-2.0 */
#include "simulation/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "core/once.h"
#include "simulation/reader.h"
#include "simulation/sim.h"

enum {
    SCREEN_SEPTETS = 182,
    SCREEN_UNITS = 80,
    SMS_SEGMENTS_MAX = 8,
    IN_LINE_MAX = 8 /* messages of one subscriber in hand */
};

void check_fits(struct sim *s, const struct mt *mt)
{
    struct measure m;
    if (mt->kind == MT_NONE)
        return;
    if (coding_measure(mt->text, mt->text_len, &m) < 0 || m.coding != mt->coding)
        trace_fail(s, "6: %s does not say which alphabet it needs: %s", mt->id, mt->text);
    bool gsm7 = m.coding == CODING_GSM7;
    if (mt->kind == MT_USSD && (gsm7 ? m.septets > SCREEN_SEPTETS : m.units > SCREEN_UNITS))
        trace_fail(s, "6: %s is too long for a screen: %s", mt->id, mt->text);
    if (mt->kind == MT_SMS && (mt->segments < 1 || mt->segments > SMS_SEGMENTS_MAX))
        trace_fail(s, "6: %s has %u segments", mt->id, mt->segments);
}

void check_in_time(struct sim *s, const struct gateway *g, const struct input *in)
{
    if (in->mo.deadline > 0 && s->now + g->skew_ms > in->mo.deadline)
        trace_fail(s, "5: %s is answered after its time", in->mo.id);
}

static void check_part(struct sim *s, struct input *in, const struct wire *w)
{
    uint64_t hash = digest_fnv(w->text, w->len) | 1;
    if (w->part >= PARTS_MAX)
        trace_fail(s, "1: %s causes %u further messages", in->mo.id, w->part);
    if (in->part[w->part] == 0)
        in->part[w->part] = hash;
    else if (in->part[w->part] != hash && !bridge_in_doubt(s, in))
        trace_fail(s, "1: message %u that %s causes has come with another text: %s", w->part,
                   in->mo.id, w->text);
}

/* How many messages of that phone came after it? */
static unsigned later(const struct sim *s, const struct input *in)
{
    unsigned n = 0;
    for (size_t i = 0; i < s->bridge.count; i++)
        n += s->bridge.input[i]->phone == in->phone && s->bridge.input[i]->mo.at > in->mo.at;
    return n;
}

/* A screen has come again, in another content version. */
static void check_wording(struct sim *s, const struct input *in, const struct wire *w)
{
    if (in->first->knows_all && w->knows_all && later(s, in) == 0 && !bridge_in_doubt(s, in))
        trace_fail(s, "1: the answer to %s has come in two contents, and both gateways had both",
                   in->mo.id);
    sim_count(s, HAPPEN_other_wording);
}

void check_same_answer(struct sim *s, struct input *in, const struct wire *w)
{
    const struct wire *first = in->first;
    char case_no[REQUEST_CASE_MAX + 1], pin[REQUEST_PIN_MAX + 1];
    if (w->part > 0) {
        check_part(s, in, w);
        return;
    }
    if (!first) {
        in->first = sim_copy(w, sizeof *w + w->len + 1);
        return;
    }
    if (first->kind == w->kind && first->end == w->end && strcmp(first->text, w->text) == 0) {
        if (reader_case(s->stage, w->text, case_no, pin))
            sim_count(s, HAPPEN_confirmed_twice);
        return;
    }
    if (first->kind == w->kind && first->end == w->end && stage_same_screen(first->text, w->text)) {
        check_wording(s, in, w);
        return;
    }
    if (!bridge_in_doubt(s, in))
        trace_fail(s, "1: %s was answered \"%s\", then \"%s\"", in->mo.id, first->text, w->text);
    sim_count(s, HAPPEN_forgotten);
}

void check_refusal(struct sim *s, const struct input *in)
{
    unsigned n = 0;
    for (size_t i = 0; i < s->bridge.count; i++)
        n += s->bridge.input[i]->phone == in->phone && s->bridge.input[i]->step > in->step;
    if (n < SESSION_ANSWERS && !bridge_in_doubt(s, in))
        trace_fail(s, "1: %s is refused, and only %u came after it", in->mo.id, n);
}

static bool contains(const void *where, size_t len, const char *number)
{
    uint64_t n = 0;
    for (const char *p = number; *p != '\0'; p++)
        n = 10 * n + (uint64_t)(*p - '0');
    return memmem(where, len, number, strlen(number)) || memmem(where, len, &n, 5);
}

static bool has(const struct session *ss, uint64_t id, unsigned from)
{
    for (unsigned i = from; i < ss->seen_count; i++)
        if (ss->seen[i].id == id)
            return true;
    return false;
}

/* A message came into a record: as the newest, by a step that was taken just now; or with steps
 * that had been taken without the store. */
static void took(struct sim *s, unsigned phone, uint64_t once, bool newest)
{
    long i = bridge_find(&s->bridge, once);
    if (i < 0 || s->bridge.input[i]->phone != phone)
        trace_fail(s, "2: phone %u's session has a step that it never asked for", phone + 1);
    struct input *in = s->bridge.input[i];
    /* A message of before comes between, such as a late twin of one that was forgotten. */
    if (s->phone[phone].waiting != (int)i)
        s->phone[phone].confused = true;
    bool again = in->taken > 0;
    in->taken += newest || !again;
    in->step = ++s->bridge.steps;
    if ((again || !newest) && !bridge_in_doubt(s, in))
        trace_fail(s, "2: the step of %s was taken twice", in->mo.id);
    if (again && newest)
        sim_count(s, HAPPEN_forgotten);
}

/* Had the session begun with a content that its gateway has never had? */
static void look_at_content(struct sim *s, const struct gateway *g, const struct session *before)
{
    for (unsigned i = 0; i < CONTENTS; i++)
        if (!(g->contents & 1u << i) &&
            before->catalog == strtoull(catalog_version(s->stage->content[i]), NULL, 16))
            sim_count(s, HAPPEN_stale_content);
}

void check_record(struct sim *s, const struct gateway *g, unsigned phone,
                  const struct store_save *save, const struct stored_version *old)
{
    struct session now, before;
    if (contains(save->record, save->len, s->phone[phone].msisdn))
        trace_fail(s, "8: the number of phone %u is in its record", phone + 1);
    if (session_decode(save->record, save->len, &now) < 0)
        trace_fail(s, "2: a record cannot be read");
    session_init(&before);
    if (old->len > 0)
        session_decode(old->record, old->len, &before);
    look_at_content(s, g, &before);
    for (unsigned i = 0; i < now.seen_count; i++) {
        uint64_t id = now.seen[i].id;
        if (before.seen_count > 0 && id == before.seen[0].id)
            return;
        if (has(&now, id, i + 1))
            trace_fail(s, "2: a record has seen a message twice");
        if (!has(&before, id, 0))
            took(s, phone, id, i == 0);
    }
}

void check_request(struct sim *s, const struct request *r)
{
    struct request open = *r;
    bool anonymous = r->wish == WISH_NONE;
    open.msisdn = open.text = NULL;
    for (unsigned i = 0; i < s->phones; i++)
        if (contains(&open, sizeof open, s->phone[i].msisdn))
            trace_fail(s, "8: the number of phone %u stands openly in request %s", i + 1, r->id);
    if (anonymous && (r->msisdn[0] != '\0' || r->subject[0] != '\0'))
        trace_fail(s, "9: anonymous request %s says who asks", r->id);
    if (!anonymous && (r->msisdn[0] == '\0' || r->subject[0] == '\0'))
        trace_fail(s, "9: request %s does not say whom to call", r->id);
    if (!request_case_valid(r->case_no))
        trace_fail(s, "4: %s is no case number", r->case_no);
}

static const struct paper *paper_of(const struct sim *s, const char *case_no)
{
    const struct paper *p = receiver_case(&s->receiver, case_no);
    for (unsigned i = 0; i < GATEWAYS && !p; i++)
        p = disk_case(&s->gateway[i].disk, case_no);
    return p;
}

void check_on_disk(struct sim *s, unsigned phone, const char *case_no)
{
    if (!paper_of(s, case_no))
        trace_fail(s, "3: phone %u is told case %s, which is on no disk", phone + 1, case_no);
}

void check_confirmation(struct sim *s, const struct confirmed *c)
{
    check_on_disk(s, c->phone, c->case_no);
    for (size_t i = 0; i < s->confirmed_count; i++) {
        const struct confirmed *old = &s->confirmed[i];
        if (strcmp(old->case_no, c->case_no) == 0 &&
            (old->phone != c->phone || strcmp(old->pin, c->pin) != 0))
            trace_fail(s, "4: case %s was given to two requests", c->case_no);
    }
}

void check_note(struct sim *s, unsigned phone, const struct choices *c)
{
    if (!c->with_note)
        trace_fail(s, "9: phone %u gets its case number by SMS, and did not want it", phone + 1);
}

void check_status(struct sim *s, const struct case_ask *ask, enum case_state state, bool hindered)
{
    const struct paper *p = paper_of(s, ask->case_no);
    if (state != CASE_UNKNOWN || !p || strcmp(p->request.proof, ask->proof) != 0)
        return;
    if (!hindered)
        trace_fail(s, "case %s is not known with the right PIN", ask->case_no);
    for (size_t i = 0; i < s->confirmed_count; i++)
        if (strcmp(s->confirmed[i].case_no, ask->case_no) == 0)
            s->confirmed[i].excused = true;
}

void check_told_unknown(struct sim *s, const struct confirmed *c)
{
    if (!c->excused)
        trace_fail(s, "phone %u is told that case %s is not known", c->phone + 1, c->case_no);
}

void check_gateway(struct sim *s, const struct gateway *g)
{
    if (forward_waiting(g->forward) > gateway_window(s))
        trace_fail(s, "7: gateway %u has sent %zu entries", g->index + 1,
                   forward_waiting(g->forward));
    if (dispatch_inflight(g->dispatch) > (size_t)s->phones * IN_LINE_MAX)
        trace_fail(s, "7: gateway %u has %zu messages in hand", g->index + 1,
                   dispatch_inflight(g->dispatch));
}
