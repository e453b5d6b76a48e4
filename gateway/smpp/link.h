/* SPDX-License-Identifier: Apache-2.0 */
/* One SMPP connection as its rules alone: bind, enquire_link, sequence numbers, windows, response
 * timers, unbind. It sees octets and times and says octets; whoever owns it has the socket
 * (esme.c), or has none (tests, fuzzing).
 *
 *    OPEN --bind--> BINDING --bind_resp--> BOUND --unbind--> UNBINDING --unbind_resp--> CLOSED
 *      any state: the stream cannot be read on, the bind is refused, no answer in time to bind,
 *      enquire_link or unbind, unbind of the carrier --> CLOSED
 *
 * What is refused is answered as SMPP v3.4 says: generic_nack for an unknown command or a wrong
 * length, else the command's own answer; answers are never answered. enquire_link is answered in
 * every state. A deliver_sm that comes too early, or to a transmitter, gets ESME_RINVBNDSTS; one
 * that comes while we unbind, one more than the window, or one with the sequence number of another
 * that still waits, gets status_busy, so that the carrier delivers it again.
 *
 * Memory is bounded: all of it is taken by link_new. Times are milliseconds of any clock that does
 * not go back. No callback may free the link or call link_input; write may call link_lost alone. */
#ifndef ML_SMPP_LINK_H
#define ML_SMPP_LINK_H

#include "smpp/pdu.h"

enum link_bind { LINK_TRANSCEIVER, LINK_TRANSMITTER, LINK_RECEIVER };
enum link_state { LINK_OPEN, LINK_BINDING, LINK_BOUND, LINK_UNBINDING, LINK_CLOSED };

/* Strings are copied; each has at most the octets of its member in struct pdu. */
struct link_options {
    enum link_bind bind;
    const char *system_id, *password, *system_type, *address_range;
    size_t window_out; /* submit_sm without an answer, at most */
    size_t window_in;  /* deliver_sm that we have not answered, at most; more get status_busy */
    uint32_t status_busy;
    int64_t enquire_ms;  /* of silence */
    int64_t response_ms; /* for the carrier's answers */
    uint32_t sequence;   /* number before the first; they go from 1 to 0x7fffffff, then again */
};

/* What became of a submit. */
enum link_outcome {
    LINK_ANSWERED, /* status and message_id are the carrier's */
    LINK_UNKNOWN   /* the connection ended, or no answer came in time: nobody knows */
};

struct link_submitted {
    uint64_t token;
    enum link_outcome outcome;
    uint32_t status;        /* never PDU_OK for a generic_nack */
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
    /* A PDU was refused with that status; or, for an answer of the carrier's (PDU_RESPONSE is set)
     * that cannot be read or that nobody waits for, its own status. For log and metrics. */
    void (*refused)(void *arg, uint32_t command, uint32_t status);
};

struct link;

/* NULL without memory, or for a string that is too long. */
struct link *link_new(const struct link_options *o, const struct link_events *e);
void link_free(struct link *l); /* NULL is fine; tells nothing */

/* The connection stands: send the bind. */
void link_open(struct link *l, int64_t now);

/* Take what came, in pieces of any size. */
void link_input(struct link *l, const uint8_t *octets, size_t len, int64_t now);

/* The connection was lost: tell submits and closed. Nothing more is written. */
void link_lost(struct link *l, const char *why);

/* Look at the timers. A submit without an answer is LINK_UNKNOWN, and the carrier is asked by
 * enquire_link whether it is there; that alone decides about the connection. Returns the
 * milliseconds until it wants to be called again, at most 1,000. */
int64_t link_tick(struct link *l, int64_t now);

enum link_state link_state(const struct link *l);
bool link_can_submit(const struct link *l); /* bound to send, and the window is open */
size_t link_outstanding(const struct link *l);

/* Send a submit_sm (its sequence is set here). Returns 0, or -1 if link_can_submit is false or p
 * cannot be written. Its end may be told before this returns, where write finds the connection
 * lost. */
int link_submit(struct link *l, const struct pdu *p, uint64_t token, int64_t now);

/* Answer a deliver_sm. Returns 0, or -1 if no such one waits, for it was answered or the connection
 * is gone. */
int link_answer(struct link *l, uint32_t sequence, uint32_t status);

/* Say unbind, and be closed when it is answered or response_ms are over; where there is no bind
 * yet, be closed at once. */
void link_unbind(struct link *l, int64_t now);

#endif
