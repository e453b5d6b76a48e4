/* SPDX-License-Identifier: Apache-2.0 */
/* Links that are good once and for some time: an invitation, which makes a person when it is used,
 * or a recovery, by which a person chooses another password. The secret is shown to the admin who
 * makes the link and to nobody again; the database has its SHA-256. */
#ifndef ML_CONSOLE_PEOPLE_LINK_H
#define ML_CONSOLE_PEOPLE_LINK_H

#include "console/people.h"

enum { LINK_SECRET_SIZE = 65, LINKS_MAX = 200 };

struct people_link {
    int64_t id;
    int64_t person; /* 0: an invitation */
    char name[PERSON_NAME_SIZE];
    unsigned roles;
    int64_t made_by, made_ms, until_ms;
};

/* person, name, roles, made_by and until_ms count. A recovery takes the place of the person's
 * earlier ones. */
enum people_result people_link_make(struct db *db, struct people_link *l, int64_t now_ms,
                                    char secret[LINK_SECRET_SIZE]);
/* PEOPLE_UNKNOWN also if its time is over, or if it is no secret of ours (NULL too). */
enum people_result people_link_find(struct db *db, const char *secret, int64_t now_ms,
                                    struct people_link *out);
enum people_result people_link_remove(struct db *db, int64_t id);
/* Whatever recovers this person: who is deactivated does not come back by a link. */
enum people_result people_link_remove_of(struct db *db, int64_t person);
enum db_result people_link_expire(struct db *db, int64_t now_ms);

typedef void (*people_link_fn)(void *arg, const struct people_link *l);
enum db_result people_link_list(struct db *db, int64_t now_ms, people_link_fn fn, void *arg);

#endif
