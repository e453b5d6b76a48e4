/* SPDX-License-Identifier: Apache-2.0 */
/* Screens and SMS on their way to the carrier: cut, sent within window and rate, sent again where
 * the carrier says so. Screens go first, and only until their deadline. An SMS of which nobody
 * knows whether it arrived (the connection broke before the answer) is sent again, at once and then
 * ever more rarely: it may arrive twice, and never not at all. Bounded. */
#ifndef ML_SMPP_QUEUE_H
#define ML_SMPP_QUEUE_H

#include "base/metrics.h"
#include "message/bridge_codec.h"
#include "smpp/profile.h"
#include "smpp/ussd.h"
#include "text/words.h"

/* All borrowed for as long as the queue lives. */
struct queue_options {
    const struct conf_smpp *conf;
    const struct profile *profile;
    struct words *words;
    struct metrics *metrics; /* may be NULL */
    void *arg;
    /* May one more submit_sm be sent? And send it: 0, or -1. */
    bool (*can_submit)(void *arg);
    int (*submit)(void *arg, const struct pdu *p, uint64_t token);
    /* A part was accepted under this message_id. */
    void (*accepted)(void *arg, const char *mt_id, unsigned parts, const char *message_id);
    /* An SMS can not be sent: STATUS_REJECTED (the carrier's word) or STATUS_EXPIRED (too late).
     * Once. */
    void (*failed)(void *arg, const char *mt_id, enum mo_status status);
    /* An SMS that answers the MO `re` is done with: all of it was accepted, or it has failed. */
    void (*done)(void *arg, const char *re);
};

struct queue;

struct queue *queue_new(const struct queue_options *o); /* NULL without memory */
void queue_free(struct queue *q);                       /* NULL is fine; tells nothing */

enum queue_result {
    QUEUE_TAKEN,
    QUEUE_KNOWN,  /* this MT was taken before, and is on its way */
    QUEUE_DONE,   /* it was taken before, and is done with; a screen that did not arrive is not */
    QUEUE_FULL,   /* or no memory */
    QUEUE_REFUSED /* cannot be coded or cut as the profile says */
};

/* Take an answer. context: for a screen; deadline: of a screen, ms of now's clock. now does not go
 * back. Of what is not taken nothing is kept. */
enum queue_result queue_sms(struct queue *q, const struct answer *a, int64_t now);
enum queue_result queue_ussd(struct queue *q, const struct answer *a,
                             const struct ussd_context *context, int64_t deadline, int64_t now);

/* Submit what may be submitted. Returns the milliseconds after which to call again, or -1 if only
 * an event can change something. */
int64_t queue_pump(struct queue *q, int64_t now);

/* When something may be submitted at the earliest, by now's clock: later than now while the carrier
 * has us wait because we were too fast. */
int64_t queue_opens(const struct queue *q, int64_t now);

/* What became of a submit (its token, and the answer). It may be told from within submit. */
struct link_submitted;
void queue_submitted(struct queue *q, const struct link_submitted *s, int64_t now);

size_t queue_waiting(const struct queue *q); /* messages that are not submitted and answered yet */

#endif
