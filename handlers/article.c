/* SPDX-License-Identifier: Apache-2.0 */
/* An article: a text to read, compiled; its children stand as numbered lines under it. */
#include "core/handler.h"

extern const struct handler handler_article;
const struct handler handler_article = {
    .type = "article",
    .compiled = true,
    .kind = SCREEN_PROSE,
    .input = handler_choose_child,
};
