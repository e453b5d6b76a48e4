/* SPDX-License-Identifier: Apache-2.0 */
/* The plain data of a catalog: what its functions (catalog.h) take and give. All of it is the
 * catalog's and lives as long as it. */
#ifndef ML_CATALOG_CONTENT_H
#define ML_CATALOG_CONTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "catalog/options.h"
#include "text/coding.h"
#include "text/screen.h"

enum {
    CATALOG_LANGUAGES_MAX = 16,
    CATALOG_LAYOUTS_MAX = 8,
    CATALOG_VERSION_HEX = 16, /* digits of a content version */
    CATALOG_BODY_MAX = 8192   /* octets of one body */
};

/* A text in one language. */
struct wording {
    const char *utf8; /* NULL if this language has none; {more} {back} {sms} {home} {exit} are
                         already keys */
    size_t len;
    bool reviewed;
};

struct text {
    const char *id;
    bool states;       /* says something about the world, so it has sources and a review date */
    int32_t review_by; /* day since 1970; INT32_MAX if none */
    struct wording in[CATALOG_LANGUAGES_MAX];
};

struct language {
    const char *code;             /* ISO 639, such as "lo" */
    const char *name;             /* as its speakers write it */
    const char *latin;            /* in Latin letters */
    const char *const *countries; /* ISO 3166-1, NULL-terminated */
    size_t unmarked;              /* its form without marks for phones that show boxes; itself if it
                                     has none */
};

/* A place in the menu tree. */
struct node {
    const char *id;
    uint32_t key;              /* stable across versions: from the id */
    unsigned type;             /* index into the types that were given to catalog_load */
    bool is_private;           /* never shown again after a drop, never sent by SMS */
    const char *arg;           /* for its handler; "" for none */
    const char *dial;          /* deep dial digits; "" for none */
    const struct text *label;  /* its line in a menu; NULL if it is in none */
    const struct text *title;  /* NULL if none */
    const struct text *body;   /* NULL if none */
    const struct node *parent; /* the first menu that lists it; NULL for roots */
    const struct node *const *children;
    size_t child_count;
    size_t index;
};

/* One screen, ready to send. */
struct page {
    size_t start, next; /* octets of the body; next == len of the body on the last page */
    const char *text;
    size_t len;
    const char *json; /* as a JSON string with quotes */
    size_t json_len;
    enum coding coding;
    unsigned segments; /* SMS */
};

/* What a screen of a node is made of besides its text. */
struct frame {
    bool has_back;
    bool has_sms;
    enum screen_kind kind;
};

/* A keyword: the node that it opens, or the language that it chooses. */
struct keyword {
    const struct node *node; /* or NULL */
    int language;            /* or -1 */
    size_t spoken;           /* the language of the word */
};

/* Statistics for metrics. */
struct catalog_counts {
    size_t nodes, texts, wordings, reviewed, drafts, overdue, pages;
};

#endif
