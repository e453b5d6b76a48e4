/* SPDX-License-Identifier: Apache-2.0 */
/* fees.json: corridors, items of cost, and what the rules say. */
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "catalog/loading.h"

static const char file[] = "fees.json";

static uint32_t key_of(const char *id)
{
    return (uint32_t)digest_fnv(id, strlen(id));
}

static void need_country(struct loading *l, struct place at, const char *country)
{
    load_need_text(l, at, "country.", country);
}

static void add_corridor(struct loading *l, const struct tree_node *e)
{
    static const char *const known[] = {"id", "from", "to", NULL};
    struct catalog *c = l->c;
    struct place at = place_of(file, e, tree_string(tree_get(e, "id")));
    load_known(l, at, e, known);
    struct corridor one = {
        .id = load_copy(l, load_needed(l, at, e, "id")),
        .from = load_copy(l, load_needed(l, at, e, "from")),
        .to = load_copy(l, load_needed(l, at, e, "to")),
    };
    one.key = key_of(one.id);
    one.label = load_need_text(l, at, "corridor.", one.id);
    need_country(l, at, one.from);
    need_country(l, at, one.to);
    if (lists_corridor_by_key(c, one.key))
        load_report(l, CODE_DUPLICATE_ENTRY, at, "This corridor is listed twice. Delete one.");
    c->corridors[c->corridor_count++] = one;
}

static void add_item(struct loading *l, const struct tree_node *e)
{
    static const char *const known[] = {"id", NULL};
    struct catalog *c = l->c;
    struct place at = place_of(file, e, tree_string(tree_get(e, "id")));
    load_known(l, at, e, known);
    struct fee_item one = {.id = load_copy(l, load_needed(l, at, e, "id"))};
    one.key = key_of(one.id);
    one.label = load_need_text(l, at, "fee.item.", one.id);
    if (lists_item_by_key(c, one.key))
        load_report(l, CODE_DUPLICATE_ENTRY, at, "This item is listed twice. Delete one.");
    c->items[c->item_count++] = one;
}

static enum fee_verdict read_verdict(struct loading *l, struct place at, const struct tree_node *e)
{
    const char *s = load_needed(l, at, e, "verdict");
    if (!strcmp(s, "ceiling"))
        return FEE_CEILING;
    if (!strcmp(s, "forbidden"))
        return FEE_FORBIDDEN;
    if (!strcmp(s, "limited"))
        return FEE_LIMITED;
    if (*s && strcmp(s, "unknown"))
        load_report(l, CODE_UNKNOWN_VERDICT, at,
                    "\"verdict\" must be ceiling, forbidden, limited or unknown.");
    return FEE_UNKNOWN;
}

static void read_amount(struct loading *l, struct place at, struct fee_rule *r,
                        const struct tree_node *e)
{
    const struct tree_node *m = tree_get(e, "amount");
    if (r->verdict == FEE_CEILING && (tree_int(m, &r->amount) || r->amount < 0))
        load_report(l, CODE_NO_AMOUNT, at,
                    "A ceiling needs \"amount\", a whole number. Add it or change \"verdict\".");
}

/* A day, month or year, as the date of a source. */
static void check_date(struct loading *l, struct place at, const char *s)
{
    char day[16] = "0000-01-01";
    int32_t ignored;
    size_t n = strlen(s);
    if (n != 4 && n != 7 && n != 10)
        n = 0;
    memcpy(day, s, n);
    if (!n || clock_parse_day(day, &ignored))
        load_report(l, CODE_BAD_DAY, at, "The date must be YYYY, YYYY-MM or YYYY-MM-DD.");
}

static void read_sides(struct loading *l, struct place at, struct fee_rule *r,
                       const struct tree_node *e)
{
    const char *corridor = load_needed(l, at, e, "corridor");
    const char *item = load_needed(l, at, e, "item");
    r->corridor = lists_corridor_by_key(l->c, key_of(corridor));
    r->item = lists_item_by_key(l->c, key_of(item));
    if (!r->corridor)
        load_report(l, CODE_UNKNOWN_CORRIDOR, at, "There is no corridor \"%.60s\".", corridor);
    if (!r->item)
        load_report(l, CODE_UNKNOWN_ITEM, at, "There is no item \"%.60s\".", item);
}

static void add_rule(struct loading *l, const struct tree_node *e)
{
    static const char *const known[] = {"id",       "corridor",   "item",  "verdict", "amount",
                                        "currency", "text",       "facts", "sources", "source_name",
                                        "date",     "confidence", NULL};
    struct catalog *c = l->c;
    struct place at = place_of(file, e, tree_string(tree_get(e, "id")));
    load_known(l, at, e, known);
    struct fee_rule one = {
        .id = load_copy(l, load_needed(l, at, e, "id")),
        .verdict = read_verdict(l, at, e),
        .currency = load_copy(l, load_needed(l, at, e, "currency")),
        .rule = load_need_text(l, at, "", load_needed(l, at, e, "text")),
        .source_name = load_need_text(l, at, "", load_needed(l, at, e, "source_name")),
        .date = load_copy(l, load_needed(l, at, e, "date")),
    };
    read_sides(l, at, &one, e);
    read_amount(l, at, &one, e);
    check_date(l, at, one.date);
    load_references(l, at, e);
    if (one.corridor && one.item && lists_rule(c, one.corridor, one.item))
        load_report(l, CODE_DUPLICATE_RULE, at,
                    "There is a rule for this corridor and item already. Delete one.");
    c->rules[c->rule_count++] = one;
}

/* Add all entries of a list. */
static void add_all(struct loading *l, const struct tree_node *list,
                    void (*add)(struct loading *, const struct tree_node *))
{
    for (const struct tree_node *e = tree_first(list); e; e = tree_next(e))
        add(l, e);
}

/* Each corridor and item must have its rule, be it "unknown". */
static void find_gaps(struct loading *l, const struct tree_node *rules)
{
    const struct catalog *c = l->c;
    for (size_t i = 0; i < c->corridor_count; i++) {
        for (size_t j = 0; j < c->item_count; j++) {
            if (!lists_rule(c, &c->corridors[i], &c->items[j]))
                load_report(l, CODE_MISSING_RULE, place_of(file, rules, c->corridors[i].id),
                            "No rule for item \"%.60s\". Add one; the verdict may be unknown.",
                            c->items[j].id);
        }
    }
}

int load_fees(struct loading *l)
{
    static const char *const known[] = {"corridors", "items", "rules", NULL};
    const struct tree_node *root = load_file(l, file);
    if (!root)
        return 0;
    struct catalog *c = l->c;
    struct place at = place_of(file, root, NULL);
    load_known(l, at, root, known);
    const struct tree_node *corridors = load_children(l, at, root, "corridors", JSON_ARRAY);
    const struct tree_node *items = load_children(l, at, root, "items", JSON_ARRAY);
    const struct tree_node *rules = load_children(l, at, root, "rules", JSON_ARRAY);
    c->corridors = arena_array(c->arena, tree_count(corridors), sizeof *c->corridors);
    c->items = arena_array(c->arena, tree_count(items), sizeof *c->items);
    c->rules = arena_array(c->arena, tree_count(rules), sizeof *c->rules);
    if (!c->corridors || !c->items || !c->rules)
        return load_no_memory(l);
    add_all(l, corridors, add_corridor);
    add_all(l, items, add_item);
    add_all(l, rules, add_rule);
    find_gaps(l, rules);
    return 0;
}
