/* SPDX-License-Identifier: Apache-2.0 */
#include "console/versions_rules.h"

#include <stddef.h>
#include <string.h>

enum who { WHO_OTHER, WHO_AUTHOR, WHO_ANYBODY, WHO_PROGRAM };

struct version_row_rule {
    unsigned from; /* a bit for each state */
    enum version_state to;
    enum who who;
};

#define AT(state) (1U << VERSION_##state)
static const struct version_row_rule version_rules[] = {
#define VERSION_RULE(action, from, to, who) [VERSION_DO_##action] = {from, VERSION_##to, WHO_##who},
#include "console/versions.def"
};
#undef AT

struct publish_row_rule {
    unsigned from;
    enum publish_state to;
};

#define AT(state) (1U << PUBLISH_##state)
static const struct publish_row_rule publish_rules[] = {
#define PUBLISH_RULE(action, from, to) [PUBLISH_DO_##action] = {from, PUBLISH_##to},
#include "console/publish.def"
};
#undef AT

static const char *const version_names[] = {
#define VERSION_STATE(symbol, name) [VERSION_##symbol] = name,
#include "console/versions.def"
};

static const char *const publish_names[] = {
#define PUBLISH_STATE(symbol, name) [PUBLISH_##symbol] = name,
#include "console/publish.def"
};

static enum version_verdict judge(enum who wanted, enum version_who who)
{
    if ((wanted == WHO_PROGRAM) != (who == BY_PROGRAM))
        return VERDICT_PERSON;
    if (wanted == WHO_OTHER && who == BY_AUTHOR)
        return VERDICT_AUTHOR;
    if (wanted == WHO_AUTHOR && who == BY_OTHER)
        return VERDICT_NO_AUTHOR;
    return VERDICT_YES;
}

enum version_verdict version_rule(enum version_state state, enum version_action action,
                                  enum version_who who, enum version_state *next)
{
    const struct version_row_rule *r = &version_rules[action];
    enum version_verdict verdict = judge(r->who, who);
    if (verdict != VERDICT_YES)
        return verdict;
    if (!(r->from >> state & 1U))
        return VERDICT_STATE;
    *next = r->to;
    return VERDICT_YES;
}

enum version_state version_leads_to(enum version_action action)
{
    return version_rules[action].to;
}

bool publish_rule(enum publish_state state, enum publish_action action, enum publish_state *next)
{
    const struct publish_row_rule *r = &publish_rules[action];
    if (!(r->from >> state & 1U))
        return false;
    *next = r->to;
    return true;
}

static int find(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0)
            return (int)i;
    }
    return -1;
}

const char *version_state_name(enum version_state state)
{
    return version_names[state];
}

int version_state_of(const char *name)
{
    return find(version_names, VERSION_STATES, name);
}

const char *publish_state_name(enum publish_state state)
{
    return publish_names[state];
}

int publish_state_of(const char *name)
{
    return find(publish_names, PUBLISH_STATES, name);
}
