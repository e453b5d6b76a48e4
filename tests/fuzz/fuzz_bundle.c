/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as published content. First as they are: refused with a word, or taken, written again
 * and read the same. Then as the files of a bundle whose hash is right, for chance never finds one:
 * `name=text` with a line feed after each. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "message/content_codec.h"

enum { FILES = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_same(const struct content_bundle *a, const struct content_bundle *b)
{
    must(a->count == b->count && a->at == b->at);
    must(!strcmp(a->author, b->author) && !strcmp(a->reviewer, b->reviewer));
    must(!strcmp(a->note, b->note) && !strcmp(a->previous, b->previous));
    for (size_t i = 0; i < a->count; i++) {
        must(!strcmp(a->files[i].name, b->files[i].name) && a->files[i].len == b->files[i].len);
        must(!memcmp(a->files[i].text, b->files[i].text, a->files[i].len));
        must(i == 0 || strcmp(a->files[i - 1].name, a->files[i].name) < 0);
    }
}

/* Write a bundle; if that is possible, it can be read and is the same. Returns whether it is. */
static bool write_and_read(struct content_bundle *b, size_t size)
{
    char version[CONTENT_VERSION_HEX + 1], why[CONTENT_WHY_MAX];
    size_t cap = 6 * size + 4096; /* each octet may become an escape */
    char *mem = malloc(cap);
    struct content_bundle again;
    struct buf out;
    must(mem != NULL);
    buf_init(&out, mem, cap);
    bool written = content_codec_write(b, &out, version, why) == 0;
    if (written) {
        must(content_codec_read(mem, out.len, &again, why) == 0);
        must(!strcmp(again.version, version));
        check_same(b, &again);
        content_bundle_free(&again);
    }
    free(mem);
    return written;
}

static void read_as_it_is(const uint8_t *data, size_t size)
{
    char why[CONTENT_WHY_MAX];
    struct content_bundle b;
    if (content_codec_read((const char *)data, size, &b, why) < 0) {
        must(why[0] && memchr(why, '\0', sizeof why) && utf8_valid(why, strlen(why)));
        return;
    }
    must(write_and_read(&b, size));
    content_bundle_free(&b);
}

/* One file for each line; the lines are cut in place. */
static size_t cut_files(char *text, struct content_file files[FILES])
{
    size_t n = 0;
    for (char *line = text; line && *line && n < FILES; n++) {
        char *next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        char *value = strchr(line, '=');
        if (!value)
            return n;
        *value++ = '\0';
        files[n] = (struct content_file){line, value, strlen(value)};
        line = next;
    }
    return n;
}

static void read_as_files(const uint8_t *data, size_t size)
{
    struct content_file files[FILES];
    char *text = malloc(size + 1);
    must(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    struct content_bundle b = {.author = "a",
                               .reviewer = "b",
                               .note = "c",
                               .previous = "",
                               .at = 1,
                               .files = files,
                               .count = cut_files(text, files)};
    write_and_read(&b, size);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_as_it_is(data, size);
    read_as_files(data, size);
    return 0;
}
