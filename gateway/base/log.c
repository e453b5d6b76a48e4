/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log_internal.h"
#include "base/utf8.h"

enum { LINE_MAX_OCTETS = 2048 };

/* What ends a cut line; room for it and for a closing quote is kept free while fields are written.
 */
static const char cut_mark[] = " cut=1\n";

struct log {
    int fd;
    enum log_level level;
    struct clock clock;
};

static const struct {
    const char *name;
    enum log_level level;
    const char *meaning;
} events[LOG_EVENT_COUNT] = {
#define EVENT(name, level, meaning) {#name, LOG_LEVEL_##level, meaning},
#include "base/events.def"
#undef EVENT
};

static const char *const level_names[] = {"error", "warn", "info", "debug"};

struct log *log_new(int fd, enum log_level level, struct clock clock)
{
    struct log *l = malloc(sizeof *l);
    if (l)
        *l = (struct log){.fd = fd, .level = level, .clock = clock};
    return l;
}

void log_free(struct log *l)
{
    free(l);
}

void log_set_level(struct log *l, enum log_level level)
{
    l->level = level;
}

int log_parse_level(const char *name, enum log_level *out)
{
    for (size_t i = 0; i < sizeof level_names / sizeof level_names[0]; i++) {
        if (strcmp(name, level_names[i]) == 0) {
            *out = (enum log_level)i;
            return 0;
        }
    }
    return -1;
}

/* Could this character make a terminal or a reader of the log take the text for something else?
 * Control characters, line and paragraph separators, and the marks that turn the direction of
 * writing (Unicode 15, UAX #9). */
static bool is_unsafe(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7F && cp <= 0x9F) || (cp >= 0x2028 && cp <= 0x202E) ||
           (cp >= 0x2066 && cp <= 0x2069);
}

/* Append one masked piece of a value, escaped; all or nothing. */
static void put_piece(struct buf *b, const char *piece, size_t n)
{
    uint32_t cp;
    int octets = utf8_next(piece, n, &cp);
    if (octets < 0)
        buf_printf(b, "\\x%02x", (unsigned char)piece[0]);
    else if (cp == '"' || cp == '\\')
        buf_put(b, (char[]){'\\', piece[0]}, 2);
    else if (cp == '\n')
        buf_puts(b, "\\n");
    else if (is_unsafe(cp))
        buf_printf(b, "\\u%04x", (unsigned)cp);
    else
        buf_put(b, piece, n);
}

/* May the value stand without quotes? Only ASCII that no reader of `key=value` takes for anything
 * else. */
static bool is_bare(const char *s)
{
    if (*s == '\0')
        return false;
    for (; *s; s++) {
        if (*s <= ' ' || *s > '~' || *s == '"' || *s == '\\' || *s == '=')
            return false;
    }
    return true;
}

/* Append a value, masked and escaped, as far as it fits. */
static void put_text(struct buf *b, const char *s)
{
    size_t len = strlen(s);
    for (size_t at = 0; at < len && !b->full;) {
        char piece[LOG_PIECE];
        size_t n;
        at += log_mask_piece(s + at, len - at, piece, &n);
        put_piece(b, piece, n);
    }
}

/* Append a value between quotes; the second quote stands even where the value is cut. */
static void put_quoted(struct buf *b, const char *s)
{
    buf_puts(b, "\"\"");
    if (b->full)
        return;
    b->len--;
    b->cap--; /* the place of the second quote */
    put_text(b, s);
    b->cap++;
    bool cut = b->full;
    b->full = false;
    buf_putc(b, '"');
    b->full = cut;
}

/* Append ` key=value`. A number is never cut, since the rest of it would read as another number. */
static void put_field(struct buf *b, const struct log_field *f)
{
    size_t start = b->len;
    buf_printf(b, " %s=", f->key);
    if (!f->str)
        buf_int(b, f->num);
    else if (is_bare(f->str))
        put_text(b, f->str);
    else
        put_quoted(b, f->str);
    if (b->full && !f->str)
        b->len = start;
}

/* Begin the line: TIME (RFC 3339, UTC, ms) and what every line has. */
static void put_head(struct buf *b, int64_t now, enum log_event event)
{
    int64_t ms = (now % 1000 + 1000) % 1000;
    time_t seconds = (time_t)((now - ms) / 1000);
    struct tm tm;
    char stamp[32];
    if (!gmtime_r(&seconds, &tm) || strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &tm) == 0)
        stamp[0] = '\0';
    buf_printf(b, "%s.%03dZ level=%s event=%s", stamp, (int)ms, level_names[events[event].level],
               events[event].name);
}

void log_write(struct log *l, enum log_event event, const struct log_field *fields)
{
    if (!l || event >= LOG_EVENT_COUNT || events[event].level > l->level)
        return;
    int kept = errno;
    char line[LINE_MAX_OCTETS + 1]; /* with the NUL of the buffer */
    struct buf b;
    buf_init(&b, line, sizeof line - (sizeof cut_mark - 1));
    put_head(&b, clock_now(&l->clock), event);
    for (const struct log_field *f = fields; f && f->key && !b.full; f++)
        put_field(&b, f);
    const char *end = b.full ? cut_mark : "\n";
    b.full = false;
    b.cap = sizeof line;
    buf_puts(&b, end);
    /* A log that cannot be written has nowhere to say so. */
    ssize_t written = write(l->fd, b.data, b.len);
    (void)written;
    errno = kept;
}

const char *log_event_name(enum log_event event)
{
    return events[event].name;
}

const char *log_event_meaning(enum log_event event)
{
    return events[event].meaning;
}

enum log_level log_event_level(enum log_event event)
{
    return events[event].level;
}
