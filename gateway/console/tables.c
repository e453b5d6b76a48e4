/* SPDX-License-Identifier: Apache-2.0 */
/* The scripts of console.db. A database remembers how many it has run: new ones are added at the
 * end, and none that was released is changed. */
#include "console/console.h"
#include "console/draft.h"
#include "console/versions.h"

const char *const console_tables[] = {
    draft_tables,
    version_tables,
    NULL,
};
