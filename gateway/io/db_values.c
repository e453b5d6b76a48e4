/* SPDX-License-Identifier: Apache-2.0 */
#include "io/db_values.h"

#include <string.h>

static int bind_one(sqlite3_stmt *s, int i, const struct db_value *v)
{
    const char *octets = v->octets ? v->octets : "";
    switch (v->type) {
    case DB_INT:
        return sqlite3_bind_int64(s, i, v->num);
    case DB_TEXT:
        return sqlite3_bind_text64(s, i, octets, v->len, SQLITE_STATIC, SQLITE_UTF8);
    case DB_BLOB:
        return sqlite3_bind_blob64(s, i, octets, v->len, SQLITE_STATIC);
    case DB_NULL:
        break;
    }
    return sqlite3_bind_null(s, i);
}

int db_bind_all(sqlite3_stmt *s, const struct db_value *v)
{
    for (int i = 1; v && (v->type != DB_NULL || v->len != SIZE_MAX); v++) {
        int rc = bind_one(s, i++, v);
        if (rc != SQLITE_OK)
            return rc;
    }
    return SQLITE_OK;
}

int db_read_column(sqlite3_stmt *s, int i, struct db_value *v)
{
    int type = sqlite3_column_type(s, i);
    *v = (struct db_value){.type = DB_NULL};
    if (type == SQLITE_INTEGER || type == SQLITE_FLOAT) {
        *v = DB_I(sqlite3_column_int64(s, i));
    } else if (type != SQLITE_NULL) {
        /* The pointer first: asking for it may change the length. */
        const void *octets = type == SQLITE_TEXT ? (const void *)sqlite3_column_text(s, i)
                                                 : sqlite3_column_blob(s, i);
        int len = sqlite3_column_bytes(s, i);
        if (!octets && (len > 0 || type == SQLITE_TEXT))
            return SQLITE_NOMEM;
        v->type = type == SQLITE_TEXT ? DB_TEXT : DB_BLOB;
        v->octets = octets ? octets : "";
        v->len = (size_t)len;
    }
    return SQLITE_OK;
}
