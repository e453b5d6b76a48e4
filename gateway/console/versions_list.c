/* SPDX-License-Identifier: Apache-2.0 */
/* Reading versions. */
#include <string.h>

#include "console/versions_internal.h"

#define COLUMNS                                                                                    \
    "SELECT id, hash, base, step, origin, state, note, by, by_name, at_ms, decided_by,"            \
    " decided_name, decided_ms, decision_note FROM versions"

struct listing {
    version_row_fn fn;
    void *arg;
};

static bool take_row(void *arg, const struct db_value *c, size_t count)
{
    const struct listing *l = arg;
    (void)count;
    int state = version_state_of(version_text(&c[5]));
    if (state < 0) /* a damaged file */
        return true;
    l->fn(l->arg, &(struct version_row){.id = c[0].num,
                                        .hash = version_text(&c[1]),
                                        .base = version_text(&c[2]),
                                        .step = c[3].num,
                                        .origin = version_text(&c[4]),
                                        .state = (enum version_state)state,
                                        .note = version_text(&c[6]),
                                        .by = c[7].num,
                                        .by_name = version_text(&c[8]),
                                        .at_ms = c[9].num,
                                        .decided_by = c[10].num,
                                        .decided_name = version_text(&c[11]),
                                        .decided_ms = c[12].num,
                                        .decision_note = version_text(&c[13])});
    return true;
}

enum db_result versions_list(struct db *db, int64_t before, int max, version_row_fn fn, void *arg)
{
    struct listing l = {fn, arg};
    return db_run(db, COLUMNS " WHERE ?1 = 0 OR id < ?1 ORDER BY id DESC LIMIT ?2",
                  (struct db_value[]){DB_I(before), DB_I(max), DB_END},
                  &(struct db_rows){take_row, &l}, NULL);
}

enum db_result versions_get(struct db *db, int64_t id, version_row_fn fn, void *arg)
{
    struct listing l = {fn, arg};
    return db_run(db, COLUMNS " WHERE id = ?1", (struct db_value[]){DB_I(id), DB_END},
                  &(struct db_rows){take_row, &l}, NULL);
}

struct authors {
    version_author_fn fn;
    void *arg;
};

static bool take_author(void *arg, const struct db_value *c, size_t count)
{
    const struct authors *a = arg;
    (void)count;
    a->fn(a->arg, &(struct version_person){.id = c[0].num, .name = version_text(&c[1])});
    return true;
}

enum db_result versions_authors(struct db *db, int64_t id, version_author_fn fn, void *arg)
{
    struct authors a = {fn, arg};
    return db_run(db, "SELECT person, name FROM version_authors WHERE version = ?1 ORDER BY name",
                  (struct db_value[]){DB_I(id), DB_END}, &(struct db_rows){take_author, &a}, NULL);
}

int64_t versions_find(struct db *db, const char *hash)
{
    int64_t id = 0;
    if (strlen(hash) != FILES_VERSION_SIZE - 1)
        return 0;
    (void)db_run(db,
                 "SELECT id FROM versions WHERE substr(hash, 1, 16) = ?1"
                 " ORDER BY state = 'published' DESC, id DESC LIMIT 1",
                 (struct db_value[]){DB_S(hash), DB_END},
                 &(struct db_rows){version_take_number, &id}, NULL);
    return id;
}

int64_t versions_waiting(struct db *db)
{
    int64_t count = 0;
    (void)db_run(db, "SELECT count(*) FROM versions WHERE state = 'submitted'", NULL,
                 &(struct db_rows){version_take_number, &count}, NULL);
    return count;
}
