/* SPDX-License-Identifier: Apache-2.0 */
/* What the service manager is told (sd_notify(3) of systemd): that the program is up, that it
 * stops, and, as often as the unit's WatchdogSec asks for, that its loop still turns. The only user
 * of libsystemd. Started by hand, nothing happens.
 *
 * Up means: configuration, content and files are good, and the loop runs. Whether broker and Redis
 * are there is for /readyz: a program that waits for them is no failed start. */
#ifndef ML_IO_NOTIFY_H
#define ML_IO_NOTIFY_H

#include "io/loop.h"

struct notify;

/* Say that the program is up, from the loop's first turn on. NULL without memory. */
struct notify *notify_new(struct loop *loop);

/* Say that it stops; the watchdog is fed until notify_free. NULL is fine. */
void notify_stopping(struct notify *n);
void notify_free(struct notify *n); /* NULL is fine */

#endif
