/* SPDX-License-Identifier: Apache-2.0 */
#include "io/db.h"

enum db_result db_empty_log(struct db *db)
{
    return db_run(db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL);
}
