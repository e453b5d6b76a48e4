/* SPDX-License-Identifier: Apache-2.0 */
/* The parser is libinih with a reader of our own under it: the library does not tell the handler
 * the line, cuts long lines silently, takes indented lines for continuations, and names only the
 * first bad line. */
#include "base/conf.h"

#include <ini.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/conf_table.h"

struct reading {
    const char *at;   /* next octet of the text */
    const char *name; /* of the file, for messages */
    unsigned line;
    bool unclaimed; /* the line looks like an option and the parser has not taken it yet */
    unsigned faults;
    struct conf *conf;
    void *base;                        /* struct of the section in force; NULL: none, or unknown */
    const struct conf_option *options; /* of that section's table */
    size_t count;
    unsigned *seen; /* the line of each of them; 0: it was not given */
    char section[CONF_NAME_MAX + 16];
    unsigned seen_global[CONF_OPTIONS];
    unsigned seen_item[CONF_ITEMS][CONF_GROUP_OPTIONS];
    struct buf err;
};

/* Note a fault as one line. The first is noted even if it has to be cut. */
static void fault(struct reading *r, const char *what)
{
    if (r->faults++ > 0) {
        if (!r->err.full)
            buf_printf(&r->err, "\n%.200s:%u: %s", r->name, r->line, what);
        return;
    }
    char line[CONF_ERROR_MAX];
    snprintf(line, sizeof line, "%.200s:%u: %.290s", r->name, r->line, what);
    buf_puts(&r->err, line);
}

/* Copy the beginning of a name for a message; what is not printable ASCII becomes `?`. */
static void show(const char *name, char out[41])
{
    size_t n = 0;
    for (; name[n] != '\0' && n < 40; n++)
        out[n] = name[n] >= ' ' && name[n] <= '~' ? name[n] : '?';
    out[n] = '\0';
}

/* Is the i-th option of the table in force one of the section in force? */
static bool is_here(const struct reading *r, size_t i)
{
    return r->base != r->conf || strcmp(r->options[i].section, r->section) == 0;
}

static bool is_name(const char *s)
{
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return n > 0 && n <= CONF_NAME_MAX && s[n] == '\0';
}

static void open_item(struct reading *r, const struct conf_group *g, const char *name)
{
    char what[160];
    if (!is_name(name)) {
        snprintf(what, sizeof what,
                 "the name of a section is 1 to 32 of a-z, 0-9 and -; write [%s NAME]", g->word);
        fault(r, what);
        return;
    }
    int i = conf_group_add(g, r->conf, name);
    if (i < 0) {
        snprintf(what, sizeof what,
                 "there are more than %zu sections [%s NAME]; remove some that are not needed",
                 g->item_max, g->word);
        fault(r, what);
        return;
    }
    r->base = (char *)r->conf + g->items + (size_t)i * g->item_size;
    r->options = g->options;
    r->count = g->option_count;
    r->seen = r->seen_item[g->first + (size_t)i];
    snprintf(r->section, sizeof r->section, "%s %s", g->word, name);
}

/* The group whose word, followed by a space, begins the name. NULL if there is none. */
static const struct conf_group *group_of(const char *name)
{
    const struct conf_group *g = conf_groups();
    for (size_t i = 0; i < CONF_GROUPS; i++) {
        size_t n = strlen(g[i].word);
        if (strncmp(name, g[i].word, n) == 0 && name[n] == ' ')
            return &g[i];
    }
    return NULL;
}

static bool is_section(const char *name)
{
    const struct conf_option *o = conf_table();
    for (size_t i = 0; i < CONF_OPTIONS; i++)
        if (strcmp(o[i].section, name) == 0)
            return true;
    return false;
}

static void open_section(struct reading *r, const char *name)
{
    const struct conf_group *g = group_of(name);
    r->base = NULL;
    if (g) {
        const char *item = name + strlen(g->word);
        open_item(r, g, item + strspn(item, " "));
        return;
    }
    if (!is_section(name)) {
        char shown[41], what[160];
        show(name, shown);
        snprintf(what, sizeof what, "there is no section [%s]; the nearest name is [%s]", shown,
                 conf_nearest_section(shown));
        fault(r, what);
        return;
    }
    r->base = r->conf;
    r->options = conf_table();
    r->count = CONF_OPTIONS;
    r->seen = r->seen_global;
    snprintf(r->section, sizeof r->section, "%s", name);
}

/* Find the option of the section in force. -1 if there is none. */
static int find_option(const struct reading *r, const char *name)
{
    for (size_t i = 0; i < r->count; i++)
        if (is_here(r, i) && strcmp(r->options[i].name, name) == 0)
            return (int)i;
    return -1;
}

static void unknown_option(struct reading *r, const char *name)
{
    char shown[41], what[200];
    show(name, shown);
    snprintf(
        what, sizeof what, "[%s] has no option \"%s\"; the nearest name is %s", r->section, shown,
        conf_nearest_option(r->options, r->count, r->base == r->conf ? r->section : "", shown));
    fault(r, what);
}

/* libinih found NAME = VALUE. Its section is not used: it is cut at 49 octets. */
static int take_option(void *user, const char *section, const char *name, const char *value)
{
    struct reading *r = user;
    char why[192], what[320];
    (void)section;
    r->unclaimed = false;
    if (!r->base) {
        if (r->section[0] == '\0')
            fault(r, "this option stands before any section; write [SECTION] above it");
        return 1;
    }
    int i = find_option(r, name);
    if (i < 0) {
        unknown_option(r, name);
    } else if (r->seen[i]) {
        snprintf(what, sizeof what, "%s.%s is given twice; remove one", r->section, name);
        fault(r, what);
    } else if (conf_option_set(&r->options[i], r->base, value, why) < 0) {
        snprintf(what, sizeof what, "%s.%s: %s", r->section, name, why);
        fault(r, what);
    }
    if (i >= 0)
        r->seen[i] = r->line;
    return 1;
}

/* The line before was no comment, no section, and the parser did not make an option of it. */
static void check_unclaimed(struct reading *r)
{
    if (r->unclaimed)
        fault(r, "this is no option; write NAME = VALUE, [SECTION], or # before a comment");
    r->unclaimed = false;
}

/* Look at a line of n octets that is no comment. Returns true if the parser shall see it. */
static bool look(struct reading *r, char *line, size_t n)
{
    if (line[0] != '[') {
        r->unclaimed = n > 0;
        return n > 0;
    }
    char *end = memchr(line, ']', n);
    /* Until the next section, options without a home are not reported one by one. */
    r->base = NULL;
    snprintf(r->section, sizeof r->section, "?");
    if (end) {
        *end = '\0';
        open_section(r, line + 1);
    } else {
        fault(r, "the section is not closed; write ] after its name");
    }
    return false;
}

/* Give libinih its next line without indentation; comments, sections and refused lines as empty
 * ones. */
static char *next_line(char *out, int cap, void *stream)
{
    struct reading *r = stream;
    check_unclaimed(r);
    if (*r->at == '\0')
        return NULL;
    r->line++;
    if (r->line == 1 && strncmp(r->at, "\xEF\xBB\xBF", 3) == 0)
        r->at += 3;
    const char *begin = r->at + strspn(r->at, " \t\r");
    size_t n = strcspn(begin, "\n");
    r->at = begin + n + (begin[n] == '\n');
    while (n > 0 && strchr(" \t\r", begin[n - 1]))
        n--;
    bool comment = *begin == '#' || *begin == ';';
    out[0] = '\0';
    if (!comment && n + 3 > (size_t)cap) {
        char what[96];
        snprintf(what, sizeof what, "the line is %zu octets long; shorten it to %d", n, cap - 3);
        fault(r, what);
    } else if (!comment) {
        memcpy(out, begin, n);
        out[n] = '\0';
        if (!look(r, out, n))
            out[0] = '\0';
    }
    strcat(out, "\n");
    return out;
}

/* The line of an option outside of groups. */
static unsigned line_of(const struct reading *r, const char *section, const char *name)
{
    const struct conf_option *o = conf_table();
    for (size_t i = 0; i < CONF_OPTIONS; i++)
        if (strcmp(o[i].section, section) == 0 && strcmp(o[i].name, name) == 0)
            return r->seen_global[i];
    return 0;
}

/* Options that are good alone, but not together. */
static void check_together(struct reading *r)
{
    if (r->conf->redis_cluster[0] == '\0' || r->conf->redis_sentinels[0] == '\0')
        return;
    r->line = line_of(r, "redis", "cluster");
    fault(r, "redis.cluster and redis.sentinels are both given, but a server is found by one of "
             "them; remove the other");
}

void conf_defaults(struct conf *c)
{
    const struct conf_option *o = conf_table();
    memset(c, 0, sizeof *c);
    for (size_t i = 0; i < CONF_OPTIONS; i++)
        conf_option_reset(&o[i], c);
    conf_group_reset(&conf_groups()[CONF_GROUP_carrier], &c->defaults);
}

/* Read a text over what is there. */
static int read_text(const char *text, const char *name, struct conf *c, char err[CONF_ERROR_MAX])
{
    struct reading r = {.at = text, .name = name, .conf = c};
    buf_init(&r.err, err, CONF_ERROR_MAX);
    if (ini_parse_stream(next_line, &r, take_option, &r) == -2)
        fault(&r, "no memory to read the file; free some and try again");
    check_unclaimed(&r);
    check_together(&r);
    return r.faults > 0 ? -1 : 0;
}

int conf_parse(const char *text, const char *name, struct conf *c, char err[CONF_ERROR_MAX])
{
    static const char built_in[] =
#define PROFILE(name, lines) "[profile " #name "]\n" lines
#include "base/profiles.def"
#undef PROFILE
        ;
    conf_defaults(c);
    if (read_text(built_in, "profiles.def", c, err) < 0)
        return -1;
    return read_text(text, name, c, err);
}

const struct conf_carrier *conf_carrier(const struct conf *c, const char *bridge)
{
    const struct conf_carrier *k = conf_group_find(&conf_groups()[CONF_GROUP_carrier], c, bridge);
    return k ? k : &c->defaults;
}

const struct conf_smpp *conf_smpp(const struct conf *c, const char *name)
{
    return conf_group_find(&conf_groups()[CONF_GROUP_smpp], c, name);
}

const struct conf_profile *conf_profile(const struct conf *c, const char *name)
{
    return conf_group_find(&conf_groups()[CONF_GROUP_profile], c, name);
}

const struct conf_aggregator *conf_aggregator(const struct conf *c, const char *name)
{
    return conf_group_find(&conf_groups()[CONF_GROUP_aggregator], c, name);
}

static bool needs_restart(const struct conf_option *o)
{
    if (strcmp(o->section, "gateway") == 0)
        return strcmp(o->name, "instance") == 0 || strcmp(o->name, "secret_file") == 0;
    return strcmp(o->section, "mqtt") == 0 || strcmp(o->section, "redis") == 0 ||
           strcmp(o->section, "http") == 0;
}

int conf_restart_needed(const struct conf *a, const struct conf *b, char *out, size_t cap)
{
    int differ = 0;
    struct buf names;
    const struct conf_option *o = conf_table();
    buf_init(&names, out, cap);
    for (size_t i = 0; i < CONF_OPTIONS; i++) {
        if (!needs_restart(&o[i]) || conf_option_equal(&o[i], a, b))
            continue;
        buf_printf(&names, "%s%s.%s", differ > 0 ? " " : "", o[i].section, o[i].name);
        differ++;
    }
    return differ;
}
