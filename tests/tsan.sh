#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Run the journal's test under ThreadSanitizer: the journal has the only thread of a gateway. Usage: sh tests/tsan.sh FOLDER
# The folder is made and keeps the program.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
folder=${1:?usage: sh tests/tsan.sh FOLDER}
mkdir -p "$folder"
test=$folder/test_journal

# Compile with one compiler; some systems have the sanitizer's library for only one of them.
build() {
    # shellcheck disable=SC2046 # flags are words
    "$1" -std=gnu11 -D_GNU_SOURCE -g -O1 -fsanitize=thread -I"$root" -I"$root/gateway" -I"$root/tests" -o "$test" \
        "$root"/tests/contract/test_journal.c "$root"/tests/support/journal.c "$root"/tests/support/server.c \
        "$root"/gateway/io/journal*.c "$root"/gateway/io/db*.c "$root"/gateway/io/loop.c "$root"/gateway/base/buf.c \
        "$root"/gateway/base/clock.c "$root"/gateway/base/log*.c "$root"/gateway/base/metrics.c "$root"/gateway/base/utf8.c \
        $(pkg-config --cflags --libs cmocka libevent sqlite3) -pthread
}

# The sanitizer's memory map has no place for a system's widest randomization, so it is turned off where that is allowed.
run() {
    if setarch -R true 2>/dev/null; then
        TSAN_OPTIONS=halt_on_error=1 setarch -R "$test"
    else
        TSAN_OPTIONS=halt_on_error=1 "$test"
    fi
}

for compiler in clang gcc; do
    command -v "$compiler" >/dev/null || continue
    build "$compiler" 2>"$folder/$compiler.log" || continue
    echo "built with $compiler"
    run
    exit
done
cat "$folder"/*.log >&2
echo "neither clang nor gcc can build with -fsanitize=thread" >&2
exit 1
