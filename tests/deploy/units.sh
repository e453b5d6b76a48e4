#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The services' sandboxes as systemd judges them: at most 1.2 each, which is what Debian's Redis has. Usage: sh tests/deploy/units.sh FOLDER_OF_UNITS
set -eu

for unit in "$1"/*.service; do
    systemd-analyze security --offline=true --no-pager --threshold=12 "$unit" | tail -n 1
done
