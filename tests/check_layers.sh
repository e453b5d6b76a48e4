#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The house rules that a compiler does not keep: which room may include which, which file may use which library,
# how long files and functions may be, and that no metric and no event is told of that never happens. Usage: sh tests/check_layers.sh [FOLDER]
set -eu
cd "${1:-$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)}"

# Room, then what it may include besides its own headers. A pattern ending in / is a whole room.
# `main` stands for the programs' own files directly in gateway/.
rooms='
base
text      base/
message   base/ text/
catalog   base/ text/
core      base/ text/ catalog/ message/message.h message/request.h
handlers  base/ text/ catalog/ core/handler.h core/session.h
io        base/ text/ message/ core/ports.h core/dispatch.h core/forward.h
setup     base/ text/ catalog/ core/ message/content_codec.h
editing   base/ text/ message/ catalog/ core/ setup/ io/store_memory.h io/journal_memory.h
volumes   base/ text/ core/ io/ setup/
desk      base/ text/ catalog/ core/ setup/
bridge    base/ text/ message/ io/loop.h io/mqtt.h io/http.h io/notify.h
phone     base/ text/ message/ catalog/ core/ setup/ bridge/ editing/stage.h io/loop.h
smpp      base/ text/ message/ bridge/ io/loop.h io/stream.h io/backoff.h
http      base/ text/ message/ bridge/ io/loop.h io/web.h io/web_client.h
console   base/ text/ message/ catalog/ core/ io/ setup/ desk/ editing/ casework/ volumes/
casework  base/ text/ message/ core/ io/ setup/
doctor    base/ message/topics.h catalog/ core/ io/loop.h io/mqtt.h io/store_redis.h io/web_client.h setup/
publish   base/ text/ message/ catalog/ core/ io/loop.h io/mqtt.h setup/
daemon    base/ text/ message/ catalog/ core/ io/ setup/
main      base/ text/ message/ catalog/ core/ io/ setup/ casework/ console/ daemon/ desk/ doctor/ editing/ phone/ publish/ handlers/ smpp/ http/ volumes/
'

# Header of a library (a regular expression), then the files that may include it (another). uthash is macros
# alone and links nothing, so any file may use it; but by base/hash_table.h, or it ends the process without memory.
libraries='
^(cjson/)?cJSON\.h$        ^gateway/base/tree\.c$
^ini\.h$                   ^gateway/base/conf[a-z_]*\.c$
^sodium\.h$                ^gateway/base/(digest|password|seal)\.c$
^unicode/                  ^gateway/text/(words|fold|zawgyi)\.c$
^event2/bufferevent_ssl\.h$ ^gateway/io/stream_tls\.c$
^event2/                   ^gateway/io/(loop|http|(listen|mqtt|store_redis|stream|web)[a-z_]*)\.[ch]$
^openssl/                  ^gateway/(io/stream_tls|console/totp)\.c$
^zxcvbn\.h$               ^gateway/console/password_rules\.c$
^(mosquitto|mqtt_protocol)\.h$      ^gateway/io/mqtt[a-z_]*\.[ch]$
^gettext-po\.h$            ^gateway/desk/po\.c$
^csv\.h$                   ^gateway/desk/csv\.c$
^systemd/                  ^gateway/io/notify\.c$
^link\.h$                  ^gateway/text/words_rest\.c$
^sqlite3\.h$              ^gateway/io/db(_copy|_values)?\.[ch]$
^hiredis/                  ^gateway/io/store_redis[a-z_]*\.[ch]$
^uthash\.h$                ^gateway/(base/hash_table\.h|catalog/map\.c)$
^(utlist|utarray)\.h$      .
'

# The C library and POSIX.
system='assert ctype errno fcntl float getopt inttypes limits locale malloc math netdb poll pthread pwd setjmp signal stdalign stdarg stdatomic stdbool
stddef stdint stdio stdlib stdnoreturn string strings termios time unistd dirent fnmatch glob langinfo libgen sched spawn wchar
arpa/inet netinet/in netinet/tcp sys/eventfd sys/file sys/ioctl sys/mman sys/pidfd sys/prctl sys/queue sys/random sys/resource sys/select sys/signalfd sys/socket
sys/stat sys/statvfs sys/time sys/timex sys/types sys/uio sys/utsname sys/un sys/wait'

files=$(find gateway handlers -name '*.c' -o -name '*.h' | LC_ALL=C sort)
[ -n "$files" ] || {
    echo "no files in gateway/ and handlers/" >&2
    exit 1
}

# Every metric and event of the tables is used somewhere, or it is no metric and no event.
names=$(sed -n 's/^METRIC(\([A-Z0-9_]*\),.*/M_\1/p' gateway/base/metrics.def
    sed -n 's/^EVENT(\([a-z0-9_]*\),.*/EV_\1/p' gateway/base/events.def)
for name in $names; do
    grep -rqw --include='*.[ch]' "$name" gateway || {
        echo "$name is used nowhere" >&2
        exit 1
    }
done

# shellcheck disable=SC2086 # a list of files without blanks
ROOMS=$rooms LIBRARIES=$libraries SYSTEM=$system awk '
function complain(what) {
    printf "%s:%d: %s\n", FILENAME, FNR, what
    faults++
}

function room_of(file,    parts) {
    if (file ~ /^handlers\//)
        return "handlers"
    return split(file, parts, "/") == 2 ? "main" : parts[2]
}

# May this room include the project header?
function may(room, header,    i, n, list) {
    if (index(header, room "/") == 1)
        return 1
    n = split(allowed[room], list, " ")
    for (i = 1; i <= n; i++)
        if (list[i] ~ /\/$/ ? index(header, list[i]) == 1 : header == list[i])
            return 1
    return 0
}

function check_library(header,    i) {
    for (i = 1; i <= library_count; i++) {
        if (header ~ library[i]) {
            if (FILENAME !~ user[i])
                complain("<" header "> is for " user[i] " alone")
            return
        }
    }
    sub(/\.h$/, "", header)
    if (!(header in libc))
        complain("<" header ".h> is in no table of tests/check_layers.sh")
}

function check_length() {
    limit = last_file ~ /\.h$/ ? 120 : 400
    if (last_file != "" && last_line > limit) {
        printf "%s: %d lines, at most %d\n", last_file, last_line, limit
        faults++
    }
}

BEGIN {
    n = split(ENVIRON["ROOMS"], line, "\n")
    for (i = 1; i <= n; i++)
        if (match(line[i], /^[a-z]+/))
            allowed[substr(line[i], 1, RLENGTH)] = substr(line[i], RLENGTH + 1)
    n = split(ENVIRON["LIBRARIES"], line, "\n")
    for (i = 1; i <= n; i++)
        if (split(line[i], word, " ") == 2) {
            library[++library_count] = word[1]
            user[library_count] = word[2]
        }
    n = split(ENVIRON["SYSTEM"], word, /[ \n]+/)
    for (i = 1; i <= n; i++)
        libc[word[i]] = 1
}

FNR == 1 {
    check_length()
    last_file = FILENAME
    room = room_of(FILENAME)
    begin = 0
    if (!(room in allowed))
        complain("the room " room " is not in the table of tests/check_layers.sh")
    if ($0 !~ /SPDX-License-Identifier: Apache-2\.0/)
        complain("the first line names no licence")
}

{ last_line = FNR }

/^[ \t]*#[ \t]*include[ \t]*"/ {
    includes++
    header = $0
    sub(/^[^"]*"/, "", header)
    sub(/".*/, "", header)
    if (header !~ /\//)
        complain("\"" header "\" is not named by its folder")
    else if (!may(room, header))
        complain(room " may not include \"" header "\"")
}

/^[ \t]*#[ \t]*include[ \t]*</ {
    header = $0
    sub(/^[^<]*</, "", header)
    sub(/>.*/, "", header)
    check_library(header)
}

# A function stands between braces in the first column; .clang-format sees to that.
/^\{/ { begin = FNR }
/^\}/ {
    if (begin) {
        functions++
        if (FNR - begin + 1 > 70)
            complain("a function of " FNR - begin + 1 " lines, at most 70")
    }
    begin = 0
}

END {
    check_length()
    printf "%d includes, %d functions, %d faults\n", includes, functions, faults
    exit faults > 0
}' $files
