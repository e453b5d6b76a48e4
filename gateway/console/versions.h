/* SPDX-License-Identifier: Apache-2.0 */
/* Versions of the content in the console's database: what was submitted for review, by whom, who
 * decided what, and the files as they were at that moment. Files that did not change are stored
 * once. Nothing here is ever removed.
 *
 * Each call is a statement or a few; the caller holds the transaction, into which its line of the
 * audit belongs too. What was decided is decided by the rules of versions.def. */
#ifndef ML_CONSOLE_VERSIONS_H
#define ML_CONSOLE_VERSIONS_H

#include "console/versions_rules.h"
#include "editing/files.h"
#include "io/db.h"

enum {
    VERSION_HASH_HEX = 64,    /* digits of the hash over all files */
    VERSION_REQUEST_MAX = 64, /* octets of the id that a page gives to what it asks for */
    VERSION_NOTE_MAX = 400,   /* characters */
    VERSION_WHY_MAX = 300,    /* of the note of a reviewer, or why one goes back */
    VERSION_AUTHORS_MAX = 32,
    VERSION_NAME_OCTETS = 4 * 80 + 1
};

/* The tables of versions and publications, for the console's database. */
extern const char version_tables[];

enum version_result {
    VERSION_OK,
    VERSION_REPEATED,  /* it was done before, by the same person; nothing has changed */
    VERSION_NONE,      /* there is no such version */
    VERSION_FORBIDDEN, /* by the state that it is in: somebody was faster */
    VERSION_IS_AUTHOR, /* its authors may not */
    VERSION_NO_AUTHOR, /* its authors alone may */
    VERSION_SAME,      /* these very files are in force, or wait for review */
    VERSION_MOVED,     /* another version is in force than the one that was looked at */
    VERSION_LATE,      /* a later one was in force since */
    VERSION_FULL,      /* the disk is full */
    VERSION_FAILED     /* the database or memory */
};

/* A person as it was called when it acted. */
struct version_person {
    int64_t id; /* 0: none of the console's people */
    const char *name;
};

struct version_new {
    const char *request; /* unique; "" for what no page has asked for */
    const char *origin;  /* "console"; "installed" or "outside": published without review here */
    const char *base;    /* the hash in force; "" if none is */
    const char *note;
    struct version_person by;
    const struct version_person *authors; /* everybody whose edits are in it */
    size_t count;
    const char *reviewer; /* of a version from outside; else "" */
    const struct files *files;
    int64_t step; /* of the working copy, when the files were taken (draft.h) */
    int64_t now_ms;
};

/* Begin a transaction, and end it as it went: commit VERSION_OK, else roll back. Returns how it
 * went in the end. */
enum version_result versions_begin(struct db *db);
enum version_result versions_end(struct db *db, enum version_result r);

/* Freeze files as a version that waits for review; one of another origin is published already. The
 * person who submits is an author as well. *id is set for VERSION_OK, VERSION_REPEATED and
 * VERSION_SAME (the version that has these files). */
enum version_result versions_add(struct db *db, const struct version_new *v, int64_t *id);

struct version_decision {
    int64_t id;
    enum version_action action; /* APPROVE, RETURN or WITHDRAW */
    struct version_person by;
    const char *note;
    int64_t now_ms;
};

/* Decide. A repeat by the same person gives VERSION_REPEATED. *now (may be NULL) is the state after
 * it. */
enum version_result versions_decide(struct db *db, const struct version_decision *d,
                                    enum version_state *now);

/* What is done to versions by what happens to publications. */
enum version_result versions_take_effect(struct db *db, int64_t id);
enum version_result versions_overtake(struct db *db, int64_t before_id);

/* How many wait for review. */
int64_t versions_waiting(struct db *db);

/* The state of a version, -1 if there is none. */
int versions_state(struct db *db, int64_t id);

/* Is that person one of its authors? */
bool versions_is_author(struct db *db, int64_t id, int64_t person);

/* The latest version with that hash (16 digits, as gateways report it); 0 if there is none. */
int64_t versions_find(struct db *db, const char *hash);

/* A version as it is listed; strings are borrowed for the call. */
struct version_row {
    int64_t id, at_ms, decided_ms, by, decided_by, step;
    const char *hash; /* 64 digits; the first 16 are what gateways report */
    const char *base, *origin, *note, *by_name;
    const char *decided_name, *decision_note; /* "" until then */
    enum version_state state;
};
typedef void (*version_row_fn)(void *arg, const struct version_row *row);

/* Those with an id below `before` (0: all), the newest first, at most `max`. */
enum db_result versions_list(struct db *db, int64_t before, int max, version_row_fn fn, void *arg);
enum db_result versions_get(struct db *db, int64_t id, version_row_fn fn, void *arg);

typedef void (*version_author_fn)(void *arg, const struct version_person *author);
enum db_result versions_authors(struct db *db, int64_t id, version_author_fn fn, void *arg);

/* Its files, with one reference. NULL if there is no such version, or without memory. */
struct files *versions_files(struct db *db, int64_t id);

#endif
