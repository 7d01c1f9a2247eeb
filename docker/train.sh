#!/usr/bin/env bash
# train.sh HOME ARCHIVE: starts the node in HOME until it is ready, on a throw-away PostgreSQL, and keeps the classes that the
# JVM loaded and linked meanwhile. For an ordinary user: PostgreSQL refuses to run as root.
set -euo pipefail
home=$1
archive=$2
programs=${POSTGRES_PROGRAMS:-$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)}
port=${TRAINING_PORT:-5432}
work=$(mktemp -d)

clean_up() {
    [ -z "${node:-}" ] || kill -KILL "$node" 2>/dev/null || true
    "$programs/pg_ctl" -D "$work/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap clean_up EXIT

"$programs/initdb" -D "$work/data" -U postgres -A trust -E UTF8 --no-locale >/dev/null
"$programs/pg_ctl" -D "$work/data" -w -l "$work/postgres.log" -o "-F -h 127.0.0.1 -p $port -k $work" start >/dev/null

# Only on loopback, and with passwords that nobody will need: nothing of this node is kept but the archive.
SPRING_DATASOURCE_URL="jdbc:postgresql://127.0.0.1:$port/postgres?user=postgres" \
AGENTDB_SERVER_HOST=127.0.0.1 AGENTDB_EMBEDDED_DATADIR="$work/node" \
    java "-XX:ArchiveClassesAtExit=$archive" "@$home/java.options" -jar "$home/app.jar" >"$work/log" 2>&1 &
node=$!
until bash "$home/healthcheck.sh" readiness 2>/dev/null; do
    kill -0 "$node" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
    sleep 0.2
done
kill -TERM "$node"
# The JVM writes the archive while it ends, and ends as SIGTERM says.
wait "$node" || [ $? -eq 143 ]
[ -s "$archive" ] || { cat "$work/log" >&2; echo "the training run has left no archive in $archive" >&2; exit 1; }
node=
