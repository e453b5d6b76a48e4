/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the console, in the order in which they open. */
#include "console/console.h"

const struct module console_modules[] = {
    {.name = NULL},
};
