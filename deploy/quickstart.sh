#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# From a fresh Debian 12 to a phone in the terminal: installs what is missing, builds, starts a private broker, a private Redis,
# the gateway and the console of the staff, and opens the phone. The console listens on loopback, all else on private sockets; nothing is
# left behind but the packages, the build folder and, with --smpp, tests/system/node_modules.
set -eu

usage() {
    cat <<'TEXT'
Usage: sh deploy/quickstart.sh [--demo | --smpp [PROFILE]]

  (nothing)   opens a phone in this terminal
  --demo      plays deploy/demo.txt on the phone instead; succeeds only if every screen is as expected
  --smpp      starts a simulated carrier (SMSC and USSD centre) and mekongline-smpp too; the phone is one of that carrier.
              PROFILE: standard or sixdee. Lines may also come from a file or a pipe.
TEXT
}

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
program=$root/build/mekongline
demo=no
profile=
folder=
gateway_pid=
console_pid=
bridge_pid=
broker_pid=
redis_pid=

say() {
    printf '== %s\n' "$*" >&2
}

fail() {
    printf 'quickstart: %s\n' "$*" >&2
    exit 1
}

clean_up() {
    trap '' INT TERM HUP
    stop "$bridge_pid"
    stop "$gateway_pid"
    stop "$console_pid"
    stop "$broker_pid"
    stop "$redis_pid"
    [ -z "$folder" ] || rm -rf "$folder"
}

build() {
    say "packages"
    # shellcheck disable=SC2086 # a list of words
    packages_need $build_packages || fail "Packages are missing."
    say "build"
    cmake --preset release -DBUILD_TESTING=OFF >"$folder/configure.log" 2>&1 || {
        cat "$folder/configure.log" >&2
        fail "The build could not be configured. If build/ is from an older compiler or folder, remove it and run this again."
    }
    cmake --build build --parallel >"$folder/build.log" 2>&1 || {
        cat "$folder/build.log" >&2
        fail "The build failed."
    }
    [ -x "$program" ] || fail "The build made no $program."
}

write_conf() {
    "$program" receive-requests --make-key "$folder" >"$folder/key.log" 2>&1 || {
        cat "$folder/key.log" >&2
        fail "No keys could be made for the requests for help."
    }
    cat >"$folder/mosquitto.conf" <<TEXT
listener 0 $folder/broker.sock
allow_anonymous true
user $(id -un)
persistence false
TEXT
    (umask 077 && od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"$folder/secret")
    cat >"$folder/mekongline.conf" <<TEXT
[gateway]
instance = quickstart
content = $root/content
secret_file = $folder/secret
zawgyi_model = $root/build/deploy/models/node_modules/myanmar-tools/resources/zawgyiUnicodeModel.dat
serve_drafts = yes

[mqtt]
host = $folder/broker.sock
port = 0

[redis]
host = $folder/redis.sock
port = 0

[request]
journal = $folder/journal.db
public_key_file = $folder/requests.pub

[receiver]
cases = $folder/cases.db
secret_key_file = $folder/requests.key

[console]
listen = 127.0.0.1:0
db = $folder/console.db

[http]
listen = $folder/http.sock
TEXT
}

# Each server has a session of its own, so that Ctrl-C at the phone reaches this script alone, and it stops them in order.
start_servers() {
    setsid mosquitto -c "$folder/mosquitto.conf" >"$folder/broker.log" 2>&1 &
    broker_pid=$!
    setsid redis-server --port 0 --unixsocket "$folder/redis.sock" --unixsocketperm 700 --dir "$folder" --save '' \
        --appendonly no --daemonize no >"$folder/redis.log" 2>&1 &
    redis_pid=$!
    await "The broker (mosquitto)" "$broker_pid" "$folder/broker.log" \
        mosquitto_pub --unix "$folder/broker.sock" -t quickstart -m hello
    await "Redis" "$redis_pid" "$folder/redis.log" sh -c "redis-cli -s '$folder/redis.sock' ping | grep -q PONG"
}

# Does the gateway say that it is up, with nothing missing?
gateway_ready() {
    mosquitto_sub --unix "$folder/broker.sock" -t mekong/1/gateway/quickstart/status -C 1 -W 1 |
        grep '"state":"up"' | grep -q '"degraded":\[\]'
}

# The console takes the requests for help, so it is there before the gateway.
start_console() {
    setsid "$program-console" -c "$folder/mekongline.conf" >"$folder/console.log" 2>&1 &
    console_pid=$!
    await "The console" "$console_pid" "$folder/console.log" grep -q event=console_up "$folder/console.log"
    await "The console" "$console_pid" "$folder/console.log" grep -q event=mqtt_up "$folder/console.log"
    say "console for the staff: $(sed -n 's/.*event=console_up address=\([^ ]*\).*/\1/p' "$folder/console.log")"
    grep -A 2 '^Sign in to the console' "$folder/console.log" >&2
}

start_gateway() {
    setsid "$program" serve -c "$folder/mekongline.conf" >"$folder/gateway.log" 2>&1 &
    gateway_pid=$!
    await "The gateway" "$gateway_pid" "$folder/gateway.log" gateway_ready
}

# Node's packages of the simulated carrier, beside its files.
fetch_carrier() {
    say "simulated carrier"
    (cd tests/system && npm ci --ignore-scripts --no-fund --no-audit --loglevel=error --cache "$folder/npm") >"$folder/npm.log" 2>&1 || {
        cat "$folder/npm.log" >&2
        fail "The simulated carrier could not be fetched from npm."
    }
}

# The bridge binds by itself as soon as the carrier listens.
start_bridge() {
    (umask 077 && printf secret >"$folder/password")
    cat >"$folder/smpp.conf" <<TEXT
[mqtt]
host = $folder/broker.sock
port = 0

[bridge]
listen = $folder/smpp.sock

[smpp quickstart]
host = $folder/smsc.sock
port = 0
system_id = esme
password_file = $folder/password
profile = $profile
retry_min_ms = 50
retry_max_ms = 500
TEXT
    setsid "$program-smpp" -c "$folder/smpp.conf" >"$folder/bridge.log" 2>&1 &
    bridge_pid=$!
    await "The bridge" "$bridge_pid" "$folder/bridge.log" grep -q mqtt_up "$folder/bridge.log"
}

case ${1-} in
'') ;;
--demo) demo=yes ;;
--smpp) profile=${2:-standard} ;;
-h | --help) usage && exit 0 ;;
*) usage >&2 && exit 2 ;;
esac
case $profile in
'' | standard | sixdee) ;;
*) usage >&2 && exit 2 ;;
esac
[ "$demo$profile" != no ] || { [ -t 0 ] && [ -t 1 ]; } ||
    fail "The phone needs a terminal. Run this in one, or use --demo."

cd "$root"
. deploy/packages.sh
. deploy/servers.sh
PATH=$PATH:/usr/sbin
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP
folder=$(mktemp -d /tmp/mekongline.XXXXXX) || fail "No folder can be made in /tmp."

build
write_conf
say "servers"
start_servers
say "console"
start_console
say "gateway"
start_gateway
if [ -n "$profile" ]; then
    fetch_carrier
    start_bridge
fi
say "phone (all translations are drafts: no native reader has signed them yet)"
if [ -n "$profile" ]; then
    say "type: dial *1234#   then the number of a line; hangup; sms 1234 HELP"
    node tests/smpp/smsc.mjs --listen "$folder/smsc.sock" --dialect "$profile"
elif [ "$demo" = yes ]; then
    "$program" phone -c "$folder/mekongline.conf" --script deploy/demo.txt
else
    "$program" phone -c "$folder/mekongline.conf"
fi
