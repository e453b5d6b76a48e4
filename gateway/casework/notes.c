/* SPDX-License-Identifier: Apache-2.0 */
#include "casework/notes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is sealed: the case's id, a blank, the note's id, a line feed, the text. */
enum { HEAD_MAX = REQUEST_ID_MAX + 1 + NOTE_ID_MAX + 1, PLAIN_MAX = HEAD_MAX + NOTE_TEXT_MAX };

static size_t write_head(const struct note *n, char out[HEAD_MAX + 1])
{
    int len = snprintf(out, HEAD_MAX + 1, "%s %s\n", n->case_id, n->id);
    return len > 0 && len <= HEAD_MAX ? (size_t)len : 0;
}

/* The base64 of the sealed note, to be freed; NULL without memory or for a note that is none. */
static char *seal(const struct seal_public *key, const struct note *n)
{
    char plain[PLAIN_MAX + 1];
    size_t head = write_head(n, plain), len = strlen(n->text);
    char *box = head > 0 && len <= NOTE_TEXT_MAX ? malloc(seal_size(head + len)) : NULL;
    if (!box)
        return NULL;
    memcpy(plain + head, n->text, len);
    int failed = seal_close(key, plain, head + len, box);
    explicit_bzero(plain, sizeof plain);
    if (!failed)
        return box;
    free(box);
    return NULL;
}

enum db_result notes_add(struct db *db, const struct seal_public *key, const struct note *n,
                         bool *added)
{
    int64_t changed = 0;
    char *box = seal(key, n);
    *added = false;
    if (!box)
        return DB_FAILED;
    enum db_result r =
        db_run(db,
               "INSERT INTO notes (id, case_id, who, at_ms, sealed)"
               " SELECT ?1, ?2, ?3, ?4, ?5"
               " WHERE (SELECT count(*) FROM notes WHERE case_id = ?2) < ?6"
               " ON CONFLICT (id) DO NOTHING",
               (struct db_value[]){DB_S(n->id), DB_S(n->case_id), DB_I(n->who), DB_I(n->at_ms),
                                   DB_S(box), DB_I(NOTES_MAX), DB_END},
               NULL, &changed);
    free(box);
    *added = r == DB_OK && changed > 0;
    return r;
}

struct reading {
    const struct seal_secret *key;
    const char *case_id;
    note_fn fn;
    void *arg;
};

/* Open a note into plain; its text, or NULL. */
static const char *open_note(const struct reading *r, const struct note *n,
                             const struct db_value *box, char plain[PLAIN_MAX + 1])
{
    char head[HEAD_MAX + 1];
    size_t len = 0, head_len = write_head(n, head);
    size_t longest = seal_size(PLAIN_MAX);
    uint8_t *out = box->len < longest && head_len > 0 ? malloc(longest) : NULL;
    int failed = out ? seal_open(r->key, box->octets, box->len, out, &len) : -1;
    bool mine = !failed && len >= head_len && len <= PLAIN_MAX && memcmp(out, head, head_len) == 0;
    if (mine) {
        memcpy(plain, out, len);
        plain[len] = '\0';
    }
    if (out)
        explicit_bzero(out, longest);
    free(out);
    return mine ? plain + head_len : NULL;
}

static bool take_note(void *arg, const struct db_value *c, size_t count)
{
    const struct reading *r = arg;
    char plain[PLAIN_MAX + 1];
    (void)count;
    if (c[0].type != DB_TEXT || c[3].type != DB_TEXT)
        return true;
    struct note n = {.id = c[0].octets, .case_id = r->case_id, .who = c[1].num, .at_ms = c[2].num};
    n.text = open_note(r, &n, &c[3], plain);
    r->fn(r->arg, &n);
    explicit_bzero(plain, sizeof plain);
    return true;
}

enum db_result notes_read(struct db *db, const struct seal_secret *key, const char *case_id,
                          note_fn fn, void *arg)
{
    struct reading r = {key, case_id, fn, arg};
    return db_run(db,
                  "SELECT id, who, at_ms, sealed FROM notes WHERE case_id = ?1"
                  " ORDER BY at_ms, rowid",
                  (struct db_value[]){DB_S(case_id), DB_END}, &(struct db_rows){take_note, &r},
                  NULL);
}
