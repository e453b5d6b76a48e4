/* SPDX-License-Identifier: Apache-2.0 */
/* The options for people: the example file and --help. */
#include <inttypes.h>
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

/* Write bounds and unit, such as "0 to 65535 (port)". */
static void write_bounds(const struct conf_option *o, char *out, size_t cap)
{
    if (o->kind == CONF_NUMBER)
        snprintf(out, cap, "%" PRId64 " to %" PRId64 " (%s)", o->least, o->most, o->unit);
    else if (o->kind == CONF_TEXT)
        snprintf(out, cap, "text, at most %" PRId64 " octets", o->most);
    else
        snprintf(out, cap, "yes or no");
}

static void write_default(const struct conf_option *o, char *out, size_t cap)
{
    if (o->kind == CONF_NUMBER)
        snprintf(out, cap, "%" PRId64, o->number);
    else
        snprintf(out, cap, "%s", o->text);
}

static void print_example_option(FILE *out, const struct conf_option *o)
{
    char bounds[96], def[300];
    write_bounds(o, bounds, sizeof bounds);
    write_default(o, def, sizeof def);
    fputc('\n', out);
    print_wrapped(out, "# ", o->help);
    fprintf(out, "# %s\n#%s =%s%s\n", bounds, o->name, *def == '\0' ? "" : " ", def);
}

int conf_write_example(FILE *out)
{
    size_t n, m;
    const struct conf_option *o = conf_table(&n);
    const struct conf_option *c = conf_carrier_table(&m);
    fputs("# Mekong Line: all options with their defaults. Remove the # before a name to set it.\n",
          out);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || strcmp(o[i].section, o[i - 1].section) != 0)
            fprintf(out, "\n[%s]\n", o[i].section);
        print_example_option(out, &o[i]);
    }
    fputs("\n# One section for each carrier that differs; NAME is the name of its bridge.\n"
          "#[carrier NAME]\n",
          out);
    for (size_t i = 0; i < m; i++)
        print_example_option(out, &c[i]);
    return fflush(out) != 0 || ferror(out) ? -1 : 0;
}

static void print_help_option(FILE *out, const char *section, const struct conf_option *o)
{
    char bounds[96], def[300];
    write_bounds(o, bounds, sizeof bounds);
    write_default(o, def, sizeof def);
    fprintf(out, "  %s.%s: %s; default %s\n", section, o->name, bounds,
            *def == '\0' ? "empty" : def);
    fprintf(out, "      %s\n", o->help);
}

int conf_write_help(FILE *out)
{
    size_t n, m;
    const struct conf_option *o = conf_table(&n);
    const struct conf_option *c = conf_carrier_table(&m);
    for (size_t i = 0; i < n; i++)
        print_help_option(out, o[i].section, &o[i]);
    for (size_t i = 0; i < m; i++)
        print_help_option(out, "carrier NAME", &c[i]);
    return fflush(out) != 0 || ferror(out) ? -1 : 0;
}
