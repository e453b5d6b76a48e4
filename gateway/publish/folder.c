/* SPDX-License-Identifier: Apache-2.0 */
#include "publish/folder.h"

#include <stdio.h>
#include <stdlib.h>

#include "catalog/bundle.h"
#include "setup/setup.h"

struct folder {
    struct arena *arena;
    struct content_file *files;
};

/* The very files that are published are checked, drafts too, served or not. */
static bool is_good(const struct conf *c, const struct handler_table *handlers,
                    const struct bundle *b, struct findings *f)
{
    struct setup_layouts layouts;
    struct setup_types types;
    struct catalog_options o;
    if (setup_layouts(c, &layouts) < 0) {
        fputs("too many different screen limits in the configuration\n", stderr);
        return false;
    }
    setup_catalog_options(c, &layouts, handlers, &types, &o);
    o.today = setup_today();
    o.hide_drafts = false;
    struct catalog *catalog = catalog_load_files(b->files, b->count, &o, f);
    catalog_unref(catalog);
    return catalog != NULL;
}

static void print_errors(const struct findings *f)
{
    for (size_t i = 0; i < findings_total(f); i++) {
        const struct finding *one = findings_at(f, i);
        if (one->level == FINDING_ERROR)
            fprintf(stderr, "%s:%u: error: %s %s: %s (%s)\n", one->file, one->line, one->id,
                    one->language, one->detail, one->code);
    }
}

static int copy_files(struct folder *folder, const struct bundle *b, struct content_bundle *out)
{
    folder->files = calloc(b->count, sizeof *folder->files);
    if (!folder->files)
        return -1;
    for (size_t i = 0; i < b->count; i++)
        folder->files[i] =
            (struct content_file){b->files[i].name, b->files[i].text, b->files[i].len};
    out->files = folder->files;
    out->count = b->count;
    return 0;
}

struct folder *folder_check(const struct conf *c, const struct handler_table *handlers,
                            struct content_bundle *out)
{
    struct folder *folder = calloc(1, sizeof *folder);
    struct findings *f = findings_new();
    struct bundle b;
    bool good = false;
    if (folder && f && (folder->arena = arena_new())) {
        good = bundle_read(&b, folder->arena, c->gateway_content, f) == 0 && b.count > 0 &&
               is_good(c, handlers, &b, f) && copy_files(folder, &b, out) == 0;
        print_errors(f);
    }
    findings_free(f);
    if (good)
        return folder;
    folder_free(folder);
    return NULL;
}

void folder_free(struct folder *f)
{
    if (!f)
        return;
    arena_free(f->arena);
    free(f->files);
    free(f);
}
