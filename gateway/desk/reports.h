/* SPDX-License-Identifier: Apache-2.0 */
/* The reports of `mekongline check`. Each prints plain text, or JSON, about a catalog that was
 * loaded with keep_raw. A report is one file and one line of the table in check.c. */
#ifndef ML_DESK_REPORTS_H
#define ML_DESK_REPORTS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/conf.h"
#include "catalog/catalog.h"
#include "setup/setup.h"

/* What is on the desk. All borrowed. */
struct desk {
    const struct conf *conf;
    const struct setup_layouts *layouts;
    const struct catalog *catalog;
    bool json;
};

/* Texts per language: reviewed, draft, stale, missing. */
int report_counts(const struct desk *d, FILE *out);

/* Each text with its facts and sources, their kind, caution and phrase, and its day of review. */
int report_trace(const struct desk *d, FILE *out);

/* USSD pages and SMS segments of each text, by language and carrier; totals; the ten worst. */
int report_cost(const struct desk *d, FILE *out);

#endif
