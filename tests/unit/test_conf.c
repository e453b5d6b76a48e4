/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/conf.h"

static struct conf conf;
static char err[CONF_ERROR_MAX];

static void accepts(const char *text)
{
    int r = conf_parse(text, "f", &conf, err);
    if (r != 0)
        print_message("%s\n", err);
    assert_int_equal(r, 0);
    assert_string_equal(err, "");
}

static void refuses(const char *text, const char *message)
{
    assert_int_equal(conf_parse(text, "f", &conf, err), -1);
    assert_string_equal(err, message);
}

static void test_empty_text_gives_defaults(void **state)
{
    (void)state;
    accepts("");
    assert_string_equal(conf.gateway_instance, "gateway-1");
    assert_int_equal(conf.mqtt_port, 1883);
    assert_true(conf.gateway_show_unverified);
    assert_int_equal(conf.defaults.ussd_septets, 182);
    assert_int_equal(conf.carrier_count, 0);
}

static void test_options_are_read(void **state)
{
    (void)state;
    accepts("\xEF\xBB\xBF# comment\r\n[mqtt]\r\nhost = broker.lan\r\n  port=8883\r\n; more\n"
            "\n[gateway]\nshow_unverified = no\nmax_inflight: 7 ; few\n[mqtt]\nqos = 1");
    assert_string_equal(conf.mqtt_host, "broker.lan");
    assert_int_equal(conf.mqtt_port, 8883);
    assert_int_equal(conf.mqtt_qos, 1);
    assert_false(conf.gateway_show_unverified);
    assert_int_equal(conf.gateway_max_inflight, 7);
}

static void test_unknown_names_get_the_nearest(void **state)
{
    (void)state;
    refuses("[mqqt]\nport = 1\nhost = x\n",
            "f:1: there is no section [mqqt]; the nearest name is [mqtt]");
    refuses("[carrier]\n",
            "f:1: there is no section [carrier]; the nearest name is [carrier NAME]");
    refuses("[profil a-long-name-of-a-profile]\n",
            "f:1: there is no section [profil a-long-name-of-a-profile]; the nearest name is "
            "[profile NAME]");
    refuses("[smpp a]\nprot = 1\n",
            "f:2: [smpp a] has no option \"prot\"; the nearest name is port");
    refuses("[carier x]\n",
            "f:1: there is no section [carier x]; the nearest name is [carrier NAME]");
    refuses("\n[mqtt]\nprot = 1\n", "f:3: [mqtt] has no option \"prot\"; the nearest name is port");
    refuses("[redis]\nkeepalive = 1\n",
            "f:2: [redis] has no option \"keepalive\"; the nearest name is username");
    refuses("[carrier x]\nussd_line = 1\n",
            "f:2: [carrier x] has no option \"ussd_line\"; the nearest name is ussd_lines");
}

static void test_values_are_checked(void **state)
{
    (void)state;
    refuses("[mqtt]\nport = 70000\n",
            "f:2: mqtt.port: 70000 is out of bounds; write 0 to 65535 (port)");
    refuses("[mqtt]\nport = 99999999999999999999\n",
            "f:2: mqtt.port: 99999999999999999999 is out of bounds; write 0 to 65535 (port)");
    refuses("[mqtt]\nport = 18x\n",
            "f:2: mqtt.port: \"18x\" is not a number; write 0 to 65535 (port)");
    refuses("[mqtt]\nport =\n", "f:2: mqtt.port: \"\" is not a number; write 0 to 65535 (port)");
    refuses("[mqtt]\nport = +1\n",
            "f:2: mqtt.port: \"+1\" is not a number; write 0 to 65535 (port)");
    refuses("[keys]\nback = 12345\n", "f:2: keys.back: is 5 octets long; shorten it to 4 at most");
    refuses("[gateway]\nshow_unverified = maybe\n",
            "f:2: gateway.show_unverified: \"maybe\" is neither yes nor no; write yes or no");
    refuses("[gateway]\nlog_level = loud\n",
            "f:2: gateway.log_level: cannot be \"loud\"; write one of: error warn info debug");
    refuses("[gateway]\nlog_level =\n",
            "f:2: gateway.log_level: cannot be \"\"; write one of: error warn info debug");
    refuses("[gateway]\nlog_level = warn info\n",
            "f:2: gateway.log_level: cannot be \"warn info\"; write one of: error warn info debug");
    refuses("[gateway]\nlog_level = erro\n",
            "f:2: gateway.log_level: cannot be \"erro\"; write one of: error warn info debug");
    refuses(
        "[gateway]\ninstance = A\n",
        "f:2: gateway.instance: cannot be \"A\"; see: Name of this process among the gateways of "
        "one broker: a-z, 0-9 and -.");
    refuses("[redis]\nsentinels = 10.0.0.1:1 sentinel.lan:1\n",
            "f:2: redis.sentinels: cannot be \"10.0.0.1:1 sentinel.lan:1\"; see: Redis Sentinels, "
            "separated by spaces: each ADDRESS:PORT, the address in numbers, or the path of a "
            "socket.");
    refuses("[redis]\ncluster = 10.0.0.1:6379 /run/redis.sock\n",
            "f:2: redis.cluster: cannot be \"10.0.0.1:6379 /run/redis.sock\"; see: Redis Cluster: "
            "the addresses of some of its nodes, separated by spaces, each NUMBERS:PORT.");
    refuses(
        "[mqtt]\nshards = 00-7f 40\n",
        "f:2: mqtt.shards: cannot be \"00-7f 40\"; see: Shards that this gateway serves: two hex "
        "digits or ranges of them, each once, such as 00-7f c0.");
    refuses("[mqtt]\nshare = a/b\n", "f:2: mqtt.share: cannot be \"a/b\"; see: Name of the shared "
                                     "subscription, without / + and #.");
    accepts("[mqtt]\nshare =\nshards = 00-ff\nversion = 3.1.1\n");
    refuses("[gateway]\ncontent = a\x01z\n",
            "f:2: gateway.content: holds a control character; remove it");
}

static void test_options_that_exclude_each_other(void **state)
{
    (void)state;
    accepts("[redis]\ncluster = 10.0.0.1:6379, [fd00::2]:6379\nsentinels =\n");
    assert_string_equal(conf.redis_cluster, "10.0.0.1:6379, [fd00::2]:6379");
    refuses("[redis]\ncluster = 10.0.0.1:6379\nsentinels = 10.0.0.1:26379\n[mqtt]\n",
            "f:2: redis.cluster and redis.sentinels are both given, but a server is found by one "
            "of them; remove the other");
}

static void test_numbers_in_hexadecimal(void **state)
{
    (void)state;
    accepts("[mqtt]\nport = 0x75b\n[session]\nussd_s = 010\n");
    assert_int_equal(conf.mqtt_port, 1883);
    assert_int_equal(conf.session_ussd_s, 10);
    refuses("[mqtt]\nport = 0x10000\n",
            "f:2: mqtt.port: 0x10000 is out of bounds; write 0 to 65535 (port)");
    const char *const bad[] = {"0x", "x10", "0x1g", "-0x1", "0x-1", "0x 1", "1f"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[64], message[128];
        sprintf(text, "[mqtt]\nport = %s\n", bad[i]);
        sprintf(message, "f:2: mqtt.port: \"%s\" is not a number; write 0 to 65535 (port)", bad[i]);
        refuses(text, message);
    }
}

static void test_every_fault_is_told_with_its_line(void **state)
{
    (void)state;
    refuses("port = 1\n[mqtt]\nport 1\nport = 1\nport = 2\n[mqtt\nport = 3",
            "f:1: this option stands before any section; write [SECTION] above it\n"
            "f:3: this is no option; write NAME = VALUE, [SECTION], or # before a comment\n"
            "f:5: mqtt.port is given twice; remove one\n"
            "f:6: the section is not closed; write ] after its name");
    refuses("[mqtt]\nlast line", "f:2: this is no option; write NAME = VALUE, [SECTION], or # "
                                 "before a comment");
}

static void test_same_option_in_two_parts_of_a_section_is_given_twice(void **state)
{
    (void)state;
    refuses("[mqtt]\nport = 1\n[redis]\nport = 1\n[mqtt]\nport = 1\n",
            "f:6: mqtt.port is given twice; remove one");
    refuses(
        "[carrier a]\nussd_lines = 1\n[carrier b]\nussd_lines = 1\n[carrier a]\nussd_lines = 1\n",
        "f:6: carrier a.ussd_lines is given twice; remove one");
}

static void test_long_line_is_refused_but_not_a_comment(void **state)
{
    (void)state;
    char text[400] = "[mqtt]\nhost = ";
    memset(text + strlen(text), 'x', 300);
    refuses(text, "f:2: the line is 307 octets long; shorten it to 197");
    text[7] = '#';
    accepts(text);
}

static void test_many_faults_stop_at_the_end_of_the_buffer(void **state)
{
    (void)state;
    char text[2000] = "";
    for (int i = 0; i < 50; i++)
        strcat(text, "[no-such-section]\n");
    assert_int_equal(conf_parse(text, "f", &conf, err), -1);
    assert_true(strlen(err) < CONF_ERROR_MAX);
    assert_non_null(strstr(err, "f:2: "));
}

static void test_restart_is_needed_for_connections_only(void **state)
{
    (void)state;
    char names[64];
    struct conf a, b;
    conf_defaults(&a);
    conf_defaults(&b);
    assert_int_equal(conf_restart_needed(&a, &b, names, sizeof names), 0);
    assert_string_equal(names, "");
    b.session_ussd_s = 20;
    b.gateway_show_unverified = false;
    assert_int_equal(conf_restart_needed(&a, &b, names, sizeof names), 0);
    strcpy(b.gateway_instance, "b");
    b.redis_port = 1;
    assert_int_equal(conf_restart_needed(&a, &b, names, sizeof names), 2);
    assert_string_equal(names, "gateway.instance redis.port");
}

/* Write a file with these octets and mode; returns its path in out. */
static void write_file(char out[64], const char *text, size_t n, mode_t mode)
{
    strcpy(out, "/tmp/ml-conf-XXXXXX");
    int fd = mkstemp(out);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, n), n);
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

static void test_files(void **state)
{
    (void)state;
    char path[64], message[CONF_ERROR_MAX];
    write_file(path, "[mqtt]\nport = x\n", 16, 0600);
    assert_int_equal(conf_load(path, &conf, err), -1);
    snprintf(message, sizeof message,
             "%s:2: mqtt.port: \"x\" is not a number; write 0 to 65535 (port)", path);
    assert_string_equal(err, message);
    unlink(path);
    assert_int_equal(conf_load(path, &conf, err), -1);
    assert_non_null(strstr(err, "No such file or directory; name a file"));
    write_file(path, "[mqtt]\0\n", 8, 0600);
    assert_int_equal(conf_load(path, &conf, err), -1);
    assert_non_null(strstr(err, "holds a NUL octet"));
    unlink(path);
    assert_int_equal(conf_load("/", &conf, err), -1);
    assert_non_null(strstr(err, "Is a directory"));
}

static int secret(const char *text, mode_t mode, char out[8])
{
    char path[64];
    write_file(path, text, strlen(text), mode);
    int n = conf_read_secret(path, out, 8, err);
    unlink(path);
    return n;
}

static void test_secrets(void **state)
{
    (void)state;
    char out[8];
    assert_int_equal(secret("hush\n", 0600, out), 4);
    assert_memory_equal(out, "hush", 4);
    assert_int_equal(secret("12345678\n", 0640, out), 8);
    assert_memory_equal(out, "12345678", 8);
    assert_int_equal(secret("a\n\n", 0400, out), 2);
    assert_int_equal(secret("123456789", 0600, out), -1);
    assert_non_null(strstr(err, "is too long; shorten"));
    assert_int_equal(secret("12345678\n\n", 0600, out), -1);
    assert_int_equal(secret("\n", 0600, out), -1);
    assert_non_null(strstr(err, "is empty; write"));
    assert_int_equal(secret("hush", 0604, out), -1);
    assert_non_null(strstr(err, "is open to others; run chmod 0600"));
    assert_int_equal(secret("hush", 0620, out), -1);
    assert_int_equal(conf_read_secret("/no/such/file", out, 8, err), -1);
    assert_non_null(strstr(err, "/no/such/file: No such file"));
}

static void test_passwords_are_strings(void **state)
{
    char path[64], out[] = "unwritten";
    (void)state;
    write_file(path, "hush\n", 5, 0600);
    assert_int_equal(conf_read_password(path, out, sizeof "hush", err), 0);
    assert_string_equal(out, "hush");
    assert_int_equal(conf_read_password(path, out, sizeof "hus", err), -1);
    assert_non_null(strstr(err, "is too long"));
    assert_string_equal(out, "");
    unlink(path);
    strcpy(out, "old");
    assert_int_equal(conf_read_password("", out, sizeof out, err), 0);
    assert_string_equal(out, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty_text_gives_defaults),
        cmocka_unit_test(test_options_are_read),
        cmocka_unit_test(test_unknown_names_get_the_nearest),
        cmocka_unit_test(test_values_are_checked),
        cmocka_unit_test(test_every_fault_is_told_with_its_line),
        cmocka_unit_test(test_same_option_in_two_parts_of_a_section_is_given_twice),
        cmocka_unit_test(test_long_line_is_refused_but_not_a_comment),
        cmocka_unit_test(test_options_that_exclude_each_other),
        cmocka_unit_test(test_numbers_in_hexadecimal),
        cmocka_unit_test(test_many_faults_stop_at_the_end_of_the_buffer),
        cmocka_unit_test(test_restart_is_needed_for_connections_only),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_secrets),
        cmocka_unit_test(test_passwords_are_strings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
