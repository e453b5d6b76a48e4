#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes what the containers are given as files, once: passwords, keys, who may do what, and the configurations, which are then yours.
# Usage: sh setup.sh FOLDER      (runs in its image: docker compose run --rm setup)
set -eu

site=$1
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

random() {
    od -An -N32 -tx1 /dev/urandom | tr -d ' \n'
}

# The owner alone reads it. Usage: give USER FILE...
give() {
    user=$1
    shift
    chmod 0400 "$@"
    chown "$user:" "$@"
}

if [ -e "$site/secrets" ]; then
    echo "$site/secrets is there already. Nothing was changed: without its keys no case could be read." >&2
    exit 1
fi
umask 022
mkdir -p "$site/etc" "$site/mosquitto" "$site/redis" "$site/run/console" "$site/run/http"
mkdir -m 0700 "$site/secrets"
for name in gateway console smpp http; do
    mkdir -m 0700 "$site/secrets/$name"
done
cp "$here"/etc/*.conf "$site/etc/"

# No other machine reaches this broker, so it needs no second listener.
sed '/^listener 8884/,$d' "$here/mosquitto/mekongline.conf" >"$site/mosquitto/mekongline.conf"
cp "$here/mosquitto/mekongline.acl" "$site/mosquitto/"
touch "$site/mosquitto/mekongline.passwd"
for name in gateway console smpp http; do
    random >"$site/secrets/$name/mqtt"
    mosquitto_passwd -b "$site/mosquitto/mekongline.passwd" $name "$(cat "$site/secrets/$name/mqtt")"
done

cp "$here/redis/mekongline.conf" "$here/redis/mekongline.acl" "$site/redis/"
for name in gateway console; do
    random >"$site/secrets/$name/redis"
    hash=$(sha256sum "$site/secrets/$name/redis" | cut -c 1-64)
    sed -i "s/#$(echo $name | tr '[:lower:]' '[:upper:]')/#$hash/" "$site/redis/mekongline.acl"
done

random >"$site/secrets/gateway/secret"
mekongline receive-requests --make-key "$site/secrets/console" >/dev/null
mv "$site/secrets/console/requests.pub" "$site/etc/"
chmod 0644 "$site/etc/requests.pub"

give mosquitto "$site/mosquitto/mekongline.passwd"
give redis "$site/redis/mekongline.acl"
give mekongline "$site"/secrets/gateway/*
give mekongline-console "$site"/secrets/console/*
give mekongline-bridge "$site"/secrets/smpp/mqtt "$site"/secrets/http/mqtt
chown mekongline-bridge: "$site/secrets/smpp" "$site/secrets/http"
chown mekongline-console: "$site/run/console"
chown mekongline-bridge: "$site/run/http"
echo "Made: $site. Keep a copy of secrets/console/requests.key in a safe: without it no case can be read."
