/* SPDX-License-Identifier: Apache-2.0 */
/* What fuzz targets of HTTP servers share: a loop, a folder for the socket, and a client that sends
 * any octets. All end the process if something is wrong. */
#ifndef ML_TESTS_FUZZ_ASKER_H
#define ML_TESTS_FUZZ_ASKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/loop.h"

/* A client that sends no whole request may keep a place for some seconds: a server is opened anew
 * before all of its 64 are taken. */
enum { ASKER_CLIENTS = 60 };

void asker_must(bool held);

/* Make loop and folder. `end` is called when the process ends, before they go. */
void asker_open(void (*end)(void));
bool asker_is_open(void);
struct loop *asker_loop(void);
const char *asker_path(void); /* of the socket */

/* Send, behind it the end of the stream, and run the loop until the server has closed. The status
 * of the answer counts as code that was reached. */
void asker_ask(const uint8_t *data, size_t size);

#endif
