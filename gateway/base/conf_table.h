/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of all options as data, made from conf.def, conf_groups.def and the tables that it
 * names. For the conf files alone. */
#ifndef ML_BASE_CONF_TABLE_H
#define ML_BASE_CONF_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/conf.h"

enum conf_kind { CONF_TEXT, CONF_NUMBER, CONF_FLAG, CONF_CHOICE };

struct conf_option {
    enum conf_kind kind;
    const char *section; /* of an option of a group: the group's word */
    const char *name;
    const char *text;    /* default as a file would have it */
    int64_t number;      /* default of a number */
    int64_t least, most; /* bounds of a number; of a text, most is its longest in octets */
    const char *unit;    /* of a number */
    const char *words;   /* of a choice, separated by single spaces */
    const char *help;
    size_t offset; /* of the member in struct conf, or in the struct of a section */
};

/* A kind of sections [WORD NAME]. */
struct conf_group {
    const char *word;
    const char *help;
    const struct conf_option *options;
    size_t option_count;
    size_t items;      /* offset in struct conf of the array */
    size_t item_size;  /* of one section; it begins with its name */
    size_t item_max;   /* sections that the array holds */
    size_t item_count; /* offset in struct conf of the number of sections, a size_t */
    size_t first;      /* sections that all groups before it hold together */
};

/* How many options stand outside of groups, a bound for the options of one group, and how many
 * sections all groups hold: constants for arrays. */
#define TEXT(...)   +1
#define NUMBER(...) +1
#define FLAG(...)   +1
#define CHOICE(...) +1
enum {
    CONF_OPTIONS = 0
#include "base/conf.def"
    ,
    CONF_GROUP_OPTIONS = 0
#include "base/aggregator.def"
#include "base/carrier.def"
#include "base/profile.def"
#include "base/smpp.def"
    ,
#define GROUP(word, array, max, help) +(max)
    CONF_ITEMS = 0
#include "base/conf_groups.def"
#undef GROUP
};
#undef TEXT
#undef NUMBER
#undef FLAG
#undef CHOICE

/* The place of each group in their table. */
#define GROUP(word, ...) CONF_GROUP_##word,
enum {
#include "base/conf_groups.def"
    CONF_GROUPS
};
#undef GROUP

/* The CONF_OPTIONS options of struct conf in the order of conf.def, and the CONF_GROUPS groups. */
const struct conf_option *conf_table(void);
const struct conf_group *conf_groups(void);

/* The section of that name, or NULL. */
const void *conf_group_find(const struct conf_group *g, const struct conf *c, const char *name);

/* The index of the section of that name, which is added with the defaults if there is none. -1 if
 * the array is full. The name has at most CONF_NAME_MAX octets. */
int conf_group_add(const struct conf_group *g, struct conf *c, const char *name);

/* Set all options of a section to their defaults. */
void conf_group_reset(const struct conf_group *g, void *section);

/* Set the option's member in the struct at base (struct conf, or that of a section) to its
 * default. */
void conf_option_reset(const struct conf_option *o, void *base);

/* Read value into the member. Returns 0, or -1 with why (cap octets) saying what is wrong and what
 * to write; the member then keeps its value. */
int conf_option_set(const struct conf_option *o, void *base, const char *value, char why[192]);

/* Does the option have the same value in both structs? */
bool conf_option_equal(const struct conf_option *o, const void *a, const void *b);

/* Is a word of n octets in a list of words separated by single spaces? */
bool conf_word_in(const char *words, const char *word, size_t n);

/* The names nearest to a mistyped one of at most 40 octets. Never NULL. section: the one in force,
 * "" for the options of a group. */
const char *conf_nearest_section(const char *name);
const char *conf_nearest_option(const struct conf_option *options, size_t count,
                                const char *section, const char *name);

#endif
