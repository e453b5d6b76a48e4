/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of long SMS, put together: by user data header (3GPP TS 23.040, 9.2.3.24.1 and 9.2.3.24.8)
 * or by sar_* parameters (SMPP v3.4, 5.3.2.22 to 5.3.2.24). Bounded in number, octets and time.
 * References that are done are remembered, because an SMSC may deliver again those parts alone
 * whose answer was lost.
 *
 * Parts belong together if source, destination, reference, total and kind are the same. Phones use
 * a reference again: a part that is there already with other octets, or that has another
 * data_coding, begins a new message, and an incomplete older one is given up. */
#ifndef ML_SMPP_PARTS_H
#define ML_SMPP_PARTS_H

#include "smpp/pdu.h"

enum { PARTS_MAX = 255, PARTS_OCTETS_MAX = 8192 };

enum part_kind { PART_ALONE, PART_UDH8, PART_UDH16, PART_SAR };

/* Where a part belongs. total is 1 for a message that stands alone. */
struct part {
    enum part_kind kind;
    uint16_t reference;
    uint8_t total, number; /* number from 1 */
    const uint8_t *octets; /* of text, after the header; borrowed */
    size_t len;
    uint16_t header; /* octets of the user data header, its length octet included; 0: none */
};

/* Find out whether a deliver_sm is a part. Returns PDU_OK, or the status of the refusal:
 * PDU_BAD_LENGTH for a header, or an element of it, that runs over the end; PDU_BAD_PARAMETER_VALUE
 * for a sar_* number that is 0 or over the total. As the standards ask, an information element for
 * concatenation with such numbers or of a wrong length is ignored, of several the last counts, and
 * sar_* parameters that are not all there are ignored. Other elements are skipped. */
uint32_t part_of(const struct pdu *p, struct part *out);

struct parts;

struct parts_options {
    size_t messages;     /* incomplete ones, at most; a further one pushes out the oldest. As many
                            that are done are remembered */
    int64_t wait_ms;     /* for the next part */
    int64_t remember_ms; /* references that are done */
    void *arg;
    /* An incomplete message is given up; tokens of its parts (link and sequence, as they were
     * added), count of them. */
    void (*expired)(void *arg, const uint64_t *tokens, size_t count);
};

struct parts *parts_new(const struct parts_options *o); /* NULL without memory */
void parts_free(struct parts *p);                       /* NULL is fine; tells nothing */

enum parts_result {
    PARTS_WAIT,   /* more are missing */
    PARTS_WHOLE,  /* this was the last: see *whole */
    PARTS_AGAIN,  /* it is there already; the token replaces the older one, which *older gets (0 if
                     none) */
    PARTS_DONE,   /* of a message that is done */
    PARTS_LATER,  /* its message is whole and not yet settled, or there is no memory: the temporary
                     error, so that it comes again */
    PARTS_REFUSED /* too long with the others, or a number over its total */
};

/* The whole message; everything is borrowed until the next call. */
struct parts_whole {
    uint64_t id; /* for parts_settled; never 0 */
    const uint8_t *octets;
    size_t len;
    const uint64_t *tokens; /* of all parts */
    size_t count;
};

/* Add a part of p. token (not 0) names the answer that the part waits for; it is given back by
 * expired or in *whole. A message that stands alone is whole at once, with id 0 and not
 * remembered. */
enum parts_result parts_add(struct parts *ps, const struct pdu *p, const struct part *part,
                            uint64_t token, int64_t now, struct parts_whole *whole,
                            uint64_t *older);

/* The answer of this token is given now: it comes back as 0. Returns false if no incomplete message
 * waits with it. */
bool parts_answered(struct parts *ps, uint64_t token);

/* What became of a whole message. done: its parts were answered for good, and are known if they
 * come again; else those that still waited for their answer were refused for now, and must be taken
 * as new ones, while those that were answered alone before (parts_answered) are there already. */
void parts_settled(struct parts *ps, uint64_t id, bool done, int64_t now);

/* Give up what is too old. Returns the milliseconds until the next look, at most 1,000. */
int64_t parts_tick(struct parts *ps, int64_t now);

size_t parts_count(const struct parts *ps); /* incomplete messages */

#endif
