/* SPDX-License-Identifier: Apache-2.0 */
/* One member of an entry: is it what its kind says? For draft_forms.c. */
#ifndef ML_CONSOLE_DRAFT_FIELDS_H
#define ML_CONSOLE_DRAFT_FIELDS_H

#include <stddef.h>
#include <stdint.h>

#include "base/tree.h"
#include "console/draft_index.h"

enum field_need { FIELD_NEEDED, FIELD_NULLABLE, FIELD_OPTIONAL };

#define FIELD_KINDS(K)                                                                             \
    K(ID)                                                                                          \
    K(WORDS)                                                                                       \
    K(MESSAGE)                                                                                     \
    K(VERDICT)                                                                                     \
    K(CONFIDENCE)                                                                                  \
    K(KIND)                                                                                        \
    K(STATUS)                                                                                      \
    K(PROBLEMS)                                                                                    \
    K(AMOUNT)                                                                                      \
    K(FLAG)                                                                                        \
    K(DATE)                                                                                        \
    K(DAY)                                                                                         \
    K(PAST_DAY)                                                                                    \
    K(PHONE)                                                                                       \
    K(URL)                                                                                         \
    K(DIAL)                                                                                        \
    K(COUNTRY)                                                                                     \
    K(COUNTRIES)                                                                                   \
    K(CURRENCY)                                                                                    \
    K(LANGUAGES)                                                                                   \
    K(CORRIDOR)                                                                                    \
    K(ITEM)                                                                                        \
    K(SOURCE)                                                                                      \
    K(SOURCES)                                                                                     \
    K(FACTS)                                                                                       \
    K(NODES)                                                                                       \
    K(LABEL)                                                                                       \
    K(STATEMENT)

enum field_kind {
#define K(name) FIELD_##name,
    FIELD_KINDS(K)
#undef K
};

/* What a check may ask besides the value. */
struct field_world {
    struct draft_index *index;
    int32_t today;
    size_t most;
};

/* NULL, or what is wrong: a sentence with the remedy. n is not null. */
const char *field_check(enum field_kind kind, const struct field_world *w,
                        const struct tree_node *n);

/* The words that a kind allows, NULL-terminated; NULL if it is no choice. */
const char *const *field_choices(enum field_kind kind);

#endif
