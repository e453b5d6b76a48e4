/* SPDX-License-Identifier: Apache-2.0 */
/* SMS by way of Kannel: its get-url asks us, its sendsms gets the answers (sender.h).
 *
 *   get-url = "http://127.0.0.1:9480/NAME/sms?id=%I&from=%p&to=%P&octets=%b&charset=%C"
 *
 * Kannel gives an SMS in UCS-2 as the octets of UTF-16BE, all others as UTF-8, and says which in
 * %C. It asks again, with the same %I, after any answer but 200 and 202, if http-request-retry is
 * set. */
#ifndef ML_HTTP_KANNEL_H
#define ML_HTTP_KANNEL_H

#include "http/kind.h"

#define KANNEL_OCTETS "octets" /* the field of the text, which may hold any octets */

extern const struct kind kind_kannel; /* GET or POST /NAME/sms, GET /NAME/receipt */

#endif
