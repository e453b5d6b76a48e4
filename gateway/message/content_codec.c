/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of a bundle, and writing one. */
#include "message/content_codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/utf8.h"
#include "message/codec_members.h"
#include "message/content_rules.h"

enum { PARTS_MAX = 3 };

#define HEX "0123456789abcdef"

int content_refuse(char why[CONTENT_WHY_MAX], const char *name, const char *what)
{
    snprintf(why, CONTENT_WHY_MAX, "%s %s", name, what);
    return -1;
}

bool content_name_valid(const char *name)
{
    static const char part[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    static const char ending[] = ".json";
    size_t len = strlen(name), parts = 0;
    if (len > CONTENT_NAME_MAX || len < sizeof ending ||
        strcmp(name + len - strlen(ending), ending) != 0)
        return false;
    for (const char *s = name;; s++) {
        size_t n = strspn(s, part);
        if (n == 0 || *s == '.' || ++parts > PARTS_MAX)
            return false;
        s += n;
        if (*s == '\0')
            return true;
        if (*s != '/')
            return false;
    }
}

/* Characters of a text for people, or -1: no UTF-8, or a control character in it. */
static int count_plain(const char *s)
{
    size_t len = strlen(s);
    int count = 0;
    uint32_t cp;
    for (size_t i = 0; i < len; count++) {
        int n = utf8_next(s + i, len - i, &cp);
        if (n < 0 || cp < 0x20 || (cp >= 0x7F && cp < 0xA0))
            return -1;
        i += (size_t)n;
    }
    return count;
}

static bool is_person(const char *s)
{
    int n = count_plain(s);
    return n >= 1 && n <= CONTENT_PERSON_MAX && s[0] != ' ' && s[strlen(s) - 1] != ' ';
}

static bool is_version(const char *s)
{
    return strlen(s) == CONTENT_VERSION_HEX && strspn(s, HEX) == CONTENT_VERSION_HEX;
}

int content_check(const struct content_bundle *b, char why[CONTENT_WHY_MAX])
{
    static const char person[] = "must be a name of 1-80 characters";
    int note = count_plain(b->note);
    if (!is_person(b->author))
        return content_refuse(why, "author", person);
    if (!is_person(b->reviewer))
        return content_refuse(why, "reviewer", person);
    if (strcmp(b->author, b->reviewer) == 0)
        return content_refuse(why, "reviewer", "must be another person than author");
    if (note < 1 || note > CONTENT_NOTE_MAX)
        return content_refuse(why, "note", "must have 1-500 characters");
    if (b->at < 1 || b->at > CONTENT_AT_MAX)
        return content_refuse(why, "at", "must be an integer from 1 to 2^53 - 1");
    if (b->previous[0] && !is_version(b->previous))
        return content_refuse(why, "previous", "must be 16 lower-case hex digits, or empty");
    return 0;
}

static int by_name(const void *a, const void *b)
{
    const struct content_file *x = a, *y = b;
    return strcmp(x->name, y->name);
}

int content_check_files(struct content_bundle *b, char why[CONTENT_WHY_MAX])
{
    if (b->count == 0 || b->count > CONTENT_FILES_MAX)
        return content_refuse(why, "files", "must be 1-512");
    for (size_t i = 0; i < b->count; i++) {
        const struct content_file *f = &b->files[i];
        if (!content_name_valid(f->name))
            return content_refuse(why, "files", "must have names such as texts/lo/ui.json");
        if (f->len > CONTENT_FILE_MAX)
            return content_refuse(why, "files", "must have at most 1 MiB each");
        if (!utf8_valid(f->text, f->len) || memchr(f->text, '\0', f->len))
            return content_refuse(why, "files", "must be UTF-8 without NUL");
    }
    qsort(b->files, b->count, sizeof *b->files, by_name);
    for (size_t i = 1; i < b->count; i++) {
        if (strcmp(b->files[i - 1].name, b->files[i].name) == 0)
            return content_refuse(why, "files", "must have different names");
    }
    return 0;
}

void content_hash(const struct content_bundle *b, char sha256[CONTENT_SHA256_HEX + 1])
{
    struct digest_list list;
    uint8_t hash[DIGEST_SIZE];
    digest_list_begin(&list);
    for (size_t i = 0; i < b->count; i++)
        digest_list_add(&list, b->files[i].name, b->files[i].text, b->files[i].len);
    digest_list_end(&list, hash);
    digest_hex(hash, sizeof hash, sha256);
}

static void write_files(const struct content_bundle *b, struct buf *out)
{
    buf_puts(out, ",\"files\":{");
    for (size_t i = 0; i < b->count; i++) {
        const struct content_file *f = &b->files[i];
        if (i > 0)
            buf_putc(out, ',');
        buf_json(out, f->name, strlen(f->name));
        buf_putc(out, ':');
        buf_json(out, f->text, f->len);
    }
    buf_putc(out, '}');
}

int content_codec_write(struct content_bundle *b, struct buf *out,
                        char version[CONTENT_VERSION_HEX + 1], char why[CONTENT_WHY_MAX])
{
    char sha256[CONTENT_SHA256_HEX + 1];
    if (content_check(b, why) < 0 || content_check_files(b, why) < 0)
        return -1;
    content_hash(b, sha256);
    snprintf(version, CONTENT_VERSION_HEX + 1, "%.16s", sha256);
    buf_puts(out, "{\"v\":1");
    codec_members_put(out, "version", version);
    codec_members_put(out, "sha256", sha256);
    codec_members_put(out, "author", b->author);
    codec_members_put(out, "reviewer", b->reviewer);
    codec_members_put(out, "note", b->note);
    codec_members_put_int(out, "at", b->at);
    codec_members_put(out, "previous", b->previous);
    write_files(b, out);
    buf_putc(out, '}');
    if (out->full || out->len > CONTENT_PAYLOAD_MAX)
        return content_refuse(why, "the content", "is too large for one message");
    return 0;
}
