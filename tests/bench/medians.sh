# SPDX-License-Identifier: Apache-2.0
# For other scripts to read with `.`: medians over the runs in $folder/results, whose lines are "PROGRAM WHAT name=value...".
# shellcheck shell=sh disable=SC2154

# The median of the numbers on standard input.
middle() {
    sort -n | awk '{ a[NR] = $1 } END { if (NR) print NR % 2 ? a[(NR + 1) / 2] : (a[NR / 2] + a[NR / 2 + 1]) / 2 }'
}

# All values of one name, in the order of the runs. Usage: values PROGRAM WHAT NAME
values() {
    sed -n "s/^$1 $2 .* $3=\([0-9.]*\).*/\1/p" "$folder/results"
}

median() {
    values "$1" "$2" "$3" | middle
}

# The median of PROGRAM/OTHER over the runs, in rate: the two of one run stand next to each other in time, so that a machine that is slow for a
# while slows both. Usage: ratio_of PROGRAM OTHER WHAT
ratio_of() {
    values "$2" "$3" rate >"$folder/other"
    values "$1" "$3" rate | paste "$folder/other" - | awk '{ print $2 / $1 }' | middle | xargs printf '%.3f'
}
