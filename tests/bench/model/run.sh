#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Measure what a step costs, simulate a region with that, run a small one for real, and write it all down: results.md with its pictures.
# README.md says what is what.
set -eu

usage() {
    cat <<'TEXT'
Usage: sh tests/bench/model/run.sh [--quick] [--to FOLDER] [--costs FILE]

  --quick       everything in a sixtieth of the time, one measure of each cost: a first look, a minute
  --to FOLDER   where results.md, its pictures and costs.json go (tests/bench/model; with --quick build/model)
  --costs FILE  costs.json of an earlier run, in place of measuring
TEXT
}

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../../.." && pwd)
. "$root/tests/bench/setup.sh"
here=$root/tests/bench/model
broker_pid=
redis_pid=
subject_pid=
dial_pid=
costs=
to=

clean_up() {
    trap '' INT TERM HUP
    for pid in "$dial_pid" "$subject_pid" "$broker_pid"; do
        stop "$pid"
    done
    [ -z "$redis_pid" ] || kill -CONT "$redis_pid" 2>/dev/null || true
    stop "$redis_pid"
    [ -z "$folder" ] || rm -rf "$folder"
}

study() {
    # shellcheck disable=SC2086 # none or one word
    node "$here/study.mjs" "$@" $quick_word
}

# Pieces of the page, as many at a time as there are processors. Usage: simulate [--then]
simulate() {
    study names "$@" >"$folder/names"
    # shellcheck disable=SC2086 # none or one word
    xargs -P "$(nproc)" -I NAME node "$here/study.mjs" piece NAME "$folder" $quick_word <"$folder/names" || fail "The model failed."
}

# A scenario for real: NAME.csv. Usage: measure NAME
measure() {
    study plan "$1" "$folder"
    fault_ms='' fault_s='' options=''
    # shellcheck source=/dev/null
    . "$folder/$1.options"
    redis-cli -s "$folder/redis.sock" flushall >/dev/null
    launch_gateway "$folder/mekongline.conf"
    fault="kill -STOP $redis_pid; sleep $fault_s; kill -CONT $redis_pid"
    # The inner shell's number is the crowd's own.
    # shellcheck disable=SC2016,SC2086
    sh -c 'exec "$0" -p "load=$$" "$@"' "$bin/bench_dial" -p "broker=$broker_pid" -p "gateway=$subject_pid" -p "redis=$redis_pid" $options \
        ${fault_ms:+-x "$fault_ms,$fault"} "$folder/$1.schedule" "$broker_at" >"$folder/$1.csv" &
    dial_pid=$!
    wait "$dial_pid" || fail "The crowd could not dial ($1)."
    dial_pid=
    curl -s --unix-socket "$folder/http.sock" http://gateway/metrics >"$folder/$1.metrics"
    stop "$subject_pid"
    subject_pid=
}

quick_word=
while [ $# -gt 0 ]; do
    case $1 in
    -h | --help) usage && exit 0 ;;
    --quick) quick=yes quick_word=--quick ;;
    --to | --costs)
        [ $# -ge 2 ] || { usage >&2 && exit 2; }
        [ "$1" = --to ] && to=$2 || costs=$2
        shift
        ;;
    *) usage >&2 && exit 2 ;;
    esac
    shift
done
[ -n "$to" ] || { [ "$quick" = yes ] && to=$root/build/model || to=$here; }
mkdir -p "$to"
make_folder
build "$build_packages $test_packages $bench_packages" mekongline mekongline-smpp bench_load bench_smsc bench_dial
if [ -n "$costs" ]; then
    cp "$costs" "$folder/costs.json"
elif [ "$quick" = yes ]; then
    sh "$here/costs.sh" "$folder/costs.json" --quick
else
    sh "$here/costs.sh" "$folder/costs.json"
fi
tcp=yes
write_conf "$folder/http.sock"
start_servers
measure small
measure storm
stop "$broker_pid"
stop "$redis_pid"
broker_pid='' redis_pid=''
simulate
simulate --then
# shellcheck disable=SC2086 # none or one word
node "$here/page.mjs" "$folder" "$to" $quick_word
cp "$folder/costs.json" "$to/costs.json"
echo "$to/results.md"
