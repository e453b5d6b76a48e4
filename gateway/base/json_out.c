/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_out.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"

enum { CHUNK = 256, ESCAPE_MAX = 6 };

/* How much of s to write at once; never part of a code point. */
static size_t chunk_length(const char *s)
{
    size_t n = strnlen(s, CHUNK);
    while (n && ((unsigned char)s[n] & 0xC0) == 0x80)
        n--;
    return n;
}

static void put_string(FILE *file, const char *s)
{
    char mem[ESCAPE_MAX * CHUNK + 3];
    fputc('"', file);
    for (size_t n; (n = chunk_length(s)) > 0; s += n) {
        struct buf b;
        buf_init(&b, mem, sizeof mem);
        buf_json(&b, s, n);
        fwrite(mem + 1, 1, b.len - 2, file);
    }
    fputc('"', file);
}

/* What stands before a value. */
static void begin(struct json_out *j, const char *key)
{
    if (j->more)
        fputc(',', j->file);
    j->more = true;
    if (!key)
        return;
    put_string(j->file, key);
    fputc(':', j->file);
}

void json_out_open(struct json_out *j, const char *key, char bracket)
{
    begin(j, key);
    if (!key)
        fputc('\n', j->file);
    fputc(bracket, j->file);
    j->more = false;
}

void json_out_close(struct json_out *j, char bracket)
{
    fputc(bracket == '{' || bracket == '}' ? '}' : ']', j->file);
    j->more = true;
}

void json_out_text(struct json_out *j, const char *key, const char *s)
{
    begin(j, key);
    if (s)
        put_string(j->file, s);
    else
        fputs("null", j->file);
}

void json_out_number(struct json_out *j, const char *key, size_t n)
{
    begin(j, key);
    fprintf(j->file, "%zu", n);
}

void json_out_tenths(struct json_out *j, const char *key, size_t tenths)
{
    begin(j, key);
    fprintf(j->file, "%zu.%zu", tenths / 10, tenths % 10);
}

void json_out_bool(struct json_out *j, const char *key, bool b)
{
    begin(j, key);
    fputs(b ? "true" : "false", j->file);
}

void json_out_int(struct json_out *j, const char *key, int64_t n)
{
    begin(j, key);
    fprintf(j->file, "%" PRId64, n);
}

void json_out_raw(struct json_out *j, const char *key, const char *json)
{
    begin(j, key);
    fputs(json ? json : "null", j->file);
}
