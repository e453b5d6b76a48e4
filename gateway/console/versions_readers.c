/* SPDX-License-Identifier: Apache-2.0 */
#include "console/versions_readers.h"

#include <stdio.h>

void version_readers_note(struct version_readers *r, int64_t version, int64_t person,
                          const char *name, int64_t now_ms)
{
    struct version_reader *place = &r->list[0];
    for (size_t i = 0; i < VERSION_READERS_MAX; i++) {
        struct version_reader *one = &r->list[i];
        if (one->person == person && one->version == version) {
            place = one;
            break;
        }
        if (one->at_ms < place->at_ms)
            place = one;
    }
    place->version = version;
    place->person = person;
    place->at_ms = now_ms;
    snprintf(place->name, sizeof place->name, "%s", name);
}
