/* SPDX-License-Identifier: Apache-2.0 */
/* What all seeds share: content, rules, names. Nothing of it changes but the metrics. */
#ifndef ML_SIMULATION_STAGE_H
#define ML_SIMULATION_STAGE_H

#include "core/dispatch.h"
#include "setup/setup.h"

enum { CONTENTS = 2 };

extern const char stage_bridge[];

struct stage {
    struct conf conf;
    struct setup_layouts layouts;
    struct handler_table handlers;
    struct dispatch_options options;
    struct carrier_rules carrier;
    struct catalog *content[CONTENTS]; /* they differ in one word of the footers */
    struct metrics *metrics;           /* of all gateways */
};

/* Load the content. Returns 0, or -1 with the reason on stderr. */
int stage_open(struct stage *s, const char *content);
void stage_close(struct stage *s);

/* A text in English, "" if there is none. */
const char *stage_say(const struct stage *s, const char *id);

/* Are two screens the same but for what differs between the contents? */
bool stage_same_screen(const char *a, const char *b);

#endif
