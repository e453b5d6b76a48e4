/* SPDX-License-Identifier: Apache-2.0 */
/* The working copy on its way to the database. */
#include <string.h>

#include "console/draft_internal.h"

static struct db_value text_of(const struct catalog_file *f)
{
    return (struct db_value){.type = DB_TEXT, .octets = f->text, .len = f->len};
}

static bool is_same(const struct catalog_file *a, const struct catalog_file *b)
{
    return a && b ? a->len == b->len && !memcmp(a->text, b->text, a->len) : a == b;
}

enum db_result draft_keep(struct draft *d, const struct draft_state *s, const char *name)
{
    const struct catalog_file *now = files_find(s->now, name);
    if (is_same(now, files_find(s->base, name)))
        return db_run(d->db, "DELETE FROM draft_files WHERE name = ?1",
                      (struct db_value[]){DB_S(name), DB_END}, NULL, NULL);
    return db_run(d->db, "INSERT OR REPLACE INTO draft_files (name, text) VALUES (?1, ?2)",
                  (struct db_value[]){DB_S(name), now ? text_of(now) : DB_NONE, DB_END}, NULL,
                  NULL);
}

static enum db_result keep_all(struct draft *d, const struct draft_state *s, struct files *names)
{
    size_t count;
    const struct catalog_file *list = files_list(names, &count);
    enum db_result r = DB_OK;
    for (size_t i = 0; r == DB_OK && i < count; i++)
        r = draft_keep(d, s, list[i].name);
    return r;
}

static enum db_result write_base(struct draft *d, struct files *base)
{
    size_t count;
    const struct catalog_file *list = files_list(base, &count);
    enum db_result r = db_run(d->db, "DELETE FROM draft_base", NULL, NULL, NULL);
    for (size_t i = 0; r == DB_OK && i < count; i++) {
        const struct db_value values[] = {DB_S(list[i].name), text_of(&list[i]), DB_END};
        r = db_run(d->db, "INSERT INTO draft_base (name, text) VALUES (?1, ?2)", values, NULL,
                   NULL);
    }
    return r;
}

enum draft_result draft_rebase(struct draft *d, struct files *base, int64_t step, int64_t now_ms)
{
    struct draft_state *s = draft_stage(d);
    struct files *old = s->base;
    s->base = files_ref(base);
    s->base_step = step;
    const struct db_value stand[] = {DB_I(step), DB_I(now_ms), DB_END};
    enum db_result r =
        db_run(d->db, "INSERT OR REPLACE INTO draft_stand (id, step, at_ms) VALUES (1, ?1, ?2)",
               stand, NULL, NULL);
    if (r == DB_OK)
        r = write_base(d, base);
    if (r == DB_OK)
        r = db_run(d->db, "DELETE FROM draft_files", NULL, NULL, NULL);
    if (r == DB_OK)
        r = keep_all(d, s, s->now);
    if (r == DB_OK)
        r = keep_all(d, s, base); /* a file that the working copy has not is kept as gone */
    files_unref(old);
    return draft_failed(d, r);
}
