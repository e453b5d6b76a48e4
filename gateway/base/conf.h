/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration: an INI file (read by libinih) as one plain struct. conf.def and the tables of
 * conf_groups.def list all options; the members below, --help, the example files and the checks
 * come from them. One file may serve all programs. */
#ifndef ML_BASE_CONF_H
#define ML_BASE_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum {
    CONF_CARRIERS_MAX = 32,
    CONF_LINKS_MAX = 16,
    CONF_PROFILES_MAX = 16,
    CONF_AGGREGATORS_MAX = 16,
    CONF_NAME_MAX = 32,
    CONF_CHOICE_MAX = 32,
    CONF_ERROR_MAX = 512
};

/* One section of each kind; its name comes first. */
#define TEXT(name, def, longest, help)             char name[(longest) + 1];
#define NUMBER(name, def, least, most, unit, help) int64_t name;
#define FLAG(name, def, help)                      bool name;
#define CHOICE(name, def, words, help)             char name[CONF_CHOICE_MAX + 1];
struct conf_carrier {
    char carrier_name[CONF_NAME_MAX + 1]; /* the bridge; "" in the defaults */
#include "base/carrier.def"
};
struct conf_smpp {
    char smpp_name[CONF_NAME_MAX + 1]; /* the bridge */
#include "base/smpp.def"
};
struct conf_profile {
    char profile_name[CONF_NAME_MAX + 1];
#include "base/profile.def"
};
struct conf_aggregator {
    char aggregator_name[CONF_NAME_MAX + 1]; /* the bridge */
#include "base/aggregator.def"
};
#undef TEXT
#undef NUMBER
#undef FLAG
#undef CHOICE

/* Members are named section_option, such as mqtt_port. Sections of a kind stand in the order of the
 * file, such as smpp[0 .. smpp_count - 1]. Some 115 KB; plain data, owns nothing. */
#define TEXT(section, name, def, longest, help)             char section##_##name[(longest) + 1];
#define NUMBER(section, name, def, least, most, unit, help) int64_t section##_##name;
#define FLAG(section, name, def, help)                      bool section##_##name;
#define CHOICE(section, name, def, words, help)             char section##_##name[CONF_CHOICE_MAX + 1];
#define GROUP(word, array, max, help)                                                              \
    struct conf_##word array[max];                                                                 \
    size_t word##_count;
struct conf {
#include "base/conf.def"
    struct conf_carrier defaults; /* for bridges without a section */
#include "base/conf_groups.def"
};
#undef TEXT
#undef NUMBER
#undef FLAG
#undef CHOICE
#undef GROUP

/* Set every option to its default; no section of any kind is there, not even a built-in profile. */
void conf_defaults(struct conf *c);

/* Read a file over the defaults and the built-in profiles (profiles.def). Returns 0, or -1 with err
 * holding all that is wrong, one `FILE:LINE: what, and the remedy` a line (as many as fit): unknown
 * section or option (with the nearest name), an option given twice, text too long, not a number,
 * out of bounds (both bounds and the unit are named), none of the words of a choice, a line that is
 * no option, a line longer than the parser takes, a section whose name is not [a-z0-9-]{1,32}, too
 * many sections of a kind, options that exclude each other. Numbers may be written in hexadecimal
 * (0x1383). */
int conf_load(const char *path, struct conf *c, char err[CONF_ERROR_MAX]);

/* The same from memory; `name` stands for the file in messages. */
int conf_parse(const char *text, const char *name, struct conf *c, char err[CONF_ERROR_MAX]);

/* The limits of a bridge's carrier. Never NULL; owned by c. */
const struct conf_carrier *conf_carrier(const struct conf *c, const char *bridge);

/* The section of that name, owned by c. NULL if there is none. */
const struct conf_smpp *conf_smpp(const struct conf *c, const char *name);
const struct conf_profile *conf_profile(const struct conf *c, const char *name);
const struct conf_aggregator *conf_aggregator(const struct conf *c, const char *name);

/* Who reads the file: the example and --help show what that program uses. */
enum conf_program { CONF_MEKONGLINE, CONF_MEKONGLINE_SMPP, CONF_MEKONGLINE_HTTP, CONF_CONSOLE };

/* Write a complete example file: each option with help, unit, bounds and default, commented out.
 * Returns 0 or -1. */
int conf_write_example(FILE *out, enum conf_program program);

/* Write the options that differ from their defaults, as in a file. No option holds a secret. */
int conf_write_set(FILE *out, const struct conf *c);

/* Write the table for --help, one or two lines an option. Returns 0 or -1. */
int conf_write_help(FILE *out, enum conf_program program);

/* Read a secret: the file's octets without one final line feed, at most cap. Returns the length, or
 * -1 with err naming file and remedy: unreadable, empty, too long, or readable by others (any of
 * the modes o+r, o+w, g+w). */
int conf_read_secret(const char *path, char *out, size_t cap, char err[CONF_ERROR_MAX]);

/* The same as a string of at most cap - 1 octets; the path "" gives "". Returns 0 or -1. */
int conf_read_password(const char *path, char *out, size_t cap, char err[CONF_ERROR_MAX]);

/* Write into out (cap octets) the names, as section.option and separated by spaces, of options that
 * differ between a and b and take effect in the gateway only after a restart (sections mqtt, redis,
 * http, and gateway.instance, gateway.secret_file). Returns how many differ. */
int conf_restart_needed(const struct conf *a, const struct conf *b, char *out, size_t cap);

#endif
