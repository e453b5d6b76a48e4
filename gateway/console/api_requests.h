/* SPDX-License-Identifier: Apache-2.0 */
/* The queue of requests as JSON. A case, as every answer has it, never says who asks:
 *
 *     id, case, kind, country, zone (null: unknown), wish, safe, lang, channel, bridge, state,
 *     at, stored, since (in this state), taken (first; 0: never), revision,
 *     assignee {id, name} or null, mine, waiting_until, outcome, closed_by, removed,
 *     sealed (there is something to look at)
 *
 *     GET  /api/requests?state=open      new, taken, waiting, closed, or open: the first three
 *     GET  /api/requests/counts          how many in each state
 *     GET  /api/requests/find?case=N     by the number that the worker was shown
 *     GET  /api/requests/case?id=I       one, and to whom it can be given
 *     POST /api/requests/change          id, revision, action (work.h), to, until, outcome
 *     POST /api/requests/note            id, note (16 hex digits of the page's choice), text
 *     POST /api/requests/look            id: number, words and notes, for who has taken the case
 *     GET  /api/requests/statistics      days: 30, 90, 365, or 0 for all; also …/statistics.csv
 *
 * 409 conflict has the case as it is now in "now". */
#ifndef ML_CONSOLE_API_REQUESTS_H
#define ML_CONSOLE_API_REQUESTS_H

#include "casework/cases.h"
#include "console/call.h"

void api_requests(const struct call *call);
void api_requests_counts(const struct call *call);
void api_requests_find(const struct call *call);
void api_requests_case(const struct call *call);
void api_requests_change(const struct call *call);
void api_requests_note(const struct call *call);
void api_requests_look(const struct call *call);
void api_requests_statistics(const struct call *call);
void api_requests_csv(const struct call *call);

/* Write a case: the members of an object, with a key the whole object. */
void api_case_write(struct json_out *j, const char *key, const struct call *call,
                    const struct case_row *row);

/* The member "id" of the call; NULL after a failure was answered. */
const char *api_case_id(const struct call *call);

/* Write the case with this id as a whole object under a key; false if there is none. */
bool api_case_find(struct json_out *j, const char *key, const struct call *call, struct db *db,
                   const char *id);

#endif
