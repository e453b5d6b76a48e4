/* SPDX-License-Identifier: Apache-2.0 */
/* The table of all options as data, made from conf.def and carrier.def. For the conf files alone.
 */
#ifndef ML_BASE_CONF_TABLE_H
#define ML_BASE_CONF_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/conf.h"

enum conf_kind { CONF_TEXT, CONF_NUMBER, CONF_FLAG };

struct conf_option {
    enum conf_kind kind;
    const char *section; /* "carrier" for the options of carriers */
    const char *name;
    const char *text;    /* default of a text; of a flag "yes" or "no" */
    int64_t number;      /* default of a number */
    int64_t least, most; /* bounds of a number; of a text, most is its longest in octets */
    const char *unit;    /* "" for a text or a flag */
    const char *help;
    size_t offset; /* of the member in struct conf, or in struct conf_carrier */
};

/* The options of struct conf in the order of conf.def, and those of one carrier. Never NULL. */
const struct conf_option *conf_table(size_t *count);
const struct conf_option *conf_carrier_table(size_t *count);

/* How many options both tables have, as constants for arrays. */
#define TEXT(...)   +1
#define NUMBER(...) +1
#define FLAG(...)   +1
enum {
    CONF_OPTIONS = 0
#include "base/conf.def"
    ,
    CONF_CARRIER_OPTIONS = 0
#include "base/carrier.def"
};
#undef TEXT
#undef NUMBER
#undef FLAG

/* Set the option's member in the struct at base (struct conf or struct conf_carrier) to its
 * default. */
void conf_option_reset(const struct conf_option *o, void *base);

/* Read value into the member. Returns 0, or -1 with why (cap octets) saying what is wrong and what
 * to write; the member then keeps its value. */
int conf_option_set(const struct conf_option *o, void *base, const char *value, char why[192]);

/* Does the option have the same value in both structs? */
bool conf_option_equal(const struct conf_option *o, const void *a, const void *b);

#endif
