/* SPDX-License-Identifier: Apache-2.0 */
#include "casework/shared.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"

enum { JSON_VALUE_MAX = 200, JSON_ESCAPED_MAX = 6 * JSON_VALUE_MAX + 3 };

int shared_usage(const char *text)
{
    fputs(text, stderr);
    return SHARED_USAGE;
}

int shared_fail(const char *command, const char *why)
{
    fprintf(stderr, "mekongline %s: %s\n", command, why);
    return 1;
}

int shared_flush(const char *command)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return 0;
    return shared_fail(command, strerror(errno));
}

int shared_need_file(const char *path, const char *option, char why[CONF_ERROR_MAX])
{
    if (path[0] == '\0')
        snprintf(why, CONF_ERROR_MAX, "%s is not set; name the file in the configuration", option);
    else if (access(path, R_OK | W_OK) < 0)
        snprintf(why, CONF_ERROR_MAX, "cannot open %.200s (%s): %s; run this as the same user",
                 path, option, strerror(errno));
    else
        return 0;
    return -1;
}

struct mqtt_options shared_mqtt(const struct conf *c, const char *password)
{
    struct mqtt_options o = mqtt_options_of(c, password);
    o.qos = 1;
    return o;
}

const char *shared_time(int64_t ms, char out[SHARED_TIME_MAX])
{
    time_t s = (time_t)(ms / 1000);
    struct tm tm;
    if (!gmtime_r(&s, &tm) || strftime(out, SHARED_TIME_MAX, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        snprintf(out, SHARED_TIME_MAX, "?");
    return out;
}

void shared_json(const char *key, const char *s, bool first)
{
    char mem[JSON_ESCAPED_MAX];
    struct buf b;
    buf_init(&b, mem, sizeof mem);
    buf_json(&b, s, strnlen(s, JSON_VALUE_MAX));
    printf("%s\"%s\":%s", first ? "" : ",", key, mem);
}
