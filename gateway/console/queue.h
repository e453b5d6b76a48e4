/* SPDX-License-Identifier: Apache-2.0 */
/* The queue of requests for help: the console's receiver. It takes the place of `mekongline
 * receive-requests`, on the same file and by the same code (casework/): what comes over MQTT is
 * stored, acknowledged, and rings. While another receiver has the file, the console shows the queue
 * and tries again to receive.
 *
 *     request/+ ──> casework/intake ──> commit ──> ack, ring_event
 *                                          │
 *     api_requests*.c ──> queue_begin ──> cases (a handle of its own) ──> commit
 */
#ifndef ML_CONSOLE_QUEUE_H
#define ML_CONSOLE_QUEUE_H

#include "base/seal.h"
#include "casework/cases.h"
#include "console/call.h"

/* A module (modules.c). */
int queue_open(struct console *c, char why[CONF_ERROR_MAX]);
void queue_close(struct console *c);
void queue_message(struct console *c, const struct mqtt_message *m);

/* The cases, with all that came so far committed: to be read at once. NULL after a failure was
 * answered. */
struct db *queue_read(const struct call *call);

/* The same with a transaction open, to be ended with queue_commit or db_rollback. */
struct db *queue_begin(const struct call *call);

/* Write and commit the line of the audit log, then commit the cases, and tell the pages: nothing is
 * done that is not in the log. (Two files: if the second commit fails, the log has a line of what
 * was not done, and whoever asked was told.) False after a failure was answered. */
struct queue_line {
    const char *action, *subject, *detail;
};
bool queue_commit(const struct call *call, struct db *db, const struct queue_line *line);

/* A line alone, durable when this returns true; false after a failure was answered. */
bool queue_note_look(const struct call *call, const struct queue_line *line);

/* Answer what r means; true for DB_OK. */
bool queue_stored(const struct call *call, struct db *db, enum db_result r);

/* The secret key of the requests; NULL if the console has none. */
const struct seal_secret *queue_key(const struct console *c);

/* Does the console receive? If not, why: a sentence. */
bool queue_receives(const struct console *c, const char **why);

/* How many cases are in each state, for the home page. Returns 0, or -1 if there is no queue. */
int queue_counts(struct console *c, int64_t count[CASE_STATES]);

/* The time zone of a country by its name in tzdata, or NULL: there is none that holds everywhere,
 * or it is not known. */
const char *queue_zone(const char *country);

#endif
