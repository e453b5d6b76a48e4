/* SPDX-License-Identifier: Apache-2.0 */
/* The list of kinds. */
#include <string.h>

#include "http/kannel.h"
#include "http/kind.h"
#include "http/session.h"

static const struct kind *const kinds[] = {
    &kind_session,
    &kind_kannel,
};

const struct kind *kinds_find(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i]->name, name) == 0)
            return kinds[i];
    return NULL;
}
