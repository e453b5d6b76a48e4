/* SPDX-License-Identifier: Apache-2.0 */
/* Units as PO, by libgettextpo of GNU gettext. A unit is a message whose msgctxt is the id, so two
 * texts may have the same English words. */
#include <errno.h>
#include <gettext-po.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "desk/exchange.h"

enum { FAULTS_MAX = 20 }; /* of a file that is no PO; more would hide the first */

static size_t faults(const struct findings *f)
{
    return findings_count(f, FINDING_ERROR);
}

/* Where the library's complaints go. It hands its handlers no argument of ours, so there is no
 * other way; set only while the library runs. */
static _Thread_local struct findings *listener;

/* The library forbids to return from what it calls fatal: it cannot open or read a file, or has no
 * memory. Nothing has been written to the content by then. */
static void on_error(int severity, po_message_t message, const char *file, size_t line,
                     size_t column, int multiline, const char *text)
{
    (void)message;
    (void)column;
    (void)multiline;
    bool fatal = severity == PO_SEVERITY_FATAL_ERROR;
    if (severity == PO_SEVERITY_WARNING || (faults(listener) >= FAULTS_MAX && !fatal))
        return;
    bool has_line = file && line != (size_t)-1;
    exchange_fault(listener, has_line ? (unsigned)line : 0, "",
                   "No valid PO: %.180s. Is the file whole?", text);
    if (fatal) {
        fprintf(stderr, "gettext: %s\n", text);
        _exit(1);
    }
}

static void on_error_pair(int severity, po_message_t message1, const char *file1, size_t line1,
                          size_t column1, int multiline1, const char *text1, po_message_t message2,
                          const char *file2, size_t line2, size_t column2, int multiline2,
                          const char *text2)
{
    on_error(severity, message1, file1, line1, column1, multiline1, text1);
    on_error(severity, message2, file2, line2, column2, multiline2, text2);
}

static const struct po_xerror_handler handler = {on_error, on_error_pair};

/* Words as the library wants comments: each line with its end. */
static void put_lines(struct buf *b, const char *title, const char *lines)
{
    if (*lines)
        buf_printf(b, "%s%s\n", title, lines);
}

static po_message_t message_of(const struct unit *u)
{
    char comment[8192];
    struct buf b;
    po_message_t m = po_message_create();
    buf_init(&b, comment, sizeof comment);
    put_lines(&b, "Status: ", u->status);
    put_lines(&b, "", u->limits);
    put_lines(&b, "", u->comment);
    po_message_set_msgctxt(m, u->id);
    po_message_set_msgid(m, u->english);
    po_message_set_msgstr(m, u->translation);
    po_message_set_extracted_comments(m, comment);
    po_message_add_filepos(m, u->file, u->line);
    po_message_set_fuzzy(m, u->mark != UNIT_PLAIN);
    return m;
}

static po_message_t header_of(const struct exchange *x)
{
    char header[512];
    po_message_t m = po_message_create();
    snprintf(header, sizeof header,
             "Project-Id-Version: Mekong Line\n"
             "PO-Revision-Date: \n"
             "Last-Translator: \n"
             "Language-Team: \n"
             "Language: %s\n"
             "MIME-Version: 1.0\n"
             "Content-Type: text/plain; charset=UTF-8\n"
             "Content-Transfer-Encoding: 8bit\n"
             "X-Content-Version: %s\n",
             x->language, x->version);
    po_message_set_msgid(m, "");
    po_message_set_msgstr(m, header);
    return m;
}

/* The lines where the entries of a file begin. The library knows them but does not tell. */
struct places {
    const char *at, *end;
    unsigned line;
    bool has_context; /* the msgid that follows belongs to the msgctxt that was told */
};

static void skip_string(struct places *p)
{
    for (p->at++; p->at < p->end && *p->at != '"'; p->at++)
        p->at += *p->at == '\\' && p->at + 1 < p->end;
    if (p->at < p->end)
        p->at++;
}

static void skip_comment(struct places *p)
{
    while (p->at < p->end && *p->at != '\n')
        p->at++;
}

/* Does an entry begin with this word? */
static bool begins_entry(struct places *p, const char *word, size_t len)
{
    bool context = len == 7 && !memcmp(word, "msgctxt", 7);
    bool id = len == 5 && !memcmp(word, "msgid", 5);
    bool begins = context || (id && !p->has_context);
    if (context || id)
        p->has_context = context;
    return begins;
}

/* The line of the next entry, 0 if there is none. */
static unsigned next_place(struct places *p)
{
    while (p->at < p->end) {
        if (*p->at == '#') {
            skip_comment(p);
        } else if (*p->at == '"') {
            skip_string(p);
        } else if (*p->at >= 'a' && *p->at <= 'z') {
            const char *word = p->at;
            while (p->at < p->end && ((*p->at >= 'a' && *p->at <= 'z') || *p->at == '_'))
                p->at++;
            if (begins_entry(p, word, (size_t)(p->at - word)))
                return p->line;
        } else {
            p->line += *p->at++ == '\n';
        }
    }
    return 0;
}

/* Free a file. The library forgets the contexts of its messages. */
static void release(po_file_t file)
{
    po_message_iterator_t at = po_message_iterator(file, NULL);
    for (po_message_t m = po_next_message(at); m; m = po_next_message(at))
        po_message_set_msgctxt(m, NULL);
    po_message_iterator_free(at);
    po_file_free(file);
}

/* The library writes and reads only files: one without a name stands for them. Returns its
 * descriptor, and its path for the library. */
static int open_nameless(char path[32])
{
    int fd = memfd_create("po", MFD_CLOEXEC);
    snprintf(path, 32, "/proc/self/fd/%d", fd);
    return fd;
}

/* Copy what the library wrote. Returns 0 or -1 with errno. */
static int copy_out(int fd, FILE *out)
{
    char piece[16384];
    off_t at = 0;
    ssize_t n;
    while ((n = pread(fd, piece, sizeof piece, at)) > 0) {
        fwrite(piece, 1, (size_t)n, out);
        at += n;
    }
    return n < 0 ? -1 : 0;
}

static po_file_t file_of(const struct exchange *x)
{
    po_file_t file = po_file_create();
    po_message_iterator_t at = po_message_iterator(file, NULL);
    po_message_insert(at, header_of(x));
    for (size_t i = 0; i < x->count; i++)
        po_message_insert(at, message_of(&x->units[i]));
    po_message_iterator_free(at);
    return file;
}

int po_print(const struct exchange *x, FILE *out, struct findings *f)
{
    char path[32];
    size_t before = faults(f);
    int fd = open_nameless(path);
    if (fd < 0)
        return exchange_fault(f, 0, "", "Cannot be written: %s.", strerror(errno));
    po_file_t file = file_of(x);
    listener = f;
    po_file_write(file, path, &handler);
    listener = NULL;
    release(file);
    if (copy_out(fd, out))
        exchange_fault(f, 0, "", "Cannot be written: %s.", strerror(errno));
    close(fd);
    return faults(f) > before ? -1 : 0;
}

/* A copy of a field of the header; NULL if it has none. */
static const char *header_field(struct arena *a, const char *header, const char *name)
{
    char *value = po_header_field(header, name);
    const char *copied = value ? arena_copy(a, value, strlen(value)) : NULL;
    free(value);
    return copied;
}

/* Read what the header says. */
static void read_header(struct exchange *x, const char *header, struct findings *f)
{
    const char *type = header_field(x->arena, header, "Content-Type");
    x->language = header_field(x->arena, header, "Language");
    x->version = header_field(x->arena, header, "X-Content-Version");
    if (!type || !strcasestr(type, "charset=utf-8"))
        exchange_fault(f, 1, "", "The header must say charset=UTF-8. Save it as UTF-8.");
}

static const char *copy(struct arena *a, const char *s)
{
    return arena_copy(a, s, strlen(s));
}

/* What is no text of ours. */
static void refuse(po_message_t m, unsigned line, struct findings *f)
{
    const char *id = po_message_msgctxt(m);
    exchange_fault(f, line, id ? id : "",
                   id ? "A plural is no text of ours. Delete this entry."
                      : "There is no msgctxt with the id. Put it back or export again.");
}

/* Returns -1 if the rest need not be read. */
static int read_message(struct exchange *x, po_message_t m, unsigned line, struct findings *f)
{
    const char *id = po_message_msgctxt(m);
    if (!id && !*po_message_msgid(m)) {
        read_header(x, po_message_msgstr(m), f);
        return 0;
    }
    if (!id && !x->version)
        return exchange_foreign(f, 1);
    if (!id || po_message_msgid_plural(m)) {
        refuse(m, line, f);
        return 0;
    }
    const struct unit u = {
        .id = copy(x->arena, id),
        .english = copy(x->arena, po_message_msgid(m)),
        .translation = copy(x->arena, po_message_msgstr(m)),
        .status = "",
        .limits = "",
        .comment = "",
        .file = "",
        .line = line,
        .mark = po_message_is_fuzzy(m) ? UNIT_FUZZY : UNIT_PLAIN,
    };
    if (!u.id || !u.english || !u.translation || exchange_add(x, &u))
        exchange_fault(f, line, id, "No memory to read it.");
    return 0;
}

static void read_messages(struct exchange *x, po_file_t file, struct places *p, struct findings *f)
{
    const char *const *domains = po_file_domains(file);
    if (domains[0] && domains[1]) {
        exchange_fault(f, 0, "", "It has more than one domain. Export again.");
        return;
    }
    po_message_iterator_t at = po_message_iterator(file, NULL);
    for (po_message_t m = po_next_message(at); m; m = po_next_message(at)) {
        if (!po_message_is_obsolete(m) && read_message(x, m, next_place(p), f))
            break;
    }
    po_message_iterator_free(at);
}

/* The text as a file. Returns its descriptor. */
static int open_text(const char *text, size_t len, char path[32])
{
    int fd = open_nameless(path);
    for (size_t done = 0; fd >= 0 && done < len;) {
        ssize_t n = write(fd, text + done, len - done);
        if (n <= 0) {
            close(fd);
            return -1;
        }
        done += (size_t)n;
    }
    return fd;
}

int po_parse(struct exchange *x, const char *text, size_t len, struct findings *f)
{
    char path[32];
    size_t before = faults(f);
    int fd = open_text(text, len, path);
    if (fd < 0)
        return exchange_fault(f, 0, "", "Cannot be read: %s.", strerror(errno));
    listener = f;
    po_file_t file = po_file_read(path, &handler);
    listener = NULL;
    close(fd);
    struct places p = {.at = text, .end = text + len, .line = 1};
    if (file && faults(f) == before)
        read_messages(x, file, &p, f);
    if (file)
        release(file);
    else if (faults(f) == before)
        exchange_fault(f, 0, "", "No valid PO. Is the file whole?");
    return faults(f) > before ? -1 : 0;
}
