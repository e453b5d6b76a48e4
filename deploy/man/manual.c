/* SPDX-License-Identifier: Apache-2.0 */
/* Prints mekongline.conf(5), in mdoc(7), from the tables of all options. For the build. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/conf_table.h"

/* Each sentence has a line of its own, as mdoc wants it; what would begin a request, or end a word,
 * is escaped. */
static void put_text(const char *s)
{
    for (bool first = true; *s; s++) {
        if (first && (*s == '.' || *s == '\''))
            fputs("\\&", stdout);
        first = strncmp(s, ". ", 2) == 0 || strncmp(s, "? ", 2) == 0;
        if (first) {
            printf("%c\n", *s++);
            continue;
        }
        if (*s == '\\')
            fputs("\\e", stdout);
        else if (*s == '-')
            fputs("\\-", stdout);
        else
            putchar(*s);
    }
    putchar('\n');
}

static void put_bounds(const struct conf_option *o)
{
    if (o->kind == CONF_NUMBER)
        printf("%" PRId64 " to %" PRId64 " (%s)", o->least, o->most, o->unit);
    else if (o->kind == CONF_TEXT)
        printf("Text of at most %" PRId64 " octets", o->most);
    else if (o->kind == CONF_CHOICE)
        printf("One of: %s", o->words);
    else
        printf("yes or no");
    printf("; default %s.\n", *o->text ? o->text : "empty");
}

static void put_option(const struct conf_option *o)
{
    printf(".It Cm %s\n", o->name);
    put_text(o->help);
    put_bounds(o);
}

static void put_sections(void)
{
    const struct conf_option *o = conf_table();
    for (size_t i = 0; i < CONF_OPTIONS; i++) {
        if (i == 0 || strcmp(o[i].section, o[i - 1].section) != 0)
            printf("%s.Ss [%s]\n.Bl -tag -width Ds\n", i ? ".El\n" : "", o[i].section);
        put_option(&o[i]);
    }
    puts(".El");
}

static void put_groups(void)
{
    const struct conf_group *g = conf_groups();
    for (size_t i = 0; i < CONF_GROUPS; i++) {
        printf(".Ss [%s NAME]\n", g[i].word);
        put_text(g[i].help);
        puts(".Bl -tag -width Ds");
        for (size_t j = 0; j < g[i].option_count; j++)
            put_option(&g[i].options[j]);
        puts(".El");
    }
}

int main(void)
{
    puts(".\\\" SPDX-License-Identifier: Apache-2.0\n"
         ".Dd $Mdocdate$\n.Dt MEKONGLINE.CONF 5\n.Os\n"
         ".Sh NAME\n.Nm mekongline.conf\n.Nd configuration of Mekong Line\n"
         ".Sh DESCRIPTION\n"
         "The gateway, the console and the bridges read files of one kind: sections in brackets,\n"
         "and in each section lines of the form\n.Ql name = value .\n"
         "A line that begins with # is a comment.\n"
         "One file may serve all programs; each reads the sections that it knows.\n"
         "What is wrong in a file is printed with file, line and remedy, and the program does not "
         "start.\n"
         "Numbers may be written in hexadecimal.\n"
         ".Sh OPTIONS");
    put_sections();
    put_groups();
    puts(".Sh SEE ALSO\n.Xr mekongline 1 ,\n.Xr mekongline-console 1 ,\n.Xr mekongline-http 1 ,\n"
         ".Xr mekongline-smpp 1");
    return ferror(stdout) || fflush(stdout) != 0;
}
