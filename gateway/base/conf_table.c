/* SPDX-License-Identifier: Apache-2.0 */
#include "base/conf_table.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT(s, n, def, longest, h)                                                                \
    {.kind = CONF_TEXT,                                                                            \
     .section = #s,                                                                                \
     .name = #n,                                                                                   \
     .text = (def),                                                                                \
     .most = (longest),                                                                            \
     .unit = "",                                                                                   \
     .help = (h),                                                                                  \
     .offset = offsetof(struct conf, s##_##n)},
#define NUMBER(s, n, def, lo, hi, u, h)                                                            \
    {.kind = CONF_NUMBER,                                                                          \
     .section = #s,                                                                                \
     .name = #n,                                                                                   \
     .text = "",                                                                                   \
     .number = (def),                                                                              \
     .least = (lo),                                                                                \
     .most = (hi),                                                                                 \
     .unit = (u),                                                                                  \
     .help = (h),                                                                                  \
     .offset = offsetof(struct conf, s##_##n)},
#define FLAG(s, n, def, h)                                                                         \
    {.kind = CONF_FLAG,                                                                            \
     .section = #s,                                                                                \
     .name = #n,                                                                                   \
     .text = (def) ? "yes" : "no",                                                                 \
     .unit = "",                                                                                   \
     .help = (h),                                                                                  \
     .offset = offsetof(struct conf, s##_##n)},
static const struct conf_option OPTIONS[] = {
#include "base/conf.def"
};
#undef TEXT
#undef NUMBER
#undef FLAG

#define TEXT(n, def, longest, h)                                                                   \
    {.kind = CONF_TEXT,                                                                            \
     .section = "carrier",                                                                         \
     .name = #n,                                                                                   \
     .text = (def),                                                                                \
     .most = (longest),                                                                            \
     .unit = "",                                                                                   \
     .help = (h),                                                                                  \
     .offset = offsetof(struct conf_carrier, n)},
#define NUMBER(n, def, lo, hi, u, h)                                                               \
    {.kind = CONF_NUMBER,                                                                          \
     .section = "carrier",                                                                         \
     .name = #n,                                                                                   \
     .text = "",                                                                                   \
     .number = (def),                                                                              \
     .least = (lo),                                                                                \
     .most = (hi),                                                                                 \
     .unit = (u),                                                                                  \
     .help = (h),                                                                                  \
     .offset = offsetof(struct conf_carrier, n)},
static const struct conf_option CARRIER_OPTIONS[] = {
#include "base/carrier.def"
};
#undef TEXT
#undef NUMBER

const struct conf_option *conf_table(size_t *count)
{
    *count = sizeof OPTIONS / sizeof *OPTIONS;
    return OPTIONS;
}

const struct conf_option *conf_carrier_table(size_t *count)
{
    *count = sizeof CARRIER_OPTIONS / sizeof *CARRIER_OPTIONS;
    return CARRIER_OPTIONS;
}

void conf_option_reset(const struct conf_option *o, void *base)
{
    char *member = (char *)base + o->offset;
    bool flag = strcmp(o->text, "yes") == 0;
    switch (o->kind) {
    case CONF_TEXT:
        memset(member, 0, (size_t)o->most + 1);
        memcpy(member, o->text, strlen(o->text));
        break;
    case CONF_NUMBER:
        memcpy(member, &o->number, sizeof o->number);
        break;
    case CONF_FLAG:
        memcpy(member, &flag, sizeof flag);
        break;
    }
}

/* Copy the beginning of a value for a message: printable ASCII, all else as `?`. */
static void show(const char *value, char out[33])
{
    size_t n = 0;
    for (; value[n] != '\0' && n < 32; n++)
        out[n] = value[n] >= ' ' && value[n] <= '~' ? value[n] : '?';
    out[n] = '\0';
}

static bool has_control(const char *s)
{
    for (; *s != '\0'; s++)
        if (iscntrl((unsigned char)*s))
            return true;
    return false;
}

/* Two texts stand for a closed set; a wrong one is found here, where the line is known. */
static bool is_allowed(const struct conf_option *o, const char *value)
{
    if (strcmp(o->name, "log_level") == 0)
        return strcmp(value, "error") == 0 || strcmp(value, "warn") == 0 ||
               strcmp(value, "info") == 0 || strcmp(value, "debug") == 0;
    if (strcmp(o->name, "instance") == 0)
        return *value != '\0' &&
               value[strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
    return true;
}

static int set_text(const struct conf_option *o, char *member, const char *value, char why[192])
{
    size_t n = strlen(value);
    if (n > (size_t)o->most) {
        snprintf(why, 192, "is %zu octets long; shorten it to %" PRId64 " at most", n, o->most);
        return -1;
    }
    if (has_control(value)) {
        snprintf(why, 192, "holds a control character; remove it");
        return -1;
    }
    if (!is_allowed(o, value)) {
        char shown[33];
        show(value, shown);
        snprintf(why, 192, "cannot be \"%s\"; see: %.120s", shown, o->help);
        return -1;
    }
    memset(member, 0, (size_t)o->most + 1);
    memcpy(member, value, n);
    return 0;
}

static int set_number(const struct conf_option *o, char *member, const char *value, char why[192])
{
    char shown[33];
    char *end;
    show(value, shown);
    errno = 0;
    int64_t n = strtoll(value, &end, 10);
    /* strtoll would take leading blanks and a plus sign. */
    bool number = (isdigit((unsigned char)*value) || *value == '-') && *end == '\0' && end != value;
    if (!number) {
        snprintf(why, 192, "\"%s\" is not a number; write %" PRId64 " to %" PRId64 " (%s)", shown,
                 o->least, o->most, o->unit);
        return -1;
    }
    if (errno == ERANGE || n < o->least || n > o->most) {
        snprintf(why, 192, "%s is out of bounds; write %" PRId64 " to %" PRId64 " (%s)", shown,
                 o->least, o->most, o->unit);
        return -1;
    }
    memcpy(member, &n, sizeof n);
    return 0;
}

static int set_flag(char *member, const char *value, char why[192])
{
    bool flag = strcmp(value, "yes") == 0;
    if (!flag && strcmp(value, "no") != 0) {
        char shown[33];
        show(value, shown);
        snprintf(why, 192, "\"%s\" is neither yes nor no; write yes or no", shown);
        return -1;
    }
    memcpy(member, &flag, sizeof flag);
    return 0;
}

int conf_option_set(const struct conf_option *o, void *base, const char *value, char why[192])
{
    char *member = (char *)base + o->offset;
    switch (o->kind) {
    case CONF_TEXT:
        return set_text(o, member, value, why);
    case CONF_NUMBER:
        return set_number(o, member, value, why);
    case CONF_FLAG:
        return set_flag(member, value, why);
    }
    return -1;
}

bool conf_option_equal(const struct conf_option *o, const void *a, const void *b)
{
    const char *x = (const char *)a + o->offset;
    const char *y = (const char *)b + o->offset;
    switch (o->kind) {
    case CONF_TEXT:
        return strcmp(x, y) == 0;
    case CONF_NUMBER:
        return memcmp(x, y, sizeof(int64_t)) == 0;
    case CONF_FLAG:
        return memcmp(x, y, sizeof(bool)) == 0;
    }
    return false;
}
