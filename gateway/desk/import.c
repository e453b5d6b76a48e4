/* SPDX-License-Identifier: Apache-2.0 */
#include "desk/import.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "setup/setup.h"

/* What a unit brings. A reviewer signs what he gives back as it was, too. */
static enum import_outcome outcome_of(const struct import *im, const struct pair *p,
                                      const struct unit *u)
{
    bool same = p->entry && !strcmp(pair_translation(p), u->translation);
    if (!*u->translation || u->mark == UNIT_FUZZY)
        return IMPORT_SKIPPED;
    if (!p->entry)
        return IMPORT_NEW;
    if (!same)
        return IMPORT_CHANGED;
    if (pair_status(p) == ENTRY_DRAFT && im->wish->reviewer)
        return IMPORT_SIGNED;
    if (pair_status(p) != ENTRY_STALE)
        return IMPORT_UNCHANGED;
    return u->mark == UNIT_STALE ? IMPORT_SKIPPED : IMPORT_CONFIRMED;
}

/* The English text of a unit is not the one that stands in the content. */
static int tell_english(struct import *im, const struct unit *u)
{
    bool edited = im->in.version && !strcmp(im->in.version, im->pairs.version);
    return exchange_fault(im->faults, u->line, u->id, "%s Export again.",
                          edited ? "Its English text was edited here; that is done in the content."
                                 : "It was made from another version of the content: its English "
                                   "text is not the one of now.");
}

/* Decide what becomes of a unit. */
static int take(struct import *im, const struct unit *u)
{
    const struct pair *p = pairs_find(&im->pairs, u->id);
    const struct unit *twin = map_get(im->units, u->id);
    if (twin)
        return exchange_fault(im->faults, u->line, u->id, "It is in line %u already. Delete one.",
                              twin->line);
    if (map_put(im->units, im->arena, u->id, u))
        return exchange_fault(im->faults, u->line, u->id, "No memory.");
    if (!p)
        return exchange_fault(im->faults, u->line, u->id,
                              "There is no text of this id. Correct the id, or export again.");
    enum import_outcome o = outcome_of(im, p, u);
    im->counts[o]++;
    im->outcomes[p->index] = o;
    if (o == IMPORT_SKIPPED)
        return 0;
    if (strcmp(pair_english(p), u->english))
        return tell_english(im, u);
    if (o != IMPORT_UNCHANGED)
        im->merge.taken[p->index] = u;
    return 0;
}

/* Go through all units, so that all faults are told. */
static int take_all(struct import *im)
{
    int rc = 0;
    im->units = map_new();
    im->merge.taken = arena_array(im->arena, im->pairs.count, sizeof *im->merge.taken);
    im->outcomes = arena_array(im->arena, im->pairs.count, sizeof *im->outcomes);
    if (!im->units || !im->merge.taken || !im->outcomes)
        return exchange_fault(im->faults, 0, "", "No memory.");
    for (size_t i = 0; i < im->in.count; i++)
        rc |= take(im, &im->in.units[i]);
    return rc;
}

static int check_language(struct import *im)
{
    const char *said = im->in.language, *meant = im->wish->language;
    if (said ? !strcmp(said, meant) : im->wish->format == EXCHANGE_CSV)
        return 0;
    return exchange_fault(
        im->faults, 1, "",
        "The file says that its language is \"%s\", but \"%s\" was chosen. Choose "
        "the language of the file, or the other file.",
        said ? said : "", meant);
}

/* One sentence instead of a fault for each entry of somebody else's file. */
static int check_origin(struct import *im)
{
    if (im->in.version || im->wish->format != EXCHANGE_PO)
        return 0;
    for (size_t i = 0; i < im->in.count; i++) {
        if (pairs_find(&im->pairs, im->in.units[i].id))
            return 0;
    }
    return exchange_foreign(im->faults, 1);
}

/* How to mend what only a program can. */
static const char *hint_of(const struct finding *one)
{
    return strcmp(one->code, "not-nfc") ? "" : " Write it anew: uconv -x nfc FILE > NEW.";
}

/* Turn a finding of the check into a fault. Errors in texts that are not written do not matter
 * here; any outside the texts may have kept the check from looking at all. */
static void tell_error(struct import *im, const struct finding *one)
{
    const struct unit *u = map_get(im->units, one->id);
    bool written = merge_writes(&im->merge, one->file);
    if (written && u)
        exchange_fault(im->faults, u->line, u->id, "%s%s (%s)", one->detail, hint_of(one),
                       one->code);
    else if (written || strncmp(one->file, "texts/", 6))
        findings_add(im->faults, one);
}

/* Warnings are told of what is taken. */
static void tell_warning(struct import *im, const struct finding *one)
{
    const struct pair *p = pairs_find(&im->pairs, one->id);
    const struct unit *u = p && im->merge.taken[p->index] ? im->merge.taken[p->index] : NULL;
    if (u && merge_writes(&im->merge, one->file))
        exchange_warn(im->faults, u->line, u->id, "%s (%s)", one->detail, one->code);
}

static void tell_one(struct import *im, const struct finding *one)
{
    if (one->level == FINDING_ERROR)
        tell_error(im, one);
    else
        tell_warning(im, one);
}

/* Check the whole content as it would be. */
static void check(struct import *im)
{
    struct setup_layouts layouts;
    struct setup_types types;
    struct catalog_options o;
    size_t count = 0;
    const struct catalog_file *all = merge_all(&im->merge, &count);
    struct findings *found = findings_new();
    if (all && found && !setup_layouts(im->wish->conf, &layouts)) {
        setup_catalog_options(im->wish->conf, &layouts, im->wish->handlers, &types, &o);
        o.today = setup_today();
        o.hide_drafts = false; /* what is taken is checked, served or not */
        catalog_unref(catalog_load_files(all, count, &o, found));
        for (size_t i = 0; i < findings_total(found); i++)
            tell_one(im, findings_at(found, i));
    } else {
        exchange_fault(im->faults, 0, "", "No memory, or too many different carriers.");
    }
    findings_free(found);
}

static int prepare(struct import *im)
{
    const struct import_wish *w = im->wish;
    if (pairs_open(&im->pairs, im->arena, w->files, w->language, im->faults))
        return -1;
    im->in.arena = im->arena;
    if (exchange_parse(&im->in, w->format, w->text, w->len, im->faults) || check_origin(im) ||
        check_language(im))
        return -1;
    take_all(im);
    merge_files(&im->merge, im->faults);
    if (im->merge.file_count)
        check(im);
    return findings_count(im->faults, FINDING_ERROR) ? -1 : 0;
}

static void write_day(char out[16])
{
    time_t at = (time_t)setup_today() * 24 * 3600;
    struct tm day;
    gmtime_r(&at, &day);
    strftime(out, 16, "%Y-%m-%d", &day);
}

int import_texts(struct import *im, const struct import_wish *w)
{
    *im = (struct import){.wish = w, .arena = arena_new(), .faults = findings_new()};
    write_day(im->today);
    im->merge = (struct merge){.pairs = &im->pairs, .reviewer = w->reviewer, .today = im->today};
    int rc = im->arena && im->faults ? prepare(im) : -1;
    im->wish = NULL;
    return rc;
}

void import_end(struct import *im)
{
    map_free(im->units);
    pairs_close(&im->pairs);
    findings_free(im->faults);
    arena_free(im->arena);
}
