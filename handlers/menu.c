/* SPDX-License-Identifier: Apache-2.0 */
/* A menu: its screens are compiled; an answer opens one of its children. */
#include "core/handler.h"

extern const struct handler handler_menu;
const struct handler handler_menu = {
    .type = "menu",
    .compiled = true,
    .kind = SCREEN_LIST,
    .input = handler_choose_child,
};
