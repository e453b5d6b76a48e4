/* SPDX-License-Identifier: Apache-2.0 */
/* What may go wrong with versions, as sentences with the remedy. */
#include <string.h>

#include "console/versions_json.h"

struct fault {
    int status;
    const char *code, *message;
};

static const struct fault faults[] = {
    [VERSION_OK] = {200, "", ""},
    [VERSION_REPEATED] = {200, "", ""},
    [VERSION_NONE] = {404, "not_found", "There is no such version. Load the page again."},
    [VERSION_FORBIDDEN] = {409, "conflict",
                           "Somebody was faster: this version stands differently now. Nothing was "
                           "changed; look how it stands."},
    [VERSION_IS_AUTHOR] = {403, "forbidden",
                           "You have written a part of this version. Another reviewer has to read "
                           "it."},
    [VERSION_NO_AUTHOR] = {403, "forbidden",
                           "Only those who have written a part of this version may take it back."},
    [VERSION_SAME] = {409, "same",
                      "Nothing differs: this content is in force, or waits for review already."},
    [VERSION_MOVED] = {409, "moved",
                       "Another version is in force than the one that you compared with. Nothing "
                       "was changed; look at the difference again."},
    [VERSION_LATE] = {409, "late",
                      "A later version, which contains this one, was published first. Submit the "
                      "working copy again if something is missing."},
};

bool versions_done_late(struct console *c, uint64_t call, enum version_result r, int64_t id)
{
    struct reply reply;
    if (r == VERSION_OK || r == VERSION_REPEATED)
        return true;
    if (r == VERSION_FULL || r == VERSION_FAILED) {
        console_fail(c, call, 503, r == VERSION_FULL ? "disk_full" : "database", NULL,
                     "Nothing was saved. %s", db_error(c->db));
        return false;
    }
    reply_begin(&reply);
    json_out_open(&reply.json, "error", '{');
    json_out_text(&reply.json, "code", faults[r].code);
    json_out_text(&reply.json, "message", faults[r].message);
    json_out_close(&reply.json, '}');
    if (id)
        versions_json_one(c->db, &reply.json, "now", id);
    reply_send(&reply, c, call, faults[r].status);
    return false;
}

bool versions_done(const struct call *call, enum version_result r, int64_t id)
{
    return versions_done_late(call->console, call->id, r, id);
}
