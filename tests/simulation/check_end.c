/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold when everything has come to rest. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "simulation/check.h"
#include "simulation/sim.h"

static void rest(struct sim *s)
{
    for (unsigned i = 0; i < s->phones; i++)
        if (!phone_is_done(&s->phone[i]))
            trace_fail(s, "5: phone %u still waits", i + 1);
    for (size_t i = 0; i < s->bridge.count; i++)
        if (s->bridge.input[i]->state == INPUT_WAITING)
            trace_fail(s, "5: %s was never settled", s->bridge.input[i]->mo.id);
    for (unsigned i = 0; i < GATEWAYS; i++) {
        const struct gateway *g = &s->gateway[i];
        if (dispatch_inflight(g->dispatch) > 0)
            trace_fail(s, "7: gateway %u still has %zu messages in hand", i + 1,
                       dispatch_inflight(g->dispatch));
        if (disk_waiting(&g->disk) > 0)
            trace_fail(s, "4: %zu requests of gateway %u never came to the case work",
                       disk_waiting(&g->disk), i + 1);
        if (forward_waiting(g->forward) > 0)
            trace_fail(s, "7: gateway %u still waits for %zu acknowledgements", i + 1,
                       forward_waiting(g->forward));
    }
}

/* The id of the request that an input files or could file. */
static const char *id_of(const struct sim *s, struct input *in)
{
    const struct secret *secret = &s->stage->options.rules.secret;
    if (in->request[0] == '\0')
        request_id(request_ref(secret->octets, secret->len, stage_bridge, in->mo.id), in->request);
    return in->request;
}

static const struct paper *received(struct sim *s, const struct confirmed *c)
{
    const struct receiver *r = &s->receiver;
    const struct paper *found = NULL;
    for (size_t i = 0; i < r->count; i++) {
        if (strcmp(r->paper[i].request.case_no, c->case_no) != 0)
            continue;
        if (found)
            trace_fail(s, "4: case %s came to the case work twice", c->case_no);
        found = &r->paper[i];
    }
    if (!found)
        trace_fail(s, "4: confirmed case %s never came to the case work", c->case_no);
    return found;
}

static void as_chosen(struct sim *s, const struct confirmed *c, const struct paper *p)
{
    const struct choices *w = &c->choices;
    const struct request *r = &p->request;
    if (w->kind[0] != '\0' && strcmp(w->kind, r->kind) != 0)
        trace_fail(s, "4: case %s is about %s, but %s was chosen", c->case_no, r->kind, w->kind);
    if (strcmp(w->country, r->country) != 0)
        trace_fail(s, "4: case %s is in %s, but %s was chosen", c->case_no, r->country, w->country);
    if (w->wish != (int)r->wish)
        trace_fail(s, "4: case %s has wish %d, but %d was chosen", c->case_no, (int)r->wish,
                   w->wish);
    if (r->wish != WISH_NONE && w->safe != (int)r->safe)
        trace_fail(s, "4: case %s has time %d, but %d was chosen", c->case_no, (int)r->safe,
                   w->safe);
}

/* The message that a request follows from; NULL if none does. `likely` is looked at first. */
static const struct input *input_of(const struct sim *s, const char *request, size_t likely)
{
    size_t n = s->bridge.count;
    for (size_t i = 0; i < n; i++) {
        struct input *in = s->bridge.input[(likely + n - i) % n];
        if (strcmp(id_of(s, in), request) == 0)
            return in;
    }
    return NULL;
}

static void confirmation(struct sim *s, const struct confirmed *c)
{
    const struct paper *p = received(s, c);
    const struct input *in = input_of(s, p->request.id, c->choices.input);
    if (!in || in->phone != c->phone)
        trace_fail(s, "4: case %s is not the request of phone %u", c->case_no, c->phone + 1);
    if (p->request.wish != WISH_NONE && strcmp(p->msisdn, s->phone[c->phone].msisdn) != 0)
        trace_fail(s, "4: case %s has the number of another phone", c->case_no);
    if (p->request.sms != (in->mo.kind == MO_SMS))
        trace_fail(s, "4: case %s came another way", c->case_no);
    /* Else what the phone saw was the screen of before, drawn again. */
    if (!c->choices_known || in != s->bridge.input[c->choices.input])
        return;
    as_chosen(s, c, p);
    if (strcmp(p->text, c->choices.with_text ? in->text : "") != 0)
        trace_fail(s, "4: case %s has other words than were written", c->case_no);
}

static bool is_confirmed(const struct sim *s, const char *case_no)
{
    for (size_t i = 0; i < s->confirmed_count; i++)
        if (strcmp(s->confirmed[i].case_no, case_no) == 0)
            return true;
    return false;
}

/* What came to the case work and no phone saw confirmed was at least asked for by a message. */
static void unconfirmed(struct sim *s, const struct paper *p)
{
    const char *id = p->request.id;
    const struct input *in = input_of(s, id, 0);
    sim_count(s, HAPPEN_unconfirmed);
    if (!in)
        trace_fail(s, "4: nobody asked for request %s", id);
    if (p->msisdn[0] != '\0' && strcmp(p->msisdn, in->mo.msisdn) != 0)
        trace_fail(s, "4: request %s has the number of another phone", id);
}

static void requests(struct sim *s)
{
    const struct receiver *r = &s->receiver;
    for (size_t i = 0; i < s->confirmed_count; i++)
        confirmation(s, &s->confirmed[i]);
    for (size_t i = 0; i < r->count; i++) {
        const struct request *q = &r->paper[i].request;
        for (size_t k = 0; k < i; k++)
            if (strcmp(r->paper[k].request.id, q->id) == 0)
                trace_fail(s, "4: request %s came to the case work twice", q->id);
        if (!is_confirmed(s, q->case_no))
            unconfirmed(s, &r->paper[i]);
    }
}

static void logged(struct sim *s, const struct gateway *g)
{
    off_t len = g->log_fd >= 0 ? lseek(g->log_fd, 0, SEEK_END) : 0;
    if (len <= 0)
        return;
    char *all = sim_alloc((size_t)len);
    if (pread(g->log_fd, all, (size_t)len, 0) != len)
        trace_fail(s, "the log cannot be read");
    for (unsigned i = 0; i < s->phones; i++)
        if (memmem(all, (size_t)len, s->phone[i].msisdn, strlen(s->phone[i].msisdn)))
            trace_fail(s, "8: the number of phone %u is in the log", i + 1);
    free(all);
    sim_count(s, HAPPEN_looked_in_log);
}

void check_end(struct sim *s)
{
    rest(s);
    requests(s);
    for (unsigned i = 0; i < GATEWAYS; i++)
        logged(s, &s->gateway[i]);
}
