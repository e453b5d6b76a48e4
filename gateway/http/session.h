/* SPDX-License-Identifier: Apache-2.0 */
/* USSD by form POST, as most aggregators do it: the fields name the session, the subscriber, the
 * service code and the whole input so far ("1*2*3"); the answer is text/plain, "CON " and a screen
 * that waits for input, or "END " and the last one. */
#ifndef ML_HTTP_SESSION_H
#define ML_HTTP_SESSION_H

#include "http/kind.h"

extern const struct kind kind_session; /* POST /NAME/ussd */

#endif
