/* SPDX-License-Identifier: Apache-2.0 */
#include "editing/house.h"

#include <string.h>

static const char *const member_indent = "      ";
static const char *const entry_indent = "    ";

size_t house_room(size_t len)
{
    return 12 * len + 64; /* an octet is at most a member's indent and its bracket */
}

static void put_value(struct buf *out, const struct house_value *v, enum house_style style);

static void put_string(struct buf *out, const char *s)
{
    buf_json(out, s, strlen(s));
}

static void put_children(struct buf *out, const struct house_value *v, enum house_style style)
{
    struct span_item item;
    const struct tree_node *child = tree_first(v->node);
    bool more = span_first(v->text, v->at, &item);
    for (bool first = true; more && child; first = false) {
        if (style == HOUSE_BLOCK) {
            buf_puts(out, first ? "\n" : ",\n");
            buf_puts(out, member_indent);
        } else if (!first) {
            buf_puts(out, ", ");
        }
        if (tree_type(v->node) == JSON_OBJECT) {
            put_string(out, tree_key(child));
            buf_puts(out, ": ");
        }
        put_value(out, &(struct house_value){v->text, item.value, child}, HOUSE_LINE);
        more = span_next(v->text, v->at, &item);
        child = tree_next(child);
    }
}

static void put_object(struct buf *out, const struct house_value *v, enum house_style style)
{
    if (!tree_first(v->node)) {
        buf_puts(out, "{}");
        return;
    }
    buf_puts(out, style == HOUSE_BLOCK ? "{" : "{ ");
    put_children(out, v, style);
    if (style == HOUSE_BLOCK) {
        buf_puts(out, "\n");
        buf_puts(out, entry_indent);
    }
    buf_puts(out, style == HOUSE_BLOCK ? "}" : " }");
}

static void put_value(struct buf *out, const struct house_value *v, enum house_style style)
{
    switch (tree_type(v->node)) {
    case JSON_OBJECT:
        put_object(out, v, style);
        break;
    case JSON_ARRAY:
        buf_putc(out, '[');
        put_children(out, v, HOUSE_LINE);
        buf_putc(out, ']');
        break;
    case JSON_STRING:
        put_string(out, tree_string(v->node));
        break;
    default:
        buf_put(out, v->text + v->at.start, v->at.end - v->at.start);
    }
}

void house_write(struct buf *out, const struct house_value *v, enum house_style style)
{
    put_value(out, v, style);
}
