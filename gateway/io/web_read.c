/* SPDX-License-Identifier: Apache-2.0 */
/* evhttp's own parsers take what is wrong without a word, and "//HOST/PATH" for the URL of a host.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "io/web_internal.h"

int web_read_target(char *target, char **path, char **query)
{
    if (strncasecmp(target, "http://", 7) == 0)
        target += 7 + strcspn(target + 7, "/?#");
    if (*target != '/' || strchr(target, '#'))
        return -1;
    *path = target;
    *query = strchr(target, '?');
    if (*query)
        *(*query)++ = '\0';
    return 0;
}

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum { DECODE_PATH, DECODE_FORM, DECODE_OCTETS };

/* Undo %XX and, in forms, +. Returns the length, or -1 for a bad escape; and, unless any octets are
 * fine, for NUL or what is not UTF-8. */
static long decode(char *text, int as)
{
    char *out = text;
    for (const char *in = text; *in != '\0'; in++) {
        *out = as != DECODE_PATH && *in == '+' ? ' ' : *in;
        if (*in == '%') {
            int high = hex(in[1]), low = high < 0 ? -1 : hex(in[2]);
            if (low < 0 || (high == 0 && low == 0 && as != DECODE_OCTETS))
                return -1;
            *out = (char)(high * 16 + low);
            in += 2;
        }
        out++;
    }
    *out = '\0';
    return as == DECODE_OCTETS || utf8_valid(text, (size_t)(out - text)) ? out - text : -1;
}

static bool has_control(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7F)
            return true;
    }
    return false;
}

/* Is a part of the path . or ..? */
static bool has_dots(const char *path)
{
    while (*path == '/') {
        size_t n = strcspn(path + 1, "/");
        if ((n == 1 && path[1] == '.') || (n == 2 && path[1] == '.' && path[2] == '.'))
            return true;
        path += 1 + n;
    }
    return false;
}

int web_read_path(char *path, char why[WEB_WHY_MAX])
{
    if (decode(path, DECODE_PATH) < 0)
        snprintf(why, WEB_WHY_MAX, "the path has a bad escape or is no UTF-8");
    else if (has_control(path))
        snprintf(why, WEB_WHY_MAX, "the path has a control character");
    else if (has_dots(path))
        snprintf(why, WEB_WHY_MAX, "the path has a part . or ..");
    else
        return 0;
    return -1;
}

/* Returns the length of the value, or -1. */
static long read_value(const struct web_request *r, const char *name, char *value)
{
    return decode(value, r->octets && strcmp(name, r->octets) == 0 ? DECODE_OCTETS : DECODE_FORM);
}

/* One name=value. */
static int read_field(struct web_request *r, char *text, char why[WEB_WHY_MAX])
{
    char *value = strchr(text, '=');
    long len;
    if (value)
        *value++ = '\0';
    else
        value = text + strlen(text);
    if (decode(text, DECODE_FORM) < 0 || *text == '\0' || strlen(text) > WEB_NAME_MAX ||
        has_control(text))
        snprintf(why, WEB_WHY_MAX,
                 "a field's name is empty, longer than 64 octets, no UTF-8 or has a bad escape");
    else if (web_field(r, text))
        snprintf(why, WEB_WHY_MAX, "the field %s is there twice", text);
    else if (r->fields == WEB_FIELDS_MAX)
        snprintf(why, WEB_WHY_MAX, "there are more than 32 fields");
    else if ((len = read_value(r, text, value)) < 0)
        snprintf(why, WEB_WHY_MAX, "the field %s has a bad escape or is no UTF-8", text);
    else {
        r->field[r->fields++] =
            (struct web_field){.name = text, .value = value, .len = (size_t)len};
        return 0;
    }
    return -1;
}

int web_read_fields(struct web_request *r, char *text, char why[WEB_WHY_MAX])
{
    char *rest = text;
    for (char *piece; (piece = strsep(&rest, "&"));) {
        if (*piece != '\0' && read_field(r, piece, why) < 0)
            return -1;
    }
    return 0;
}

const struct web_field *web_octets(const struct web_request *r, const char *name)
{
    for (size_t i = 0; i < r->fields; i++) {
        if (strcmp(r->field[i].name, name) == 0)
            return &r->field[i];
    }
    return NULL;
}

const char *web_field(const struct web_request *r, const char *name)
{
    const struct web_field *f = web_octets(r, name);
    return f ? f->value : NULL;
}
