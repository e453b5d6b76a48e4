/* SPDX-License-Identifier: Apache-2.0 */
/* What each article costs to send. */
#include <stdlib.h>
#include <string.h>

#include "base/json_out.h"
#include "catalog/raw.h"
#include "desk/reports.h"

enum { CARRIERS_MAX = CONF_CARRIERS_MAX + 1, WORST = 10 };

/* One article with one carrier. */
struct cost {
    const char *id; /* of its node */
    size_t screens, segments;
};

/* One language with one carrier. */
struct column {
    const char *carrier;
    size_t screens, segments;           /* of all articles */
    size_t most_screens, most_segments; /* of one */
    struct cost *costs;
};

/* All carriers of one language. */
struct sheet {
    const struct desk *d;
    size_t lang, articles; /* that the language has */
    size_t all;            /* that there are */
    struct column columns[CARRIERS_MAX];
    size_t column_count;
    struct cost *memory;
};

/* What a screen costs, or a message. */
enum price { PRICE_SCREEN, PRICE_SEGMENTS };

/* The chain of the compiled screens of a node. */
static size_t price(const struct catalog *c, const struct node *n, size_t lang, size_t layout,
                    enum price what)
{
    size_t sum = 0;
    const struct page *p = catalog_page(c, n, lang, layout, 0);
    for (; p; p = catalog_page(c, n, lang, layout, p->next))
        sum += what == PRICE_SCREEN ? 1 : p->segments;
    return sum;
}

static bool is_article(const struct catalog *c, const struct node *n)
{
    const struct tree_node *nodes = tree_get(raw_file(c, "menu.json"), "nodes");
    const char *type = tree_string(tree_get(tree_get(nodes, n->id), "type"));
    return n->body && type && !strcmp(type, "article");
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static void add_cost(struct sheet *s, size_t at, const struct node *n)
{
    const struct catalog *c = s->d->catalog;
    struct column *column = &s->columns[at];
    struct carrier_rules rules;
    setup_carrier(s->d->conf, s->d->layouts, column->carrier, &rules);
    struct cost one = {.id = n->id,
                       .screens = price(c, n, s->lang, rules.ussd_layout, PRICE_SCREEN),
                       .segments = price(c, n, s->lang, rules.sms_layout, PRICE_SEGMENTS)};
    column->costs[s->articles] = one;
    column->screens += one.screens;
    column->segments += one.segments;
    column->most_screens = larger(column->most_screens, one.screens);
    column->most_segments = larger(column->most_segments, one.segments);
}

/* Forget the language before, but not the memory. */
static void start_language(struct sheet *s, size_t lang)
{
    const struct conf *conf = s->d->conf;
    size_t nodes = catalog_node_count(s->d->catalog);
    s->lang = lang;
    s->articles = s->all = 0;
    for (size_t i = 0; i < s->column_count; i++)
        s->columns[i] = (struct column){.carrier = i ? conf->carriers[i - 1].carrier_name : "",
                                        .costs = s->memory + i * nodes};
}

static void measure_language(struct sheet *s, size_t lang)
{
    const struct catalog *c = s->d->catalog;
    start_language(s, lang);
    for (size_t i = 0; i < catalog_node_count(c); i++) {
        const struct node *n = catalog_node_at(c, i);
        if (!is_article(c, n))
            continue;
        s->all++;
        if (!n->body->in[lang].utf8)
            continue;
        for (size_t j = 0; j < s->column_count; j++)
            add_cost(s, j, n);
        s->articles++;
    }
}

/* A form without marks stands behind the languages and has the code of its own. */
static bool is_plain(const struct sheet *s)
{
    return s->lang >= catalog_language_count(s->d->catalog);
}

static const char *code(const struct sheet *s)
{
    return catalog_language(s->d->catalog, s->lang)->code;
}

static const char *carrier_name(const struct column *column)
{
    return *column->carrier ? column->carrier : "(default)";
}

/* Tenths, to the nearest. */
static size_t mean(size_t sum, size_t count)
{
    return count ? (10 * sum + count / 2) / count : 0;
}

/* The carrier that needs the most screens; the first of them. */
static const struct column *dearest(const struct sheet *s)
{
    const struct column *worst = &s->columns[0];
    for (size_t i = 1; i < s->column_count; i++) {
        if (s->columns[i].screens > worst->screens)
            worst = &s->columns[i];
    }
    return worst;
}

/* The dearest first; of the same cost by id. */
static int compare(const void *a, const void *b)
{
    const struct cost *x = a, *y = b;
    if (x->screens != y->screens)
        return x->screens < y->screens ? 1 : -1;
    if (x->segments != y->segments)
        return x->segments < y->segments ? 1 : -1;
    return strcmp(x->id, y->id);
}

static void sort_costs(const struct sheet *s, const struct column *column)
{
    qsort(column->costs, s->articles, sizeof *column->costs, compare);
}

static void print_column(const struct sheet *s, const struct column *column, FILE *out)
{
    size_t screens = mean(column->screens, s->articles);
    size_t segments = mean(column->segments, s->articles);
    fprintf(out, "%-4s %-5s %-20s %4zu %4zu  %8zu %6zu.%zu %6zu  %8zu %6zu.%zu %6zu\n", code(s),
            is_plain(s) ? "plain" : "", carrier_name(column), s->articles, s->all, column->screens,
            screens / 10, screens % 10, column->most_screens, column->segments, segments / 10,
            segments % 10, column->most_segments);
}

static void print_worst(const struct sheet *s, FILE *out)
{
    const struct column *column = dearest(s);
    if (!s->articles)
        return;
    fprintf(out, "\n%s%s, carrier %s\n", code(s), is_plain(s) ? " plain" : "",
            carrier_name(column));
    sort_costs(s, column);
    for (size_t i = 0; i < s->articles && i < WORST; i++)
        fprintf(out, "%8zu %8zu  %s\n", column->costs[i].screens, column->costs[i].segments,
                column->costs[i].id);
}

static void print_all(struct sheet *s, FILE *out)
{
    size_t languages = catalog_drawn_count(s->d->catalog);
    fprintf(out,
            "Articles as they are sent, content version %s. An article that a language lacks\n"
            "goes out in English and is not counted.\n\n",
            catalog_version(s->d->catalog));
    fprintf(out, "%-10s %-20s %4s %4s  %8s %8s %6s  %8s %8s %6s\n", "", "carrier", "has", "of",
            "screens", "mean", "most", "segments", "mean", "most");
    for (size_t lang = 0; lang < languages; lang++) {
        measure_language(s, lang);
        for (size_t i = 0; i < s->column_count; i++)
            print_column(s, &s->columns[i], out);
    }
    fprintf(out,
            "\nThe ten that need the most screens, with the carrier that needs the most\n\n"
            "%8s %8s\n",
            "screens", "segments");
    for (size_t lang = 0; lang < languages; lang++) {
        measure_language(s, lang);
        print_worst(s, out);
    }
}

static void put_costs(struct json_out *j, const struct cost *costs, size_t count)
{
    json_out_open(j, "articles", '[');
    for (size_t i = 0; i < count; i++) {
        json_out_open(j, NULL, '{');
        json_out_text(j, "id", costs[i].id);
        json_out_number(j, "screens", costs[i].screens);
        json_out_number(j, "segments", costs[i].segments);
        json_out_close(j, '{');
    }
    json_out_close(j, '[');
}

static void put_price(struct json_out *j, const char *key, size_t sum, size_t tenths, size_t most)
{
    json_out_open(j, key, '{');
    json_out_number(j, "total", sum);
    json_out_tenths(j, "mean", tenths);
    json_out_number(j, "most", most);
    json_out_close(j, '{');
}

static void put_column(const struct sheet *s, const struct column *column, struct json_out *j)
{
    json_out_open(j, NULL, '{');
    json_out_text(j, "carrier", carrier_name(column));
    put_price(j, "screens", column->screens, mean(column->screens, s->articles),
              column->most_screens);
    put_price(j, "segments", column->segments, mean(column->segments, s->articles),
              column->most_segments);
    put_costs(j, column->costs, s->articles);
    json_out_close(j, '{');
}

static void put_language(const struct sheet *s, struct json_out *j)
{
    const struct column *worst = dearest(s);
    json_out_open(j, NULL, '{');
    json_out_text(j, "language", code(s));
    json_out_bool(j, "plain", is_plain(s));
    json_out_number(j, "has", s->articles);
    json_out_number(j, "of", s->all);
    json_out_open(j, "carriers", '[');
    for (size_t i = 0; i < s->column_count; i++)
        put_column(s, &s->columns[i], j);
    json_out_close(j, '[');
    sort_costs(s, worst);
    json_out_open(j, "worst", '{');
    json_out_text(j, "carrier", carrier_name(worst));
    put_costs(j, worst->costs, s->articles < WORST ? s->articles : WORST);
    json_out_close(j, '{');
    json_out_close(j, '{');
}

static void put_all(struct sheet *s, FILE *out)
{
    struct json_out j = {.file = out};
    json_out_open(&j, NULL, '{');
    json_out_text(&j, "version", catalog_version(s->d->catalog));
    json_out_open(&j, "languages", '[');
    for (size_t lang = 0; lang < catalog_drawn_count(s->d->catalog); lang++) {
        measure_language(s, lang);
        put_language(s, &j);
    }
    json_out_close(&j, '[');
    json_out_close(&j, '{');
    fputc('\n', out);
}

int report_cost(const struct desk *d, FILE *out)
{
    struct sheet s = {.d = d, .column_count = d->conf->carrier_count + 1};
    s.memory = calloc(catalog_node_count(d->catalog) * s.column_count, sizeof *s.memory);
    if (!s.memory)
        return -1;
    if (d->json)
        put_all(&s, out);
    else
        print_all(&s, out);
    free(s.memory);
    return 0;
}
