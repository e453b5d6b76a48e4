/* SPDX-License-Identifier: Apache-2.0 */
/* The answer to a question about volumes, as text. Failures stay with the file. */
#ifndef ML_VOLUMES_WRITE_H
#define ML_VOLUMES_WRITE_H

#include <stdio.h>

#include "volumes/table.h"

/* RFC 4180: a header, then the rows. Small numbers are "<5". */
void volumes_write_csv(const struct volumes_table *t, FILE *out);

/* One JSON object. Small numbers are the text "<5", others are numbers. */
void volumes_write_json(const struct volumes_table *t, FILE *out);

/* Columns for people, with the total. */
void volumes_write_columns(const struct volumes_table *t, FILE *out);

/* Bars of the measure of the question over a scale, in lines of `width` characters. */
void volumes_write_chart(const struct volumes_table *t, unsigned width, FILE *out);

/* "UTC+7" */
void volumes_write_zone(const struct volumes_query *q, char out[8]);

#endif
