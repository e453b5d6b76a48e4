/* SPDX-License-Identifier: Apache-2.0 */
#include "base/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

_Static_assert(SEAL_KEY_SIZE == crypto_box_PUBLICKEYBYTES, "a public key fits");
_Static_assert(SEAL_KEY_SIZE == crypto_box_SECRETKEYBYTES, "a secret key fits");

enum {
    VARIANT = sodium_base64_VARIANT_ORIGINAL,
    LINE_SIZE = sodium_base64_ENCODED_LEN(SEAL_KEY_SIZE, VARIANT), /* a NUL or line feed included */
    WHY_PATH = 150 /* octets of a path in a message, so that the remedy fits */
};

#define NO_KEY "holds no key; make one with mekongline receive-requests --make-key"

/* libsodium may be asked again and again; it ends the program itself when it has no randomness. */
static int begin(void)
{
    return sodium_init() < 0 ? -1 : 0;
}

void seal_make(struct seal_secret *out)
{
    if (begin())
        sodium_misuse(); /* does not return: no key may be made of bad randomness */
    crypto_box_keypair(out->public.key, out->key);
}

void seal_wipe(struct seal_secret *s)
{
    sodium_memzero(s, sizeof *s);
}

static int complain(char why[SEAL_ERROR_MAX], const char *path, const char *what)
{
    snprintf(why, SEAL_ERROR_MAX, "%.*s: %s", WHY_PATH, path, what);
    return -1;
}

/* A secret key has to be its owner's alone. */
static int open_key(const char *path, bool secret, char why[SEAL_ERROR_MAX])
{
    struct stat st;
    int fd = file_open(path, &st);
    if (fd < 0) {
        snprintf(why, SEAL_ERROR_MAX, "%.*s: %.60s; name a file that this user can read", WHY_PATH,
                 path, strerror(errno));
        return -1;
    }
    if (!secret || (st.st_mode & (S_IRWXG | S_IRWXO)) == 0)
        return fd;
    close(fd);
    return complain(why, path, "is open to others; run chmod 0600 on it");
}

/* Read a file of one line of base64 that holds a key. */
static int read_key(const char *path, bool secret, uint8_t out[SEAL_KEY_SIZE],
                    char why[SEAL_ERROR_MAX])
{
    char line[LINE_SIZE + 1];
    size_t len = 0;
    int fd = open_key(path, secret, why);
    if (fd < 0)
        return -1;
    ssize_t n = file_read(fd, line, sizeof line);
    close(fd);
    if (n == LINE_SIZE && line[n - 1] == '\n')
        n--;
    int r = n == LINE_SIZE - 1
                ? sodium_base642bin(out, SEAL_KEY_SIZE, line, (size_t)n, NULL, &len, NULL, VARIANT)
                : -1;
    sodium_memzero(line, sizeof line);
    if (n < 0)
        return complain(why, path, "cannot be read; check the disk");
    if (r != 0 || len != SEAL_KEY_SIZE)
        return complain(why, path, NO_KEY);
    return 0;
}

/* Some points (such as all zeros) give no secret that two share; nothing can be sealed for them. */
static bool is_usable(const uint8_t key[SEAL_KEY_SIZE])
{
    uint8_t box[crypto_box_SEALBYTES + 1];
    return begin() == 0 && crypto_box_seal(box, (const uint8_t *)"", 1, key) == 0;
}

int seal_read_public(const char *path, struct seal_public *out, char why[SEAL_ERROR_MAX])
{
    if (read_key(path, false, out->key, why))
        return -1;
    return is_usable(out->key) ? 0 : complain(why, path, NO_KEY);
}

int seal_read_secret(const char *path, struct seal_secret *out, char why[SEAL_ERROR_MAX])
{
    if (read_key(path, true, out->key, why)) {
        seal_wipe(out);
        return -1;
    }
    crypto_scalarmult_base(out->public.key, out->key);
    return 0;
}

/* Write a key into a new file and see it on the disk. */
static int write_key(const char *path, mode_t mode, const uint8_t key[SEAL_KEY_SIZE],
                     char why[SEAL_ERROR_MAX])
{
    char line[LINE_SIZE];
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0) {
        const char *remedy = errno == EEXIST ? "a key is never replaced; name another file"
                                             : "name a file in a folder that this user can write";
        snprintf(why, SEAL_ERROR_MAX, "%.*s: %.40s; %s", WHY_PATH, path, strerror(errno), remedy);
        return -1;
    }
    sodium_bin2base64(line, sizeof line, key, SEAL_KEY_SIZE, VARIANT);
    line[LINE_SIZE - 1] = '\n';
    bool ok = fchmod(fd, mode) == 0 && write(fd, line, sizeof line) == (ssize_t)sizeof line &&
              fsync(fd) == 0;
    sodium_memzero(line, sizeof line);
    if (close(fd) == 0 && ok)
        return 0;
    unlink(path);
    return complain(why, path, "cannot be written; check the disk");
}

int seal_write(const struct seal_secret *s, const char *secret_path, const char *public_path,
               char why[SEAL_ERROR_MAX])
{
    if (write_key(secret_path, 0600, s->key, why))
        return -1;
    if (write_key(public_path, 0644, s->public.key, why) == 0)
        return 0;
    unlink(secret_path); /* ours: half a pair would be in the way of the next try */
    return -1;
}

/* Octets of len after padding. sodium_pad adds one octet at least. */
static size_t padded(size_t len)
{
    return (len / SEAL_BLOCK + 1) * SEAL_BLOCK;
}

size_t seal_size(size_t len)
{
    return sodium_base64_ENCODED_LEN(padded(len) + crypto_box_SEALBYTES, VARIANT);
}

int seal_close(const struct seal_public *to, const void *plain, size_t len, char *out)
{
    size_t whole = padded(len), n;
    size_t box_len = whole + crypto_box_SEALBYTES;
    uint8_t *memory = begin() == 0 ? malloc(whole + box_len) : NULL;
    if (!memory)
        return -1;
    uint8_t *box = memory + whole;
    memcpy(memory, plain, len);
    int r = sodium_pad(&n, memory, len, SEAL_BLOCK, whole);
    if (r == 0)
        r = crypto_box_seal(box, memory, whole, to->key);
    if (r == 0)
        sodium_bin2base64(out, seal_size(len), box, box_len, VARIANT);
    sodium_memzero(memory, whole);
    free(memory);
    return r == 0 ? 0 : -1;
}

int seal_open(const struct seal_secret *s, const char *in, size_t in_len, uint8_t *out, size_t *len)
{
    size_t box_len;
    uint8_t *box = begin() == 0 ? malloc(in_len + 1) : NULL;
    if (!box)
        return -1;
    int r = sodium_base642bin(box, in_len, in, in_len, NULL, &box_len, NULL, VARIANT);
    if (r == 0 && box_len > crypto_box_SEALBYTES)
        r = crypto_box_seal_open(out, box, box_len, s->public.key, s->key);
    else
        r = -1;
    if (r == 0)
        r = sodium_unpad(len, out, box_len - crypto_box_SEALBYTES, SEAL_BLOCK);
    free(box);
    return r == 0 ? 0 : -1;
}
