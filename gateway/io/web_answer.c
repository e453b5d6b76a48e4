/* SPDX-License-Identifier: Apache-2.0 */
#include "io/web_answer.h"

#include <ctype.h>
#include <event2/buffer.h>
#include <string.h>
#include <strings.h>

enum { HEADERS_MAX = 8192, LENGTH_DIGITS_MAX = 6 };

/* What the head of an answer says. */
struct head {
    size_t len; /* the empty line included */
    int status;
    bool has_length;
    size_t length;
};

/* Three digits and a blank or the end of the line, from 100 to 599; else -1. */
static int read_status(const char *line, size_t len)
{
    if (len < 12 || strncmp(line, "HTTP/1.", 7) != 0 || !isdigit((unsigned char)line[7]) ||
        line[8] != ' ' || (len > 12 && line[12] != ' '))
        return -1;
    int status = 0;
    for (int i = 9; i < 12; i++) {
        if (!isdigit((unsigned char)line[i]))
            return -1;
        status = status * 10 + (line[i] - '0');
    }
    return status >= 100 && status < 600 ? status : -1;
}

/* Returns -1 if the value is no length that we take. */
static int read_length(const char *value, size_t len, size_t *out)
{
    *out = 0;
    if (len == 0 || len > LENGTH_DIGITS_MAX)
        return -1;
    for (size_t i = 0; i < len; i++) {
        if (!isdigit((unsigned char)value[i]))
            return -1;
        *out = *out * 10 + (size_t)(value[i] - '0');
    }
    return *out <= WEB_BODY_MAX ? 0 : -1;
}

/* Is this header line of that name? Then its value, without blanks around. */
static const char *value_of(const char *line, size_t len, const char *name, size_t *value_len)
{
    size_t n = strlen(name);
    if (len <= n || line[n] != ':' || strncasecmp(line, name, n) != 0)
        return NULL;
    const char *value = line + n + 1, *end = line + len;
    while (value < end && (*value == ' ' || *value == '\t'))
        value++;
    while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    *value_len = (size_t)(end - value);
    return value;
}

/* One line of the head after the first. Returns NULL, or what is wrong. */
static const char *read_line(struct head *h, const char *line, size_t len)
{
    size_t n, length;
    if (value_of(line, len, "Transfer-Encoding", &n))
        return "the answer comes in chunks, which HTTP/1.0 has not";
    const char *value = value_of(line, len, "Content-Length", &n);
    if (!value)
        return NULL;
    if (read_length(value, n, &length) < 0 || (h->has_length && h->length != length))
        return "the answer has a Content-Length that is none, or is longer than 64 KiB";
    h->has_length = true;
    h->length = length;
    return NULL;
}

/* Read the head. Returns NULL, or what is wrong; h->len is 0 if it has not come yet. */
static const char *read_head(const char *octets, size_t len, struct head *h)
{
    *h = (struct head){.len = 0};
    for (size_t at = 0; at < len && at <= HEADERS_MAX;) {
        const char *line = octets + at, *end = memchr(line, '\n', len - at);
        if (!end)
            break;
        size_t n = (size_t)(end - line);
        at += n + 1;
        n -= n > 0 && line[n - 1] == '\r';
        const char *wrong = NULL;
        if (h->status == 0)
            wrong = (h->status = read_status(line, n)) < 0 ? "the answer is no HTTP/1" : NULL;
        else if (n > 0)
            wrong = read_line(h, line, n);
        else
            h->len = at;
        if (wrong || h->len > 0)
            return wrong;
    }
    return len > HEADERS_MAX ? "the answer has more than 8 KiB of headers" : NULL;
}

bool web_answer_is_whole(struct evbuffer *in)
{
    struct head h;
    size_t len = evbuffer_get_length(in);
    const char *octets = (const char *)evbuffer_pullup(in, -1);
    if (!octets)
        return false;
    if (read_head(octets, len, &h))
        return true; /* no more of it is wanted */
    return h.len > 0 && h.has_length && len - h.len >= h.length;
}

void web_answer_read(const char *octets, size_t len, struct web_result *r)
{
    struct head h;
    r->why = read_head(octets, len, &h);
    if (!r->why && h.len == 0)
        r->why = "the answer ends within its headers";
    else if (!r->why && h.has_length && len - h.len < h.length)
        r->why = "the answer ends within its body";
    if (r->why)
        return;
    size_t body = h.has_length ? h.length : len - h.len;
    if (body > WEB_BODY_MAX) {
        r->why = "the answer is longer than 64 KiB";
        return;
    }
    r->status = h.status;
    r->text = octets + h.len;
    r->len = body;
    r->why = "";
}
