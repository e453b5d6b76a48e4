#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One, two and four gateways on one broker and one Redis: they share all messages, or each serves some shards. Then one of two is killed under
# load. README.md says what the figures mean.
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
ways='shared shards'
window=512
broker_pid=
redis_pid=
load_pid=
gateway_pids=
first=0

clean_up() {
    trap '' INT TERM HUP
    stop "$load_pid"
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

# The I-th of N equal ranges of shards. Usage: range I N
range() {
    printf '%02x-%02x' $((256 * ($1 - 1) / $2)) $((256 * $1 / $2 - 1))
}

# Start the I-th gateway of N. Usage: start_gateway WAY I N
start_gateway() {
    log=$folder/gateway-$2.log conf=$folder/gateway-$2.conf
    : >"$log"
    sed "s/^instance = .*/instance = bench-$2/; s,^listen = .*,listen = $folder/http-$2.sock," "$folder/mekongline.conf" >"$conf"
    [ "$1" = shared ] || printf '[mqtt]\nshards = %s\n' "$(range "$2" "$3")" >>"$conf"
    "$bin/mekongline" serve -c "$conf" >"$log" 2>&1 &
    last_pid=$!
    gateway_pids="$gateway_pids $last_pid"
    await "Gateway $2" "$last_pid" "$log" gateway_serves "$log"
}

# Usage: start_gateways WAY N
start_gateways() {
    redis-cli -s "$folder/redis.sock" flushall >/dev/null
    i=1
    while [ "$i" -le "$2" ]; do
        start_gateway "$1" "$i" "$2"
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

# Adds "WAY N name=value..." to the results. Usage: measure WAY N
measure() {
    steps=120000
    [ "$quick" = no ] || steps=20000
    start_gateways "$1" "$2"
    watched=
    for pid in $gateway_pids; do
        watched="$watched -p gateway$pid=$pid"
    done
    rc=0
    # shellcheck disable=SC2086 # a list of words
    line=$("$bin/bench_load" -w "$window" -n "$steps" -u $((steps / 10)) -f "$first" $watched -p "broker=$broker_pid" -p "redis=$redis_pid" \
        -p load=self -q "$qos" "$broker_at") || rc=$?
    [ "$rc" = 0 ] || [ "$rc" = 3 ] || fail "The load could not be put on $2 gateways."
    first=$((first + steps))
    own=$(echo "$line" | tr ' ' '\n' | awk -F= '/^cpu_gateway/ { n += $2 } END { print n }')
    again=$(sum mekongline_store_conflicts_total "$2")
    printf '%s %s %s own=%s again=%s\n' "$1" "$2" "$line" "$own" "$(awk -v n="$again" -v all="$((steps + steps / 10))" 'BEGIN { print n / all }')" \
        >>"$folder/results"
    stop_gateways
}

# Under half of the load that two gateways bear, the second is killed, and comes again after a second, as systemd has it. Adds
# "WAY killed name=value..." to the results. Usage: measure_kill WAY
measure_kill() {
    rate=$(awk -v r="$(median shared 2 rate)" 'BEGIN { print int(r / 2) }')
    seconds=9
    [ "$quick" = no ] || seconds=5
    start_gateways "$1" 2
    "$bin/bench_load" -w 20000 -r "$rate" -n $((rate * seconds)) -u $((rate / 5)) -f "$first" -R 2000 -t 30 -k "$last_pid" -q "$qos" "$broker_at" \
        >"$folder/line" &
    load_pid=$!
    { wait "$last_pid" || true; } 2>/dev/null # the shell would say "Killed"
    gateway_pids=${gateway_pids% "$last_pid"}
    sleep 1
    start_gateway "$1" 2 2
    rc=0
    wait "$load_pid" || rc=$?
    load_pid=
    [ "$rc" = 0 ] || [ "$rc" = 3 ] || fail "The load could not be put on two gateways of which one is killed."
    first=$((first + rate * (seconds + 1)))
    printf '%s killed %s offered=%s\n' "$1" "$(cat "$folder/line")" "$rate" >>"$folder/results"
    stop_gateways
}

print_table() {
    echo "Medians of $runs runs on $(nproc) processors, $window dialogues under way. Latencies in us; processor time in us for a step, of all gateways together."
    printf '%-7s %8s %9s %7s %8s %9s %7s %6s %6s %12s %6s %7s\n' way gateways steps/s p50 p99 'own time' broker redis load 'taken again' 'in use' 'of one'
    for way in $ways; do
        for n in $counts; do
            printf '%-7s %8s %9.0f %7.0f %8.0f %9.1f %7.1f %6.1f %6.1f %12.3f %6.2f %7.2f\n' "$way" "$n" "$(median "$way" "$n" rate)" \
                "$(median "$way" "$n" p50)" "$(median "$way" "$n" p99)" "$(median "$way" "$n" own)" "$(median "$way" "$n" cpu_broker)" \
                "$(median "$way" "$n" cpu_redis)" "$(median "$way" "$n" cpu_load)" "$(median "$way" "$n" again)" "$(in_use "$way" "$n")" \
                "$(echo "$(median "$way" "$n" rate) $(median shared 1 rate)" | awk '{ print $1 / $2 }')"
        done
    done
}

# Processors that all programs together keep busy. Usage: in_use WAY N
in_use() {
    echo "$(median "$1" "$2" rate) $(median "$1" "$2" own) $(median "$1" "$2" cpu_broker) $(median "$1" "$2" cpu_redis) $(median "$1" "$2" cpu_load)" |
        awk '{ print $1 * ($2 + $3 + $4 + $5) / 1000000 }'
}

print_kills() {
    echo "One of two gateways killed at half of the load, back after a second; a step that is not settled in 2 s is sent again:"
    for way in $ways; do
        echo "$way-steps-per-second $(median "$way" killed offered)"
        echo "$way-steps-met $(median "$way" killed waited)"
        echo "$way-sent-again $(median "$way" killed repeated)"
        echo "$way-answered-twice $(median "$way" killed twice)"
        echo "$way-all-served-after-ms $(median "$way" killed served_ms)"
        echo "$way-longest-step-ms $(median "$way" killed max | awk '{ print int($1 / 1000) }')"
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
        for way in $ways; do
            measure "$way" "$n"
        done
    done
    # A quick run kills once.
    if [ "$quick" = no ] || [ "$run" = 1 ]; then
        for way in $ways; do
            measure_kill "$way"
        done
    fi
    run=$((run + 1))
done
print_table
print_kills
print_faults 'unsettled=0 mismatched=0 errors=0 broken=0 ended=0' "Not every step was settled well:"
