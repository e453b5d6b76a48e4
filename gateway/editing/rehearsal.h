/* SPDX-License-Identifier: Apache-2.0 */
/* One phone against a catalog that need not be published: whatever it dials, types and writes is
 * answered by the core as it would be answered to a worker. Requests for help are told about and go
 * nowhere. */
#ifndef ML_EDITING_REHEARSAL_H
#define ML_EDITING_REHEARSAL_H

#include "base/json_out.h"
#include "editing/studio.h"

struct rehearsal;

enum {
    REHEARSAL_CODE_MAX = 32,  /* characters of what is dialled, or of the number written to */
    REHEARSAL_TEXT_MAX = 400, /* characters of an answer or SMS */
    REHEARSAL_WAIT_MAX_MS = 7 * 24 * 3600 * 1000
};

/* Borrowed for the life of the rehearsal. */
struct rehearsal_options {
    const struct studio *studio;
    const struct zawgyi *zawgyi; /* may be NULL */
    const char *carrier;         /* of the configuration; "" for those without a section */
    const char *number;          /* of the phone, 6 to 15 digits */
    const char *language;        /* chosen before; "": the language screen comes first */
    bool latin;                  /* the phone shows boxes for our letters */
    int64_t now_ms;              /* ms since 1970 */
};

/* The catalog is referenced; it has no errors, or is whole. NULL without memory. */
struct rehearsal *rehearsal_new(const struct rehearsal_options *o, struct catalog *c);
void rehearsal_free(struct rehearsal *r); /* NULL is fine */

enum rehearsal_act {
    REHEARSAL_DIAL,    /* text is the code; a session that is open is hung up before */
    REHEARSAL_ANSWER,  /* text, in the session that is open */
    REHEARSAL_HANG_UP, /* the worker ends the session */
    REHEARSAL_DROP,    /* the network does */
    REHEARSAL_SMS,     /* text, to the number `to` */
    REHEARSAL_WAIT     /* the phone's clock is turned on by wait_ms */
};

struct rehearsal_step {
    enum rehearsal_act act;
    const char *text, *to; /* "" where not used */
    int64_t wait_ms;
    int64_t now_ms; /* the clock, without what was waited */
};

/* Take a step, and write into an open object what came of it:
 *   session   is a USSD session open now
 *   ahead_ms  how far the phone's clock is ahead
 *   events    in their order: {kind: "screen", text, end, coding, octets, septets, units, room,
 *             guilty} (as in screens.h), {kind: "sms", from, …, segments}, {kind: "silent"},
 *             {kind: "refused", detail}, {kind: "request", about, country, wish, safe, language,
 *             words}
 * Returns 0, or -1 if there is no session to answer in or to end; nothing is written then. */
int rehearsal_take(struct rehearsal *r, const struct rehearsal_step *step, struct json_out *out);

#endif
