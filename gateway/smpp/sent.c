/* SPDX-License-Identifier: Apache-2.0 */
#include "smpp/sent.h"

#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "base/hash_table.h"
#include "smpp/spelling.h"

enum { EARLY_MAX = 1000, EARLY_MS = 60000 };

/* One spelling, and the ids that may be meant by it. */
struct form {
    UT_hash_handle hh;
    struct owner *owners;
    char text[];
};

struct owner {
    struct owner *prev, *next;
    struct form *form;
    struct entry *entry;
};

/* What becomes of an MT. */
struct fate {
    UT_hash_handle hh;
    char id[MESSAGE_MT_ID_MAX + 1];
    unsigned parts, delivered;
    bool told;
    size_t entries;
};

/* A message_id. It stays when its receipt is there, because that may come again. */
struct entry {
    struct entry *prev, *next;
    struct fate *fate;
    int64_t at;
    bool done;
    size_t count;
    struct owner owners[SPELLING_FORMS];
    char id[PDU_ID_MAX + 1];
};

/* A receipt without its message. */
struct early {
    struct early *prev, *next;
    int64_t at;
    struct receipt receipt;
};

struct sent {
    struct sent_options o;
    struct form *forms;
    struct fate *fates;
    struct entry *entries; /* the oldest first, as in early */
    struct early *early;
    size_t entry_count, early_count;
};

struct sent *sent_new(const struct sent_options *o)
{
    struct sent *s = calloc(1, sizeof *s);
    if (s)
        s->o = *o;
    return s;
}

static void disown(struct sent *s, struct owner *o)
{
    DL_DELETE(o->form->owners, o);
    if (o->form->owners)
        return;
    HASH_DEL(s->forms, o->form);
    free(o->form);
}

static void release_fate(struct sent *s, struct fate *f)
{
    if (--f->entries > 0)
        return;
    HASH_DEL(s->fates, f);
    free(f);
}

static void free_entry(struct sent *s, struct entry *e)
{
    for (size_t i = 0; i < e->count; i++)
        disown(s, &e->owners[i]);
    if (e->fate)
        release_fate(s, e->fate);
    free(e);
}

static void drop_entry(struct sent *s, struct entry *e)
{
    DL_DELETE(s->entries, e);
    s->entry_count--;
    free_entry(s, e);
}

static void drop_early(struct sent *s, struct early *e)
{
    DL_DELETE(s->early, e);
    s->early_count--;
    free(e);
}

void sent_free(struct sent *s)
{
    while (s && s->entries)
        drop_entry(s, s->entries);
    while (s && s->early)
        drop_early(s, s->early);
    free(s);
}

/* The form of that spelling, perhaps a new one; NULL without memory. */
static struct form *get_form(struct sent *s, const char *text)
{
    struct form *f;
    size_t len = strlen(text);
    HASH_FIND(hh, s->forms, text, len, f);
    if (f)
        return f;
    f = calloc(1, sizeof *f + len + 1);
    if (!f)
        return NULL;
    memcpy(f->text, text, len + 1);
    HASH_ADD(hh, s->forms, text[0], len, f);
    if (HASH_ADDED(hh, f))
        return f;
    free(f);
    return NULL;
}

static struct fate *get_fate(struct sent *s, const char *id)
{
    struct fate *f;
    HASH_FIND_STR(s->fates, id, f);
    if (f)
        return f;
    f = calloc(1, sizeof *f);
    if (!f)
        return NULL;
    memccpy(f->id, id, '\0', MESSAGE_MT_ID_MAX);
    HASH_ADD_STR(s->fates, id, f);
    if (HASH_ADDED(hh, f))
        return f;
    free(f);
    return NULL;
}

/* Bind an entry to its spellings and its MT. Returns 0, or -1 without memory. */
static int bind(struct sent *s, struct entry *e, const char *mt_id)
{
    char forms[SPELLING_FORMS][PDU_ID_MAX + 1];
    size_t count = spelling_forms(e->id, forms);
    for (size_t i = 0; i < count; i++) {
        struct owner *o = &e->owners[i];
        o->entry = e;
        o->form = get_form(s, forms[i]);
        if (!o->form)
            return -1;
        DL_APPEND(o->form->owners, o);
        e->count++;
    }
    e->fate = get_fate(s, mt_id);
    if (!e->fate)
        return -1;
    e->fate->entries++;
    return 0;
}

/* The one id that a receipt means: of exactly its spelling, or alike. NULL if there is none or more
 * than one; one that is done counts only if no other is there. */
static struct entry *find(const struct sent *s, const char *id, bool exact)
{
    char plain[PDU_ID_MAX + 1];
    struct form *f;
    struct entry *open = NULL, *done = NULL;
    spelling_plain(id, plain);
    HASH_FIND_STR(s->forms, plain, f);
    for (struct owner *o = f ? f->owners : NULL; o; o = o->next) {
        if (exact && strcmp(o->entry->id, id) != 0)
            continue;
        if (!o->entry->done && open)
            return NULL;
        *(o->entry->done ? &done : &open) = o->entry;
    }
    return open ? open : done;
}

/* A receipt of that entry. */
static void apply(struct sent *s, struct entry *e, const struct receipt *r)
{
    struct fate *f = e->fate;
    if (e->done || !r->final)
        return;
    e->done = true;
    bool delivered = r->status == STATUS_DELIVERED;
    f->delivered += delivered;
    if (f->told || (delivered && f->delivered < f->parts))
        return;
    f->told = true;
    s->o.receipt(s->o.arg, f->id, r->status);
}

/* Is that receipt one that came before this entry? */
static bool is_for(const struct sent *s, const struct early *early, const struct entry *e)
{
    if (strcmp(early->receipt.id, e->id) == 0)
        return find(s, early->receipt.id, true) == e;
    return s->o.answer_ms == 0 && find(s, early->receipt.id, false) == e;
}

static void take_early(struct sent *s, struct entry *e)
{
    struct early *early, *next;
    DL_FOREACH_SAFE(s->early, early, next)
    {
        if (!is_for(s, early, e))
            continue;
        apply(s, e, &early->receipt);
        drop_early(s, early);
    }
}

void sent_add(struct sent *s, const char *message_id, const char *mt_id, unsigned parts,
              int64_t now)
{
    size_t len = strlen(message_id);
    struct entry *e = len > 0 && len <= PDU_ID_MAX ? calloc(1, sizeof *e) : NULL;
    if (!e)
        return;
    memcpy(e->id, message_id, len);
    e->at = now;
    if (bind(s, e, mt_id) != 0) {
        free_entry(s, e);
        return;
    }
    e->fate->parts = parts;
    DL_APPEND(s->entries, e);
    s->entry_count++;
    take_early(s, e);
    if (s->entry_count > s->o.messages)
        drop_entry(s, s->entries);
}

static void keep_early(struct sent *s, const struct receipt *r, int64_t now)
{
    struct early *e = r->final ? calloc(1, sizeof *e) : NULL;
    if (!e)
        return;
    e->receipt = *r;
    e->at = now;
    DL_APPEND(s->early, e);
    if (++s->early_count > EARLY_MAX)
        drop_early(s, s->early);
}

int sent_receipt(struct sent *s, const struct receipt *r, int64_t now)
{
    struct entry *e = find(s, r->id, true);
    if (!e && s->o.answer_ms == 0)
        e = find(s, r->id, false);
    if (!e) {
        keep_early(s, r, now);
        return -1;
    }
    apply(s, e, r);
    return 0;
}

static void match_alike(struct sent *s, int64_t now)
{
    struct early *early, *next;
    DL_FOREACH_SAFE(s->early, early, next)
    {
        if (now - early->at < s->o.answer_ms)
            return;
        struct entry *e = find(s, early->receipt.id, false);
        if (e)
            apply(s, e, &early->receipt);
        if (e || now - early->at >= EARLY_MS)
            drop_early(s, early);
    }
}

void sent_tick(struct sent *s, int64_t now)
{
    match_alike(s, now);
    while (s->entries && now - s->entries->at >= s->o.remember_ms)
        drop_entry(s, s->entries);
}

size_t sent_count(const struct sent *s)
{
    return s->entry_count;
}
