/* SPDX-License-Identifier: Apache-2.0 */
/* What an entry of the content must look like before it is kept: each member by itself, then what
 * the entry says as a whole. Only what is never meant is refused here, with the member and the
 * remedy; whether the content as a whole may be served is for the catalog's check. */
#ifndef ML_CONSOLE_DRAFT_FORMS_H
#define ML_CONSOLE_DRAFT_FORMS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/json_out.h"
#include "base/tree.h"
#include "console/draft_index.h"
#include "editing/place.h"

struct form_fault {
    char field[64]; /* the member; "" for the entry */
    char message[256];
};

/* An entry that is about to be kept. */
struct form_entry {
    const struct place_parts *at;
    const struct tree_node *value; /* as it will stand in the file */
    bool is_new;
    int32_t today;
};

/* May entries of this list be edited here? If not, why: a sentence. */
const char *forms_closed(const struct place_parts *at);

/* x is opened over the files as they would be. Returns 0, or -1 with the fault. */
int forms_check(struct draft_index *x, const struct form_entry *e, struct form_fault *fault);

/* Write the choices of all members that have some, as {"fees.json": {"verdict": ["ceiling", …]}}.
 */
void forms_choices(struct json_out *out);

#endif
