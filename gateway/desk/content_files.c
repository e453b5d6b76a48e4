/* SPDX-License-Identifier: Apache-2.0 */
/* The two directions on a folder. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "desk/content.h"
#include "desk/export.h"
#include "desk/import.h"
#include "desk/save.h"

/* A folder that was read, and what was found on the way. */
struct folder {
    struct arena *arena;
    struct findings *faults;
    struct bundle files;
};

static int folder_read(struct folder *d, const struct content_wish *w)
{
    *d = (struct folder){.arena = arena_new(), .faults = findings_new()};
    if (d->arena && d->faults)
        return bundle_read(&d->files, d->arena, w->conf.gateway_content, d->faults);
    fputs("mekongline content: no memory\n", stderr);
    return -1;
}

static void folder_end(struct folder *d)
{
    findings_free(d->faults);
    arena_free(d->arena);
}

/* path NULL is standard output. */
static int write_file(const char *path, const char *text, size_t len, struct findings *f)
{
    FILE *out = path ? fopen(path, "wbe") : stdout;
    if (!out)
        return exchange_fault(f, 0, "", "Cannot be written: %s.", strerror(errno));
    bool failed = fwrite(text, 1, len, out) != len;
    if ((path ? fclose(out) : fflush(out)) || failed)
        return exchange_fault(f, 0, "", "Cannot be written: %s.", strerror(errno));
    return 0;
}

static int export_folder(const struct content_wish *w, struct folder *d)
{
    struct catalog *c = export_compile(&d->files, &w->conf, w->handlers);
    if (!c)
        fputs("note: the content has errors (mekongline check), so no limits are told\n", stderr);
    const struct export_wish wish = {.files = &d->files,
                                     .language = w->language,
                                     .format = (enum exchange_format)w->format,
                                     .catalog = c};
    char *text;
    size_t len;
    int rc = export_texts(&wish, &text, &len, d->faults);
    if (!rc)
        rc = write_file(w->file, text, len, d->faults);
    free(text);
    catalog_unref(c);
    return rc;
}

int content_export(const struct content_wish *w)
{
    struct folder d;
    int rc = folder_read(&d, w) ? -1 : export_folder(w, &d);
    if (d.faults)
        findings_print(d.faults, stderr);
    folder_end(&d);
    return rc ? 1 : 0;
}

/* `FILE:LINE: ID: what`. */
static void print_fault(const struct content_wish *w, const struct finding *one)
{
    if (one->level != FINDING_ERROR)
        return;
    if (one->file[0])
        fprintf(stderr, "%s/", w->conf.gateway_content);
    fputs(one->file[0] ? one->file : w->file, stderr);
    if (one->line)
        fprintf(stderr, ":%u", one->line);
    fprintf(stderr, ": %s%s%s\n", one->id, one->id[0] ? ": " : "", one->detail);
}

static void print_refusal(const struct content_wish *w, const struct findings *f, enum saved saved)
{
    for (size_t i = 0; i < findings_total(f); i++)
        print_fault(w, findings_at(f, i));
    fprintf(stderr, "refused: %zu errors, %s\n", findings_count(f, FINDING_ERROR),
            saved == SAVED_PART ? "only a part was written" : "nothing was written");
}

static void print_summary(const struct content_wish *w, const struct import *im)
{
    const size_t *n = im->counts;
    printf("%zu new, %zu changed, %zu confirmed, %zu unchanged, %zu skipped", n[IMPORT_NEW],
           n[IMPORT_CHANGED], n[IMPORT_CONFIRMED], n[IMPORT_UNCHANGED], n[IMPORT_SKIPPED]);
    if (w->reviewer)
        printf(", %zu signed as they were", n[IMPORT_SIGNED]);
    puts(w->dry_run ? "; nothing was written" : "");
}

/* Read an open file, one octet more than is taken. */
static char *read_open(FILE *in, size_t *len, struct findings *f)
{
    char *text = malloc(EXCHANGE_FILE_MAX + 1);
    if (!text) {
        exchange_fault(f, 0, "", "No memory to read it.");
        return NULL;
    }
    *len = fread(text, 1, EXCHANGE_FILE_MAX + 1, in);
    if (!ferror(in))
        return text;
    exchange_fault(f, 0, "", "Cannot be read: %s.", strerror(errno));
    free(text);
    return NULL;
}

static char *read_file(const char *path, size_t *len, struct findings *f)
{
    FILE *in = fopen(path, "rbe");
    if (!in) {
        exchange_fault(f, 0, "", "Cannot be read: %s.", strerror(errno));
        return NULL;
    }
    char *text = read_open(in, len, f);
    fclose(in);
    return text;
}

/* Take the text of a file. */
static int import_text(const struct content_wish *w, struct folder *d, const char *text, size_t len)
{
    const struct import_wish wish = {.files = &d->files,
                                     .language = w->language,
                                     .format = (enum exchange_format)w->format,
                                     .text = text,
                                     .len = len,
                                     .reviewer = w->reviewer,
                                     .conf = &w->conf,
                                     .handlers = w->handlers};
    struct import im;
    enum saved saved = SAVED_NOTHING;
    int rc = import_texts(&im, &wish);
    if (!rc && !w->dry_run) {
        saved = save_files(w->conf.gateway_content, im.merge.files, im.merge.file_count, im.faults);
        rc = saved == SAVED_ALL ? 0 : -1;
    }
    if (!rc)
        print_summary(w, &im);
    else if (im.faults)
        print_refusal(w, im.faults, saved);
    else
        fputs("mekongline content: no memory\n", stderr);
    import_end(&im);
    return rc;
}

int content_import(const struct content_wish *w)
{
    struct folder d;
    size_t len = 0;
    char *text = folder_read(&d, w) ? NULL : read_file(w->file, &len, d.faults);
    int rc = text ? import_text(w, &d, text, len) : -1;
    if (!text && d.faults)
        print_refusal(w, d.faults, SAVED_NOTHING);
    free(text);
    folder_end(&d);
    return rc ? 1 : 0;
}
