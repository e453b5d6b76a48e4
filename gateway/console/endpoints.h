/* SPDX-License-Identifier: Apache-2.0 */
/* The functions of the endpoints, as routes.def lists them. */
#ifndef ML_CONSOLE_ENDPOINTS_H
#define ML_CONSOLE_ENDPOINTS_H

#include "console/call.h"

#define GET(path, who, fn)  void fn(const struct call *call);
#define POST(path, who, fn) void fn(const struct call *call);
#define RAW(path, who, fn)  void fn(const struct call *call);
#include "console/routes.def"
#undef GET
#undef POST
#undef RAW

#endif
