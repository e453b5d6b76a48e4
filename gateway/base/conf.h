/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration: an INI file (read by libinih) as one plain struct. conf.def and carrier.def
 * are the tables of all options; the members below, --help, the example file and the checks come
 * from them. */
#ifndef ML_BASE_CONF_H
#define ML_BASE_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { CONF_CARRIERS_MAX = 32, CONF_NAME_MAX = 32, CONF_ERROR_MAX = 512 };

#define TEXT(name, def, longest, help)             char name[(longest) + 1];
#define NUMBER(name, def, least, most, unit, help) int64_t name;
struct conf_carrier {
    char carrier_name[CONF_NAME_MAX + 1]; /* the bridge; "" in the defaults */
#include "base/carrier.def"
};
#undef TEXT
#undef NUMBER

/* Members are named section_option, such as mqtt_port. */
#define TEXT(section, name, def, longest, help)             char section##_##name[(longest) + 1];
#define NUMBER(section, name, def, least, most, unit, help) int64_t section##_##name;
#define FLAG(section, name, def, help)                      bool section##_##name;
struct conf {
#include "base/conf.def"
    struct conf_carrier defaults; /* for bridges without a section */
    struct conf_carrier carriers[CONF_CARRIERS_MAX];
    size_t carrier_count;
};
#undef TEXT
#undef NUMBER
#undef FLAG

/* Set every option to its default. */
void conf_defaults(struct conf *c);

/* Read a file over the defaults. Returns 0, or -1 with err holding all that is wrong, one
 * `FILE:LINE: what, and the remedy` a line (as many as fit): unknown section or option (with the
 * nearest name), an option given twice, text too long, not a number, out of bounds (both bounds and
 * the unit are named), a line that is no option, a line longer than the parser takes, a carrier
 * name that is not [a-z0-9-]{1,32}, too many carriers. */
int conf_load(const char *path, struct conf *c, char err[CONF_ERROR_MAX]);

/* The same from memory; `name` stands for the file in messages. */
int conf_parse(const char *text, const char *name, struct conf *c, char err[CONF_ERROR_MAX]);

/* The options of a bridge. Never NULL; owned by c. */
const struct conf_carrier *conf_carrier(const struct conf *c, const char *bridge);

/* Write a complete example file: each option with help, unit, bounds and default, commented out.
 * Returns 0 or -1. */
int conf_write_example(FILE *out);

/* Write the table for --help, one or two lines an option. Returns 0 or -1. */
int conf_write_help(FILE *out);

/* Read a secret: the file's octets without one final line feed, at most cap. Returns the length, or
 * -1 with err naming file and remedy: unreadable, empty, too long, or readable by others (any of
 * the modes o+r, o+w, g+w). */
int conf_read_secret(const char *path, char *out, size_t cap, char err[CONF_ERROR_MAX]);

/* Write into out (cap octets) the names, as section.option and separated by spaces, of options that
 * differ between a and b and take effect only after a restart (sections mqtt, redis, http, and
 * gateway.instance, gateway.secret_file). Returns how many differ. */
int conf_restart_needed(const struct conf *a, const struct conf *b, char *out, size_t cap);

#endif
