/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/audit.h"
#include "console/session.h"
#include "console/throttle.h"
#include "support/staff.h"

/* The modules' own tables, without those of their neighbours. */
static const char *const tables[] = {people_tables, session_tables, throttle_tables, audit_tables,
                                     NULL};

int staff_setup(void **state)
{
    struct staff *s = calloc(1, sizeof *s);
    server_init(&s->server);
    snprintf(s->path, sizeof s->path, "%s/db", s->server.folder);
    s->now_ms = 1795456789000;
    s->db = db_open(s->path, tables, s->why);
    *state = s;
    return s->db ? 0 : -1;
}

int staff_teardown(void **state)
{
    struct staff *s = *state;
    db_close(s->db);
    server_end(&s->server);
    free(s);
    return 0;
}

int64_t staff_add(struct staff *s, const char *login, unsigned roles)
{
    struct person p = {.name = "Somebody", .roles = roles};
    snprintf(p.login, sizeof p.login, "%s", login);
    assert_int_equal(people_add(s->db, &p, "no hash", 0, s->now_ms), PEOPLE_OK);
    return p.id;
}

static bool take_number(void *arg, const struct db_value *columns, size_t count)
{
    (void)count;
    *(int64_t *)arg = columns[0].num;
    return false;
}

int64_t staff_number(struct staff *s, const char *sql)
{
    int64_t n = 0;
    struct db_rows rows = {take_number, &n};
    assert_int_equal(db_run(s->db, sql, NULL, &rows, NULL), DB_OK);
    return n;
}
