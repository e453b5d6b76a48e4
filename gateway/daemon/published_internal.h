/* SPDX-License-Identifier: Apache-2.0 */
/* Between the two files of published.h: published.c has the thread, published_job.c its work. */
#ifndef ML_DAEMON_PUBLISHED_INTERNAL_H
#define ML_DAEMON_PUBLISHED_INTERNAL_H

#include "daemon/published.h"

/* Keep a good version on disk, if the configuration names a folder for it. */
void published_job_store(struct published_job *job);

#endif
