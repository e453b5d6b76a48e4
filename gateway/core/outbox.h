/* SPDX-License-Identifier: Apache-2.0 */
/* From a view to what is published: the answer that settles an MO, and the SMS that it causes.
 * Calling it again for the same txn and view sends the same messages under the same ids. */
#ifndef ML_CORE_OUTBOX_H
#define ML_CORE_OUTBOX_H

#include "core/dispatch.h"
#include "core/txn.h"

struct outbox {
    const struct ports *ports;
    const struct turn_rules *rules;
    struct metrics *metrics;
    unsigned *sms; /* counts the SMS that went out; may be NULL */
};

/* Settle the txn with that view. Returns 0, or -1 if it could not be published. */
int outbox_answer(const struct outbox *o, const struct txn *t, const struct carrier_rules *carrier,
                  const struct view *view);

/* Settle a message with `none`. */
int outbox_none(const struct outbox *o, const struct origin *origin, const struct mo *mo);

/* Refuse a message. */
void outbox_refuse(const struct outbox *o, const struct origin *origin, const struct mo *mo,
                   const struct refusal *what);

#endif
