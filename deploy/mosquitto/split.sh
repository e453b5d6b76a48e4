#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One of several brokers behind this one, each with gateways of its own, gets the messages of some shards. Prints the `connection` for the
# configuration of the broker in front; deploy/brokers.md says when.
set -eu

usage() {
    cat <<'TEXT'
Usage: sh deploy/mosquitto/split.sh NAME ADDRESS:PORT FIRST-LAST [ROOT]

NAME is the connection's, FIRST-LAST the shards (00-7f), ROOT that of all topics (mekong/1). The connections of all brokers behind must
together have all shards, 00 to ff.
TEXT
}

is_shard() {
    case $1 in
    [0-9a-f][0-9a-f]) ;;
    *) return 1 ;;
    esac
}

[ "${1-}" != --help ] || { usage && exit 0; }
[ $# = 3 ] || [ $# = 4 ] || { usage >&2 && exit 2; }
first=${3%-*} last=${3#*-} root=${4:-mekong/1}
if ! is_shard "$first" || ! is_shard "$last"; then
    usage >&2
    exit 2
fi

cat <<TEXT
connection $1
address $2
bridge_protocol_version mqttv50
remote_clientid split-$1

# Nothing is kept for later: what is not settled is sent again.
cleansession true
keepalive_interval 30
restart_timeout 1 30
notifications false

TEXT
i=$((0x$first))
while [ "$i" -le $((0x$last)) ]; do
    printf 'topic %s/+/in/%02x out 0\n' "$root" "$i"
    i=$((i + 1))
done
cat <<TEXT
topic $root/+/out/+ in 0
topic $root/+/error in 0
topic $root/+/status out 0
topic $root/gateway/+/status in 0
topic $root/gateway/forget out 0
topic $root/content out 0
topic $root/request/+ both 0
TEXT
