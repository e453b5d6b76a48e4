#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Run the test of a gateway's thread under ThreadSanitizer: that of the journal, or that of published content.
# Usage: sh tests/tsan.sh FOLDER journal|published. The folder is made and keeps the program.
set -eu

usage='usage: sh tests/tsan.sh FOLDER journal|published'
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
folder=${1:?$usage}
name=${2:?$usage}
mkdir -p "$folder"
test=$folder/test_$name

cd "$root"
case $name in
journal)
    sources="tests/support/journal.c tests/support/await.c tests/support/server.c gateway/io/journal*.c gateway/io/db*.c gateway/io/loop.c gateway/base/buf.c
        gateway/base/clock.c gateway/base/log*.c gateway/base/metrics.c gateway/base/utf8.c"
    libraries='libevent sqlite3'
    ;;
published)
    sources="tests/support/small_content.c gateway/daemon/published*.c gateway/setup/*.c gateway/core/*.c gateway/message/*.c
        gateway/catalog/*.c gateway/text/*.c gateway/base/*.c gateway/io/loop.c gateway/io/worker.c handlers/*.c"
    libraries='libevent libcjson inih libsodium icu-uc icu-i18n'
    ;;
*)
    echo "$usage" >&2
    exit 2
    ;;
esac

# Compile with one compiler; some systems have the sanitizer's library for only one of them.
build() {
    # shellcheck disable=SC2046,SC2086 # flags and files are words
    "$1" -std=gnu11 -D_GNU_SOURCE -DML_VERSION='"0"' -g -O1 -fsanitize=thread -I. -Igateway -Itests -o "$test" \
        tests/contract/test_"$name".c $sources $(pkg-config --cflags --libs cmocka $libraries) -lm -pthread
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
