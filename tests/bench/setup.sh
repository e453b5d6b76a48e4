# SPDX-License-Identifier: Apache-2.0
# For the benchmarks to read with `.`: options, build, a folder, servers and their configurations. They set $root, and say in usage and
# clean_up what is theirs.
# shellcheck shell=sh disable=SC2034,SC2154

. "$root/deploy/packages.sh"
. "$root/deploy/servers.sh"
. "$root/tests/bench/medians.sh"
bin=$root/build
runs=
quick=no
folder=
tcp=no
qos=0
keep=

fail() {
    printf 'bench: %s\n' "$*" >&2
    exit 1
}

# Sets $quick, $runs, $tcp, $qos and $keep.
read_options() {
    while [ $# -gt 0 ]; do
        case $1 in
        --quick)
            quick=yes
            runs=${runs:-3}
            ;;
        --tcp) tcp=yes ;;
        --keep)
            [ $# -ge 2 ] || { usage >&2 && exit 2; }
            keep=$2
            shift
            ;;
        --qos)
            [ $# -ge 2 ] || { usage >&2 && exit 2; }
            qos=$2
            shift
            ;;
        --runs)
            [ $# -ge 2 ] || { usage >&2 && exit 2; }
            runs=$2
            shift
            ;;
        -h | --help) usage && exit 0 ;;
        *) usage >&2 && exit 2 ;;
        esac
        shift
    done
    runs=${runs:-5}
    case $runs in
    '' | 0* | *[!0-9]*) usage >&2 && exit 2 ;;
    esac
}

# Make the folder; clean_up runs at the end, however it comes.
make_folder() {
    PATH=$PATH:/usr/sbin
    trap clean_up EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    trap 'exit 129' HUP
    folder=$(mktemp -d /tmp/mekongline-bench.XXXXXX) || fail "No folder can be made in /tmp."
}

# Install the packages and build. Usage: build PACKAGES TARGET...
build() {
    packages=$1
    shift
    # shellcheck disable=SC2086 # a list of words
    packages_need $packages >"$folder/build.log" 2>&1 &&
        (
            cd "$root"
            cmake --preset release -DBUILD_TESTING=ON &&
                cmake --build build --parallel 2 --target "$@"
        ) >>"$folder/build.log" 2>&1 && return 0
    cat "$folder/build.log" >&2
    fail "The build failed."
}

# Ports of 127.0.0.1 that are free now, a line each. Usage: free_ports N
free_ports() {
    perl -MIO::Socket::INET -e '
        my @all = map { IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1") } 1 .. shift;
        print $_->sockport, "\n" for @all' "$1"
}

# Say where broker and Redis are: for conf files $broker_host, $broker_port and so on (port 0: a path), and $broker_at, $redis_at for the programs
# of this folder.
choose_addresses() {
    broker_host=$folder/broker.sock broker_port=0 redis_host=$folder/redis.sock redis_port=0
    broker_at=$broker_host redis_at=$redis_host
    [ "$tcp" = yes ] || return 0
    free_ports 2 >"$folder/ports"
    broker_host=127.0.0.1 broker_port=$(head -n 1 "$folder/ports")
    redis_host=127.0.0.1 redis_port=$(tail -n 1 "$folder/ports")
    broker_at=$broker_host:$broker_port redis_at=$redis_host:$redis_port
}

# Write mosquitto.conf and mekongline.conf. A window of thousands may wait for long on a slow machine, and is not to be refused for it.
# Usage: write_conf HTTP-LISTEN
write_conf() {
    choose_addresses
    cat >"$folder/mosquitto.conf" <<TEXT
listener 0 $folder/broker.sock
allow_anonymous true
user $(id -un)
persistence false
max_inflight_messages 0
max_queued_messages 0
log_type error
TEXT
    [ "$tcp" = no ] || printf 'set_tcp_nodelay true\nlistener %s 127.0.0.1\n' "$broker_port" >>"$folder/mosquitto.conf"
    (umask 077 && od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"$folder/secret")
    cat >"$folder/mekongline.conf" <<TEXT
[gateway]
instance = bench
content = $root/content
secret_file = $folder/secret
serve_drafts = yes
max_wait_ms = 60000

[mqtt]
host = $broker_host
port = $broker_port
qos = $qos

[redis]
host = $redis_host
port = $redis_port

[http]
listen = $1
TEXT
}

# Start broker and Redis and wait until they serve: $broker_pid, $redis_pid.
start_servers() {
    mosquitto -c "$folder/mosquitto.conf" >"$folder/broker.log" 2>&1 &
    broker_pid=$!
    redis-server --port "$redis_port" --bind 127.0.0.1 --unixsocket "$folder/redis.sock" --unixsocketperm 700 --dir "$folder" --save '' \
        --appendonly no --daemonize no >"$folder/redis.log" 2>&1 &
    redis_pid=$!
    await "The broker (mosquitto)" "$broker_pid" "$folder/broker.log" \
        mosquitto_pub --unix "$folder/broker.sock" -t bench -m hello
    await "Redis" "$redis_pid" "$folder/redis.log" redis-cli -s "$folder/redis.sock" ping
}

# Does a gateway say that it has broker and Redis? Usage: gateway_serves LOG
gateway_serves() {
    grep -q gateway_ready "$1" && grep -q redis_up "$1"
}

# Start a gateway and wait until it serves: $subject_pid, and $took_ms until then. Usage: launch_gateway CONF
launch_gateway() {
    : >"$folder/gateway.log"
    begun=$(date +%s%N)
    "$bin/mekongline" serve -c "$1" >"$folder/gateway.log" 2>&1 &
    subject_pid=$!
    await "The gateway" "$subject_pid" "$folder/gateway.log" gateway_serves "$folder/gateway.log"
    took_ms=$((($(date +%s%N) - begun) / 1000000))
}

# Lines of the results without PATTERN make the figures worthless. Usage: print_faults PATTERN TEXT
print_faults() {
    grep -v "$1" "$folder/results" >"$folder/faults" || return 0
    echo "$2" >&2
    cat "$folder/faults" >&2
    return 1
}
