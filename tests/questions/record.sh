#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Write the transcripts of the questions anew, after texts were changed on purpose. Look at `git diff` before you keep them.
# Usage: sh tests/questions/record.sh [MEKONGLINE]
set -eu
cd "$(dirname -- "$0")/../.."
for file in tests/questions/*.txt; do
    "${1:-build-asan/mekongline}" phone --offline --script "$file" --record >"$file.new"
    mv "$file.new" "$file"
done
