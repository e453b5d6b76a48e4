/* SPDX-License-Identifier: Apache-2.0 */
#include "editing/walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/hash_table.h"
#include "base/utf8.h"
#include "text/runes.h"

enum { NOW_MS = 1000000, LINE_OF_TEXT = 16 /* octets; shorter ones may be names and numbers */ };

/* What makes two screens the same. No octet is padding. */
struct look {
    int64_t form[SESSION_FORM_MAX];
    uint32_t node;
    uint16_t start;
    uint8_t notice, form_len;
};

struct known {
    struct look look;
    UT_hash_handle hh;
};

/* A dialogue that shows a screen which was not looked at yet. */
struct stop {
    struct session session;
    unsigned page;
    struct stop *below;
};

struct trip {
    const struct walk *walk;
    walk_fn fn;
    void *arg;
    bool sms;
    struct known *known;
    struct stop *stack; /* the next on top */
    long count;
    bool failed;
    char body[CATALOG_BODY_MAX], other[CATALOG_BODY_MAX], memory[TURN_SCREEN_MAX];
};

static bool is_sms(const struct walk *walk)
{
    return catalog_layout(walk->catalog, walk->layout)->limits.segments > 0;
}

static const struct handler *handler_at(const struct trip *t, const struct view *v)
{
    const struct node *n = catalog_node_by_key(t->walk->catalog, v->node);
    return n ? handler_of(t->walk->rules->handlers, n) : NULL;
}

size_t walk_body(const struct walk *walk, const struct view *view, struct buf *out)
{
    struct scene s = {.catalog = walk->catalog,
                      .node = catalog_node_by_key(walk->catalog, view->node),
                      .view = view,
                      .lang = walk->lang,
                      .layout = walk->layout,
                      .sms = is_sms(walk),
                      .show_unverified = walk->rules->show_unverified,
                      .handlers = walk->rules->handlers,
                      .secret = &walk->rules->secret};
    const struct handler *h = handler_of(walk->rules->handlers, s.node);
    if (h->compiled)
        catalog_body(walk->catalog, s.node, walk->lang, out);
    else
        h->body(&s, out);
    return out->len;
}

/* A form with an errand has many ways to the same few screens: they are told apart by their text.
 */
static void fill_form(struct trip *t, const struct view *v, struct look *look)
{
    const struct handler *h = handler_at(t, v);
    struct buf b;
    look->form_len = v->form_len;
    memcpy(look->form, v->form, v->form_len * sizeof *v->form);
    if (!h || !h->errand)
        return;
    buf_init(&b, t->body, sizeof t->body);
    walk_body(t->walk, v, &b);
    memset(look->form, 0, sizeof look->form);
    look->form[0] = (int64_t)digest_fnv(b.data, b.len);
}

/* Was this screen seen before? From now on it was. */
static bool is_known(struct trip *t, const struct view *v)
{
    struct look look;
    struct known *k;
    memset(&look, 0, sizeof look);
    fill_form(t, v, &look);
    look.node = v->node;
    look.start = v->start;
    look.notice = v->notice;
    HASH_FIND(hh, t->known, &look, sizeof look, k);
    if (k)
        return true;
    k = calloc(1, sizeof *k);
    if (!k) {
        t->failed = true;
        return true;
    }
    k->look = look;
    HASH_ADD(hh, t->known, look, sizeof k->look, k);
    if (HASH_ADDED(hh, k))
        return false;
    free(k);
    t->failed = true;
    return true;
}

static void push(struct trip *t, const struct session *s, unsigned page)
{
    struct stop *stop = malloc(sizeof *stop);
    if (!stop) {
        t->failed = true;
        return;
    }
    *stop = (struct stop){.session = *s, .page = page, .below = t->stack};
    t->stack = stop;
}

/* Put every result that an errand can have on the stack. */
static void push_results(struct trip *t, const struct session *waiting, enum errand_kind kind)
{
    static const int64_t filed[] = {1, ERRAND_FULL, ERRAND_LIMIT};
    static const int64_t told[] = {CASE_UNKNOWN, CASE_STORED, CASE_NEW,         CASE_TAKEN,
                                   CASE_WAITING, CASE_CLOSED, CASE_UNREACHABLE, ERRAND_LIMIT};
    const int64_t *results = kind == ERRAND_FILE ? filed : told;
    size_t n = kind == ERRAND_FILE ? sizeof filed / sizeof *filed : sizeof told / sizeof *told;
    for (size_t i = 0; i < n; i++) {
        struct session s = *waiting;
        turn_done(&s, kind, results[i]);
        push(t, &s, 1);
    }
}

/* Type something into a copy of the dialogue. Returns whether another screen came of it; those that
 * come of an errand are put on the stack at once. */
static bool type(struct trip *t, const struct session *from, const char *typed, struct session *to)
{
    struct mo mo = {.kind = t->sms ? MO_SMS : MO_USSD_CONTINUE,
                    .msisdn = "8562055512345",
                    .session = "s1",
                    .text = typed,
                    .text_len = strlen(typed)};
    struct turn_input in = {.mo = &mo, .layout = t->walk->layout, .now_ms = NOW_MS};
    struct errand errand;
    *to = *from;
    to->loop_count = 0;
    in.errand = &errand;
    enum turn_result r = turn_take(t->walk->catalog, t->walk->rules, &in, to);
    if (r == TURN_WAITS)
        push_results(t, to, errand.kind);
    return r == TURN_STEPPED && to->now.node != 0 && !(to->now.flags & VIEW_SILENT);
}

static void follow(struct trip *t, const struct stop *from, const char *typed)
{
    struct session s;
    if (type(t, &from->session, typed, &s) && s.now.notice == NOTICE_NONE)
        push(t, &s, s.now.start > 0 ? from->page + 1 : 1);
}

static void follow_wrong_key(struct trip *t, const struct stop *from)
{
    struct session s;
    if (type(t, &from->session, "x", &s) && s.now.notice != NOTICE_NONE)
        push(t, &s, from->page);
}

/* What answers a screen that asks for more than a choice; "" for all others. */
static void sample(const struct trip *t, const struct view *v, char out[16])
{
    const struct handler *h = handler_at(t, v);
    char case_no[REQUEST_CASE_MAX + 1], pin[REQUEST_PIN_MAX + 1];
    bool is_status = strcmp(h->type, "status") == 0;
    request_case(t->walk->rules->secret.octets, t->walk->rules->secret.len, 1, case_no, pin);
    out[0] = '\0';
    if (strcmp(h->type, "fees") == 0 && v->form_len == 3)
        strcpy(out, "5000");
    else if (is_status && v->form_len < 2)
        strcpy(out, v->form_len == 0 ? case_no : pin);
}

/* Put all that the screen offers on the stack, the next screen of the same body on top. */
static void follow_all(struct trip *t, const struct stop *from, bool goes_on)
{
    const struct view *v = &from->session.now;
    const struct handler *h = handler_at(t, v);
    char answer[16];
    if (strcmp(h->type, "language") == 0)
        return;
    sample(t, v, answer);
    if (answer[0] != '\0')
        follow(t, from, answer);
    for (int digit = answer[0] != '\0' ? 0 : 9; digit > 0; digit--) {
        char typed[2] = {(char)('0' + digit), '\0'};
        follow(t, from, typed);
    }
    if (t->walk->notices && v->notice == NOTICE_NONE)
        follow_wrong_key(t, from);
    if (goes_on)
        follow(t, from, t->walk->rules->keys.more);
}

/* Does a line of the screen stand in the other body alike? */
static bool shares_line(const struct walk_screen *s, const struct buf *other)
{
    for (size_t at = s->start; at < s->end;) {
        size_t n = strcspn(s->body + at, "\n");
        if (at + n > s->end)
            n = s->end - at;
        if (n >= LINE_OF_TEXT && memmem(other->data, other->len, s->body + at, n))
            return true;
        at += n + 1;
    }
    return false;
}

static bool is_fallback(struct trip *t, const struct walk_screen *s)
{
    struct walk source = *t->walk;
    struct buf b;
    source.lang = catalog_source_language(t->walk->catalog);
    if (source.lang == t->walk->lang)
        return false;
    if (s->node->body && !s->node->body->in[t->walk->lang].utf8)
        return true;
    buf_init(&b, t->other, sizeof t->other);
    walk_body(&source, s->view, &b);
    return strcmp(s->body, t->other) == 0 || shares_line(s, &b);
}

static size_t skip_space(const char *s, size_t at, size_t len)
{
    uint32_t cp;
    int step;
    while ((step = utf8_next(s + at, len - at, &cp)) > 0 && rune_space(cp))
        at += (size_t)step;
    return at;
}

/* The end of what is shown: `next` without the white space before it. */
static size_t trim_space(const char *s, size_t start, size_t next)
{
    size_t end = start;
    for (size_t at = start; at < next;) {
        uint32_t cp;
        int step = utf8_next(s + at, next - at, &cp);
        at += step > 0 ? (size_t)step : 1;
        if (!rune_space(cp))
            end = at;
    }
    return end;
}

/* Show the screen to the caller. Returns whether the body goes on after it. */
static bool show(struct trip *t, const struct stop *stop)
{
    const struct view *v = &stop->session.now;
    struct turn_draw how = {
        .rules = t->walk->rules, .layout = t->walk->layout, .sms = t->sms, .memory = t->memory};
    struct screen sent;
    struct effects effects;
    struct buf b;
    buf_init(&b, t->body, sizeof t->body);
    walk_body(t->walk, v, &b);
    turn_draw(t->walk->catalog, &how, v, &sent, &effects);
    long next = turn_next(t->walk->catalog, &how, v);
    struct walk_screen s = {.node = catalog_node_by_key(t->walk->catalog, v->node),
                            .view = v,
                            .lang = t->walk->lang,
                            .layout = t->walk->layout,
                            .page = stop->page,
                            .sent = &sent,
                            .body = t->body,
                            .len = b.len,
                            .start = skip_space(t->body, v->start, b.len),
                            .next = next < 0 ? b.len : (size_t)next};
    s.end = trim_space(t->body, s.start, s.next);
    s.fallback = t->walk->fallback && is_fallback(t, &s);
    t->count++;
    t->fn(t->arg, &s);
    return s.next < s.len;
}

/* The main menu of a worker who has chosen the language. */
static void begin(struct trip *t)
{
    struct session s;
    struct mo mo = {.kind = t->sms ? MO_SMS : MO_USSD_BEGIN,
                    .msisdn = "8562055512345",
                    .session = "s1",
                    .code = "*1234#",
                    .text = t->sms ? "0" : "",
                    .text_len = t->sms ? 1 : 0};
    struct turn_input in = {.mo = &mo, .layout = t->walk->layout, .now_ms = NOW_MS};
    session_init(&s);
    snprintf(s.lang, sizeof s.lang, "%s", catalog_language(t->walk->catalog, t->walk->lang)->code);
    turn_take(t->walk->catalog, t->walk->rules, &in, &s);
    push(t, &s, 1);
}

static void forget(struct trip *t)
{
    struct known *k, *next;
    HASH_ITER(hh, t->known, k, next)
    {
        HASH_DEL(t->known, k);
        free(k);
    }
    while (t->stack) {
        struct stop *top = t->stack;
        t->stack = top->below;
        free(top);
    }
}

long walk_all(const struct walk *walk, walk_fn fn, void *arg)
{
    struct trip *t = calloc(1, sizeof *t);
    if (!t)
        return -1;
    t->walk = walk;
    t->fn = fn;
    t->arg = arg;
    t->sms = is_sms(walk);
    begin(t);
    while (t->stack && !t->failed) {
        struct stop *top = t->stack;
        t->stack = top->below;
        if (!is_known(t, &top->session.now)) {
            bool goes_on = show(t, top);
            follow_all(t, top, goes_on);
        }
        free(top);
    }
    long count = t->failed ? -1 : t->count;
    forget(t);
    free(t);
    return count;
}
