/* SPDX-License-Identifier: Apache-2.0 */
/* What must always hold. Each ends the program with a report if it does not. */
#ifndef ML_SIMULATION_CHECK_H
#define ML_SIMULATION_CHECK_H

#include "core/ports.h"
#include "simulation/bridge.h"
#include "simulation/phone.h"
#include "simulation/store.h"

struct gateway;

/* 6: every screen and SMS fits, and says which alphabet it needs. */
void check_fits(struct sim *s, const struct mt *mt);

/* 5: nobody is answered when the carrier has given up, by the clock of that gateway. */
void check_in_time(struct sim *s, const struct gateway *g, const struct input *in);

/* 1: every answer to one message is the same text. */
void check_same_answer(struct sim *s, struct input *in, const struct wire *w);

/* 1: a message is refused as too old only if it was answered and others came after it. */
void check_refusal(struct sim *s, const struct input *in);

/* 2 and 8: the store takes a record. No step is taken twice; no number stands in it. */
void check_record(struct sim *s, const struct gateway *g, unsigned phone,
                  const struct store_save *save, const struct stored_version *old);

/* 8 and 9: what goes to the journal. */
void check_request(struct sim *s, const struct request *r);

/* 3: a confirmation that a phone sees is on a disk at that instant. */
void check_confirmation(struct sim *s, const struct confirmed *c);

/* 3: the same for a case number in whatever message. */
void check_on_disk(struct sim *s, unsigned phone, const char *case_no);

/* 9: a case number comes by SMS of its own only if that was chosen. */
void check_note(struct sim *s, unsigned phone, const struct choices *c);

/* A worker with the right PIN is not told that there is no such case: as the gateway hears it, and
 * as the phone shows it. */
void check_told_unknown(struct sim *s, const struct confirmed *c);
void check_status(struct sim *s, const struct case_ask *ask, enum case_state state, bool hindered);

/* 7: bounds that hold at every moment. */
void check_gateway(struct sim *s, const struct gateway *g);

/* 4, 5, 7, 8: when everything has come to rest. */
void check_end(struct sim *s);

#endif
