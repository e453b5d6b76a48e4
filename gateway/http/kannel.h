/* SPDX-License-Identifier: Apache-2.0 */
/* SMS by way of Kannel: its get-url asks us, its sendsms gets the answers (sender.h).
 *
 *   get-url = "http://127.0.0.1:9480/NAME/sms?id=%I&from=%p&to=%P&text=%b&charset=%C" */
#ifndef ML_HTTP_KANNEL_H
#define ML_HTTP_KANNEL_H

#include "http/kind.h"

extern const struct kind kind_kannel; /* GET or POST /NAME/sms, GET /NAME/receipt */

#endif
