/* SPDX-License-Identifier: Apache-2.0 */
/* Values on their way into a statement and out of a row; for db.c. Both return an SQLite code. */
#ifndef ML_IO_DB_VALUES_H
#define ML_IO_DB_VALUES_H

#include <sqlite3.h>

#include "io/db.h"

/* Bind ?1, ?2, ... up to DB_END. NULL: none. */
int db_bind_all(sqlite3_stmt *s, const struct db_value *v);

/* One column of the row at hand, borrowed from it. */
int db_read_column(sqlite3_stmt *s, int i, struct db_value *v);

#endif
