/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of the working copy as the console takes them: one transaction with the line of the audit
 * log, begun and ended here. */
#ifndef ML_CONSOLE_DRAFT_SAVE_H
#define ML_CONSOLE_DRAFT_SAVE_H

#include "console/console.h"
#include "console/draft.h"
#include "console/people.h"

/* The module: c->draft. */
int draft_start(struct console *c, char why[CONF_ERROR_MAX]);
void draft_stop(struct console *c);

struct draft_order {
    enum { DRAFT_ORDER_EDIT, DRAFT_ORDER_DISCARD, DRAFT_ORDER_UNDO, DRAFT_ORDER_REDO } what;
    const struct draft_change *changes; /* of an edit or a discard */
    size_t count;
    int64_t step;     /* of an undo; 0: the newest */
    const char *note; /* why; NULL for none */
};

/* As draft_edit and so on say; after DRAFT_OK it is on disk. */
enum draft_result draft_save(struct console *c, const struct person *person,
                             const struct draft_order *order);

#endif
