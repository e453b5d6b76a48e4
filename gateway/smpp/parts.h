/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of long SMS, put together: by user data header (3GPP TS 23.040, 9.2.3.24.1 and 9.2.3.24.8)
 * or by sar_* parameters. Bounded in number, octets and time. References that are done are
 * remembered, because an SMSC may deliver again those parts alone whose answer was lost. */
#ifndef ML_SMPP_PARTS_H
#define ML_SMPP_PARTS_H

#include "smpp/pdu.h"

enum { PARTS_MAX = 255, PARTS_OCTETS_MAX = 8192 };

/* Where a part belongs. total is 1 for a message that stands alone. */
struct part {
    uint16_t reference;
    uint8_t total, number; /* number from 1 */
    const uint8_t *octets; /* of text, after the header; borrowed */
    size_t len;
    uint8_t header; /* octets of the user data header, its length octet included; 0: none */
};

/* Find out whether a deliver_sm is a part. Returns PDU_OK, or the status of the refusal: a header
 * that runs over the message, number 0 or over total, sar_* parameters that are not all there.
 * Other information elements are skipped. */
uint32_t part_of(const struct pdu *p, struct part *out);

struct parts;

struct parts_options {
    size_t messages;     /* incomplete ones, at most; a further one pushes out the oldest */
    int64_t wait_ms;     /* for the next part */
    int64_t remember_ms; /* references that are done */
    void *arg;
    /* An incomplete message is given up; tokens of its parts (link and sequence, as they were
     * added), count of them. */
    void (*expired)(void *arg, const uint64_t *tokens, size_t count);
};

struct parts *parts_new(const struct parts_options *o); /* NULL without memory */
void parts_free(struct parts *p);

enum parts_result {
    PARTS_WAIT,   /* more are missing */
    PARTS_WHOLE,  /* this was the last: see *whole */
    PARTS_AGAIN,  /* it is there already; the token replaces the older one, which *older gets (0 if
                     none) */
    PARTS_DONE,   /* of a message that is done */
    PARTS_REFUSED /* does not go with the others, or too long, or without memory */
};

/* The whole message; everything is borrowed until the next call. */
struct parts_whole {
    const uint8_t *octets;
    size_t len;
    const uint64_t *tokens; /* of all parts */
    size_t count;
};

/* Add a part of p. token names the answer that the part waits for; it is given back by expired or
 * in *whole. */
enum parts_result parts_add(struct parts *ps, const struct pdu *p, const struct part *part,
                            uint64_t token, int64_t now, struct parts_whole *whole,
                            uint64_t *older);

/* The answer of this token has been given: it comes back as 0. */
void parts_answered(struct parts *ps, uint64_t token);

/* Give up what is too old. Returns the milliseconds until the next look, at most 1,000. */
int64_t parts_tick(struct parts *ps, int64_t now);

#endif
