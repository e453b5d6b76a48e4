/* SPDX-License-Identifier: Apache-2.0 */
/* Profiles as the program has them: out of a configuration, the built-in ones included. For cmocka
 * tests. */
#ifndef ML_TESTS_SUPPORT_PROFILES_H
#define ML_TESTS_SUPPORT_PROFILES_H

#include <string.h>

#include "smpp/profile.h"

/* The configuration that a profile borrows. */
struct profiles {
    struct conf conf;
    char why[CONF_ERROR_MAX];
};

/* Read a configuration and take that profile. Returns 0, or -1 with ps->why. */
static inline int profiles_take(struct profiles *ps, const char *text, const char *name,
                                struct profile *out)
{
    if (conf_parse(text, "test.conf", &ps->conf, ps->why) != 0)
        return -1;
    const struct conf_profile *c = conf_profile(&ps->conf, name);
    if (!c)
        return -1;
    return profile_read(c, out, ps->why);
}

#endif
