/* SPDX-License-Identifier: Apache-2.0 */
/* `mekongline content`: texts to translators and back. */
#include <stdio.h>

#include "desk/desk.h"

int desk_content(int argc, char **argv, const struct handler_table *handlers)
{
    (void)argc;
    (void)argv;
    (void)handlers;
    return fputs("not yet\n", stderr) < 0;
}
