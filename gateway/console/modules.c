/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the console, in the order in which they open. */
#include "console/console.h"
#include "console/draft_save.h"
#include "console/people_module.h"
#include "console/publish_run.h"
#include "console/queue.h"
#include "console/ring.h"
#include "console/volumes.h"
#include "console/workbench.h"

const struct module console_modules[] = {
    {.name = "people", .open = people_open, .close = people_close},
    {.name = "workbench", .open = workbench_open, .close = workbench_close},
    {.name = "draft", .open = draft_start, .close = draft_stop},
    {.name = "versions",
     .open = versions_open,
     .close = versions_close,
     .topic = "content",
     .message = versions_message,
     .up = versions_up},
    {.name = "gateways", .topic = "gateway/+/status"},
    {.name = "ring", .open = ring_open, .close = ring_close},
    {.name = "queue",
     .open = queue_open,
     .close = queue_close,
     .topic = "request/+",
     .message = queue_message},
    {.name = "volumes", .open = volumes_open, .close = volumes_close},
    {.name = NULL},
};
