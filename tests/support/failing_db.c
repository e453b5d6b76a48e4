/* SPDX-License-Identifier: Apache-2.0 */
#include "support/failing_db.h"

static struct failing *the_plan; /* the database knows nothing of it */
static enum db_result the_failure;
static bool paused;

void failing_db(struct failing *plan, enum db_result failure)
{
    the_plan = plan;
    the_failure = failure;
}

void failing_db_pause(void)
{
    paused = true;
}

void failing_db_resume(void)
{
    paused = false;
}

static bool fails(void)
{
    return the_plan && !paused && failing_now(the_plan);
}

enum db_result __real_db_begin(struct db *db);
enum db_result __real_db_commit(struct db *db);
enum db_result __real_db_run(struct db *db, const char *sql, const struct db_value *values,
                             const struct db_rows *rows, int64_t *changed);
enum db_result __wrap_db_begin(struct db *db);
enum db_result __wrap_db_commit(struct db *db);
enum db_result __wrap_db_run(struct db *db, const char *sql, const struct db_value *values,
                             const struct db_rows *rows, int64_t *changed);

enum db_result __wrap_db_begin(struct db *db)
{
    return fails() ? the_failure : __real_db_begin(db);
}

enum db_result __wrap_db_commit(struct db *db)
{
    if (!fails())
        return __real_db_commit(db);
    db_rollback(db);
    return the_failure;
}

enum db_result __wrap_db_run(struct db *db, const char *sql, const struct db_value *values,
                             const struct db_rows *rows, int64_t *changed)
{
    return fails() ? the_failure : __real_db_run(db, sql, values, rows, changed);
}
