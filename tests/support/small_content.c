/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/small_content.h"

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

#include "base/clock.h"
#include "base/digest.h"

// clang-format off
static const char languages[] =
    "{\n"
    "  \"languages\": [\n"
    "    { \"code\": \"lo\", \"name\": \"ລາວ\", \"latin\": \"Lao\", \"countries\": [\"LA\"] },\n"
    "    { \"code\": \"en\", \"name\": \"English\", \"latin\": \"English\", \"countries\": [] }\n"
    "  ]\n"
    "}\n";

static const char menu[] =
    "{\n"
    "  \"start\": \"main\",\n"
    "  \"nodes\": {\n"
    "    \"main\": { \"type\": \"menu\", \"children\": [\"papers\", \"fees\"] },\n"
    "    \"papers\": { \"type\": \"menu\", \"dial\": \"10\", \"children\": [\"passport\", \"visa\"] },\n"
    "    \"passport\": { \"type\": \"article\", \"dial\": \"11\", \"children\": [\"visa\"] },\n"
    "    \"visa\": { \"type\": \"article\", \"dial\": \"12\", \"private\": true },\n"
    "    \"fees\": { \"type\": \"fees\", \"dial\": \"21\" },\n"
    "    \"help\": { \"type\": \"help\" },\n"
    "    \"stop\": { \"type\": \"stop\", \"arg\": \"stop\" }\n"
    "  }\n"
    "}\n";

static const char keywords[] =
    "{\n"
    "  \"keywords\": {\n"
    "    \"passport\": { \"en\": [\"PASSPORT\"], \"lo\": [\"ໜັງສືຜ່ານແດນ\"] },\n"
    "    \"stop\": { \"en\": [\"STOP\", \"QUIT\"] }\n"
    "  },\n"
    "  \"languages\": {\n"
    "    \"lo\": [\"LAO\", \"ລາວ\"],\n"
    "    \"en\": [\"ENGLISH\"]\n"
    "  }\n"
    "}\n";

static const char facts[] =
    "{\n"
    "  \"facts\": {\n"
    "    \"passport-kept\": { \"claim\": \"Passports stay with workers.\", \"kind\": \"rule\" }\n"
    "  }\n"
    "}\n";

static const char sources[] =
    "{\n"
    "  \"sources\": {\n"
    "    \"labour-2018\": { \"title\": \"Offices\", \"date\": \"2018-08\", \"as_of\": \"2018\", \"confidence\": \"high\" },\n"
    "    \"undated\": { \"title\": \"Numbers\", \"date\": null, \"confidence\": \"high\" }\n"
    "  }\n"
    "}\n";

static const char fees[] =
    "{\n"
    "  \"corridors\": [\n"
    "    { \"id\": \"la-th\", \"from\": \"LA\", \"to\": \"TH\" }\n"
    "  ],\n"
    "  \"items\": [\n"
    "    { \"id\": \"visa\" }\n"
    "  ],\n"
    "  \"rules\": [\n"
    "    { \"id\": \"th-visa-la\", \"corridor\": \"la-th\", \"item\": \"visa\", \"verdict\": \"ceiling\", \"amount\": 500, \"currency\": \"THB\", \"text\": \"fee.visa-rule\", \"facts\": [], \"sources\": [\"labour-2018\"], \"source_name\": \"fee.source\", \"date\": \"2023-11\", \"confidence\": \"high\" }\n"
    "  ]\n"
    "}\n";

static const char channels[] =
    "{\n"
    "  \"channels\": [\n"
    "    { \"id\": \"th-one\", \"country\": \"TH\", \"name\": \"channel.one\", \"number\": \"1546\", \"kinds\": [\"unpaid\"], \"languages\": [\"th\"], \"hours\": null, \"dial_from\": [\"TH\", \"LA\"], \"source\": \"labour-2018\", \"as_of\": \"2017-12\", \"verified_on\": null, \"confidence\": \"medium\" },\n"
    "    { \"id\": \"th-two\", \"country\": \"TH\", \"name\": \"channel.one\", \"number\": \"1694\", \"kinds\": [\"papers\"], \"languages\": [\"th\"], \"hours\": null, \"dial_from\": [\"TH\"], \"source\": \"labour-2018\", \"as_of\": null, \"verified_on\": \"2026-05-01\", \"confidence\": \"high\" }\n"
    "  ]\n"
    "}\n";

static const char centres[] =
    "{\n"
    "  \"centres\": [\n"
    "    { \"id\": \"la-pakse\", \"country\": \"LA\", \"name\": \"centre.one\", \"place\": \"Pakse\", \"number\": null, \"source\": \"labour-2018\", \"as_of\": \"2018\", \"verified_on\": null, \"confidence\": \"high\" }\n"
    "  ]\n"
    "}\n";

static const char glossary[] =
    "{\n"
    "  \"terms\": {\n"
    "    \"receipt\": { \"lo\": [\"ໃບຮັບເງິນ\", \"ໃບບິນ\"] }\n"
    "  },\n"
    "  \"currencies\": {\n"
    "    \"baht\": { \"lo\": \"ບາດ\" }\n"
    "  },\n"
    "  \"cautions\": {\n"
    "    \"nobody may\": { \"lo\": \"ບໍ່ມີໃຜ\" }\n"
    "  }\n"
    "}\n";

static const char english[] =
    "{\n"
    "  \"texts\": {\n"
    "    \"main.label\": { \"text\": \"Main menu\", \"kind\": \"label\" },\n"
    "    \"main.title\": { \"text\": \"Mekong Line\", \"kind\": \"label\" },\n"
    "    \"papers.label\": { \"text\": \"Papers\", \"kind\": \"label\" },\n"
    "    \"passport.label\": { \"text\": \"Passport\", \"kind\": \"label\" },\n"
    "    \"visa.label\": { \"text\": \"Visa\", \"kind\": \"label\" },\n"
    "    \"fees.label\": { \"text\": \"Fees\", \"kind\": \"label\" },\n"
    "    \"passport.text\": { \"text\": \"Keep your passport with you. Nobody may take it.\", \"kind\": \"statement\", \"facts\": [\"passport-kept\"], \"sources\": [], \"review_by\": \"2027-05-29\", \"status\": \"draft\" },\n"
    "    \"visa.text\": { \"text\": \"Ask for a receipt.\\nSend it home.\", \"kind\": \"statement\", \"facts\": [\"passport-kept\"], \"sources\": [], \"review_by\": \"2027-05-29\", \"status\": \"draft\" },\n"
    "    \"fee.visa-rule\": { \"text\": \"The visa costs 500 baht.\", \"kind\": \"statement\", \"facts\": [\"passport-kept\"], \"sources\": [], \"review_by\": \"2027-05-29\", \"status\": \"draft\" },\n"
    "    \"fee.source\": { \"text\": \"Ministry of Labour\", \"kind\": \"label\" },\n"
    "    \"fee.item.visa\": { \"text\": \"Visa\", \"kind\": \"label\" },\n"
    "    \"corridor.la-th\": { \"text\": \"Lao PDR to Thailand\", \"kind\": \"label\" },\n"
    "    \"channel.one\": { \"text\": \"Labour office\", \"kind\": \"label\" },\n"
    "    \"centre.one\": { \"text\": \"Centre in Pakse\", \"kind\": \"label\" }\n"
    "  }\n"
    "}\n";

static const char lao[] =
    "{\n"
    "  \"texts\": {\n"
    "    \"main.label\": { \"text\": \"ເມນູຫຼັກ\", \"status\": \"draft\", \"from\": \"45c892de\" },\n"
    "    \"main.title\": { \"text\": \"ສາຍແມ່ຂອງ\", \"status\": \"draft\", \"from\": \"f1a249ce\" },\n"
    "    \"papers.label\": { \"text\": \"ເອກະສານ\", \"status\": \"draft\", \"from\": \"0a8b0800\" },\n"
    "    \"passport.label\": { \"text\": \"ໜັງສືຜ່ານແດນ\", \"status\": \"draft\", \"from\": \"3173c1c8\" },\n"
    "    \"visa.label\": { \"text\": \"ວີຊາ\", \"status\": \"draft\", \"from\": \"a725bda1\" },\n"
    "    \"fees.label\": { \"text\": \"ຄ່າທຳນຽມ\", \"status\": \"draft\", \"from\": \"6d80486c\" },\n"
    "    \"passport.text\": { \"text\": \"ເກັບໜັງສືຜ່ານແດນໄວ້ກັບຕົວ. ບໍ່ມີໃຜເອົາໄປໄດ້.\", \"status\": \"draft\", \"from\": \"24b940aa\" },\n"
    "    \"visa.text\": { \"text\": \"ຂໍໃບຮັບເງິນ.\\nສົ່ງກັບບ້ານ.\", \"status\": \"draft\", \"from\": \"e17ad808\" },\n"
    "    \"fee.visa-rule\": { \"text\": \"ວີຊາ 500 ບາດ.\", \"status\": \"draft\", \"from\": \"887115b0\" },\n"
    "    \"fee.source\": { \"text\": \"ກະຊວງແຮງງານ\", \"status\": \"draft\", \"from\": \"d74b8a3d\" },\n"
    "    \"fee.item.visa\": { \"text\": \"ວີຊາ\", \"status\": \"draft\", \"from\": \"a725bda1\" },\n"
    "    \"corridor.la-th\": { \"text\": \"ລາວ ຫາ ໄທ\", \"status\": \"draft\", \"from\": \"2e67ff78\" },\n"
    "    \"channel.one\": { \"text\": \"ຫ້ອງການແຮງງານ\", \"status\": \"draft\", \"from\": \"f290f312\" },\n"
    "    \"centre.one\": { \"text\": \"ສູນປາກເຊ\", \"status\": \"draft\", \"from\": \"06e81975\" }\n"
    "  }\n"
    "}\n";
// clang-format on

static const char *const needed[] = {
#define NEEDED(id) id,
#include "catalog/needed.def"
#undef NEEDED
};

/* English wording of a needed id: footers as they are, the id itself for all others. */
static const char *needed_text(const char *id)
{
    if (!strcmp(id, "ui.more"))
        return "{more} more";
    if (!strcmp(id, "ui.back"))
        return "{back} back";
    return strcmp(id, "ui.sms") ? id : "{sms} SMS me";
}

/* The needed texts as a file of English, or of Lao in the same words. */
static void set_needed(struct small *s, const char *name, bool source)
{
    char text[16384], hex[9];
    uint8_t hash[DIGEST_SIZE];
    struct buf b;
    buf_init(&b, text, sizeof text);
    buf_puts(&b, "{\n  \"texts\": {");
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        const char *t = needed_text(needed[i]);
        digest_sha256(t, strlen(t), hash);
        digest_hex(hash, 4, hex);
        buf_printf(&b, "%s\n    \"%s\": { \"text\": \"%s\", ", i ? "," : "", needed[i], t);
        if (source)
            buf_puts(&b, "\"kind\": \"prompt\" }");
        else
            buf_printf(&b, "\"status\": \"draft\", \"from\": \"%s\" }", hex);
    }
    buf_puts(&b, "\n  }\n}\n");
    assert_false(b.full);
    small_set(s, name, text);
}

void small_init(struct small *s)
{
    *s = (struct small){.count = 0};
    small_set(s, "languages.json", languages);
    small_set(s, "menu.json", menu);
    small_set(s, "keywords.json", keywords);
    small_set(s, "facts.json", facts);
    small_set(s, "sources.json", sources);
    small_set(s, "fees.json", fees);
    small_set(s, "channels.json", channels);
    small_set(s, "centres.json", centres);
    small_set(s, "glossary.json", glossary);
    small_set(s, "texts/en/all.json", english);
    small_set(s, "texts/lo/all.json", lao);
    set_needed(s, "texts/en/ui.json", true);
    set_needed(s, "texts/lo/ui.json", false);
}

void small_free(struct small *s)
{
    for (size_t i = 0; i < s->count; i++)
        free(s->mem[i]);
    s->count = 0;
}

static size_t find(const struct small *s, const char *name)
{
    size_t i = 0;
    while (i < s->count && strcmp(s->files[i].name, name))
        i++;
    return i;
}

const char *small_text(const struct small *s, const char *name)
{
    size_t i = find(s, name);
    assert_true(i < s->count);
    return s->mem[i];
}

void small_set(struct small *s, const char *name, const char *text)
{
    size_t i = find(s, name);
    assert_true(i < SMALL_FILES);
    char *copy = strdup(text);
    assert_non_null(copy);
    free(s->mem[i]);
    s->mem[i] = copy;
    s->files[i] = (struct catalog_file){.name = name, .text = copy, .len = strlen(copy)};
    if (i == s->count)
        s->count++;
}

void small_remove(struct small *s, const char *name)
{
    size_t i = find(s, name);
    assert_true(i < s->count);
    free(s->mem[i]);
    s->count--;
    s->files[i] = s->files[s->count];
    s->mem[i] = s->mem[s->count];
    s->mem[s->count] = NULL;
}

unsigned small_replace(struct small *s, const char *name, const char *old, const char *new)
{
    const char *text = small_text(s, name);
    const char *at = strstr(text, old);
    assert_non_null(at);
    unsigned line = 1;
    for (const char *p = text; p < at; p++)
        line += *p == '\n';
    size_t size = strlen(text) + strlen(new) + 1;
    char *changed = malloc(size);
    assert_non_null(changed);
    snprintf(changed, size, "%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
    small_set(s, name, changed);
    free(changed);
    return line;
}

static void make_folder(const char *folder, const char *below)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, below);
    mkdir(path, 0700);
}

void small_write(const struct small *s, const char *folder)
{
    make_folder(folder, "texts");
    make_folder(folder, "texts/en");
    make_folder(folder, "texts/lo");
    for (size_t i = 0; i < s->count; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", folder, s->files[i].name);
        FILE *out = fopen(path, "wb");
        assert_non_null(out);
        assert_int_equal(fwrite(s->files[i].text, 1, s->files[i].len, out), s->files[i].len);
        assert_int_equal(fclose(out), 0);
    }
}

void small_erase(const struct small *s, const char *folder)
{
    static const char *const folders[] = {"/texts/en", "/texts/lo", "/texts", ""};
    char path[512];
    for (size_t i = 0; i < s->count; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, s->files[i].name);
        assert_int_equal(unlink(path), 0);
    }
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        snprintf(path, sizeof path, "%s%s", folder, folders[i]);
        assert_int_equal(rmdir(path), 0);
    }
}

struct catalog_options small_options(void)
{
    static const char *const types[] = {"menu", "article", "fees", "help", "stop", NULL};
    static const char *const page_types[] = {"menu", "article", NULL};
    static const struct layout layouts[] = {
        {.limits = {.septets = 182, .units = 80}},
        {.limits = {.septets = 100, .units = 45}},
        {.limits = {.segments = 3}},
    };
    struct catalog_options o = {
        .types = types,
        .page_types = page_types,
        .layouts = layouts,
        .layout_count = sizeof layouts / sizeof layouts[0],
        .keys = {.back = "0", .home = "00", .more = "98", .exit = "99", .sms = "97"},
    };
    assert_int_equal(clock_parse_day("2026-06-01", &o.today), 0);
    return o;
}

struct catalog *small_load(const struct small *s, struct findings *findings)
{
    struct catalog_options o = small_options();
    return catalog_load_files(s->files, s->count, &o, findings);
}

struct catalog *small_loaded(void)
{
    struct small s;
    small_init(&s);
    struct catalog *c = small_load(&s, NULL);
    assert_non_null(c);
    small_free(&s);
    return c;
}

void small_tell_errors(const struct findings *f)
{
    for (size_t i = 0; i < findings_total(f); i++) {
        const struct finding *one = findings_at(f, i);
        if (one->level == FINDING_ERROR)
            print_error("%s:%u: %s [%s]: %s\n", one->file, one->line, one->id, one->language,
                        one->detail);
    }
}
