/* SPDX-License-Identifier: Apache-2.0 */
/* Calls to the database that fail for the plan of a test: link with --wrap=db_begin, db_commit and
 * db_run. A commit that fails rolls back, as the real one does. */
#ifndef ML_TESTS_FAILING_DB_H
#define ML_TESTS_FAILING_DB_H

#include "io/db.h"
#include "support/failing.h"

/* From now on calls fail as the plan says, with that result; NULL: none does. The plan is borrowed.
 */
void failing_db(struct failing *plan, enum db_result failure);

/* None fails between these two, as with failing_pause. */
void failing_db_pause(void);
void failing_db_resume(void);

#endif
