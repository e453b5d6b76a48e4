/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/seal.h"

/* A folder of its own, a pair, and room for what is sealed. */
struct desk {
    char folder[32], secret[48], public[48];
    struct seal_secret pair;
    char why[SEAL_ERROR_MAX];
    char box[16384];
    uint8_t plain[16384];
};

static int set_desk(void **state)
{
    struct desk *d = test_calloc(1, sizeof *d);
    strcpy(d->folder, "/tmp/test_seal.XXXXXX");
    assert_non_null(mkdtemp(d->folder));
    snprintf(d->secret, sizeof d->secret, "%s/secret", d->folder);
    snprintf(d->public, sizeof d->public, "%s/public", d->folder);
    seal_make(&d->pair);
    *state = d;
    return 0;
}

static int clear_desk(void **state)
{
    struct desk *d = *state;
    unlink(d->secret);
    unlink(d->public);
    assert_int_equal(rmdir(d->folder), 0); /* nothing else was left there */
    test_free(d);
    return 0;
}

static void put_file(const char *path, const char *text, mode_t mode)
{
    unlink(path);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static void expect_opened(struct desk *d, const char *plain, size_t n)
{
    size_t len = SIZE_MAX;
    assert_int_equal(seal_open(&d->pair, d->box, strlen(d->box), d->plain, &len), 0);
    assert_int_equal(len, n);
    assert_memory_equal(d->plain, plain, n);
}

static void what_is_sealed_is_opened(void **state)
{
    struct desk *d = *state;
    static const size_t lengths[] = {0, 1, 2, 254, 255, 256, 257, 511, 512, 513, 8000};
    char plain[8000];
    for (size_t i = 0; i < sizeof plain; i++)
        plain[i] = (char)(i * 7);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        size_t n = lengths[i];
        memset(d->box, '#', sizeof d->box);
        assert_int_equal(seal_close(&d->pair.public, plain, n, d->box), 0);
        assert_int_equal(strlen(d->box) + 1, seal_size(n));
        expect_opened(d, plain, n);
    }
}

static void the_length_tells_only_blocks(void **state)
{
    (void)state;
    assert_int_equal(seal_size(0), seal_size(255));
    assert_int_equal(seal_size(256), seal_size(511));
    assert_true(seal_size(255) < seal_size(256));
    assert_int_equal(seal_size(0), (256 + 48 + 2) / 3 * 4 + 1);
}

static void the_same_text_is_never_sealed_the_same(void **state)
{
    struct desk *d = *state;
    char again[512];
    assert_int_equal(seal_close(&d->pair.public, "same", 4, d->box), 0);
    assert_int_equal(seal_close(&d->pair.public, "same", 4, again), 0);
    assert_string_not_equal(d->box, again);
}

static void another_key_opens_nothing(void **state)
{
    struct desk *d = *state;
    struct seal_secret other;
    size_t len;
    seal_make(&other);
    assert_memory_not_equal(other.key, d->pair.key, SEAL_KEY_SIZE);
    assert_int_equal(seal_close(&d->pair.public, "text", 4, d->box), 0);
    assert_int_equal(seal_open(&other, d->box, strlen(d->box), d->plain, &len), -1);
    expect_opened(d, "text", 4);
}

static void any_damage_is_found(void **state)
{
    struct desk *d = *state;
    size_t len;
    assert_int_equal(seal_close(&d->pair.public, "text", 4, d->box), 0);
    size_t n = strlen(d->box);
    for (size_t i = 0; i < n; i++) {
        char right = d->box[i];
        d->box[i] = right == 'A' ? 'B' : 'A';
        if (seal_open(&d->pair, d->box, n, d->plain, &len) == 0)
            fail_msg("opened with another character at %zu", i);
        d->box[i] = '\n';
        assert_int_equal(seal_open(&d->pair, d->box, n, d->plain, &len), -1);
        d->box[i] = right;
    }
    for (size_t cut = 0; cut < n; cut++)
        assert_int_equal(seal_open(&d->pair, d->box, cut, d->plain, &len), -1);
    strcat(d->box, "AAAA");
    assert_int_equal(seal_open(&d->pair, d->box, n + 4, d->plain, &len), -1);
    assert_int_equal(seal_open(&d->pair, "", 0, d->plain, &len), -1);
}

static mode_t mode_of(const char *path)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 07777;
}

static void keys_are_written_and_read_back(void **state)
{
    struct desk *d = *state;
    struct seal_secret secret;
    struct seal_public public;
    mode_t before = umask(0);
    assert_int_equal(seal_write(&d->pair, d->secret, d->public, d->why), 0);
    umask(before);
    assert_int_equal(mode_of(d->secret), 0600);
    assert_int_equal(mode_of(d->public), 0644);
    assert_int_equal(seal_read_secret(d->secret, &secret, d->why), 0);
    assert_int_equal(seal_read_public(d->public, &public, d->why), 0);
    assert_memory_equal(secret.key, d->pair.key, SEAL_KEY_SIZE);
    assert_memory_equal(secret.public.key, d->pair.public.key, SEAL_KEY_SIZE);
    assert_memory_equal(public.key, d->pair.public.key, SEAL_KEY_SIZE);
}

static void expect_why(const struct desk *d, const char *path, const char *what)
{
    if (!strstr(d->why, what))
        fail_msg("no \"%s\" in: %s", what, d->why);
    assert_memory_equal(d->why, path, strlen(path));
}

static void no_key_is_ever_replaced(void **state)
{
    struct desk *d = *state;
    struct seal_secret kept;
    put_file(d->public, "precious\n", 0644);
    assert_int_equal(seal_write(&d->pair, d->secret, d->public, d->why), -1);
    expect_why(d, d->public, "a key is never replaced; name another file");
    assert_int_equal(access(d->secret, F_OK), -1); /* no half of a pair */
    unlink(d->public);
    assert_int_equal(seal_write(&d->pair, d->secret, d->public, d->why), 0);
    unlink(d->public);
    struct seal_secret other;
    seal_make(&other);
    assert_int_equal(seal_write(&other, d->secret, d->public, d->why), -1);
    expect_why(d, d->secret, "a key is never replaced; name another file");
    assert_int_equal(seal_read_secret(d->secret, &kept, d->why), 0);
    assert_memory_equal(kept.key, d->pair.key, SEAL_KEY_SIZE);
}

static void a_key_is_written_only_where_it_can_be(void **state)
{
    struct desk *d = *state;
    assert_int_equal(seal_write(&d->pair, "/nowhere/secret", d->public, d->why), -1);
    expect_why(d, "/nowhere/secret", "name a file in a folder that this user can write");
}

static void a_secret_key_that_others_can_read_is_refused(void **state)
{
    struct desk *d = *state;
    static const mode_t open_modes[] = {0604, 0640, 0620, 0602, 0644, 0666, 0660, 0610};
    struct seal_secret s;
    assert_int_equal(seal_write(&d->pair, d->secret, d->public, d->why), 0);
    for (size_t i = 0; i < sizeof open_modes / sizeof open_modes[0]; i++) {
        assert_int_equal(chmod(d->secret, open_modes[i]), 0);
        assert_int_equal(seal_read_secret(d->secret, &s, d->why), -1);
        expect_why(d, d->secret, "is open to others; run chmod 0600 on it");
    }
    assert_int_equal(chmod(d->secret, 0400), 0);
    assert_int_equal(seal_read_secret(d->secret, &s, d->why), 0);
}

#define KEY_43 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

static void a_file_that_holds_no_key_is_refused(void **state)
{
    struct desk *d = *state;
    static const char *const bad[] = {"",
                                      "\n",
                                      "secret\n",
                                      KEY_43,
                                      KEY_43 "\n",
                                      KEY_43 "A",
                                      KEY_43 "==",
                                      KEY_43 "=\n\n",
                                      KEY_43 "=\nmore",
                                      "\n" KEY_43 "=",
                                      " " KEY_43 "=",
                                      "!AECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="};
    struct seal_secret s;
    struct seal_public p;
    put_file(d->secret, KEY_43 "=\n", 0600);
    assert_int_equal(seal_read_secret(d->secret, &s, d->why), 0);
    put_file(d->secret, KEY_43 "=", 0600);
    assert_int_equal(seal_read_secret(d->secret, &s, d->why), 0);
    assert_int_equal(seal_read_public(d->secret, &p, d->why), 0);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        put_file(d->secret, bad[i], 0600);
        if (seal_read_secret(d->secret, &s, d->why) == 0)
            fail_msg("taken: %s", bad[i]);
        expect_why(d, d->secret, "holds no key; make one with");
        assert_int_equal(seal_read_public(d->secret, &p, d->why), -1);
        expect_why(d, d->secret, "holds no key; make one with");
    }
}

/* Nothing can be sealed for the point of all zeros: say so at the start, not at the first request.
 */
static void a_public_key_that_seals_nothing_is_refused(void **state)
{
    struct desk *d = *state;
    struct seal_public p;
    put_file(d->public, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", 0644);
    assert_int_equal(seal_read_public(d->public, &p, d->why), -1);
    expect_why(d, d->public, "holds no key");
}

static void what_is_no_file_is_refused(void **state)
{
    struct desk *d = *state;
    struct seal_secret s;
    struct seal_public p;
    assert_int_equal(seal_read_secret("/nowhere/key", &s, d->why), -1);
    expect_why(d, "/nowhere/key", "No such file or directory; name a file that this user can read");
    assert_int_equal(seal_read_public(d->folder, &p, d->why), -1);
    expect_why(d, d->folder, "name a file");
    assert_int_equal(mkfifo(d->public, 0600), 0); /* nobody writes to it; we do not wait */
    assert_int_equal(seal_read_public(d->public, &p, d->why), -1);
    expect_why(d, d->public, "name a file");
}

static void the_remedy_fits_behind_a_long_path(void **state)
{
    struct desk *d = *state;
    struct seal_public p;
    char path[2048];
    memset(path, 'x', sizeof path);
    path[sizeof path - 1] = '\0';
    assert_int_equal(seal_read_public(path, &p, d->why), -1);
    assert_non_null(strstr(d->why, "; name a file that this user can read"));
    assert_int_equal(seal_write(&d->pair, path, path, d->why), -1);
    assert_non_null(strstr(d->why, "; name a file in a folder that this user can write"));
}

static void a_wiped_key_is_gone(void **state)
{
    struct desk *d = *state;
    static const struct seal_secret none;
    seal_wipe(&d->pair);
    assert_memory_equal(&d->pair, &none, sizeof none);
}

#define DESK(t) cmocka_unit_test_setup_teardown(t, set_desk, clear_desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK(what_is_sealed_is_opened),
        DESK(the_length_tells_only_blocks),
        DESK(the_same_text_is_never_sealed_the_same),
        DESK(another_key_opens_nothing),
        DESK(any_damage_is_found),
        DESK(keys_are_written_and_read_back),
        DESK(no_key_is_ever_replaced),
        DESK(a_key_is_written_only_where_it_can_be),
        DESK(a_secret_key_that_others_can_read_is_refused),
        DESK(a_file_that_holds_no_key_is_refused),
        DESK(a_public_key_that_seals_nothing_is_refused),
        DESK(what_is_no_file_is_refused),
        DESK(the_remedy_fits_behind_a_long_path),
        DESK(a_wiped_key_is_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
