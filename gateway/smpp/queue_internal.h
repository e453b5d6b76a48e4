/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the queue share: queue.c takes messages and ends them, queue_pump.c sends them
 * and hears what became of them. */
#ifndef ML_SMPP_QUEUE_INTERNAL_H
#define ML_SMPP_QUEUE_INTERNAL_H

#include <sys/queue.h>

#include "base/hash_table.h"
#include "smpp/memo.h"
#include "smpp/queue.h"
#include "smpp/sms.h"

enum { QUEUE_TOKEN_BITS = 8 }; /* of a token: the number of the unit; above them the job's serial */

TAILQ_HEAD(units, unit);

struct unit {
    TAILQ_ENTRY(unit) link;
    struct units *list; /* where it waits; NULL: in flight, or done */
    struct job *job;
    int64_t due; /* in `later` */
    bool done;
    unsigned unsure;      /* how often nobody knew whether it arrived */
    struct sms_part part; /* of an SMS */
};

struct job {
    UT_hash_handle hh;
    uint64_t serial;
    char mt_id[MESSAGE_MT_ID_MAX + 1], msisdn[MESSAGE_SENDER_MAX + 1], from[MESSAGE_SENDER_MAX + 1];
    char re[MESSAGE_ID_MAX + 1];
    char *text;
    size_t len;
    enum coding coding;
    bool ussd, end, failed;
    struct ussd_context context; /* ussd */
    int64_t until;
    uint16_t reference;
    unsigned open, total; /* units that are not done, and all */
    struct unit unit[];
};

struct queue {
    struct queue_options o;
    struct job *jobs;
    struct units screens, sms, later;
    struct memo *known;
    uint64_t serial;
    uint16_t reference;
    int64_t pause_ms, pause_until;
    int64_t next_us; /* when the rate allows the next one */
    uint8_t payload[PDU_MAX];
};

/* Take a unit out of its list; put it at the end or the beginning of one. */
void queue_unlist(struct unit *u);
void queue_append(struct units *list, struct unit *u);
void queue_prepend(struct units *list, struct unit *u);

/* Fill the submit_sm of a unit. Returns 0, or -1 if it cannot be coded as the profile says. */
int queue_write_unit(struct queue *q, const struct unit *u, struct ussd_memory *m, struct pdu *p);

/* A unit is done with; its job may be gone afterwards. */
void queue_finish_unit(struct queue *q, struct unit *u);

/* Give up a job: what waits is taken back, what is in flight comes home first. The job may be gone
 * afterwards. */
void queue_fail(struct queue *q, struct job *j, enum mo_status status);

#endif
