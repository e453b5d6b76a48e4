/* SPDX-License-Identifier: Apache-2.0 */
#include "console/call.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

enum { MESSAGE_MAX = 512 };

/* What browsers are told with every answer. Scripts, styles, fonts and connections come from here
 * alone; nothing inline; nobody frames the pages. */
static const struct web_header always[] = {
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; "
     "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
     "frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"},
};

enum { ALWAYS = sizeof always / sizeof *always, MORE_MAX = 6 };

void console_answer(struct console *c, uint64_t id, const struct call_answer *a)
{
    struct web_header headers[ALWAYS + MORE_MAX] = {{0}};
    char disposition[128];
    size_t n = ALWAYS;
    memcpy(headers, always, sizeof always);
    if (a->cookie)
        headers[n++] = (struct web_header){"Set-Cookie", a->cookie};
    if (a->etag)
        headers[n++] = (struct web_header){"ETag", a->etag};
    if (a->etag)
        headers[n++] = (struct web_header){"Cache-Control", "no-cache"};
    if (a->gzip)
        headers[n++] = (struct web_header){"Content-Encoding", "gzip"};
    if (a->file) {
        snprintf(disposition, sizeof disposition, "attachment; filename=\"%.90s\"", a->file);
        headers[n++] = (struct web_header){"Content-Disposition", disposition};
    }
    struct web_reply r = {.status = a->status,
                          .type = a->type ? a->type : "application/json",
                          .text = a->text,
                          .len = a->len,
                          .headers = headers};
    web_reply(c->web, id, &r);
}

static void fail(struct console *c, uint64_t id, int status, const char *const where[2],
                 const char *message)
{
    struct reply r;
    reply_begin(&r);
    json_out_open(&r.json, "error", '{');
    json_out_text(&r.json, "code", where[0]);
    json_out_text(&r.json, "field", where[1]);
    json_out_text(&r.json, "message", message);
    json_out_close(&r.json, '{');
    reply_send(&r, c, id, status);
}

void console_fail(struct console *c, uint64_t id, int status, const char *code, const char *field,
                  const char *fmt, ...)
{
    char message[MESSAGE_MAX];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(message, sizeof message, fmt, ap);
    va_end(ap);
    fail(c, id, status, (const char *const[2]){code, field}, message);
}

void call_fail(const struct call *call, int status, const char *code, const char *field,
               const char *fmt, ...)
{
    char message[MESSAGE_MAX];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(message, sizeof message, fmt, ap);
    va_end(ap);
    fail(call->console, call->id, status, (const char *const[2]){code, field}, message);
}

void reply_begin(struct reply *r)
{
    memset(r, 0, sizeof *r);
    r->json.file = open_memstream(&r->text, &r->len);
    if (!r->json.file) /* what is written goes nowhere, and the end says so */
        r->json.file = fopen("/dev/null", "w");
    if (r->json.file) {
        fputc('{', r->json.file);
        r->json.more = false;
    }
}

char *reply_take(struct reply *r)
{
    if (!r->json.file)
        return NULL;
    fputc('}', r->json.file);
    bool failed = ferror(r->json.file) != 0;
    failed = fclose(r->json.file) != 0 || failed || !r->text;
    if (!failed)
        return r->text;
    free(r->text);
    return NULL;
}

void reply_send(struct reply *r, struct console *c, uint64_t id, int status)
{
    static const char none[] =
        "{\"error\":{\"code\":\"busy\",\"message\":\"No memory; try again.\"}}";
    char *text = reply_take(r);
    struct call_answer a = {.status = text ? status : 503,
                            .text = text ? text : none,
                            .len = text ? r->len : sizeof none - 1};
    console_answer(c, id, &a);
    free(text);
}

void call_done(const struct call *call)
{
    struct reply r;
    reply_begin(&r);
    json_out_bool(&r.json, "done", true);
    reply_send(&r, call->console, call->id, 200);
}

/* Control characters other than line feeds have no place in what people type. */
static bool is_plain(const char *s)
{
    for (; *s; s++)
        if (((unsigned char)*s < 0x20 && *s != '\n') || *s == 0x7f)
            return false;
    return true;
}

static const char *checked(const struct call *call, const char *name, const char *s, size_t most)
{
    size_t count = utf8_count(s, strlen(s));
    if (count <= most && is_plain(s))
        return s;
    call_fail(call, 400, "bad_field", name,
              count > most ? "%s is longer than %zu characters. Shorten it."
                           : "%s has control characters. Type it without them.",
              name, most);
    return NULL;
}

const char *call_text(const struct call *call, const char *name, size_t least, size_t most)
{
    const char *s = tree_string(tree_get(call->in, name));
    if (!s || utf8_count(s, strlen(s)) < least) {
        call_fail(call, 400, "bad_field", name, "%s is missing or too short. Fill it in.", name);
        return NULL;
    }
    return checked(call, name, s, most);
}

const char *call_text_or_empty(const struct call *call, const char *name, size_t most)
{
    const struct tree_node *n = tree_get(call->in, name);
    if (!n || tree_type(n) == JSON_NULL)
        return "";
    if (tree_string(n))
        return checked(call, name, tree_string(n), most);
    call_fail(call, 400, "bad_field", name, "%s must be a text.", name);
    return NULL;
}

int call_int(const struct call *call, const char *name, int64_t least, int64_t most, int64_t *out)
{
    if (tree_int(tree_get(call->in, name), out) == 0 && *out >= least && *out <= most)
        return 0;
    call_fail(call, 400, "bad_field", name, "%s must be a whole number from %lld to %lld.", name,
              (long long)least, (long long)most);
    return -1;
}

const char *call_query(const struct call *call, const char *name)
{
    return web_field(call->web, name);
}

bool call_stored(const struct call *call, enum db_result r)
{
    if (r == DB_OK)
        return true;
    call_fail(call, 503, r == DB_FULL ? "disk_full" : "database", NULL, "Nothing was saved. %s",
              db_error(call->console->db));
    return false;
}
