/* SPDX-License-Identifier: Apache-2.0 */
#include "handlers/table.h"

#include <stddef.h>

/* All handlers: a new one needs its file and one line here (README.md tells the five steps). */
#define HANDLERS(X)                                                                                \
    X(menu)                                                                                        \
    X(article)                                                                                     \
    X(language)                                                                                    \
    X(fees)                                                                                        \
    X(channels)                                                                                    \
    X(centres)                                                                                     \
    X(sms_me)                                                                                      \
    X(help)                                                                                        \
    X(stop)                                                                                        \
    X(request)                                                                                     \
    X(status)                                                                                      \
    X(resume)

#define DECLARE(name) extern const struct handler handler_##name;
HANDLERS(DECLARE)

#define ENTRY(name) &handler_##name,
static const struct handler *const list[] = {HANDLERS(ENTRY) NULL};

struct handler_table handlers_all(void)
{
    return (struct handler_table){.list = list};
}
