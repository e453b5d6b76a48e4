/* SPDX-License-Identifier: Apache-2.0 */
/* What comes on the topics of requests, stored together and answered together: everything between
 * the first message and intake_commit is one transaction with one sync to disk, and its answers go
 * out after that. If it fails nothing is answered, and the gateways send again. */
#ifndef ML_CASEWORK_INTAKE_H
#define ML_CASEWORK_INTAKE_H

#include "base/clock.h"
#include "base/log.h"
#include "io/mqtt.h"

struct intake_options {
    const char *path; /* of the cases */
    const char *root; /* of the topics */
    struct clock clock;
    struct log *log;
    void *arg;
    /* Send an answer. What cannot be sent is asked for again. */
    void (*answer)(void *arg, const char *topic, const char *payload, size_t len);
    /* After a commit that stored `added` new requests, or removed what is known of a worker. May be
     * NULL. */
    void (*changed)(void *arg, size_t added);
};

struct intake;

/* Open the cases, unless another receiver has them (lock.h). What the options name is borrowed for
 * the life of the intake. NULL with why: a sentence with the remedy. */
struct intake *intake_new(const struct intake_options *o, char why[256]);
void intake_free(struct intake *in); /* NULL is fine; what was not committed is dropped */

/* A message. Those on other topics are none of its business. */
void intake_message(struct intake *in, const struct mqtt_message *m);

/* Does anything wait for intake_commit? */
bool intake_waits(const struct intake *in);

/* Make durable what came, then answer. Whoever writes the cases by another handle in the same
 * thread calls this before: it would wait for itself. */
void intake_commit(struct intake *in);

/* Remove number, text and notes of cases that were closed before then; and what a change of tables
 * left beside the file (io/db_copy.h) after a week. Commits what waits first. */
void intake_expire(struct intake *in, int64_t before_ms);

#endif
