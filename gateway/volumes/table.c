/* SPDX-License-Identifier: Apache-2.0 */
#include "volumes/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/hash_table.h"

enum { KEY_MAX = 4 * VOLUMES_LABEL_SIZE };

_Static_assert(QUERY_BY_MAX <= 4 && VOLUME_LABELS_MAX <= 4, "four labels fit a key");

/* A cell of the hour at hand: one line of the records of all writers. */
struct cell {
    struct volume_line line; /* counts are added up */
    uint64_t name;
    uint64_t safe[VOLUME_COUNTS_MAX];
    UT_hash_handle hh;
    size_t key_len;
    char key[]; /* the labels, one behind the other */
};

struct group {
    struct volumes_row row; /* its labels lie in key, one behind the other */
    UT_hash_handle hh;
    size_t key_len;
    char key[];
};

struct volumes_table {
    struct volumes_query query;
    size_t measures;
    struct cell *cells; /* of the hour at hand */
    bool no_memory;
    struct group *groups;
    struct group **sorted;
    struct volumes_row total;
    bool cut;
    size_t hours, unread;
};

struct volumes_table *volumes_table_new(const struct volumes_query *q)
{
    struct volumes_table *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->query = *q;
    volumes_measures(q, &t->measures);
    return t;
}

static void drop_cells(struct volumes_table *t)
{
    struct cell *c, *next;
    HASH_ITER(hh, t->cells, c, next)
    {
        HASH_DEL(t->cells, c);
        free(c);
    }
}

void volumes_table_free(struct volumes_table *t)
{
    struct group *g, *next;
    if (!t)
        return;
    drop_cells(t);
    HASH_ITER(hh, t->groups, g, next)
    {
        HASH_DEL(t->groups, g);
        free(g);
    }
    free(t->sorted);
    free(t);
}

/* Write the labels one behind the other, each with its NUL. Returns the length. */
static size_t join(const char *const *label, size_t n, char out[KEY_MAX])
{
    size_t len = 0;
    for (size_t i = 0; i < n; i++) {
        size_t size = strlen(label[i]) + 1;
        memcpy(out + len, label[i], size);
        len += size;
    }
    return len;
}

/* The cell of a line, made if there is none. NULL without memory. */
static struct cell *cell_of(struct volumes_table *t, const struct volume_line *line)
{
    char key[KEY_MAX];
    const char *const label[] = {line->label[0], line->label[1], line->label[2], line->label[3]};
    size_t len = join(label, VOLUME_LABELS_MAX, key);
    struct cell *c;
    HASH_FIND(hh, t->cells, key, len, c);
    if (c)
        return c;
    c = calloc(1, sizeof *c + len);
    if (!c)
        return NULL;
    memcpy(c->key, key, len);
    c->key_len = len;
    c->name = digest_fnv(key, len);
    c->line = *line;
    memset(c->line.count, 0, sizeof c->line.count);
    HASH_ADD_KEYPTR(hh, t->cells, c->key, len, c);
    if (HASH_ADDED(hh, c))
        return c;
    free(c);
    return NULL;
}

/* A line of a record: add it to its cell. */
static void take_line(void *arg, const struct volume_line *line)
{
    struct volumes_table *t = arg;
    if (line->kind != t->query.lines)
        return;
    struct cell *c = cell_of(t, line);
    t->no_memory = t->no_memory || !c;
    for (size_t i = 0; c && i < t->measures; i++)
        c->line.count[i] += line->count[i];
}

/* Veil one measure of all cells of the hour. */
static int veil(struct volumes_table *t, size_t measure, uint64_t key)
{
    size_t n = HASH_COUNT(t->cells), i = 0;
    struct veil_cell *cells = calloc(n + 1, sizeof *cells);
    struct cell *c, *next;
    if (!cells)
        return -1;
    HASH_ITER(hh, t->cells, c, next)
    {
        cells[i++] = (struct veil_cell){
            .name = c->name, .count = c->line.count[measure], .safe = &c->safe[measure]};
    }
    veil_cells(key, cells, n);
    free(cells);
    return 0;
}

/* Which label of a line is it that a question groups by? */
static const char *label_of(const struct volume_line *line, enum volumes_by by)
{
    return line->kind == VOLUME_LINE_CELL ? line->label[by - BY_CARRIER] : line->label[0];
}

static bool is_asked(const struct volumes_query *q, const struct volume_line *line)
{
    for (size_t by = BY_CARRIER; by < BY_COUNT; by++)
        if (q->only[by][0] != '\0' && strcmp(q->only[by], label_of(line, (enum volumes_by)by)) != 0)
            return false;
    return true;
}

/* The group with those labels, made if there is room. NULL if there is none, or without memory. */
static struct group *group_of(struct volumes_table *t, const char *const *label)
{
    char key[KEY_MAX];
    size_t len = join(label, t->query.by_count, key);
    struct group *g;
    HASH_FIND(hh, t->groups, key, len, g);
    if (g)
        return g;
    t->cut = t->cut || HASH_COUNT(t->groups) == TABLE_ROWS_MAX;
    g = t->cut ? NULL : calloc(1, sizeof *g + len);
    if (!g) {
        t->no_memory = t->no_memory || !t->cut;
        return NULL;
    }
    memcpy(g->key, key, len);
    const char *at = g->key;
    for (size_t i = 0; i < t->query.by_count; i++, at += strlen(at) + 1)
        g->row.label[i] = at;
    HASH_ADD_KEYPTR(hh, t->groups, g->key, len, g);
    if (HASH_ADDED(hh, g))
        return g;
    free(g);
    t->no_memory = true;
    return NULL;
}

static void add_cell(struct volumes_row *row, const struct cell *c)
{
    for (size_t i = 0; i < VOLUME_COUNTS_MAX; i++) {
        row->count[i] += c->line.count[i];
        row->safe[i] += c->safe[i];
    }
}

/* Add the cells of the hour to their groups. */
static void add_to_groups(struct volumes_table *t, int64_t hour)
{
    char hour_text[VOLUMES_TIME_SIZE], day_text[VOLUMES_TIME_SIZE];
    struct cell *c, *next;
    volumes_write_hour(&t->query, hour, hour_text);
    volumes_write_day(&t->query, hour, day_text);
    HASH_ITER(hh, t->cells, c, next)
    {
        const char *label[QUERY_BY_MAX];
        if (!is_asked(&t->query, &c->line))
            continue;
        for (size_t i = 0; i < t->query.by_count; i++) {
            enum volumes_by by = t->query.by[i];
            label[i] = by == BY_HOUR ? hour_text : by == BY_DAY ? day_text : label_of(&c->line, by);
        }
        struct group *g = group_of(t, label);
        if (g)
            add_cell(&g->row, c);
        add_cell(&t->total, c);
    }
}

static bool is_salt(const struct volumes_field *f)
{
    return f->name_len == 4 && memcmp(f->name, "salt", 4) == 0;
}

int volumes_table_add(struct volumes_table *t, int64_t hour, const struct volumes_field *fields,
                      size_t count)
{
    const struct volumes_field *salt = NULL;
    for (size_t i = 0; i < count; i++) {
        if (is_salt(&fields[i]))
            salt = &fields[i];
        else if (volumes_read(fields[i].value, fields[i].len, take_line, t) < 0)
            t->unread++;
    }
    t->hours += count > 0;
    for (unsigned m = 0; m < t->measures && !t->no_memory; m++) {
        uint64_t key = veil_key(salt ? salt->value : "", salt ? salt->len : 0, m);
        t->no_memory = veil(t, m, key) < 0;
    }
    add_to_groups(t, hour);
    drop_cells(t);
    return t->no_memory ? -1 : 0;
}

static bool is_time(enum volumes_by by)
{
    return by == BY_HOUR || by == BY_DAY;
}

/* By time alone, every hour or day has a row. */
static void fill(struct volumes_table *t)
{
    char text[VOLUMES_TIME_SIZE];
    const struct volumes_query *q = &t->query;
    const char *label[] = {text};
    if (q->by_count != 1 || !is_time(q->by[0]))
        return;
    for (int64_t hour = q->from; hour < q->to; hour++) {
        if (q->by[0] == BY_HOUR)
            volumes_write_hour(q, hour, text);
        else
            volumes_write_day(q, hour, text);
        group_of(t, label);
    }
}

static int by_label(const struct volumes_row *x, const struct volumes_row *y, size_t from,
                    size_t to)
{
    int order = 0;
    for (size_t i = from; order == 0 && i < to; i++)
        order = strcmp(x->label[i], y->label[i]);
    return order;
}

/* What is compared is what is shown, else the order of two small numbers would tell of them. */
static int by_time_and_size(const void *a, const void *b, void *arg)
{
    const struct volumes_row *x = &(*(struct group *const *)a)->row,
                             *y = &(*(struct group *const *)b)->row;
    const struct volumes_query *q = arg;
    size_t i = 0;
    while (i < q->by_count && is_time(q->by[i]))
        i++;
    int order = by_label(x, y, 0, i);
    int64_t n = veil_shown(x->count[q->measure], x->safe[q->measure]),
            m = veil_shown(y->count[q->measure], y->safe[q->measure]);
    if (order == 0 && n != m)
        order = n > m ? -1 : 1;
    return order != 0 ? order : by_label(x, y, i, q->by_count);
}

int volumes_table_end(struct volumes_table *t)
{
    fill(t);
    size_t n = HASH_COUNT(t->groups), i = 0;
    struct group *g, *next;
    t->sorted = calloc(n + 1, sizeof(struct group *));
    if (!t->sorted || t->no_memory)
        return -1;
    HASH_ITER(hh, t->groups, g, next)
    {
        t->sorted[i++] = g;
    }
    qsort_r(t->sorted, n, sizeof(struct group *), by_time_and_size, &t->query);
    return 0;
}

const struct volumes_query *volumes_table_query(const struct volumes_table *t)
{
    return &t->query;
}

size_t volumes_table_rows(const struct volumes_table *t)
{
    return HASH_COUNT(t->groups);
}

const struct volumes_row *volumes_table_row(const struct volumes_table *t, size_t i)
{
    return &t->sorted[i]->row;
}

const struct volumes_row *volumes_table_total(const struct volumes_table *t)
{
    return &t->total;
}

bool volumes_table_is_cut(const struct volumes_table *t)
{
    return t->cut;
}

size_t volumes_table_hours(const struct volumes_table *t)
{
    return t->hours;
}

size_t volumes_table_unread(const struct volumes_table *t)
{
    return t->unread;
}
