# SPDX-License-Identifier: Apache-2.0
# For other scripts to read with `.`: how a process that they started is awaited and stopped. They say what `fail` does.
# shellcheck shell=sh

# Stop one process that this script started: by request, and by force after 15 s.
stop() {
    [ -n "$1" ] || return 0
    kill -TERM "$1" 2>/dev/null || return 0
    tries=1500
    while kill -0 "$1" 2>/dev/null; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || kill -KILL "$1" 2>/dev/null || true
        sleep 0.01
    done
    wait "$1" 2>/dev/null || true
}

# Wait until a command succeeds; at most 20 s, and only while the process lives. Usage: await NAME PID LOG COMMAND...
await() {
    name=$1 pid=$2 log=$3
    shift 3
    tries=4000
    until "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        if [ "$tries" -le 0 ] || ! kill -0 "$pid" 2>/dev/null; then
            tail -n 20 "$log" >&2 || true
            fail "$name did not start. Its last lines are above."
        fi
        sleep 0.005
    done
}
