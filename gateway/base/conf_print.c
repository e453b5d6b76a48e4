/* SPDX-License-Identifier: Apache-2.0 */
/* The options for people: the example file and --help. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/conf.h"
#include "base/conf_table.h"

enum { WIDTH = 78 };

/* Print text in lines of at most WIDTH columns, each begun with prefix; a longer word stands alone.
 */
static void print_wrapped(FILE *out, const char *prefix, const char *text)
{
    size_t column = 0;
    while (*text != '\0') {
        size_t word = strcspn(text, " ");
        bool fits = column > 0 && column + 1 + word <= WIDTH;
        if (!fits && column > 0)
            fputc('\n', out);
        if (fits)
            fputc(' ', out);
        else
            fputs(prefix, out);
        column = fits ? column + 1 + word : strlen(prefix) + word;
        fwrite(text, 1, word, out);
        text += word;
        text += strspn(text, " ");
    }
    fputc('\n', out);
}

/* The sections and groups that a program reads, as words. */
static const struct {
    const char *name, *sections;
} programs[] = {
    [CONF_MEKONGLINE] = {"mekongline",
                         "gateway keys session limit mqtt redis request receiver http carrier"},
    [CONF_MEKONGLINE_SMPP] = {"mekongline-smpp", "mqtt bridge smpp profile"},
    [CONF_MEKONGLINE_HTTP] = {"mekongline-http", "mqtt bridge aggregator"},
    [CONF_CONSOLE] = {"mekongline-console",
                      "console gateway keys session mqtt redis receiver carrier"},
};

static bool reads(enum conf_program program, const char *section)
{
    return conf_word_in(programs[program].sections, section, strlen(section));
}

/* Write bounds and unit, such as "0 to 65535 (port)". */
static void write_bounds(const struct conf_option *o, char *out, size_t cap)
{
    if (o->kind == CONF_NUMBER)
        snprintf(out, cap, "%" PRId64 " to %" PRId64 " (%s)", o->least, o->most, o->unit);
    else if (o->kind == CONF_TEXT)
        snprintf(out, cap, "text, at most %" PRId64 " octets", o->most);
    else if (o->kind == CONF_CHOICE)
        snprintf(out, cap, "one of: %s", o->words);
    else
        snprintf(out, cap, "yes or no");
}

static void print_example_option(FILE *out, const struct conf_option *o)
{
    char bounds[96];
    write_bounds(o, bounds, sizeof bounds);
    fputc('\n', out);
    print_wrapped(out, "# ", o->help);
    fprintf(out, "# %s\n#%s =%s%s\n", bounds, o->name, *o->text == '\0' ? "" : " ", o->text);
}

static void print_example_group(FILE *out, const struct conf_group *g)
{
    fputc('\n', out);
    print_wrapped(out, "# ", g->help);
    fprintf(out, "#[%s NAME]\n", g->word);
    for (size_t i = 0; i < g->option_count; i++)
        print_example_option(out, &g->options[i]);
}

int conf_write_example(FILE *out, enum conf_program program)
{
    const struct conf_option *o = conf_table();
    const struct conf_group *g = conf_groups();
    const char *section = "";
    fprintf(out, "# %s: all options with their defaults. Remove the # before a name to set it.\n",
            programs[program].name);
    for (size_t i = 0; i < CONF_OPTIONS; i++) {
        if (!reads(program, o[i].section))
            continue;
        if (strcmp(o[i].section, section) != 0)
            fprintf(out, "\n[%s]\n", o[i].section);
        section = o[i].section;
        print_example_option(out, &o[i]);
    }
    for (size_t i = 0; i < CONF_GROUPS; i++)
        if (reads(program, g[i].word))
            print_example_group(out, &g[i]);
    return fflush(out) != 0 || ferror(out) ? -1 : 0;
}

static void print_help_option(FILE *out, const struct conf_option *o, const char *name)
{
    char bounds[96];
    write_bounds(o, bounds, sizeof bounds);
    fprintf(out, "  %s%s.%s: %s; default %s\n", o->section, name, o->name, bounds,
            *o->text == '\0' ? "empty" : o->text);
    fprintf(out, "      %s\n", o->help);
}

int conf_write_help(FILE *out, enum conf_program program)
{
    const struct conf_option *o = conf_table();
    const struct conf_group *g = conf_groups();
    for (size_t i = 0; i < CONF_OPTIONS; i++)
        if (reads(program, o[i].section))
            print_help_option(out, &o[i], "");
    for (size_t i = 0; i < CONF_GROUPS; i++)
        for (size_t j = 0; reads(program, g[i].word) && j < g[i].option_count; j++)
            print_help_option(out, &g[i].options[j], " NAME");
    return fflush(out) != 0 || ferror(out) ? -1 : 0;
}

/* A value as a file would have it; false if it is the default. */
static bool write_value(const struct conf_option *o, const void *base, char *out, size_t cap)
{
    const char *at = (const char *)base + o->offset;
    int64_t number = o->kind == CONF_NUMBER ? *(const int64_t *)(const void *)at : 0;
    if (o->kind == CONF_NUMBER)
        snprintf(out, cap, "%" PRId64, number);
    else if (o->kind == CONF_FLAG)
        snprintf(out, cap, "%s", *(const bool *)at ? "yes" : "no");
    else
        snprintf(out, cap, "%s", at);
    return o->kind == CONF_NUMBER ? number != o->number : strcmp(out, o->text) != 0;
}

static void write_set_of(FILE *out, const struct conf_group *g, const struct conf *c)
{
    const char *base = (const char *)c + g->items;
    size_t count = *(const size_t *)(const void *)((const char *)c + g->item_count);
    char value[1024];
    for (size_t i = 0; i < count; i++, base += g->item_size) {
        fprintf(out, "[%s %s]\n", g->word, base);
        for (size_t j = 0; j < g->option_count; j++)
            if (write_value(&g->options[j], base, value, sizeof value))
                fprintf(out, "%s = %s\n", g->options[j].name, value);
    }
}

int conf_write_set(FILE *out, const struct conf *c)
{
    const struct conf_option *o = conf_table();
    const char *section = "";
    char value[1024];
    for (size_t i = 0; i < CONF_OPTIONS; i++) {
        if (!write_value(&o[i], c, value, sizeof value))
            continue;
        if (strcmp(section, o[i].section) != 0)
            fprintf(out, "[%s]\n", o[i].section);
        section = o[i].section;
        fprintf(out, "%s = %s\n", o[i].name, value);
    }
    for (size_t i = 0; i < CONF_GROUPS; i++)
        write_set_of(out, &conf_groups()[i], c);
    return ferror(out) ? -1 : 0;
}
