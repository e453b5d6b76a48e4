/* SPDX-License-Identifier: Apache-2.0 */
#include "simulation/stage.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "handlers/table.h"
#include "simulation/sim.h"

enum { FILES_MAX = 128, DAY = 20800 };

/* The one difference between the contents: as many octets, so that no screen is cut elsewhere. */
static const char file_of_word[] = "texts/en/ui.json", in_file[] = "\"{back} back\"";
static const char word[] = "back", other_word[] = "BACK";

const char stage_bridge[] = "sim";

struct files {
    struct catalog_file list[FILES_MAX];
    size_t count;
};

static char *read_file(const char *path, size_t *len)
{
    FILE *f = fopen(path, "rb");
    char *text = NULL;
    if (f && fseek(f, 0, SEEK_END) == 0) {
        *len = (size_t)ftell(f);
        rewind(f);
        text = sim_alloc(*len + 1);
        if (fread(text, 1, *len, f) != *len)
            *len = 0;
    }
    if (f)
        fclose(f);
    return text;
}

static void read_files(struct files *files, const char *folder, const char *pattern)
{
    char path[512];
    glob_t found;
    snprintf(path, sizeof path, "%s/%s", folder, pattern);
    if (glob(path, 0, NULL, &found) != 0)
        return;
    for (size_t i = 0; i < found.gl_pathc && files->count < FILES_MAX; i++) {
        struct catalog_file *f = &files->list[files->count++];
        const char *name = found.gl_pathv[i] + strlen(folder) + 1;
        f->name = sim_copy(name, strlen(name) + 1);
        f->text = read_file(found.gl_pathv[i], &f->len);
    }
    globfree(&found);
}

static void free_files(struct files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        free((char *)files->list[i].name);
        free((char *)files->list[i].text);
    }
}

/* Write the word the other way. */
static void change(struct files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        char *at = strcmp(files->list[i].name, file_of_word) == 0
                       ? strstr(files->list[i].text, in_file)
                       : NULL;
        if (at)
            memcpy(at + strlen(in_file) - 1 - strlen(word), other_word, strlen(other_word));
    }
}

static int load(struct stage *s, const char *folder)
{
    struct files files = {.count = 0};
    struct setup_types types;
    struct catalog_options o;
    setup_catalog_options(&s->conf, &s->layouts, &s->handlers, &types, &o);
    o.today = DAY;
    read_files(&files, folder, "*.json");
    read_files(&files, folder, "texts/*/*.json");
    for (size_t i = 0; i < CONTENTS; i++) {
        s->content[i] = catalog_load_files(files.list, files.count, &o, NULL);
        change(&files);
    }
    free_files(&files);
    return s->content[0] && s->content[1] &&
                   strcmp(catalog_version(s->content[0]), catalog_version(s->content[1])) != 0
               ? 0
               : -1;
}

int stage_open(struct stage *s, const char *content)
{
    static const char secret[] = "0123456789abcdef0123456789abcdef";
    *s = (struct stage){.handlers = handlers_all(), .metrics = metrics_new()};
    conf_defaults(&s->conf);
    s->conf.gateway_serve_drafts = true;
    snprintf(s->conf.gateway_content, sizeof s->conf.gateway_content, "%s", content);
    setup_layouts(&s->conf, &s->layouts);
    setup_carrier(&s->conf, &s->layouts, stage_bridge, &s->carrier);
    s->options = setup_dispatch(&s->conf, &s->handlers);
    s->options.rules.secret = (struct secret){secret, sizeof secret - 1};
    s->options.metrics = s->metrics;
    if (s->metrics && load(s, content) == 0)
        return 0;
    fprintf(stderr, "The content in %s cannot be loaded; mekongline check says why.\n", content);
    return -1;
}

void stage_close(struct stage *s)
{
    for (size_t i = 0; i < CONTENTS; i++)
        catalog_unref(s->content[i]);
    metrics_free(s->metrics);
}

const char *stage_say(const struct stage *s, const char *id)
{
    return catalog_say(s->content[0], id, catalog_source_language(s->content[0]));
}

bool stage_same_screen(const char *a, const char *b)
{
    size_t n = strlen(word);
    while (*a != '\0' && *b != '\0') {
        if ((strncmp(a, word, n) == 0 || strncmp(a, other_word, n) == 0) &&
            strncasecmp(a, b, n) == 0) {
            a += n;
            b += n;
        } else if (*a++ != *b++) {
            return false;
        }
    }
    return *a == *b;
}
