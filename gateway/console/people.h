/* SPDX-License-Identifier: Apache-2.0 */
/* The people of the console: who they are and what they may do. A database holds them; time is
 * given. Calls that change something are statements of the caller's transaction, in which the line
 * of the audit log stands too (audit.h). */
#ifndef ML_CONSOLE_PEOPLE_H
#define ML_CONSOLE_PEOPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/db.h"

struct console;

/* A mask; in routes.def the roles of which one is needed. */
enum role {
    ROLE_VIEWER = 1,      /* sees content, volumes and gateways */
    ROLE_OPERATOR = 2,    /* sees to the gateways */
    ROLE_EDITOR = 4,      /* writes drafts */
    ROLE_REVIEWER = 8,    /* publishes what others wrote */
    ROLE_CASEWORKER = 16, /* takes requests for help, sees numbers */
    ROLE_ADMIN = 32,      /* people and the audit log */
    ROLE_ALL = 63
};

enum {
    PERSON_NAME_SIZE = 241, /* octets with the NUL: 60 characters */
    PERSON_LOGIN_SIZE = 41, /* a-z, 0-9 and . - _ @ */
    PERSON_LANGUAGE_SIZE = 16,
    PEOPLE_MAX = 1000 /* rows; more are refused */
};

struct person {
    int64_t id;
    char name[PERSON_NAME_SIZE];
    char login[PERSON_LOGIN_SIZE];
    char language[PERSON_LANGUAGE_SIZE]; /* of the interface; "" until chosen */
    unsigned roles;
    bool active;
    bool has_password; /* no: a link to choose one is out, or was */
    bool must_change;  /* may do nothing but choose another password */
    bool totp;         /* signs in with a code, too */
};

enum people_result {
    PEOPLE_OK,
    PEOPLE_UNKNOWN,    /* there is no such person */
    PEOPLE_TAKEN,      /* somebody has that login */
    PEOPLE_LAST_ADMIN, /* nobody would be left who can sign in and manage people */
    PEOPLE_STALE,      /* somebody else has changed it meanwhile */
    PEOPLE_TOO_MANY,
    PEOPLE_FULL, /* the disk; db_error says which */
    PEOPLE_FAULT /* of the database; db_error says which */
};

/* What a statement's result is among these. */
static inline enum people_result people_of(enum db_result r)
{
    return r == DB_OK ? PEOPLE_OK : r == DB_FULL ? PEOPLE_FULL : PEOPLE_FAULT;
}

extern const char people_tables[]; /* also those of people_link.h */

/* The words of the roles, as in JSON and the audit log: "viewer", "operator", "editor", "reviewer",
 * "caseworker", "admin". NULL for what is no single role; 0 for what is no word. */
const char *people_role_name(unsigned role);
unsigned people_role_of(const char *name);
/* All words of a mask with commas between. */
void people_roles_text(unsigned roles, char out[64]);

/* May these stand for a person? A name has 1 to 60 characters that can be seen, blanks within. */
bool people_is_name(const char *name);
bool people_is_login(const char *login); /* in lower case already: people_login_fold */
/* Lower the letters A-Z; what does not fit becomes "", which is no login. */
void people_login_fold(const char *in, char out[PERSON_LOGIN_SIZE]);

enum people_result people_get(struct db *db, int64_t id, struct person *out);
enum people_result people_by_login(struct db *db, const char *login, struct person *out);
/* The text that crypto_pwhash_str made, "" if there is none or its time is over. */
enum people_result people_password(struct db *db, int64_t id, int64_t now_ms, char *out,
                                   size_t cap);

typedef void (*person_fn)(void *arg, const struct person *p, int64_t made_ms, int64_t seen_ms);
enum db_result people_list(struct db *db, person_fn fn, void *arg); /* by name */

/* What a person is called now. Returns 0, or -1: out is then "?". */
int people_name(const struct console *c, int64_t id, char *out, size_t cap);

/* p->name, login, roles, must_change count; p->id is set. password: "" for none. until_ms: the
 * password is void from then on; 0: it has no end. */
enum people_result people_add(struct db *db, struct person *p, const char *password,
                              int64_t until_ms, int64_t now_ms);
enum people_result people_set_roles(struct db *db, int64_t id, unsigned was, unsigned roles);
enum people_result people_set_active(struct db *db, int64_t id, bool active);
enum people_result people_set_password(struct db *db, int64_t id, const char *password,
                                       bool must_change, int64_t until_ms);
/* Password and second factor are void: a link (people_link.h) is the way back in. */
enum people_result people_void(struct db *db, int64_t id);
enum people_result people_note_seen(struct db *db, int64_t id, int64_t now_ms); /* signed in */
enum people_result people_set_language(struct db *db, int64_t id, const char *language);

#endif
