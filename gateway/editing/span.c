/* SPDX-License-Identifier: Apache-2.0 */
#include "editing/span.h"

static size_t skip_space(const char *text, size_t at, size_t end)
{
    while (at < end &&
           (text[at] == ' ' || text[at] == '\n' || text[at] == '\t' || text[at] == '\r'))
        at++;
    return at;
}

/* Behind the closing quote of the string that begins at `at`. */
static size_t skip_string(const char *text, size_t at, size_t end)
{
    for (at++; at < end && text[at] != '"'; at++) {
        if (text[at] == '\\')
            at++;
    }
    return at < end ? at + 1 : end;
}

static bool ends_word(char c)
{
    return c == ',' || c == '}' || c == ']' || c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* Behind the value that begins at `at`. */
static size_t skip_value(const char *text, size_t at, size_t end)
{
    size_t depth = 0;
    if (at < end && text[at] == '"')
        return skip_string(text, at, end);
    if (at < end && text[at] != '{' && text[at] != '[') {
        while (at < end && !ends_word(text[at]))
            at++;
        return at;
    }
    while (at < end) {
        char c = text[at];
        if (c == '"') {
            at = skip_string(text, at, end);
            continue;
        }
        at++;
        if (c == '{' || c == '[')
            depth++;
        else if ((c == '}' || c == ']') && --depth == 0)
            break;
    }
    return at;
}

struct span span_root(const char *text, size_t len)
{
    size_t at = skip_space(text, 0, len);
    return (struct span){at, skip_value(text, at, len)};
}

/* The item that begins behind white space at `at`. */
static bool item_at(const char *text, struct span parent, size_t at, struct span_item *out)
{
    at = skip_space(text, at, parent.end);
    if (at >= parent.end || text[at] == '}' || text[at] == ']')
        return false;
    out->key = (struct span){at, at};
    if (text[parent.start] == '{') {
        out->key.end = skip_string(text, at, parent.end);
        at = skip_space(text, out->key.end, parent.end) + 1; /* the colon */
        at = skip_space(text, at, parent.end);
    }
    out->value = (struct span){at, skip_value(text, at, parent.end)};
    return true;
}

bool span_first(const char *text, struct span parent, struct span_item *out)
{
    if (parent.start >= parent.end || (text[parent.start] != '{' && text[parent.start] != '['))
        return false;
    return item_at(text, parent, parent.start + 1, out);
}

bool span_next(const char *text, struct span parent, struct span_item *item)
{
    size_t at = skip_space(text, item->value.end, parent.end);
    return at < parent.end && text[at] == ',' && item_at(text, parent, at + 1, item);
}
