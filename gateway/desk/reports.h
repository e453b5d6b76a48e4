/* SPDX-License-Identifier: Apache-2.0 */
/* The reports of `mekongline check`. Each prints plain text, or one JSON object, about a catalog
 * that was loaded with keep_raw. A report is one line of the table in check.c. They return 0, or -1
 * without memory; failures of the file are found with ferror. */
#ifndef ML_DESK_REPORTS_H
#define ML_DESK_REPORTS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/conf.h"
#include "catalog/catalog.h"
#include "setup/setup.h"

/* What is on the desk. All borrowed. */
struct desk {
    const struct conf *conf;
    const struct setup_layouts *layouts;
    const struct catalog *catalog;
    int32_t today; /* day since 1970 */
    bool json;
};

/* Texts per language: reviewed, draft, stale, missing, and the same by kind; nodes by type, fee
 * rules by verdict, channels and centres by country. */
int report_counts(const struct desk *d, FILE *out);

/* Each statement with its status, its day of review, its facts (kind, caution, claim, phrase of the
 * report) and its sources; the fee rules, channels and centres with theirs; what is not used. A
 * recommendation or plan whose text does not say so is pointed out with "look at:". */
int report_trace(const struct desk *d, FILE *out);

/* USSD screens and SMS segments of each article, by language and carrier: totals, and the ten worst
 * of each language. As they are sent in a dialogue, last lines included; forms without marks count
 * as languages. An article that a language lacks is not counted for it. */
int report_cost(const struct desk *d, FILE *out);

#endif
