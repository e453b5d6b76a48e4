/* SPDX-License-Identifier: Apache-2.0 */
#include "smpp/carrier.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "smpp/carrier_internal.h"

enum { KNOWN_MIN = 10000, SENT_MAX = 100000, REMEMBER_MS = 600000, PASSWORD_MAX = 8 };

int64_t carrier_now(void)
{
    return loop_monotonic_us() / 1000;
}

int carrier_answer(struct carrier *c, uint64_t token, uint32_t status)
{
    uint8_t index = esme_index(token);
    return index < c->esmes ? esme_answer(c->esme[index], token, status) : -1;
}

static bool is_bound(const struct carrier *c)
{
    for (size_t i = 0; i < c->esmes; i++)
        if (!esme_is_bound(c->esme[i]))
            return false;
    return true;
}

static void tell_bound(struct carrier *c)
{
    bool bound = is_bound(c);
    metrics_set(c->o.metrics, M_SMPP_BOUND, c->name, bound);
    bridge_carrier(c->bridge, bound);
}

/* Events of the binds. esme[0] sends. */

static void on_bound(void *arg)
{
    struct carrier *c = arg;
    tell_bound(c);
    carrier_pump(c);
}

static void on_lost(void *arg, bool delivers)
{
    struct carrier *c = arg;
    if (delivers)
        inbox_lost(c->inbox, carrier_now());
    tell_bound(c);
}

static void on_deliver(void *arg, uint64_t token, const struct pdu *p)
{
    carrier_deliver(arg, token, p);
}

static void on_submitted(void *arg, const struct link_submitted *s)
{
    struct carrier *c = arg;
    if (s->outcome == LINK_ANSWERED && s->status != PDU_OK)
        log_write(c->o.log, EV_smpp_not_taken,
                  LOG_FIELDS(LS("bridge", c->name), LS("status", pdu_status_name(s->status)),
                             LI("code", s->status)));
    queue_submitted(c->queue, s, carrier_now());
    carrier_pump(c);
}

static void on_refused(void *arg, uint32_t command, uint32_t status)
{
    struct carrier *c = arg;
    /* One more than the window, or while we unbind: the carrier has done nothing wrong. */
    if (command == PDU_DELIVER_SM && status == (uint32_t)c->profile.conf->error_temporary) {
        metrics_add(c->o.metrics, M_SMPP_BUSY, c->name, 1);
        return;
    }
    metrics_add(c->o.metrics, M_SMPP_BAD_PDUS, c->name, 1);
    log_write(c->o.log, EV_smpp_bad_pdu,
              LOG_FIELDS(LS("bridge", c->name), LS("command", pdu_command_name(command)),
                         LS("status", pdu_status_name(status))));
}

/* Events of the inbox, the parts, the receipts and the queue. */

static int on_answer_token(void *arg, uint64_t token, uint32_t status)
{
    return carrier_answer(arg, token, status);
}

/* The parts that came are not answered yet, so the carrier delivers them again. */
static void on_parts_expired(void *arg, const uint64_t *tokens, size_t count)
{
    struct carrier *c = arg;
    metrics_add(c->o.metrics, M_SMPP_PARTS_EXPIRED, c->name, 1);
    for (size_t i = 0; i < count; i++)
        carrier_answer(c, tokens[i], (uint32_t)c->profile.conf->error_temporary);
}

static void on_receipt(void *arg, const char *mt_id, enum mo_status status)
{
    carrier_tell_receipt(arg, mt_id, status);
}

static void on_timer(void *arg)
{
    struct carrier *c = arg;
    int64_t now = carrier_now();
    c->look_at = now + CARRIER_LOOK_MS;
    carrier_release_parts(c, now);
    parts_tick(c->parts, now);
    inbox_tick(c->inbox, now);
    sent_tick(c->sent, now);
    carrier_pump(c);
}

/* Its life. */

static int no_memory(char why[CONF_ERROR_MAX])
{
    snprintf(why, CONF_ERROR_MAX, "no memory for a carrier; free some");
    return -1;
}

static int open_tables(struct carrier *c, char why[CONF_ERROR_MAX])
{
    const struct conf_smpp *s = c->o.smpp;
    struct inbox_options inbox = {.in_hand = (size_t)s->window_in,
                                  .known = (size_t)s->window_in + KNOWN_MIN,
                                  .arg = c,
                                  .answer = on_answer_token};
    struct parts_options parts = {.messages = (size_t)s->parts,
                                  .wait_ms = s->parts_s * 1000,
                                  .remember_ms = REMEMBER_MS,
                                  .arg = c,
                                  .expired = on_parts_expired};
    struct sent_options sent = {.messages = SENT_MAX,
                                .remember_ms = s->receipts_s * 1000,
                                .answer_ms = s->response_ms,
                                .arg = c,
                                .receipt = on_receipt};
    c->inbox = inbox_new(&inbox);
    c->parts = parts_new(&parts);
    c->sent = sent_new(&sent);
    c->queue = carrier_open_queue(c);
    c->timer = loop_timer_new(c->o.loop, on_timer, c);
    return c->inbox && c->parts && c->sent && c->queue && c->timer ? 0 : no_memory(why);
}

static int open_bind(struct carrier *c, enum link_bind bind, const char *password,
                     char why[CONF_ERROR_MAX])
{
    struct esme_options o = {.conf = c->o.smpp,
                             .bind = bind,
                             .password = password,
                             .status_busy = (uint32_t)c->profile.conf->error_temporary,
                             .index = (uint8_t)c->esmes,
                             .loop = c->o.loop,
                             .log = c->o.log};
    struct esme_events e = {.arg = c,
                            .bound = on_bound,
                            .lost = on_lost,
                            .deliver = on_deliver,
                            .submitted = on_submitted,
                            .refused = on_refused};
    struct esme *esme = esme_new(&o, &e, why);
    if (!esme)
        return -1;
    c->esme[c->esmes++] = esme;
    return 0;
}

static int open_binds(struct carrier *c, char why[CONF_ERROR_MAX])
{
    char password[PASSWORD_MAX + 1];
    int failed = conf_read_password(c->o.smpp->password_file, password, sizeof password, why);
    if (failed)
        return -1;
    if (strcmp(c->o.smpp->bind, "transceiver") == 0)
        failed = open_bind(c, LINK_TRANSCEIVER, password, why);
    else
        failed = open_bind(c, LINK_TRANSMITTER, password, why) < 0 ||
                 open_bind(c, LINK_RECEIVER, password, why) < 0;
    explicit_bzero(password, sizeof password);
    return failed ? -1 : 0;
}

static int read_profile(struct carrier *c, char why[CONF_ERROR_MAX])
{
    const struct conf_profile *p = conf_profile(c->o.conf, c->o.smpp->profile);
    if (!p) {
        snprintf(why, CONF_ERROR_MAX,
                 "there is no profile \"%s\"; write standard, sixdee, or add [profile %s]",
                 c->o.smpp->profile, c->o.smpp->profile);
        return -1;
    }
    return profile_read(p, &c->profile, why);
}

struct carrier *carrier_new(const struct carrier_options *o, char why[CONF_ERROR_MAX])
{
    struct carrier *c = calloc(1, sizeof *c);
    uint8_t dice[4];
    if (!c) {
        no_memory(why);
        return NULL;
    }
    c->o = *o;
    c->name = o->smpp->smpp_name;
    STAILQ_INIT(&c->holds);
    digest_random(dice, sizeof dice);
    digest_hex(dice, sizeof dice, c->run);
    c->words = words_open();
    if (!c->words) {
        snprintf(why, CONF_ERROR_MAX, "ICU's data cannot be opened; install libicu72");
    } else if (read_profile(c, why) == 0 && open_tables(c, why) == 0 &&
               carrier_open_bridge(c, why) == 0 && open_binds(c, why) == 0) {
        tell_bound(c); /* a carrier that never answers is unbound, not unknown */
        on_timer(c);
        return c;
    }
    carrier_free(c);
    return NULL;
}

void carrier_free(struct carrier *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->esmes; i++)
        esme_free(c->esme[i]);
    bridge_free(c->bridge);
    loop_timer_free(c->timer);
    carrier_drop_holds(c);
    queue_free(c->queue);
    sent_free(c->sent);
    parts_free(c->parts);
    inbox_free(c->inbox);
    words_close(c->words);
    free(c);
}

void carrier_drain(struct carrier *c)
{
    c->draining = true;
}

static bool is_idle(const struct carrier *c)
{
    return inbox_in_hand(c->inbox) == 0 && queue_waiting(c->queue) == 0;
}

bool carrier_is_drained(struct carrier *c)
{
    bool gone = c->draining && is_idle(c) && bridge_is_flushed(c->bridge);
    c->leaving = c->leaving || gone;
    for (size_t i = 0; c->leaving && i < c->esmes; i++)
        esme_leave(c->esme[i]);
    for (size_t i = 0; i < c->esmes; i++)
        gone = gone && esme_is_gone(c->esme[i]);
    return gone;
}

void carrier_write_unready(const struct carrier *c, FILE *out)
{
    if (!bridge_is_up(c->bridge))
        fprintf(out, "%s: broker not connected\n", c->name);
    if (!is_bound(c))
        fprintf(out, "%s: carrier not bound\n", c->name);
    if (c->draining)
        fprintf(out, "%s: draining\n", c->name);
}
