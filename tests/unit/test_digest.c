/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>

#include "base/digest.h"

static void sha_is(const char *text, const char *want)
{
    uint8_t out[DIGEST_SIZE];
    char hex[2 * DIGEST_SIZE + 1];
    digest_sha256(text, strlen(text), out);
    digest_hex(out, sizeof out, hex);
    assert_string_equal(hex, want);
}

/* The examples that NIST publishes for FIPS 180-4. */
static void sha256_examples(void **state)
{
    (void)state;
    sha_is("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    sha_is("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    sha_is("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
           "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void hmac_is(const char *key, size_t key_len, const char *text, const char *want)
{
    uint8_t out[DIGEST_SIZE];
    char hex[2 * DIGEST_SIZE + 1];
    digest_hmac(key, key_len, text, strlen(text), out);
    digest_hex(out, sizeof out, hex);
    assert_string_equal(hex, want);
}

/* RFC 4231 sections 4.2, 4.3 and 4.7 (a key longer than a block). */
static void hmac_examples(void **state)
{
    (void)state;
    char key[131];
    memset(key, 0x0b, 20);
    hmac_is(key, 20, "Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    hmac_is("Jefe", 4, "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(key, 0xaa, sizeof key);
    hmac_is(key, sizeof key, "Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

/* One key, several texts: none leaves a trace in the next. */
static void a_key_serves_many_texts(void **state)
{
    (void)state;
    struct digest_key k;
    uint8_t out[DIGEST_SIZE], want[DIGEST_SIZE];
    digest_key_begin(&k, "Jefe", 4);
    for (int i = 0; i < 3; i++) {
        digest_key_hmac(&k, "Hi There", 8, out);
        digest_hmac("Jefe", 4, "Hi There", 8, want);
        assert_memory_equal(out, want, sizeof out);
        hmac_is("Jefe", 4, "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }
}

/* The first two vectors of 128 bits that come with the reference implementation. */
static void siphash_examples(void **state)
{
    (void)state;
    uint8_t key[DIGEST_SIP_SIZE], out[DIGEST_SIP_SIZE];
    char hex[2 * DIGEST_SIP_SIZE + 1];
    for (unsigned i = 0; i < sizeof key; i++)
        key[i] = (uint8_t)i;
    digest_sip(key, "", 0, out);
    digest_hex(out, sizeof out, hex);
    assert_string_equal(hex, "a3817f04ba25a8e66df67214c7550293");
    digest_sip(key, "\0", 1, out);
    digest_hex(out, sizeof out, hex);
    assert_string_equal(hex, "da87c1d86b99af44347659119b22fc45");
}

/* From Python's hashlib. */
static void a_list_hashes_names_and_octets(void **state)
{
    (void)state;
    struct digest_list l;
    uint8_t out[DIGEST_SIZE];
    char hex[2 * DIGEST_SIZE + 1];
    digest_list_begin(&l);
    digest_list_add(&l, "a", "b", 1);
    digest_list_add(&l, "c", "", 0);
    digest_list_end(&l, out);
    digest_hex(out, sizeof out, hex);
    assert_string_equal(hex, "1726768f944d202fc5e54db2a13827cdfd5ee87a62153e1dfba1e030668c2e13");
}

static void hex_is_lower_case_and_ended(void **state)
{
    (void)state;
    char out[7] = "zzzzzz";
    digest_hex((const uint8_t *)"\x00\xAB\xff", 3, out);
    assert_string_equal(out, "00abff");
    digest_hex((const uint8_t *)"", 0, out);
    assert_string_equal(out, "");
}

/* The 64-bit values of the FNV authors' own test list. */
static void fnv_examples(void **state)
{
    (void)state;
    assert_true(digest_fnv("", 0) == 0xcbf29ce484222325u);
    assert_true(digest_fnv("a", 1) == 0xaf63dc4c8601ec8cu);
    assert_true(digest_fnv("foobar", 6) == 0x85944171f73967e8u);
}

static void random_octets_differ(void **state)
{
    (void)state;
    uint8_t a[32] = {0};
    uint8_t b[32] = {0};
    digest_random(a, sizeof a);
    digest_random(b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
}

static void random_stays_within_its_size(void **state)
{
    (void)state;
    uint8_t a[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    digest_random(a, 0);
    assert_int_equal(a[0], 1);
    digest_random(a, 4);
    assert_memory_equal(a + 4, "\x05\x06\x07\x08", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_examples),
        cmocka_unit_test(a_list_hashes_names_and_octets),
        cmocka_unit_test(hmac_examples),
        cmocka_unit_test(a_key_serves_many_texts),
        cmocka_unit_test(siphash_examples),
        cmocka_unit_test(hex_is_lower_case_and_ended),
        cmocka_unit_test(fnv_examples),
        cmocka_unit_test(random_octets_differ),
        cmocka_unit_test(random_stays_within_its_size),
    };
    return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
