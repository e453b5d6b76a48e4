/* SPDX-License-Identifier: Apache-2.0 */
/* Sections that may stand several times, and the examples that show all options. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static void test_carrier_has_its_own_options(void **state)
{
    (void)state;
    accepts("[carrier th-one]\nussd_septets = 160\nservice_codes = *1234# *5678#\n"
            "[carrier th-two]\n[carrier th-one]\nsms_segments = 5\n");
    assert_int_equal(conf.carrier_count, 2);
    assert_int_equal(conf_carrier(&conf, "th-one")->ussd_septets, 160);
    assert_int_equal(conf_carrier(&conf, "th-one")->sms_segments, 5);
    assert_string_equal(conf_carrier(&conf, "th-one")->service_codes, "*1234# *5678#");
    assert_int_equal(conf_carrier(&conf, "th-two")->ussd_septets, 182);
    assert_ptr_equal(conf_carrier(&conf, "elsewhere"), &conf.defaults);
}

static void test_section_names(void **state)
{
    (void)state;
    const char *rule =
        "f:1: the name of a section is 1 to 32 of a-z, 0-9 and -; write [carrier NAME]";
    refuses("[carrier Big]\nussd_lines = 1\n", rule);
    refuses("[carrier ]\n", rule);
    refuses("[carrier a123456789b123456789c123456789d123]\n", rule);
    refuses("[aggregator a/b]\n",
            "f:1: the name of a section is 1 to 32 of a-z, 0-9 and -; write [aggregator NAME]");
    accepts("[carrier a123456789b123456789c1234567-89]\nussd_lines = 1\n");
}

/* As many sections of a kind as are free, then one more. */
static void fills(const char *word, int free_places, int most)
{
    char text[1024] = "", message[128];
    for (int i = 0; i < free_places; i++)
        sprintf(text + strlen(text), "[%s c%d]\n", word, i);
    accepts(text);
    sprintf(text + strlen(text), "[%s more]\nnetwork = 1\n", word);
    sprintf(message,
            "f:%d: there are more than %d sections [%s NAME]; remove some that are not needed",
            free_places + 1, most, word);
    refuses(text, message);
}

static void test_too_many_sections(void **state)
{
    (void)state;
    fills("carrier", CONF_CARRIERS_MAX, CONF_CARRIERS_MAX);
    fills("smpp", CONF_LINKS_MAX, CONF_LINKS_MAX);
    fills("aggregator", CONF_AGGREGATORS_MAX, CONF_AGGREGATORS_MAX);
    accepts("");
    fills("profile", CONF_PROFILES_MAX - (int)conf.profile_count, CONF_PROFILES_MAX);
}

static void test_each_kind_of_section_has_its_own_options(void **state)
{
    (void)state;
    accepts("[smpp laotel]\nhost = 10.0.0.1\nbind = pair\nrate = 0x20\n"
            "[aggregator laotel]\nkind = kannel\n[carrier laotel]\nussd_lines = 6\n"
            "[smpp unitel]\ntls = yes\n[smpp laotel]\nprofile = sixdee\n");
    assert_int_equal(conf.smpp_count, 2);
    assert_int_equal(conf.aggregator_count, 1);
    assert_int_equal(conf.carrier_count, 1);
    const struct conf_smpp *link = conf_smpp(&conf, "laotel");
    assert_ptr_equal(link, &conf.smpp[0]);
    assert_string_equal(link->smpp_name, "laotel");
    assert_string_equal(link->host, "10.0.0.1");
    assert_string_equal(link->bind, "pair");
    assert_string_equal(link->profile, "sixdee");
    assert_int_equal(link->rate, 32);
    assert_int_equal(link->port, 2775);
    assert_false(link->tls);
    assert_true(conf.smpp[1].tls);
    assert_string_equal(conf.smpp[1].bind, "transceiver");
    assert_string_equal(conf_aggregator(&conf, "laotel")->kind, "kannel");
    assert_string_equal(conf_aggregator(&conf, "laotel")->msisdn_field, "phoneNumber");
    assert_null(conf_smpp(&conf, "elsewhere"));
    assert_null(conf_aggregator(&conf, "unitel"));
    assert_null(conf_profile(&conf, "laotel"));
}

static void test_profiles_are_built_in_and_can_be_changed(void **state)
{
    (void)state;
    accepts("");
    assert_int_equal(conf.profile_count, 2);
    const struct conf_profile *standard = conf_profile(&conf, "standard");
    assert_int_equal(standard->session_tlv, 0x1383);
    assert_int_equal(standard->session_mask, 0xff00);
    assert_string_equal(standard->errors_throttled, "0x58 0x14");
    const struct conf_profile *sixdee = conf_profile(&conf, "sixdee");
    assert_int_equal(sixdee->session_mask, 0xfffe);
    assert_int_equal(sixdee->ussd_end, 0x17);
    assert_string_equal(sixdee->ussd_user, "0x81");
    assert_int_equal(sixdee->session_tlv, 0x1383);
    accepts("[profile sixdee]\nussd_end = 17\n[profile mica]\nsession_tlv = 0X0204\n"
            "sms_long = sar\n");
    assert_int_equal(conf.profile_count, 3);
    assert_int_equal(conf_profile(&conf, "sixdee")->ussd_end, 17);
    assert_int_equal(conf_profile(&conf, "sixdee")->session_mask, 0xfffe);
    assert_int_equal(conf_profile(&conf, "mica")->session_tlv, 0x204);
    assert_int_equal(conf_profile(&conf, "mica")->ussd_end, 17);
    assert_string_equal(conf_profile(&conf, "mica")->sms_long, "sar");
    refuses("[profile mica]\nussd_end = 1\nussd_end = 1\n",
            "f:3: profile mica.ussd_end is given twice; remove one");
    refuses("[profile mica]\nsms_long = udh\n", "f:2: profile mica.sms_long: cannot be \"udh\"; "
                                                "write one of: udh8 udh16 sar payload");
}

/* The example of a program, to be freed. */
static char *example(enum conf_program program)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    assert_int_equal(conf_write_example(out, program), 0);
    fclose(out);
    return text;
}

/* Give each commented section the name "name", and uncomment each option. */
static void uncomment(char *text)
{
    for (char *at = strstr(text, "\n#"); at; at = strstr(at + 1, "\n#"))
        if (at[2] != ' ')
            at[1] = ' ';
    for (char *at = strstr(text, " NAME]"); at; at = strstr(at + 1, " NAME]"))
        memcpy(at, " name]", 6);
}

/* Uncomment each option of the example: the result must be valid and equal to the defaults. */
static void test_example_is_complete_and_valid(void **state)
{
    (void)state;
    struct conf defaults;
    char *text = example(CONF_MEKONGLINE);
    accepts(text);
    uncomment(text);
    accepts(text);
    free(text);
    conf_defaults(&defaults);
    assert_int_equal(conf.carrier_count, 1);
    assert_memory_equal(&conf.defaults, &defaults.defaults, sizeof conf.defaults);
    assert_memory_equal(conf.carriers[0].carrier_name, "name", 5);
    assert_int_equal(conf.carriers[0].sms_segments, defaults.defaults.sms_segments);
    memset(conf.carriers, 0, sizeof conf.carriers);
    conf.carrier_count = 0;
    memset(conf.profiles, 0, sizeof conf.profiles);
    conf.profile_count = 0;
    assert_memory_equal(&conf, &defaults, sizeof conf);
}

static void test_examples_of_the_bridges(void **state)
{
    (void)state;
    char *text = example(CONF_MEKONGLINE_SMPP);
    uncomment(text);
    accepts(text);
    assert_int_equal(conf.smpp_count, 1);
    assert_int_equal(conf.profile_count, 3);
    const struct conf_profile *standard = conf_profile(&conf, "standard");
    memcpy(conf.profiles[2].profile_name, standard->profile_name, sizeof standard->profile_name);
    assert_memory_equal(&conf.profiles[2], standard, sizeof *standard);
    assert_null(strstr(text, "[gateway]"));
    assert_null(strstr(text, "[aggregator"));
    assert_non_null(strstr(text, "# 0 to 65535 (tag)\n session_tlv = 0x1383\n"));
    assert_non_null(strstr(text, "# one of: transceiver pair\n bind = transceiver\n"));
    free(text);
    text = example(CONF_MEKONGLINE_HTTP);
    uncomment(text);
    accepts(text);
    assert_int_equal(conf.aggregator_count, 1);
    assert_int_equal(conf.bridge_http_connections, 256);
    free(text);
}

/* The files of deploy/ are the tables' own. */
static void test_examples_are_in_the_tree(void **state)
{
    (void)state;
    static const struct {
        enum conf_program program;
        const char *file;
    } rows[] = {
        {CONF_MEKONGLINE, DEPLOY_DIR "/mekongline.conf"},
        {CONF_MEKONGLINE_SMPP, DEPLOY_DIR "/mekongline-smpp.conf"},
        {CONF_MEKONGLINE_HTTP, DEPLOY_DIR "/mekongline-http.conf"},
        {CONF_CONSOLE, DEPLOY_DIR "/mekongline-console.conf"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = example(rows[i].program), *file = calloc(1, 1 << 16);
        FILE *in = fopen(rows[i].file, "r");
        assert_non_null(in);
        assert_true(fread(file, 1, (1 << 16) - 1, in) > 0);
        fclose(in);
        assert_string_equal(text, file);
        free(file);
        free(text);
    }
}

static void test_help_names_every_bound(void **state)
{
    (void)state;
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    assert_int_equal(conf_write_help(out, CONF_MEKONGLINE), 0);
    assert_int_equal(conf_write_help(out, CONF_MEKONGLINE_SMPP), 0);
    fclose(out);
    assert_non_null(strstr(text, "  mqtt.port: 0 to 65535 (port); default 1883\n      Port of"));
    assert_non_null(strstr(text, "  carrier NAME.ussd_lines: 0 to 20 (lines); default 0\n"));
    assert_non_null(strstr(text, "  profile NAME.dcs_0: one of: gsm7 latin1; default gsm7\n"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_carrier_has_its_own_options),
        cmocka_unit_test(test_section_names),
        cmocka_unit_test(test_too_many_sections),
        cmocka_unit_test(test_each_kind_of_section_has_its_own_options),
        cmocka_unit_test(test_profiles_are_built_in_and_can_be_changed),
        cmocka_unit_test(test_example_is_complete_and_valid),
        cmocka_unit_test(test_examples_of_the_bridges),
        cmocka_unit_test(test_examples_are_in_the_tree),
        cmocka_unit_test(test_help_names_every_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
