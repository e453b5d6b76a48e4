#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One, two and four gateways that share the work of one broker and one Redis. README.md says what the figures mean.
set -eu

usage() {
    cat <<'TEXT'
Usage: sh tests/bench/several.sh [--quick] [--runs N] [--tcp] [--qos 1]

The options are those of run.sh.
TEXT
}

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$root/tests/bench/setup.sh"
counts='1 2 4'
window=512
broker_pid=
redis_pid=
gateway_pids=
first=0

clean_up() {
    trap '' INT TERM HUP
    stop_gateways
    stop "$broker_pid"
    stop "$redis_pid"
    [ -z "$folder" ] || rm -rf "$folder"
}

stop_gateways() {
    for pid in $gateway_pids; do
        stop "$pid"
    done
    gateway_pids=
}

# Usage: start_gateways N
start_gateways() {
    i=1
    while [ "$i" -le "$1" ]; do
        log=$folder/gateway-$i.log
        : >"$log"
        sed "s/^instance = .*/instance = bench-$i/; s,^listen = .*,listen = $folder/http-$i.sock," "$folder/mekongline.conf" >"$folder/gateway-$i.conf"
        "$bin/mekongline" serve -c "$folder/gateway-$i.conf" >"$log" 2>&1 &
        gateway_pids="$gateway_pids $!"
        await "Gateway $i" "$!" "$log" gateway_serves "$log"
        i=$((i + 1))
    done
}

# A counter's sum over the gateways that run. Usage: sum METRIC N
sum() {
    i=1
    while [ "$i" -le "$2" ]; do
        curl -s --unix-socket "$folder/http-$i.sock" http://gateway/metrics
        i=$((i + 1))
    done | awk -v name="$1" '$1 == name { n += $2 } END { print n + 0 }'
}

# Adds "gateways N name=value..." to the results. Usage: measure N
measure() {
    steps=300000
    [ "$quick" = no ] || steps=40000
    redis-cli -s "$folder/redis.sock" flushall >/dev/null
    start_gateways "$1"
    watched=
    for pid in $gateway_pids; do
        watched="$watched -p self$pid=$pid"
    done
    rc=0
    # shellcheck disable=SC2086 # a list of words
    line=$("$bin/bench_load" -w "$window" -n "$steps" -u $((steps / 10)) -f "$first" $watched -p "broker=$broker_pid" -p "redis=$redis_pid" \
        -q "$qos" "$broker_at") || rc=$?
    [ "$rc" = 0 ] || [ "$rc" = 3 ] || fail "The load could not be put on $1 gateways."
    first=$((first + steps))
    own=$(echo "$line" | tr ' ' '\n' | awk -F= '/^cpu_self/ { n += $2 } END { print n }')
    again=$(sum mekongline_store_conflicts_total "$1")
    printf 'gateways %s %s own=%s again=%s\n' "$1" "$line" "$own" "$(awk -v n="$again" -v all="$((steps + steps / 10))" 'BEGIN { print n / all }')" \
        >>"$folder/results"
    stop_gateways
}

print_table() {
    echo "Medians of $runs runs on $(nproc) processors, $window dialogues under way. Latencies in us; processor time in us for a step, of all gateways together."
    printf '%8s %9s %8s %8s %9s %8s %8s %12s %7s\n' gateways steps/s p50 p99 'own time' broker redis 'taken again' 'of one'
    for n in $counts; do
        printf '%8s %9.0f %8.0f %8.0f %9.1f %8.1f %8.1f %12.2f %7.2f\n' "$n" "$(median gateways "$n" rate)" "$(median gateways "$n" p50)" \
            "$(median gateways "$n" p99)" "$(median gateways "$n" own)" "$(median gateways "$n" cpu_broker)" "$(median gateways "$n" cpu_redis)" \
            "$(median gateways "$n" again)" "$(echo "$(median gateways "$n" rate) $(median gateways 1 rate)" | awk '{ print $1 / $2 }')"
    done
}

read_options "$@"
make_folder
build "$build_packages $test_packages $bench_packages" mekongline bench_load
write_conf "$folder/http.sock"
start_servers
run=1
while [ "$run" -le "$runs" ]; do
    for n in $counts; do
        measure "$n"
    done
    run=$((run + 1))
done
print_table
print_faults 'unsettled=0 mismatched=0 errors=0 broken=0 ended=0' "Not every step was settled well:"
