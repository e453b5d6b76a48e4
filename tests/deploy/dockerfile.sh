#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The images of deploy/containers without Docker: each stage of the Dockerfile is a folder, made by debootstrap and then by the stage's own
# COPY and RUN. Then setup.sh runs, all programs start as compose.yaml starts them, are asked for their health, and are stopped.
# Needs root, a mirror and minutes. Usage: sh tests/deploy/dockerfile.sh
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
dockerfile=$root/deploy/containers/Dockerfile
work=$(mktemp -d /tmp/mekongline-dockerfile.XXXXXX)
mounted=
pids=

say() {
    printf '== %s\n' "$*"
}

fail() {
    printf 'dockerfile: %s\n' "$*" >&2
    exit 1
}

. "$root/deploy/servers.sh"
. "$root/tests/deploy/debian.sh"

clean_up() {
    trap '' INT TERM HUP
    for pid in $pids; do
        stop "$pid"
    done
    for folder in $mounted; do
        umount "$folder" 2>/dev/null || true
    done
    rm -rf --one-file-system "$work"
}

mount_at() { # FOLDER OPTIONS...
    folder=$1
    shift
    mount "$@" "$folder"
    mounted="$folder $mounted"
}

# What stands for the image debian:bookworm-slim, which leaves out the same files.
make_debian() {
    debian_make "$1" "$work/log"
    if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then # npm's registry
        cp "$NODE_EXTRA_CA_CERTS" "$1/etc/node_extra_ca_certs"
    fi
    printf 'path-exclude /usr/share/doc/*\npath-exclude /usr/share/man/*\n' >"$1/etc/dpkg/dpkg.cfg.d/slim"
}

# The build context: what .dockerignore lets through.
make_context() {
    mkdir "$work/context"
    # shellcheck disable=SC2046 # a list of names
    tar -c -C "$root" --exclude=node_modules --exclude=deploy/containers/site $(sed -n 's/^!//p' "$root/.dockerignore") | tar -x -C "$work/context"
}

# FROM image AS name
do_from() {
    [ $# -eq 3 ] || fail "FROM $*: one image AS one name is what this script knows."
    stage=$3
    folder_of_stage=$work/$stage
    at=/
    user=
    case $1 in
    debian:bookworm-slim) cp -a "$work/debian" "$folder_of_stage" ;;
    *)
        [ -d "$work/$1" ] || fail "FROM $1: no such stage before it."
        umount "$work/$1/proc"
        cp -a "$work/$1" "$folder_of_stage"
        mount -t proc proc "$work/$1/proc"
        [ ! -f "$work/$1.user" ] || user=$(cat "$work/$1.user")
        ;;
    esac
    mount_at "$folder_of_stage/proc" -t proc proc
    printf '%s\n' "$user" >"$folder_of_stage.user"
    say "$stage"
}

# COPY [--from=STAGE] what... where
do_copy() {
    from=$work/context what=
    case $1 in --from=*)
        from=$work/${1#--from=}
        shift
        ;;
    --*) fail "COPY $1: this script does not know it." ;;
    esac
    while [ $# -gt 1 ]; do
        what="$what ${1#/}"
        shift
    done
    case $1 in /*) where=$1 ;; *) where=$at/$1 ;; esac
    for one in $what; do
        if [ -d "$from/$one" ]; then # what is in it
            mkdir -p "$folder_of_stage$where"
            cp -a "$from/$one/." "$folder_of_stage$where/"
        else
            case $where in */) mkdir -p "$folder_of_stage$where" ;; *) mkdir -p "$folder_of_stage$(dirname "$where")" ;; esac
            cp -a "$from/$one" "$folder_of_stage$where"
        fi
    done
}

# RUN [--mount=type=bind,from=STAGE,source=A,target=B] command
do_run() {
    command=$*
    bound=
    case $command in --mount=*)
        options=${command%% *}
        command=${command#* }
        stage_from=$(printf %s "$options" | sed -n 's/^--mount=type=bind,from=\([a-z]*\),source=.*/\1/p')
        source=$(printf %s "$options" | sed -n 's/.*,source=\([^,]*\).*/\1/p')
        bound=$folder_of_stage$(printf %s "$options" | sed -n 's/.*,target=\([^,]*\).*/\1/p')
        [ -d "$work/$stage_from$source" ] || fail "RUN $options: nothing to mount."
        mkdir -p "$bound"
        mount_at "$bound" --bind "$work/$stage_from$source"
        ;;
    esac
    [ -z "$user" ] || [ "$user" = 0:0 ] || fail "RUN as $user: this script runs as root alone."
    start=$(date +%s)
    chroot "$folder_of_stage" /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
        NODE_EXTRA_CA_CERTS=/etc/node_extra_ca_certs sh -c "cd '$at' && $command" >"$work/log" 2>&1 || {
        tail -n 30 "$work/log" >&2
        fail "$stage: RUN $command"
    }
    [ -z "$bound" ] || { umount "$bound" && rmdir "$bound"; }
    say "$stage: $(($(date +%s) - start)) s: $(printf %.60s "$command")"
}

# One instruction a line, without comments. Words are split as written, and never expanded here.
build_images() {
    sed -e '/^ *#/d' -e ':a' -e '/\\$/{N;s/\\\n *//;ba' -e '}' "$dockerfile" | grep -v '^ *$' >"$work/steps"
    set -f
    while IFS=' ' read -r word rest; do
        # shellcheck disable=SC2086 # the words of the instruction
        case $word in
        FROM) do_from $rest ;;
        COPY) do_copy $rest ;;
        RUN) do_run "$rest" ;;
        WORKDIR)
            at=$rest
            mkdir -p "$folder_of_stage$at"
            printf '%s\n' "$at" >"$folder_of_stage.WORKDIR"
            ;;
        USER)
            user=$rest
            printf '%s\n' "$user" >"$folder_of_stage.user"
            ;;
        ENTRYPOINT | CMD | HEALTHCHECK) # as JSON: the words without brackets, commas and quotes
            printf '%s\n' "$rest" | sed 's/.*CMD \[/[/; s/[][",]//g' >"$folder_of_stage.$word"
            ;;
        *) fail "$word: this script does not know it." ;;
        esac
    done <"$work/steps"
    set +f
}

# The lines of one service in compose.yaml.
service() {
    awk -v name="  $1:" '$0 == name { on = 1; next } /^  [a-z]/ || /^[a-z]/ { on = 0 } on' "$root/deploy/containers/compose.yaml"
}

# What a service is given: SOURCE TARGET, volumes and secrets.
gifts() {
    service "$1" | sed -n 's/^ *- \([^ :]*\):\([^ :]*\).*/\1 \2/p'
    service "$1" | sed -n 's/^ *- { source: \([^,]*\), target: \([^ ]*\) }/\1 \2/p' | while read -r source target; do
        echo "$(sed -n "s/^  $source: { file: \([^ ]*\) }/\1/p" "$root/deploy/containers/compose.yaml") $target"
    done
}

# Make a container of an image: what it is given in its place, and all else read only.
make_container() {
    container=$work/$1
    gifts "$1" >"$work/$1.gifts"
    [ -s "$work/$1.gifts" ] || fail "$1: compose.yaml gives it nothing."
    while read -r source target; do
        case $source in
        ./*) source=$work/${source#./} ;;
        *)
            if [ ! -d "$work/volumes/$source" ]; then # a new volume is what the image has there
                mkdir -p "$work/volumes"
                cp -a "$container$target" "$work/volumes/$source"
            fi
            source=$work/volumes/$source
            ;;
        esac
        if [ -d "$source" ]; then
            mkdir -p "$container$target"
        else
            [ -f "$source" ] || fail "$1: there is no $source."
            mkdir -p "$(dirname "$container$target")"
            : >"$container$target"
        fi
        printf '%s %s\n' "$source" "$container$target" >>"$work/$1.binds"
    done <"$work/$1.gifts"
    mount_at "$container" --bind "$container"
    mount -o remount,bind,ro "$container"
    mount_at "$container/proc" -t proc proc
    mount_at "$container/tmp" -t tmpfs tmpfs
    while read -r source target; do
        mount_at "$target" --bind "$source"
    done <"$work/$1.binds"
}

# Run words in a container: its user, its network, no rights but those named. Usage: inside SERVICE RIGHTS WORDS...
inside() {
    container=$work/$1 rights=$2 ids=$(cat "$work/$1.user") at=/
    [ ! -f "$container.WORKDIR" ] || at=$(cat "$container.WORKDIR")
    shift 2
    exec setsid nsenter --net="/proc/$pod/ns/net" chroot "$container" /usr/bin/env -i --chdir="$at" PATH=/usr/local/bin:/usr/sbin:/usr/bin \
        setpriv --reuid="${ids%:*}" --regid="${ids#*:}" --clear-groups --inh-caps=-all --bounding-set="-all$rights" --no-new-privs "$@"
}

# Usage: start SERVICE
start() {
    # shellcheck disable=SC2046 # words of the Dockerfile
    inside "$1" "" $(cat "$work/$1.ENTRYPOINT" "$work/$1.CMD") >"$work/$1.log" 2>&1 &
    pid=$!
    pids="$pid $pids"
    echo "$pid" >"$work/$1.pid"
}

# shellcheck disable=SC2046 # words of the Dockerfile
healthy() {
    (inside "$1" "" $(cat "$work/$1.HEALTHCHECK"))
}

await_health() {
    await "$1" "$(cat "$work/$1.pid")" "$work/$1.log" healthy "$1"
    say "$1: $(healthy "$1")"
}

# A container that is stopped ends by itself, and well.
end() {
    pid=$(cat "$work/$1.pid") status=0
    kill -TERM "$pid"
    wait "$pid" || status=$?
    [ "$status" = 0 ] || { tail -n 5 "$work/$1.log" >&2 && fail "$1 ended with status $status."; }
    pids=$(printf %s "$pids" | sed "s/\b$pid\b//")
}

try_words() {
    (inside gateway "" mekongline version)
    (inside gateway "" mekongline --help) >/dev/null
    (inside gateway "" mekongline check /usr/share/mekongline/content) | tail -n 1
    for name in console smpp http; do
        (inside $name "" "mekongline-$name" --help) >/dev/null || fail "mekongline-$name --help failed."
    done
    for name in gateway console smpp http setup; do
        [ ! -e "$work/$name/etc/mekongline/credentials" ] || fail "The image $name has secrets in it."
    done
}

run_setup() {
    mkdir "$work/site"
    make_container setup
    # shellcheck disable=SC2046 # words of the Dockerfile
    (inside setup ,+chown,+dac_override $(cat "$work/setup.ENTRYPOINT" "$work/setup.CMD"))
    # shellcheck disable=SC2046
    ! (inside setup ,+chown,+dac_override $(cat "$work/setup.ENTRYPOINT" "$work/setup.CMD")) 2>/dev/null || fail "setup made everything anew."
    # A carrier and an aggregator who are not there: enough to run and be well.
    printf '[smpp demo]\nhost = 127.0.0.1\nsystem_id = demo\npassword_file = /run/credentials/mekongline-smpp.service/demo\n' >>"$work/site/etc/smpp.conf"
    printf '[aggregator demo]\nsecret_file = /run/credentials/mekongline-http.service/demo\n' >>"$work/site/etc/http.conf"
    for name in smpp http; do
        printf secret >"$work/site/secrets/$name/demo"
        chmod 0400 "$work/site/secrets/$name/demo"
        chown --reference="$work/site/secrets/$name" "$work/site/secrets/$name/demo"
    done
}

[ "$(id -u)" = 0 ] || {
    echo "This needs root."
    exit 77
}
PATH=$PATH:/usr/sbin:/sbin
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say "a Debian"
make_debian "$work/debian"
make_context
build_images

say "programs"
unshare --net sleep infinity &
pod=$!
pids=$pod
until [ "$(readlink /proc/$pod/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do :; done
nsenter --net="/proc/$pod/ns/net" ip link set lo up
try_words
run_setup
for name in broker redis console gateway smpp http; do
    make_container $name
done
start broker
await broker "$pid" "$work/broker.log" grep -q "listen socket on port 1883" "$work/broker.log"
start redis
await redis "$pid" "$work/redis.log" test -S "$work/volumes/redis-socket/mekongline.sock"
for name in console gateway smpp http; do
    start $name
    await_health $name
done
ready() {
    (inside gateway "" perl /usr/local/lib/mekongline/health.pl 127.0.0.1:9464 /readyz)
}
await "The gateway, with broker and Redis," "$(cat "$work/gateway.pid")" "$work/gateway.log" ready
(inside gateway "" mekongline doctor -c /etc/mekongline/mekongline.conf) || fail "doctor: see above."
for name in http smpp gateway console redis broker; do
    end $name
done
say "built, set up, started, healthy, stopped"
