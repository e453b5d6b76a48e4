/* SPDX-License-Identifier: Apache-2.0 */
/* The working copy on its way from the database, or at the first run from a folder. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/bundle.h"
#include "console/draft_internal.h"
#include "console/draft_presence.h"

/* Files on their way from rows. */
struct reading {
    struct catalog_file list[BUNDLE_FILES_MAX];
    size_t count;
    bool failed;
};

static bool take_file(void *arg, const struct db_value *c, size_t count)
{
    struct reading *r = arg;
    (void)count;
    if (r->count == BUNDLE_FILES_MAX)
        return !(r->failed = true);
    char *name = strdup(c[0].octets);
    char *text = malloc(c[1].len + 1);
    if (!name || !text) {
        free(name);
        free(text);
        return !(r->failed = true);
    }
    memcpy(text, c[1].octets, c[1].len);
    r->list[r->count++] = (struct catalog_file){name, text, c[1].len};
    return true;
}

static void end_reading(struct reading *r)
{
    for (size_t i = 0; i < r->count; i++) {
        free((char *)r->list[i].name);
        free((char *)r->list[i].text);
    }
    free(r);
}

static int fail(const struct draft *d, char why[DRAFT_WHY_MAX])
{
    snprintf(why, DRAFT_WHY_MAX, "The working copy cannot be read: %.250s", db_error(d->db));
    return -1;
}

/* A set of all files that a statement finds. */
static struct files *read_set(struct draft *d, const char *sql)
{
    struct reading *r = calloc(1, sizeof *r);
    struct files *out = NULL;
    if (!r)
        return NULL;
    struct db_rows rows = {take_file, r};
    if (db_run(d->db, sql, NULL, &rows, NULL) == DB_OK && !r->failed)
        out = files_new(r->list, r->count);
    end_reading(r);
    return out;
}

static bool take_stand(void *arg, const struct db_value *c, size_t count)
{
    struct draft_state *s = arg;
    (void)count;
    s->base_step = c[0].num;
    s->version = c[1].num;
    return false;
}

/* Without a row the database is new: base_step stays -1. */
static enum db_result read_stand(struct draft *d)
{
    struct db_rows rows = {take_stand, &d->seen};
    d->seen.base_step = -1;
    return db_run(d->db,
                  "SELECT step, (SELECT coalesce(max(id), 0) FROM draft_steps) FROM draft_stand",
                  NULL, &rows, NULL);
}

static int load(struct draft *d, char why[DRAFT_WHY_MAX])
{
    d->seen.base = read_set(d, "SELECT name, text FROM draft_base");
    d->seen.now = read_set(d, "SELECT name, text FROM draft_files WHERE text IS NOT NULL UNION ALL "
                              "SELECT name, text FROM draft_base WHERE name NOT IN "
                              "(SELECT name FROM draft_files)");
    return d->seen.base && d->seen.now ? 0 : fail(d, why);
}

static struct files *read_folder(const char *folder, char why[DRAFT_WHY_MAX])
{
    struct findings *findings = findings_new();
    struct files *files = findings ? files_read(folder, findings) : NULL;
    size_t count = 0;
    if (files)
        (void)files_list(files, &count);
    if (count) {
        findings_free(findings);
        return files;
    }
    const struct finding *first = findings_total(findings) ? findings_at(findings, 0) : NULL;
    snprintf(why, DRAFT_WHY_MAX, "%.*s", DRAFT_WHY_MAX - 1,
             first ? first->detail : "The content folder holds no files. Correct gateway.content.");
    files_unref(files);
    findings_free(findings);
    return NULL;
}

static int import(struct draft *d, const char *folder, int64_t now_ms, char why[DRAFT_WHY_MAX])
{
    struct files *files = read_folder(folder, why);
    if (!files)
        return -1;
    d->seen.base = files_ref(files);
    d->seen.now = files;
    d->seen.base_step = d->seen.version = 0;
    enum db_result r = db_begin(d->db);
    if (r == DB_OK && draft_rebase(d, files, 0, now_ms) == DRAFT_OK) {
        r = db_commit(d->db);
        draft_settle(d, r == DB_OK);
        return r == DB_OK ? 0 : fail(d, why);
    }
    fail(d, why);
    if (r == DB_OK)
        db_rollback(d->db);
    return -1;
}

struct draft *draft_open(struct db *db, const char *folder, int64_t now_ms, char why[DRAFT_WHY_MAX])
{
    struct draft *d = calloc(1, sizeof *d);
    if (!d || !(d->present = presence_new())) {
        snprintf(why, DRAFT_WHY_MAX, "There is no memory for the working copy.");
        free(d);
        return NULL;
    }
    d->db = db;
    int rc = read_stand(d) == DB_OK ? 0 : fail(d, why);
    if (!rc)
        rc = d->seen.base_step < 0 ? import(d, folder, now_ms, why) : load(d, why);
    if (!rc)
        return d;
    draft_close(d);
    return NULL;
}
