/* SPDX-License-Identifier: Apache-2.0 */
/* The shipped content on the desk of an editor: files, a studio, what it compiles to, and JSON that
 * is read back. */
#ifndef ML_TESTS_SUPPORT_EDITING_WORLD_H
#define ML_TESTS_SUPPORT_EDITING_WORLD_H

#include "base/json_out.h"
#include "base/tree.h"
#include "editing/atlas.h"
#include "editing/place.h"

struct editing_world {
    struct conf conf;
    struct handler_table handlers;
    struct studio studio;
    struct files *files;
    int32_t today;
    struct catalog *catalog; /* of the files, drafts shown */
    struct atlas *atlas;
};

/* Setup and teardown of cmocka groups; *state is the world. */
int editing_world_open(void **state);
int editing_world_close(void **state);

/* The files with one entry changed; fails the test if it is refused. */
struct files *editing_world_set(const struct files *f, const char *place, const char *json);

/* Compile as an editor's preview does; like may be NULL. */
struct catalog *editing_world_load(const struct editing_world *w, const struct files *f,
                                   const struct catalog *like);

/* Text that is written as members of an object, and read as a tree. */
struct editing_json {
    char *text;
    size_t len;
    struct json_out out;
    struct tree *tree;
};
void editing_json_begin(struct editing_json *j);
const struct tree_node *editing_json_read(struct editing_json *j); /* fails on bad JSON */
void editing_json_free(struct editing_json *j);

/* The child of an array at an index, and a string below a node; NULL if it is not there. */
const struct tree_node *editing_at(const struct tree_node *array, size_t index);
const char *editing_text(const struct tree_node *n, const char *key);

/* The object in an array whose member has that text. */
const struct tree_node *editing_where(const struct tree_node *array, const char *key,
                                      const char *value);

/* Whole numbers: a member, or -1. */
int64_t editing_number(const struct tree_node *n, const char *key);

#endif
