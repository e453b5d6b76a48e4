/* SPDX-License-Identifier: Apache-2.0 */
/* A request as an endpoint sees it, and its answers. The router (router.c) has looked at session,
 * role, Origin and CSRF token before. Every answer is JSON, but for files to be saved.
 *
 * A failure is {"error":{"code":"bad_field","field":"amount","message":"…"}}; the message is a
 * sentence with the remedy. An endpoint answers once, now or later: then it keeps the id, never the
 * call. */
#ifndef ML_CONSOLE_CALL_H
#define ML_CONSOLE_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json_out.h"
#include "base/tree.h"
#include "console/console.h"

struct person;

struct call {
    struct console *console;
    uint64_t id; /* for answers that come later */
    const struct web_request *web;
    const struct person *person; /* who asks; NULL: nobody has signed in */
    const char *token;           /* of the session; "" without */
    const struct tree_node *in;  /* the JSON object of a POST; else NULL */
};

/* An answer. Strings are borrowed for the call; NULL where not used. */
struct call_answer {
    int status;
    const char *type; /* NULL: application/json */
    const char *text;
    size_t len;
    const char *cookie; /* Set-Cookie */
    const char *file;   /* it is to be saved under this name: [a-z0-9.-] */
    const char *etag;   /* with the quotes; it may then be kept and asked for again */
    bool gzip;          /* text is compressed */
};

/* Answer with the security headers of every answer. Void ids are fine: who asked has gone. */
void console_answer(struct console *c, uint64_t id, const struct call_answer *a);

/* Answer with a failure. field may be NULL. */
void console_fail(struct console *c, uint64_t id, int status, const char *code, const char *field,
                  const char *fmt, ...) __attribute__((format(printf, 6, 7)));
void call_fail(const struct call *call, int status, const char *code, const char *field,
               const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* JSON in the making:
 *     struct reply r;
 *     reply_begin(&r);                    an object is open
 *     json_out_text(&r.json, "name", …);
 *     reply_send(&r, c->console, c->id, 200);
 * Without memory the answer is 503. */
struct reply {
    struct json_out json;
    char *text;
    size_t len;
};
void reply_begin(struct reply *r);
void reply_send(struct reply *r, struct console *c, uint64_t id, int status);

/* End without an answer. Returns the text, which the caller frees; NULL without memory. */
char *reply_take(struct reply *r);

/* {"done":true} */
void call_done(const struct call *call);

/* A member of the JSON object: a string of least to most characters (code points), without control
 * characters other than line feeds. NULL after a failure was answered. */
const char *call_text(const struct call *call, const char *name, size_t least, size_t most);

/* The same for a member that may be missing: then it is "". */
const char *call_text_or_empty(const struct call *call, const char *name, size_t most);

/* An integer. Returns 0, or -1 after a failure was answered. */
int call_int(const struct call *call, const char *name, int64_t least, int64_t most, int64_t *out);

/* A field of the query, or NULL. */
const char *call_query(const struct call *call, const char *name);

/* True if r is DB_OK; else a failure was answered (503, disk_full or database). The caller rolls
 * back before. */
bool call_stored(const struct call *call, enum db_result r);

#endif
