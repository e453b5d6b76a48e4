/* SPDX-License-Identifier: Apache-2.0 */
#include "desk/merge.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"

/* A file as it is written. */
struct draft {
    const struct merge *m;
    struct findings *f;
    const char *name;
    struct buf out;
    bool has_entry, has_member; /* so that a comma comes before the next */
    bool failed;
};

static void fault(struct draft *d, const struct tree_node *n, const char *id, const char *what)
{
    struct finding one = {.level = FINDING_ERROR, .code = "content", .line = tree_line(n)};
    snprintf(one.file, sizeof one.file, "%s", d->name);
    snprintf(one.id, sizeof one.id, "%s", id);
    snprintf(one.detail, sizeof one.detail, "%s", what);
    findings_add(d->f, &one);
    d->failed = true;
}

static void put_key(struct draft *d, const char *key)
{
    buf_puts(&d->out, d->has_member ? ", " : "");
    buf_json(&d->out, key, strlen(key));
    buf_puts(&d->out, ": ");
    d->has_member = true;
}

static void put_member(struct draft *d, const char *key, const char *value)
{
    put_key(d, key);
    buf_json(&d->out, value, strlen(value));
}

static void begin_entry(struct draft *d, const char *id)
{
    buf_puts(&d->out, d->has_entry ? ",\n    " : "    ");
    buf_json(&d->out, id, strlen(id));
    buf_puts(&d->out, ": { ");
    d->has_entry = true;
    d->has_member = false;
}

/* Write the members of an entry as they are, without those in `but` (NULL-terminated). */
static void put_members(struct draft *d, const struct tree_node *entry, const char *const *but)
{
    for (const struct tree_node *n = tree_first(entry); n; n = tree_next(n)) {
        const char *const *same = but;
        while (*same && strcmp(*same, tree_key(n)))
            same++;
        if (*same)
            continue;
        if (tree_string(n)) {
            put_member(d, tree_key(n), tree_string(n));
        } else if (tree_type(n) == JSON_NULL) {
            put_key(d, tree_key(n));
            buf_puts(&d->out, "null");
        } else {
            fault(d, n, tree_key(entry), "A member is no text in quotes. Delete it or correct it.");
        }
    }
}

static void put_old(struct draft *d, const struct tree_node *entry)
{
    static const char *const none[] = {NULL};
    if (tree_type(entry) != JSON_OBJECT) {
        fault(d, entry, tree_key(entry), "A text must be an object in { }.");
        return;
    }
    begin_entry(d, tree_key(entry));
    put_members(d, entry, none);
    buf_puts(&d->out, " }");
}

/* Write an entry with other words, or with the same ones for other English. A form without marks
 * belongs to its words and goes with them. */
static void put_new(struct draft *d, const struct pair *p, const struct unit *u)
{
    static const char *const replaced[] = {"unmarked", "text",        "status", "from",
                                           "reviewer", "reviewed_on", NULL};
    bool same = !strcmp(pair_translation(p), u->translation);
    char mark[ENTRY_MARK_HEX + 1];
    entry_mark(pair_english(p), mark);
    begin_entry(d, p->id);
    put_member(d, "text", u->translation);
    put_member(d, "status", d->m->reviewer ? "reviewed" : "draft");
    if (d->m->reviewer) {
        put_member(d, "reviewer", d->m->reviewer);
        put_member(d, "reviewed_on", d->m->today);
    }
    put_member(d, "from", mark);
    put_members(d, p->entry, same ? replaced + 1 : replaced);
    buf_puts(&d->out, " }");
}

/* The file where the translation of a text stands, or will: that of the same name as in English. */
static void target_of(const struct merge *m, const struct pair *p, char *out, size_t cap)
{
    if (p->file)
        snprintf(out, cap, "%s", p->file);
    else
        snprintf(out, cap, "texts/%s/%s", m->pairs->language, strrchr(p->english_file, '/') + 1);
}

static bool goes_to(const struct merge *m, const struct pair *p, const char *name)
{
    char target[256];
    target_of(m, p, target, sizeof target);
    return !strcmp(target, name);
}

/* Entries that are there, in their order, then new ones in the order of the English text. */
static void put_entries(struct draft *d, const struct tree_node *texts)
{
    const struct merge *m = d->m;
    for (const struct tree_node *e = tree_first(texts); e; e = tree_next(e)) {
        const struct pair *p = pairs_find(m->pairs, tree_key(e));
        if (p && p->entry == e && m->taken[p->index])
            put_new(d, p, m->taken[p->index]);
        else
            put_old(d, e);
    }
    for (size_t i = 0; i < m->pairs->count; i++) {
        const struct pair *p = &m->pairs->list[i];
        if (!p->entry && m->taken[i] && goes_to(m, p, d->name))
            put_new(d, p, m->taken[i]);
    }
}

/* Only {"texts": {…}} can be written again. */
static void check_root(struct draft *d, const struct tree_node *root)
{
    for (const struct tree_node *n = tree_first(root); n; n = tree_next(n)) {
        if (strcmp(tree_key(n), "texts") || tree_type(n) != JSON_OBJECT)
            fault(d, n, tree_key(n), "Nothing but \"texts\" belongs here. Delete it.");
    }
}

static int write_file(struct merge *m, const char *name, struct findings *f)
{
    struct draft d = {.m = m, .f = f, .name = name};
    const struct tree_node *root = pairs_file(m->pairs, name);
    char *text = arena_alloc(m->pairs->arena, BUNDLE_FILE_MAX + 1);
    if (!text)
        return exchange_fault(f, 0, "", "No memory.");
    buf_init(&d.out, text, BUNDLE_FILE_MAX + 1);
    check_root(&d, root);
    buf_puts(&d.out, "{\n  \"texts\": {\n");
    put_entries(&d, tree_get(root, "texts"));
    buf_puts(&d.out, "\n  }\n}\n");
    if (d.out.full)
        fault(&d, NULL, "", "The file would be larger than 1 MiB. Divide the English file.");
    m->files[m->file_count++] = (struct catalog_file){name, text, d.out.len};
    return d.failed ? -1 : 0;
}

bool merge_writes(const struct merge *m, const char *name)
{
    for (size_t i = 0; i < m->file_count; i++) {
        if (!strcmp(m->files[i].name, name))
            return true;
    }
    return false;
}

int merge_files(struct merge *m, struct findings *f)
{
    struct arena *a = m->pairs->arena;
    int rc = 0;
    m->file_count = 0;
    m->files = arena_array(a, m->pairs->bundle.count + 1, sizeof *m->files);
    if (!m->files)
        return exchange_fault(f, 0, "", "No memory.");
    for (size_t i = 0; i < m->pairs->count; i++) {
        char target[256];
        target_of(m, &m->pairs->list[i], target, sizeof target);
        if (!m->taken[i] || merge_writes(m, target))
            continue;
        const char *name = arena_copy(a, target, strlen(target));
        if (!name)
            return exchange_fault(f, 0, "", "No memory.");
        rc |= write_file(m, name, f);
    }
    return rc;
}

struct catalog_file *merge_all(const struct merge *m, size_t *count)
{
    const struct bundle *old = &m->pairs->bundle;
    struct catalog_file *all =
        arena_array(m->pairs->arena, old->count + m->file_count, sizeof *all);
    if (!all)
        return NULL;
    *count = 0;
    for (size_t i = 0; i < old->count; i++) {
        if (!merge_writes(m, old->files[i].name))
            all[(*count)++] = old->files[i];
    }
    for (size_t i = 0; i < m->file_count; i++)
        all[(*count)++] = m->files[i];
    return all;
}
