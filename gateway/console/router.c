/* SPDX-License-Identifier: Apache-2.0 */
#include "console/router.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "console/assets.h"
#include "console/endpoints.h"
#include "console/origin.h"
#include "console/people.h"
#include "console/session.h"

static const struct route routes[] = {
#define GET(path, who, fn)  {ROUTE_GET, path, who, fn},
#define POST(path, who, fn) {ROUTE_POST, path, who, fn},
#define RAW(path, who, fn)  {ROUTE_RAW, path, who, fn},
#include "console/routes.def"
#undef GET
#undef POST
#undef RAW
    {.path = NULL},
};

const char *const router_types[] = {"application/json", "text/x-gettext-translation", "text/csv",
                                    NULL};

/* The route of a path and method; NULL without one: *known tells whether another method has it. */
static const struct route *find(const struct web_request *r, bool *known)
{
    *known = false;
    for (const struct route *x = routes; x->path; x++) {
        if (strcmp(x->path, r->path) != 0)
            continue;
        *known = true;
        if ((x->kind != ROUTE_GET) == r->post)
            return x;
    }
    return NULL;
}

/* Files that never change between two builds: the browser keeps them and asks whether they did. */
static void serve_asset(struct console *c, const struct web_request *r, const struct asset *asset)
{
    const char *kept = web_header(r, "If-None-Match");
    struct call_answer a = {.status = 200,
                            .type = asset->type,
                            .text = asset->octets,
                            .len = asset->len,
                            .etag = asset->etag,
                            .gzip = asset->gzip};
    if (kept && strcmp(kept, asset->etag) == 0) {
        a.status = 304;
        a.len = 0;
        a.gzip = false;
    }
    console_answer(c, r->id, &a);
}

/* Did a page of ours send this? Returns false after a failure was answered. */
static bool is_ours(const struct call *call, const struct route *route)
{
    const char *origin = web_header(call->web, "Origin");
    if (route->kind == ROUTE_GET)
        return true;
    if (!origin_is_ours(call->console, origin)) {
        call_fail(call, 403, "bad_origin", NULL,
                  "This did not come from a page of the console. Open the console at its own "
                  "address (console.public_url) and try again.");
        return false;
    }
    const char *token = web_header(call->web, "X-CSRF-Token");
    if (call->person && (!token || !digest_same_text(token, call->token))) {
        call_fail(call, 403, "bad_token", NULL,
                  "The page is older than your sign-in. Load it again; what you typed is kept.");
        return false;
    }
    return true;
}

static bool may(const struct call *call, const struct route *route)
{
    if (route->roles == ROUTE_PUBLIC)
        return true;
    if (!call->person) {
        call_fail(call, 401, "signed_out", NULL,
                  "Sign in. What you typed is kept in this browser.");
        return false;
    }
    if (route->roles == ROUTE_ACCOUNT)
        return true;
    if (call->person->must_change) {
        call_fail(call, 403, "must_change_password", NULL, "Choose a password of your own first.");
        return false;
    }
    if (route->roles == ROUTE_SIGNED_IN || (call->person->roles & route->roles))
        return true;
    call_fail(call, 403, "forbidden", NULL,
              "Your roles do not allow this. Ask an administrator of the console.");
    return false;
}

static void run_json(struct call *call, const struct route *route)
{
    struct json_error err = {0};
    const struct web_request *r = call->web;
    if (!r->type || strcmp(r->type, "application/json") != 0) {
        call_fail(call, 415, "bad_type", NULL, "Send application/json.");
        return;
    }
    struct tree *tree = tree_parse(r->body, r->body_len, &err);
    if (!tree) {
        call_fail(call, 400, "bad_json", NULL, "Line %u: %s.", err.line, err.detail);
        return;
    }
    call->in = tree_root(tree);
    route->fn(call);
    tree_free(tree);
}

static void run(struct call *call, const struct route *route)
{
    if (route->kind == ROUTE_POST)
        run_json(call, route);
    else if (route->kind == ROUTE_RAW && (!call->web->type || call->web->body_len == 0))
        call_fail(call, 415, "bad_type", NULL, "Send a file of a type that is taken here.");
    else
        route->fn(call);
}

static void call_route(struct console *c, const struct web_request *r, const struct route *route)
{
    struct person person;
    char token[SESSION_TOKEN_SIZE] = "";
    struct call call = {.console = c, .id = r->id, .web = r, .token = token};
    int found = session_find(c, web_header(r, "Cookie"), &person, token);
    if (found < 0) {
        call_stored(&call, DB_FAILED);
        return;
    }
    call.person = found == 0 ? &person : NULL;
    if (may(&call, route) && is_ours(&call, route))
        run(&call, route);
}

/* A person who has mistyped an address sees the console, which says so; a program sees JSON. */
static void answer_nothing(struct console *c, const struct web_request *r)
{
    const char *accept = web_header(r, "Accept");
    const struct asset *page = asset_find("/");
    if (r->post || !page || !accept || !strstr(accept, "text/html")) {
        console_fail(c, r->id, 404, "not_found", NULL, "There is nothing at this path.");
        return;
    }
    const struct call_answer a = {.status = 404,
                                  .type = page->type,
                                  .text = page->octets,
                                  .len = page->len,
                                  .gzip = page->gzip};
    console_answer(c, r->id, &a);
}

void router_request(struct console *c, const struct web_request *r)
{
    bool known;
    const struct route *route = find(r, &known);
    const struct asset *asset = route || known || r->post ? NULL : asset_find(r->path);
    if (route)
        call_route(c, r, route);
    else if (asset)
        serve_asset(c, r, asset);
    else if (known)
        console_fail(c, r->id, 405, "bad_method", NULL, "This path takes another method.");
    else
        answer_nothing(c, r);
}
