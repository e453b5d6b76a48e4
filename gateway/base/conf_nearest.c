/* SPDX-License-Identifier: Apache-2.0 */
/* What somebody may have meant who mistyped a name. */
#include <string.h>

#include "base/conf_table.h"

enum { LONGEST = 40, FAR = 1000 };

/* How many letters have to change to make b of the first m octets of a (Levenshtein); both of at
 * most LONGEST octets. */
static unsigned distance(const char *a, size_t m, const char *b)
{
    unsigned row[LONGEST + 1];
    size_t n = strlen(b);
    for (unsigned j = 0; j <= n; j++)
        row[j] = j;
    for (unsigned i = 1; i <= m; i++) {
        unsigned corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            unsigned best = corner + (a[i - 1] != b[j - 1]);
            corner = row[j];
            best = row[j] + 1 < best ? row[j] + 1 : best;
            row[j] = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
        }
    }
    return row[n];
}

const char *conf_nearest_option(const struct conf_option *options, size_t count,
                                const char *section, const char *name)
{
    const char *best = "";
    unsigned least = FAR;
    for (size_t i = 0; i < count; i++) {
        unsigned d = distance(name, strlen(name), options[i].name);
        bool here = section[0] == '\0' || strcmp(options[i].section, section) == 0;
        if (here && d < least) {
            least = d;
            best = options[i].name;
        }
    }
    return best;
}

const char *conf_nearest_section(const char *name)
{
    static const char *const shown[CONF_GROUPS] = {
#define GROUP(word, array, max, help) #word " NAME",
#include "base/conf_groups.def"
#undef GROUP
    };
    const struct conf_option *o = conf_table();
    const struct conf_group *g = conf_groups();
    const char *best = "";
    unsigned least = FAR;
    /* A group is known by the first word alone. */
    for (size_t i = 0; i < CONF_GROUPS; i++) {
        unsigned d = distance(name, strcspn(name, " "), g[i].word);
        if (d < least) {
            least = d;
            best = shown[i];
        }
    }
    for (size_t i = 0; i < CONF_OPTIONS; i++) {
        unsigned d = distance(name, strlen(name), o[i].section);
        if (d < least) {
            least = d;
            best = o[i].section;
        }
    }
    return best;
}
