#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Measure SMS and USSD by way of SMPP: a simulated SMSC, mekongline-smpp, broker, gateway and back; SMS by way of MQTT alone; and Kannel with a
# static text behind the same SMSC in the same run. README.md says what the figures mean.
set -eu

usage() {
    cat <<'TEXT'
Usage: sh tests/bench/smpp.sh [--quick] [--runs N]

  --runs N   how often each is measured; medians are printed (5)
  --quick    fewer messages, and 3 runs unless --runs says otherwise
TEXT
}

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$root/tests/bench/setup.sh"
pids=
broker_pid=
redis_pid=

stop_all() {
    for pid in $pids $broker_pid $redis_pid; do
        stop "$pid"
    done
    pids='' broker_pid='' redis_pid=''
}

clean_up() {
    trap '' INT TERM HUP
    stop_all
    [ -z "$folder" ] || rm -rf "$folder"
}

# Start the load; $port is where it listens.
start_smsc() {
    rm -f "$folder/go"
    mkfifo "$folder/go"
    : >"$folder/load"
    "$bin/bench_smsc" -k "$1" -w "$2" -n "$3" -u $(($3 / 10)) <"$folder/go" >"$folder/load" 2>&1 &
    smsc_pid=$!
    exec 3>"$folder/go"
    await "The SMSC" "$smsc_pid" "$folder/load" grep -q '^port' "$folder/load"
    port=$(sed -n 's/^port //p' "$folder/load")
}

# Tell the load whose time it shall take, wait for its end, and keep its line. Usage: finish SUBJECT KIND NAME=PID...
finish() {
    subject=$1 kind=$2
    shift 2
    echo "$*" >&3
    exec 3>&-
    rc=0
    wait "$smsc_pid" || rc=$?
    [ "$rc" = 0 ] || [ "$rc" = 3 ] || fail "The load could not be put on $subject: $(cat "$folder/load")"
    printf '%s %s %s\n' "$subject" "$kind" "$(sed -n '/^messages/p' "$folder/load")" >>"$folder/results"
    [ ! -t 2 ] || printf '.' >&2
    stop_all
}

started() {
    pids="$! $pids"
}

measure_mekong() {
    start_smsc "$1" "$2" "$3"
    cat >"$folder/smpp.conf" <<TEXT
[mqtt]
host = $folder/broker.sock
port = 0

[smpp bench]
host = 127.0.0.1
port = $port
rate = 100000
window_out = 1000
window_in = 4096
TEXT
    start_servers
    : >"$folder/gateway.log"
    "$bin/mekongline" serve -c "$folder/unix.conf" >"$folder/gateway.log" 2>&1 &
    gateway=$! && started
    await "The gateway" "$gateway" "$folder/gateway.log" grep -q gateway_ready "$folder/gateway.log"
    : >"$folder/bridge.log"
    "$bin/mekongline-smpp" -c "$folder/smpp.conf" >"$folder/bridge.log" 2>&1 &
    bridge=$! && started
    await "The bridge" "$bridge" "$folder/bridge.log" grep -q mqtt_up "$folder/bridge.log"
    finish mekong "$1" "bridge=$bridge" "gateway=$gateway" "broker=$broker_pid" "redis=$redis_pid"
}

write_kannel() {
    cat >"$folder/kannel.conf" <<TEXT
group = core
admin-port = $(free_ports 1)
admin-password = bench
smsbox-port = $(free_ports 1)
box-allow-ip = 127.0.0.1
box-deny-ip = *.*.*.*
log-level = 3
store-type = file
store-location = $folder/kannel.store

group = smsc
smsc = smpp
smsc-id = bench
host = 127.0.0.1
port = $port
transceiver-mode = true
smsc-username = esme
smsc-password = secret
system-type = ""
address-range = ""
max-pending-submits = 1000

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = $(free_ports 1)
log-level = 3

group = sms-service
keyword = default
text = "Answer with the number of a line. 0 back, 00 main menu, 98 more, 99 leave. By SMS send HELP, STOP or a word such as FEES. 0 back"
catch-all = true
max-messages = 1
TEXT
    sed -i '/^store-/d' "$folder/kannel.conf" # nothing is stored: the fastest that Kannel can do
}

# SMS without a bridge of ours: the load speaks MQTT. Usage: measure_mqtt unix|tcp COUNT
measure_mqtt() {
    start_servers
    at=$folder/broker.sock
    [ "$1" = unix ] || at=$broker_at
    launch_gateway "$folder/$1.conf"
    pids=$subject_pid
    rc=0
    line=$("$bin/bench_load" -s HELP -w "$window" -n "$2" -u $(($2 / 10)) -p "gateway=$subject_pid" -p "broker=$broker_pid" \
        -p "redis=$redis_pid" "$at") || rc=$?
    [ "$rc" = 0 ] || fail "The load could not be put on the gateway by MQTT: $line"
    printf '%s sms %s refused=0 strange=0\n' "$1" "$line" >>"$folder/results"
    [ ! -t 2 ] || printf '.' >&2
    stop_all
}

# Kannel's two programs talk to each other over the loopback interface.
measure_kannel() {
    start_smsc "$1" "$2" "$3"
    write_kannel
    : >"$folder/kannel.log"
    bearerbox -v 2 "$folder/kannel.conf" >"$folder/kannel.log" 2>&1 &
    bearerbox=$! && started
    await "Kannel's bearerbox" "$bearerbox" "$folder/kannel.log" sh -c "ss -ltn | grep -q \":$(sed -n 's/^smsbox-port = //p' "$folder/kannel.conf") \""
    smsbox -v 2 "$folder/kannel.conf" >"$folder/smsbox.log" 2>&1 &
    smsbox=$! && started
    finish kannel "$1" "bearerbox=$bearerbox" "smsbox=$smsbox"
}

print_row() {
    printf '%-8s %-5s %9.0f %8.0f %8.0f %9.1f   %s\n' "$1" "$2" "$(median "$1" "$2" rate)" "$(median "$1" "$2" p50)" \
        "$(median "$1" "$2" p99)" "$(cpu "$1" "$2")" "$3"
}

# Processor time of all programs for one message.
cpu() {
    sum=0
    for name in bridge gateway broker redis bearerbox smsbox; do
        one=$(median "$1" "$2" "cpu_$name")
        sum=$(echo "$sum ${one:-0}" | awk '{ print $1 + $2 }')
    done
    echo "$sum"
}

parts() {
    for name in "$@"; do
        printf '%s %.1f  ' "$name" "$(median "$subject" "$kind" "cpu_$name")"
    done
}

read_options "$@"
window=512
count=200000
[ "$quick" = no ] || count=20000

make_folder
build "$build_packages $test_packages $bench_packages" mekongline mekongline-smpp bench_load bench_smsc
write_conf ''
mv "$folder/mekongline.conf" "$folder/unix.conf"
tcp=yes
write_conf ''
mv "$folder/mekongline.conf" "$folder/tcp.conf"
run=1
while [ "$run" -le "$runs" ]; do
    if [ $((run % 2)) = 1 ]; then
        measure_mekong sms "$window" "$count"
        measure_kannel sms "$window" "$count"
    else
        measure_kannel sms "$window" "$count"
        measure_mekong sms "$window" "$count"
    fi
    measure_mqtt unix "$count"
    measure_mqtt tcp "$count"
    measure_mekong ussd "$window" "$count"
    run=$((run + 1))
done
[ ! -t 2 ] || printf '\n' >&2
echo "Medians of $runs runs, $window phones, $(nproc) processors. Latencies in us; processor time in us for a message, all programs together."
printf '%-8s %-5s %9s %8s %8s %9s\n' program kind messages/s p50 p99 'time'
for kind in sms ussd; do
    subject=mekong
    print_row "$subject" "$kind" "$(parts bridge gateway broker redis)"
done
kind=sms
for subject in unix tcp; do
    print_row "$subject" sms "$(parts gateway broker redis)"
done
print_row kannel sms ''
print_faults 'refused=0 strange=0' "Not every message was answered well:"
echo "unix/kannel $(ratio_of unix kannel sms)"
echo "tcp/kannel $(ratio_of tcp kannel sms)"
echo "smpp/kannel $(ratio_of mekong kannel sms)"
