/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "desk/content.h"
#include "desk/merge.h"
#include "desk/save.h"
#include "setup/setup.h"

enum outcome { UNCHANGED, NEW, CHANGED, CONFIRMED, SIGNED, SKIPPED, OUTCOMES };

/* An import under way. */
struct job {
    const struct content_wish *w;
    struct arena *arena;
    struct findings *f; /* faults; the file "" is the one that is read */
    struct pairs pairs;
    struct exchange in;
    struct map *units; /* of `in`, by id */
    struct merge merge;
    size_t counts[OUTCOMES];
};

/* What a unit brings. A reviewer signs what he gives back as it was, too. */
static enum outcome outcome_of(const struct job *j, const struct pair *p, const struct unit *u)
{
    bool same = p->entry && !strcmp(pair_translation(p), u->translation);
    if (!*u->translation || u->mark == UNIT_FUZZY)
        return SKIPPED;
    if (!p->entry)
        return NEW;
    if (!same)
        return CHANGED;
    if (pair_status(p) == ENTRY_DRAFT && j->w->reviewer)
        return SIGNED;
    if (pair_status(p) != ENTRY_STALE)
        return UNCHANGED;
    return u->mark == UNIT_STALE ? SKIPPED : CONFIRMED;
}

/* The English text of a unit is not the one that stands in the content. */
static int tell_english(struct job *j, const struct unit *u)
{
    bool edited = j->in.version && !strcmp(j->in.version, j->pairs.version);
    return exchange_fault(j->f, u->line, u->id, "%s Export again.",
                          edited ? "Its English text was edited here; that is done in the content."
                                 : "It was made from another version of the content: its English "
                                   "text is not the one of now.");
}

/* Decide what becomes of a unit. */
static int take(struct job *j, const struct unit *u)
{
    const struct pair *p = pairs_find(&j->pairs, u->id);
    const struct unit *twin = map_get(j->units, u->id);
    if (twin)
        return exchange_fault(j->f, u->line, u->id, "It is in line %u already. Delete one.",
                              twin->line);
    if (map_put(j->units, j->arena, u->id, u))
        return exchange_fault(j->f, u->line, u->id, "No memory.");
    if (!p)
        return exchange_fault(j->f, u->line, u->id,
                              "There is no text of this id. Correct the id, or export again.");
    enum outcome o = outcome_of(j, p, u);
    j->counts[o]++;
    if (o == SKIPPED)
        return 0;
    if (strcmp(pair_english(p), u->english))
        return tell_english(j, u);
    if (o != UNCHANGED)
        j->merge.taken[p->index] = u;
    return 0;
}

/* Go through all units, so that all faults are told. */
static int take_all(struct job *j)
{
    int rc = 0;
    j->units = map_new();
    j->merge.taken = arena_array(j->arena, j->pairs.count, sizeof *j->merge.taken);
    if (!j->units || !j->merge.taken)
        return exchange_fault(j->f, 0, "", "No memory.");
    for (size_t i = 0; i < j->in.count; i++)
        rc |= take(j, &j->in.units[i]);
    return rc;
}

static int check_language(struct job *j)
{
    const char *said = j->in.language;
    if (j->w->format == EXCHANGE_CSV || (said && !strcmp(said, j->w->language)))
        return 0;
    return exchange_fault(j->f, 1, "", "The header says language \"%s\", --language says \"%s\".",
                          said ? said : "", j->w->language);
}

/* How to mend what only a program can. */
static const char *hint_of(const struct finding *one)
{
    return strcmp(one->code, "not-nfc") ? "" : " Write it anew: uconv -x nfc FILE > NEW.";
}

/* Turn a finding of the check into a fault. Errors in texts that are not written do not matter
 * here; any outside the texts may have kept the check from looking at all. */
static void tell(struct job *j, const struct finding *one)
{
    if (one->level != FINDING_ERROR)
        return;
    if (!merge_writes(&j->merge, one->file)) {
        if (strncmp(one->file, "texts/", 6))
            findings_add(j->f, one);
        return;
    }
    const struct unit *u = map_get(j->units, one->id);
    if (u)
        exchange_fault(j->f, u->line, u->id, "%s%s (%s)", one->detail, hint_of(one), one->code);
    else
        findings_add(j->f, one);
}

/* Check the whole content as it would be. */
static void check(struct job *j)
{
    struct setup_layouts layouts;
    struct setup_types types;
    struct catalog_options o;
    size_t count = 0;
    const struct catalog_file *all = merge_all(&j->merge, &count);
    struct findings *found = findings_new();
    if (all && found && !setup_layouts(&j->w->conf, &layouts)) {
        setup_catalog_options(&j->w->conf, &layouts, j->w->handlers, &types, &o);
        o.today = setup_today();
        o.hide_drafts = false; /* what is taken is checked, served or not */
        catalog_unref(catalog_load_files(all, count, &o, found));
        for (size_t i = 0; i < findings_total(found); i++)
            tell(j, findings_at(found, i));
    } else {
        exchange_fault(j->f, 0, "", "No memory, or too many different carriers.");
    }
    findings_free(found);
}

/* Read and check all. Returns 0 if it may be written. */
static int prepare(struct job *j)
{
    const struct content_wish *w = j->w;
    if (pairs_open(&j->pairs, j->arena, w->conf.gateway_content, w->language, j->f))
        return -1;
    j->in.arena = j->arena;
    if (exchange_read(&j->in, (enum exchange_format)w->format, w->file, j->f) || check_language(j))
        return -1;
    take_all(j);
    merge_files(&j->merge, j->f);
    if (j->merge.file_count)
        check(j);
    return findings_count(j->f, FINDING_ERROR) ? -1 : 0;
}

/* `FILE:LINE: ID: what`. */
static void print_faults(const struct job *j)
{
    for (size_t i = 0; i < findings_total(j->f); i++) {
        const struct finding *one = findings_at(j->f, i);
        if (one->file[0])
            fprintf(stderr, "%s/", j->w->conf.gateway_content);
        fputs(one->file[0] ? one->file : j->w->file, stderr);
        if (one->line)
            fprintf(stderr, ":%u", one->line);
        fprintf(stderr, ": %s%s%s\n", one->id, one->id[0] ? ": " : "", one->detail);
    }
}

static void print_summary(const struct job *j)
{
    const size_t *n = j->counts;
    printf("%zu new, %zu changed, %zu confirmed, %zu unchanged, %zu skipped", n[NEW], n[CHANGED],
           n[CONFIRMED], n[UNCHANGED], n[SKIPPED]);
    if (j->w->reviewer)
        printf(", %zu signed as they were", n[SIGNED]);
    puts(j->w->dry_run ? "; nothing was written" : "");
}

/* Returns the exit status. */
static int run(struct job *j)
{
    enum saved saved = SAVED_NOTHING;
    int rc = prepare(j);
    if (!rc && !j->w->dry_run) {
        saved = save_files(j->w->conf.gateway_content, j->merge.files, j->merge.file_count, j->f);
        rc = saved == SAVED_ALL ? 0 : -1;
    }
    print_faults(j);
    if (rc)
        fprintf(stderr, "refused: %zu errors, %s\n", findings_count(j->f, FINDING_ERROR),
                saved == SAVED_PART ? "only a part was written" : "nothing was written");
    else
        print_summary(j);
    return rc ? 1 : 0;
}

static void write_day(char out[16])
{
    time_t at = (time_t)setup_today() * 24 * 3600;
    struct tm day;
    gmtime_r(&at, &day);
    strftime(out, 16, "%Y-%m-%d", &day);
}

int content_import(const struct content_wish *w)
{
    char today[16];
    struct job j = {.w = w, .arena = arena_new(), .f = findings_new()};
    int status = 1;
    write_day(today);
    j.merge = (struct merge){.pairs = &j.pairs, .reviewer = w->reviewer, .today = today};
    if (j.arena && j.f)
        status = run(&j);
    else
        fputs("mekongline content: no memory\n", stderr);
    map_free(j.units);
    pairs_close(&j.pairs);
    findings_free(j.f);
    arena_free(j.arena);
    return status;
}
