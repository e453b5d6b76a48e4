/* SPDX-License-Identifier: Apache-2.0 */
/* One SMPP connection as its rules alone: bind, enquire_link, sequence numbers, windows, response
 * timers, unbind. It sees octets and times and says octets; whoever owns it has the socket
 * (carrier.c), or has none (tests, fuzzing).
 *
 *    OPEN --bind--> BINDING --bind_resp--> BOUND --unbind--> UNBINDING --unbind_resp--> CLOSED
 *      any state: the stream cannot be read on, no answer in time, unbind of the carrier --> CLOSED
 *
 * Times are milliseconds of any clock that does not go back. No callback may free the link. */
#ifndef ML_SMPP_LINK_H
#define ML_SMPP_LINK_H

#include "base/log.h"
#include "smpp/pdu.h"

enum link_bind { LINK_TRANSCEIVER, LINK_TRANSMITTER, LINK_RECEIVER };
enum link_state { LINK_OPEN, LINK_BINDING, LINK_BOUND, LINK_UNBINDING, LINK_CLOSED };

/* Strings are copied. */
struct link_options {
    enum link_bind bind;
    const char *system_id, *password, *system_type, *address_range;
    size_t window_out; /* submit_sm without an answer, at most */
    size_t window_in;  /* deliver_sm that we have not answered, at most; more get status_busy */
    uint32_t status_busy;
    int64_t enquire_ms;  /* of silence */
    int64_t response_ms; /* for the carrier's answers */
};

/* What became of a submit. */
enum link_outcome {
    LINK_ANSWERED, /* status and message_id are the carrier's */
    LINK_UNKNOWN   /* the connection ended, or no answer came in time: nobody knows */
};

struct link_submitted {
    uint64_t token;
    enum link_outcome outcome;
    uint32_t status;
    const char *message_id; /* borrowed; "" if there is none */
};

struct link_events {
    void *arg;
    /* Octets for the carrier; borrowed for the call. */
    void (*write)(void *arg, const uint8_t *octets, size_t len);
    void (*bound)(void *arg);
    /* A deliver_sm; p is borrowed for the call. Answer it once with link_answer, now or later. */
    void (*deliver)(void *arg, uint32_t sequence, const struct pdu *p);
    void (*submitted)(void *arg, const struct link_submitted *s);
    /* The connection is of no use any more; once. All submits have been told before. */
    void (*closed)(void *arg, const char *why);
    /* A PDU was refused or makes no sense; for log and metrics. */
    void (*refused)(void *arg, uint32_t command, uint32_t status);
};

struct link;

struct link *link_new(const struct link_options *o,
                      const struct link_events *e); /* NULL without memory */
void link_free(struct link *l);                     /* NULL is fine; tells nothing */

/* The connection stands: send the bind. */
void link_open(struct link *l, int64_t now);

/* Take what came, in pieces of any size. */
void link_input(struct link *l, const uint8_t *octets, size_t len, int64_t now);

/* The connection was lost: tell submits and closed. Nothing more is written. */
void link_lost(struct link *l, const char *why);

/* Look at the timers. Returns the milliseconds until it wants to be called again, at most 1,000. */
int64_t link_tick(struct link *l, int64_t now);

enum link_state link_state(const struct link *l);
bool link_can_submit(const struct link *l); /* bound to send, and the window is open */
size_t link_outstanding(const struct link *l);

/* Send a submit_sm (p->sequence is set here). Returns 0, or -1 if link_can_submit is false or p
 * cannot be written. */
int link_submit(struct link *l, const struct pdu *p, uint64_t token, int64_t now);

/* Answer a deliver_sm. Returns 0, or -1 if no such one waits, for it was answered or the connection
 * is gone. */
int link_answer(struct link *l, uint32_t sequence, uint32_t status);

/* Say unbind, and be closed when it is answered or response_ms are over. */
void link_unbind(struct link *l, int64_t now);

#endif
