/* SPDX-License-Identifier: Apache-2.0 */
/* What may happen to a version and to a publication; pure. The tables are versions.def and
 * publish.def. */
#ifndef ML_CONSOLE_VERSIONS_RULES_H
#define ML_CONSOLE_VERSIONS_RULES_H

#include <stdbool.h>

enum version_state {
#define VERSION_STATE(symbol, name) VERSION_##symbol,
#include "console/versions.def"
    VERSION_STATES
};

enum version_action {
#define VERSION_RULE(action, from, to, who) VERSION_DO_##action,
#include "console/versions.def"
    VERSION_ACTIONS
};

enum publish_state {
#define PUBLISH_STATE(symbol, name) PUBLISH_##symbol,
#include "console/publish.def"
    PUBLISH_STATES
};

enum publish_action {
#define PUBLISH_RULE(action, from, to) PUBLISH_DO_##action,
#include "console/publish.def"
    PUBLISH_ACTIONS
};

enum version_verdict {
    VERDICT_YES,
    VERDICT_STATE,     /* not in this state */
    VERDICT_AUTHOR,    /* not by one of its authors */
    VERDICT_NO_AUTHOR, /* by its authors alone */
    VERDICT_PERSON     /* not by a person */
};

/* Who does it. */
enum version_who { BY_AUTHOR, BY_OTHER, BY_PROGRAM };

/* May it be done? *next is set if so. */
enum version_verdict version_rule(enum version_state state, enum version_action action,
                                  enum version_who who, enum version_state *next);

/* The state that an action ends in. */
enum version_state version_leads_to(enum version_action action);

bool publish_rule(enum publish_state state, enum publish_action action, enum publish_state *next);

/* Names in the database. The state of an unknown name is -1. */
const char *version_state_name(enum version_state state);
int version_state_of(const char *name);
const char *publish_state_name(enum publish_state state);
int publish_state_of(const char *name);

#endif
