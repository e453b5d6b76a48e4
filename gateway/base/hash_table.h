/* SPDX-License-Identifier: Apache-2.0 */
/* uthash, as all tables of this project use it: without memory an item is not added, where uthash
 * alone would end the process. Ask after each HASH_ADD, and drop an item that is not in. */
#ifndef ML_BASE_HASH_TABLE_H
#define ML_BASE_HASH_TABLE_H

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

/* Is the item in the table of that handle? Its handle was zero before it was added. */
#define HASH_ADDED(handle, item) ((item)->handle.tbl != NULL)

#endif
