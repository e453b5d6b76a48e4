/* SPDX-License-Identifier: Apache-2.0 */
#include "base/conf_table.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "base/shards.h"

#define ROW(k, sec, n, at, h, ...)                                                                 \
    {.kind = (k), .section = (sec), .name = #n, .offset = (at), .help = (h), __VA_ARGS__},
#define TEXT_ROW(sec, n, at, def, longest, h)                                                      \
    ROW(CONF_TEXT, sec, n, at, h, .text = (def), .most = (longest))
#define NUMBER_ROW(sec, n, at, def, lo, hi, u, h)                                                  \
    ROW(CONF_NUMBER, sec, n, at, h, .text = #def, .number = (def), .least = (lo), .most = (hi),    \
        .unit = (u))
#define FLAG_ROW(sec, n, at, def, h) ROW(CONF_FLAG, sec, n, at, h, .text = (def) ? "yes" : "no")
#define CHOICE_ROW(sec, n, at, def, list, h)                                                       \
    ROW(CONF_CHOICE, sec, n, at, h, .text = (def), .words = (list))

#define AT(s, n)               offsetof(struct conf, s##_##n)
#define TEXT(s, n, ...)        TEXT_ROW(#s, n, AT(s, n), __VA_ARGS__)
#define NUMBER(s, n, def, ...) NUMBER_ROW(#s, n, AT(s, n), def, __VA_ARGS__)
#define FLAG(s, n, ...)        FLAG_ROW(#s, n, AT(s, n), __VA_ARGS__)
#define CHOICE(s, n, ...)      CHOICE_ROW(#s, n, AT(s, n), __VA_ARGS__)
static const struct conf_option OPTIONS[] = {
#include "base/conf.def"
};
#undef AT
#undef TEXT
#undef NUMBER
#undef FLAG
#undef CHOICE

/* The options of a group; WORD is set anew for each. */
#define GLUE(a, b)          a##b
#define STRUCT(word)        GLUE(conf_, word)
#define STRING(word)        #word
#define NAME(word)          STRING(word)
#define AT(n)               offsetof(struct STRUCT(WORD), n)
#define TEXT(n, ...)        TEXT_ROW(NAME(WORD), n, AT(n), __VA_ARGS__)
#define NUMBER(n, def, ...) NUMBER_ROW(NAME(WORD), n, AT(n), def, __VA_ARGS__)
#define FLAG(n, ...)        FLAG_ROW(NAME(WORD), n, AT(n), __VA_ARGS__)
#define CHOICE(n, ...)      CHOICE_ROW(NAME(WORD), n, AT(n), __VA_ARGS__)
#define WORD                carrier
static const struct conf_option carrier_options[] = {
#include "base/carrier.def"
};
#undef WORD
#define WORD smpp
static const struct conf_option smpp_options[] = {
#include "base/smpp.def"
};
#undef WORD
#define WORD profile
static const struct conf_option profile_options[] = {
#include "base/profile.def"
};
#undef WORD
#define WORD aggregator
static const struct conf_option aggregator_options[] = {
#include "base/aggregator.def"
};
#undef WORD
#undef AT

/* Sections that the groups before this one hold: the layout of an array of all. */
#define GROUP(word, array, max, help) char word[max];
struct places {
#include "base/conf_groups.def"
};
#undef GROUP

#define GROUP(w, array, max, h)                                                                    \
    {.word = #w,                                                                                   \
     .help = (h),                                                                                  \
     .options = w##_options,                                                                       \
     .option_count = sizeof w##_options / sizeof *w##_options,                                     \
     .items = offsetof(struct conf, array),                                                        \
     .item_size = sizeof(struct conf_##w),                                                         \
     .item_max = (max),                                                                            \
     .item_count = offsetof(struct conf, w##_count),                                               \
     .first = offsetof(struct places, w)},
static const struct conf_group GROUPS[] = {
#include "base/conf_groups.def"
};
#undef GROUP

const struct conf_option *conf_table(void)
{
    return OPTIONS;
}

const struct conf_group *conf_groups(void)
{
    return GROUPS;
}

static size_t count_of(const struct conf_group *g, const struct conf *c)
{
    size_t n;
    memcpy(&n, (const char *)c + g->item_count, sizeof n);
    return n;
}

const void *conf_group_find(const struct conf_group *g, const struct conf *c, const char *name)
{
    const char *section = (const char *)c + g->items;
    for (size_t i = count_of(g, c); i > 0; i--, section += g->item_size)
        if (strcmp(section, name) == 0)
            return section;
    return NULL;
}

void conf_group_reset(const struct conf_group *g, void *section)
{
    for (size_t i = 0; i < g->option_count; i++)
        conf_option_reset(&g->options[i], section);
}

int conf_group_add(const struct conf_group *g, struct conf *c, const char *name)
{
    const char *old = conf_group_find(g, c, name);
    size_t n = count_of(g, c);
    char *items = (char *)c + g->items;
    if (old)
        return (int)((size_t)(old - items) / g->item_size);
    if (n == g->item_max)
        return -1;
    char *section = items + n * g->item_size;
    memcpy(section, name, strlen(name) + 1);
    conf_group_reset(g, section);
    n++;
    memcpy((char *)c + g->item_count, &n, sizeof n);
    return (int)n - 1;
}

/* Octets of a text or choice in its struct. */
static size_t room_of(const struct conf_option *o)
{
    return (o->kind == CONF_CHOICE ? CONF_CHOICE_MAX : (size_t)o->most) + 1;
}

void conf_option_reset(const struct conf_option *o, void *base)
{
    char *member = (char *)base + o->offset;
    bool flag = strcmp(o->text, "yes") == 0;
    switch (o->kind) {
    case CONF_TEXT:
    case CONF_CHOICE:
        memset(member, 0, room_of(o));
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

bool conf_word_in(const char *words, const char *word, size_t n)
{
    for (const char *at = words; *at != '\0'; at += *at == ' ') {
        size_t length = strcspn(at, " ");
        if (length == n && memcmp(at, word, n) == 0)
            return true;
        at += length;
    }
    return false;
}

/* It becomes part of a topic. */
static bool is_topic_word(const char *value)
{
    return *value != '\0' && value[strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

/* It becomes one level of a topic filter. */
static bool is_share_name(const char *value)
{
    return value[strcspn(value, "/+#")] == '\0';
}

/* Texts that not everything fits: what is wrong is found here, where the line is known. */
static const struct {
    const char *name;
    bool (*is_good)(const char *value);
} judged[] = {{"instance", is_topic_word},
              {"sentinels", address_list_is_good},
              {"cluster", address_list_has_ports},
              {"share", is_share_name},
              {"shards", shards_list_is_good}};

static bool is_allowed(const struct conf_option *o, const char *value)
{
    for (size_t i = 0; i < sizeof judged / sizeof *judged; i++)
        if (strcmp(o->name, judged[i].name) == 0)
            return judged[i].is_good(value);
    return true;
}

/* Octets of it: it says what the option may be. */
static int first_sentence(const char *help)
{
    const char *end = strstr(help, ". ");
    int n = end ? (int)(end - help) + 1 : (int)strlen(help);
    return n < 120 ? n : 120;
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
        snprintf(why, 192, "cannot be \"%s\"; see: %.*s", shown, first_sentence(o->help), o->help);
        return -1;
    }
    memset(member, 0, room_of(o));
    memcpy(member, value, n);
    return 0;
}

static int set_choice(const struct conf_option *o, char *member, const char *value, char why[192])
{
    size_t n = strlen(value);
    if (!conf_word_in(o->words, value, n)) {
        char shown[33];
        show(value, shown);
        snprintf(why, 192, "cannot be \"%s\"; write one of: %.120s", shown, o->words);
        return -1;
    }
    memset(member, 0, room_of(o));
    memcpy(member, value, n);
    return 0;
}

static int set_number(const struct conf_option *o, char *member, const char *value, char why[192])
{
    char shown[33];
    char *end;
    show(value, shown);
    errno = 0;
    bool hexadecimal = value[0] == '0' && (value[1] == 'x' || value[1] == 'X');
    int64_t n = strtoll(value, &end, hexadecimal ? 16 : 10);
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
    case CONF_CHOICE:
        return set_choice(o, member, value, why);
    }
    return -1;
}

bool conf_option_equal(const struct conf_option *o, const void *a, const void *b)
{
    const char *x = (const char *)a + o->offset;
    const char *y = (const char *)b + o->offset;
    switch (o->kind) {
    case CONF_TEXT:
    case CONF_CHOICE:
        return strcmp(x, y) == 0;
    case CONF_NUMBER:
        return memcmp(x, y, sizeof(int64_t)) == 0;
    case CONF_FLAG:
        return memcmp(x, y, sizeof(bool)) == 0;
    }
    return false;
}
