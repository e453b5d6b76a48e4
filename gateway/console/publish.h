/* SPDX-License-Identifier: Apache-2.0 */
/* Publications in the console's database: which version goes out when, by whose order, and what
 * became of it. At most one is on its way (ordered, waiting, sent) at a time: a new order overtakes
 * it. Exactly one is in force once there was a first one.
 *
 * Each call is a statement or a few; the caller holds the transaction. What may happen is decided
 * by the rules of publish.def. */
#ifndef ML_CONSOLE_PUBLISH_H
#define ML_CONSOLE_PUBLISH_H

#include "console/versions.h"

/* kind: "publish" a version that was approved, "back" to one that was in force before, "installed"
 * the content that the console began with, "outside" what somebody else has published. */
struct publish_order {
    const char *request; /* unique; "" for what no page has asked for */
    const char *kind;
    int64_t version;
    struct version_person by;
    const char *why;
    int64_t due_ms;  /* 0: at once */
    int64_t sent_ms; /* when somebody else has sent it; else 0 */
    int64_t against; /* the version that was in force on the page; 0 if none was */
    int64_t now_ms;
};

/* Order a publication. Whoever goes back takes all that is scheduled off the list, so that nothing
 * comes again unseen. *id is set for VERSION_OK and VERSION_REPEATED. */
enum version_result publish_order(struct db *db, const struct publish_order *o, int64_t *id);

/* Take back one that has not been given to the broker. VERSION_NONE: there is no such publication;
 * VERSION_FORBIDDEN: it is too late; VERSION_REPEATED: it was taken back before. */
enum version_result publish_cancel(struct db *db, int64_t id, const char *by_name, int64_t now_ms);

/* Those whose time has come are ordered; of several the one with the latest time remains. *next_ms
 * is the time of the next one, 0 if none is scheduled. */
enum version_result publish_due(struct db *db, int64_t now_ms, int64_t *next_ms);

/* The one on its way, or the one in force. */
struct publish_now {
    int64_t id, version; /* 0: there is none */
    enum publish_state state;
    int64_t due_ms, sent_ms;
    char kind[16];
};
enum version_result publish_on_its_way(struct db *db, struct publish_now *out);
enum version_result publish_in_force(struct db *db, struct publish_now *out);

/* Steps of the program. VERSION_FORBIDDEN if its state does not allow it. sent_ms of the first
 * sending stays; *sent_ms is set to it. */
enum version_result publish_pass(struct db *db, int64_t id);
enum version_result publish_refuse(struct db *db, int64_t id, const char *why, int64_t now_ms);
enum version_result publish_send(struct db *db, int64_t id, const char *previous, int64_t now_ms,
                                 int64_t *sent_ms);

/* The publication of a version with that `at` in its bundle, 0 if none is ours. */
int64_t publish_find(struct db *db, const char *hash, int64_t sent_ms);

/* The version that was in force before this one came into force for the first time; 0 if it never
 * did, or none was. */
int64_t publish_before(struct db *db, int64_t version);

/* The broker retains it: the one before is replaced, versions that it contains are overtaken.
 * *changed is false if it was in force already. */
enum version_result publish_see(struct db *db, int64_t id, int64_t now_ms, bool *changed);

/* All that is on its way or scheduled ends: somebody else has published. */
enum version_result publish_overtake_all(struct db *db, const char *why, int64_t now_ms);

/* A publication as it is listed; strings are borrowed for the call. */
struct publish_row {
    int64_t id, version, by, at_ms, due_ms, sent_ms, force_ms, ended_ms;
    const char *kind, *by_name, *why, *end_name, *end_why, *previous;
    enum publish_state state;
};
typedef void (*publish_row_fn)(void *arg, const struct publish_row *row);

/* Of a version (0: of all), the newest first, at most `max`. */
enum db_result publish_list(struct db *db, int64_t version, int max, publish_row_fn fn, void *arg);
/* Those that are scheduled, the next one first. */
enum db_result publish_scheduled(struct db *db, publish_row_fn fn, void *arg);
enum db_result publish_get(struct db *db, int64_t id, publish_row_fn fn, void *arg);

#endif
