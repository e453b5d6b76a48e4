/* SPDX-License-Identifier: Apache-2.0 */
/* The scripts of console.db. A database remembers how many it has run: new ones are added at the
 * end, and none that was released is changed. */
#include "console/audit.h"
#include "console/console.h"
#include "console/dialled.h"
#include "console/draft.h"
#include "console/people.h"
#include "console/session.h"
#include "console/throttle.h"
#include "console/versions.h"

const char *const console_tables[] = {
    draft_tables,    /* what is being written */
    version_tables,  /* what was published */
    people_tables,   /* who may do what; links */
    session_tables,  /* who is signed in */
    throttle_tables, /* wrong sign-ins */
    audit_tables,    /* who did what */
    dialled_tables,  /* calls to the numbers that workers are told */
    NULL,
};
