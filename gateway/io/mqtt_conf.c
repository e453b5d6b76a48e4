/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/conf.h"
#include "io/mqtt.h"

struct mqtt_options mqtt_options_of(const struct conf *c, const char *password)
{
    return (struct mqtt_options){.host = c->mqtt_host,
                                 .port = (int)c->mqtt_port,
                                 .client_id = c->mqtt_client_id,
                                 .username = c->mqtt_username,
                                 .password = password,
                                 .ca_file = c->mqtt_ca_file,
                                 .cert_file = c->mqtt_cert_file,
                                 .key_file = c->mqtt_key_file,
                                 .keepalive_s = (int)c->mqtt_keepalive_s,
                                 .qos = (int)c->mqtt_qos,
                                 .is_311 = strcmp(c->mqtt_version, "5") != 0,
                                 .retry_min_ms = (int)c->mqtt_retry_min_ms,
                                 .retry_max_ms = (int)c->mqtt_retry_max_ms,
                                 .max_queued = (int)c->mqtt_max_queued,
                                 .will_topic = "",
                                 .will_payload = ""};
}
