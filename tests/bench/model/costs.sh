#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Measure what the model has to know, and write it to FILE (README.md says what each value is). Usage: sh tests/bench/model/costs.sh FILE [--quick]
set -eu

usage() {
    echo 'Usage: sh tests/bench/model/costs.sh FILE [--quick]'
}

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../../.." && pwd)
. "$root/tests/bench/setup.sh"
broker_pid=
redis_pid=
subject_pid=
bridge_pid=
smsc_pid=
first=0

clean_up() {
    trap '' INT TERM HUP
    for pid in "$smsc_pid" "$bridge_pid" "$subject_pid" "$broker_pid" "$redis_pid"; do
        stop "$pid"
    done
    [ -z "$folder" ] || rm -rf "$folder"
}

redis() {
    redis-cli -s "$folder/redis.sock" "$@"
}

used_memory() {
    redis info memory | sed -n 's/^used_memory:\([0-9]*\).*/\1/p'
}

# The crowd with so many dialogues at a time: FOLDER/crowd-WINDOW-RUN.csv, and "crowd WINDOW name=value..." in the results. Usage: put_crowd WINDOW WORKERS
put_crowd() {
    redis flushall >/dev/null
    launch_gateway "$folder/costs.conf"
    echo "$2" >"$folder/schedule"
    # The shell's number is the crowd's own; its options are a list of words.
    # shellcheck disable=SC2016,SC2086
    sh -c 'exec "$0" -p "load=$$" "$@"' "$bin/bench_dial" -p "broker=$broker_pid" -p "gateway=$subject_pid" -p "redis=$redis_pid" $ways -b "$carriers" \
        -u "$1" -f "$first" "$folder/schedule" "$broker_at" >"$folder/crowd-$1-$run.csv" || fail "The crowd could not dial."
    first=$((first + $2))
    stop "$subject_pid"
    subject_pid=
    printf 'crowd %s run=%s subscribers=%s used=%s\n' "$1" "$run" "$(redis dbsize)" "$(used_memory)" >>"$folder/results"
    [ ! -t 2 ] || printf '.' >&2
}

# Dialogues of bench_load, one after the other; adds "load WHAT name=value..." to the results. Usage: put_load WHAT STEPS OPTION...
put_load() {
    what=$1 count=$2
    shift 2
    redis flushall >/dev/null
    launch_gateway "$folder/costs.conf"
    line=$("$bin/bench_load" -w 1 -n "$count" -u $((count / 10)) -f "$first" "$@" "$broker_at") || fail "The load could not be put on the gateway ($what)."
    first=$((first + count))
    printf 'load %s %s\n' "$what" "$line" >>"$folder/results"
    stop "$subject_pid"
    subject_pid=
    [ ! -t 2 ] || printf '.' >&2
}

# The same by way of SMPP; adds "smpp WINDOW name=value...". Usage: put_smpp WINDOW MESSAGES
put_smpp() {
    redis flushall >/dev/null
    launch_gateway "$folder/costs.conf"
    rm -f "$folder/go"
    mkfifo "$folder/go"
    : >"$folder/load"
    "$bin/bench_smsc" -k ussd -w "$1" -n "$2" -u $(($2 / 10)) <"$folder/go" >"$folder/load" 2>&1 &
    smsc_pid=$!
    exec 3>"$folder/go"
    await "The SMSC" "$smsc_pid" "$folder/load" grep -q '^port' "$folder/load"
    printf '[mqtt]\nhost = %s\nport = %s\n\n[smpp bench]\nhost = 127.0.0.1\nport = %s\nrate = 100000\nwindow_out = 1000\nwindow_in = 4096\n' \
        "$broker_host" "$broker_port" "$(sed -n 's/^port //p' "$folder/load")" >"$folder/smpp.conf"
    : >"$folder/bridge.log"
    "$bin/mekongline-smpp" -c "$folder/smpp.conf" >"$folder/bridge.log" 2>&1 &
    bridge_pid=$!
    await "The bridge" "$bridge_pid" "$folder/bridge.log" grep -q mqtt_up "$folder/bridge.log"
    echo "bridge=$bridge_pid gateway=$subject_pid broker=$broker_pid redis=$redis_pid" >&3
    exec 3>&-
    rc=0
    wait "$smsc_pid" || rc=$?
    smsc_pid=
    [ "$rc" = 0 ] || [ "$rc" = 3 ] || fail "The load could not be put on the bridge: $(cat "$folder/load")"
    printf 'smpp %s %s\n' "$1" "$(sed -n '/^messages/p' "$folder/load")" >>"$folder/results"
    stop "$bridge_pid"
    stop "$subject_pid"
    bridge_pid='' subject_pid=''
    [ ! -t 2 ] || printf '.' >&2
}

write_costs_conf() {
    write_conf "$folder/http.sock"
    mkdir "$folder/keys"
    "$bin/mekongline" receive-requests --make-key "$folder/keys" >/dev/null
    cp "$folder/mekongline.conf" "$folder/costs.conf"
    printf '\n[request]\njournal = %s\npublic_key_file = %s\n' "$folder/journal.db" "$folder/keys/requests.pub" >>"$folder/costs.conf"
}

# What others take of the processors, before anything is measured: a part of 1. Sets and exports $OTHERS.
look_around() {
    { head -n 1 /proc/stat && sleep 2 && head -n 1 /proc/stat; } >"$folder/stat"
    OTHERS=$(awk '{ idle = $5 + $6; all = 0; for (i = 2; i <= 9; i++) all += $i; printf "%s", NR == 1 ? "" : 1 - (idle - idle_before) / (all - all_before); idle_before = idle; all_before = all }' "$folder/stat")
    export OTHERS
}

measure() {
    put_crowd 1 "$few"
    put_crowd 64 "$many"
    put_crowd 512 "$many"
    put_smpp 1 "$messages"
    put_smpp 512 $((messages * 10))
    # A request for help, and the same way but for the last key, which sends it: each dialogue has eight steps.
    put_load filed "$asks" -c '*1234*421#' -a 7,2,1,1,2,4,1
    put_load unfiled "$asks" -c '*1234*421#' -a 7,2,1,1,2,4,3
}

[ $# -ge 1 ] || { usage >&2 && exit 2; }
out=$1
shift
read_options --tcp "$@"
few=1500 many=9000 messages=8000 asks=4000 runs=3
[ "$quick" = no ] || { few=400 many=4000 messages=1500 asks=800 runs=1; }
languages='lo th km my vi'
make_folder
build "$build_packages $test_packages" mekongline mekongline-smpp bench_dial bench_load bench_smsc
write_costs_conf
look_around
start_servers
node "$root/tests/bench/model/languages.mjs" "$bin/mekongline" "$root/content" >"$folder/languages"
ways=
for language in $languages; do
    ways="$ways -a $(sed -n "s/^$language //p" "$folder/languages")"
done
carriers=$(echo "$languages" | wc -w)
run=1
while [ "$run" -le "$runs" ]; do
    measure
    run=$((run + 1))
done
[ ! -t 2 ] || printf '\n' >&2
# shellcheck disable=SC2086 # a list of words
node "$root/tests/bench/model/costs.mjs" "$folder" $languages >"$folder/costs.json"
cp "$folder/costs.json" "$out"
