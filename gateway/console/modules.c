/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the console, in the order in which they open. */
#include "console/console.h"
#include "console/draft_save.h"

const struct module console_modules[] = {
    {.name = "draft", .open = draft_start, .close = draft_stop},
    {.name = NULL},
};
