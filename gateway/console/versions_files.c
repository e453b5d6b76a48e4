/* SPDX-License-Identifier: Apache-2.0 */
/* The files of versions. A text is stored once, under its hash. */
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "console/versions_internal.h"
#include "message/content_codec.h"

enum { SHA_HEX = 2 * DIGEST_SIZE };

void version_hash(const struct files *files, char out[VERSION_HASH_HEX + 1])
{
    struct digest_list list;
    uint8_t hash[DIGEST_SIZE];
    size_t count;
    const struct catalog_file *f = files_list(files, &count);
    digest_list_begin(&list);
    for (size_t i = 0; i < count; i++)
        digest_list_add(&list, f[i].name, f[i].text, f[i].len);
    digest_list_end(&list, hash);
    digest_hex(hash, sizeof hash, out);
}

static enum db_result add_one(struct db *db, int64_t id, const struct catalog_file *f)
{
    uint8_t hash[DIGEST_SIZE];
    char sha[SHA_HEX + 1];
    digest_sha256(f->text, f->len, hash);
    digest_hex(hash, sizeof hash, sha);
    enum db_result r = db_run(
        db, "INSERT INTO version_texts (sha, text) VALUES (?1, ?2) ON CONFLICT (sha) DO NOTHING",
        (struct db_value[]){DB_S(sha), {DB_TEXT, 0, f->text, f->len}, DB_END}, NULL, NULL);
    if (r != DB_OK)
        return r;
    return db_run(db, "INSERT INTO version_files (version, name, sha) VALUES (?1, ?2, ?3)",
                  (struct db_value[]){DB_I(id), DB_S(f->name), DB_S(sha), DB_END}, NULL, NULL);
}

enum db_result version_files_add(struct db *db, int64_t id, const struct files *files)
{
    size_t count;
    const struct catalog_file *f = files_list(files, &count);
    enum db_result r = DB_OK;
    for (size_t i = 0; i < count && r == DB_OK; i++)
        r = add_one(db, id, &f[i]);
    return r;
}

/* Rows are copied, because they are borrowed for the call alone. */
struct gathering {
    struct catalog_file list[CONTENT_FILES_MAX];
    size_t count;
    bool failed;
};

static bool take_file(void *arg, const struct db_value *c, size_t count)
{
    struct gathering *g = arg;
    (void)count;
    char *name = g->count < CONTENT_FILES_MAX ? strdup(version_text(&c[0])) : NULL;
    char *text = name ? malloc(c[1].len + 1) : NULL;
    if (!text) {
        free(name);
        g->failed = true;
        return false;
    }
    memcpy(text, version_text(&c[1]), c[1].len);
    text[c[1].len] = '\0';
    g->list[g->count++] = (struct catalog_file){.name = name, .text = text, .len = c[1].len};
    return true;
}

struct files *versions_files(struct db *db, int64_t id)
{
    struct files *files = NULL;
    struct gathering *g = calloc(1, sizeof *g);
    if (!g)
        return NULL;
    if (db_run(db,
               "SELECT f.name, t.text FROM version_files f JOIN version_texts t ON t.sha = f.sha"
               " WHERE f.version = ?1 ORDER BY f.name",
               (struct db_value[]){DB_I(id), DB_END}, &(struct db_rows){take_file, g},
               NULL) == DB_OK &&
        !g->failed && g->count > 0)
        files = files_new(g->list, g->count);
    for (size_t i = 0; i < g->count; i++) {
        free((char *)g->list[i].name);
        free((char *)g->list[i].text);
    }
    free(g);
    return files;
}
