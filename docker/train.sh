#!/usr/bin/env bash
# train.sh HOME CACHE: starts the node in HOME until it is ready, on a throw-away PostgreSQL unless SPRING_DATASOURCE_URL
# names one, and keeps what the JVM loaded and linked meanwhile (JEP 514). For an ordinary user: PostgreSQL refuses root.
set -euo pipefail
home=$1
cache=$2
export MANAGEMENT_SERVER_PORT=${MANAGEMENT_SERVER_PORT:-9090}
work=$(mktemp -d)

clean_up() {
    [ -z "${node:-}" ] || kill -KILL "$node" 2>/dev/null || true
    [ ! -e "$work/data" ] || "$programs/pg_ctl" -D "$work/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap clean_up EXIT

if [ -z "${SPRING_DATASOURCE_URL:-}" ]; then
    programs=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
    "$programs/initdb" -D "$work/data" -U postgres -A trust -E UTF8 --no-locale >/dev/null
    "$programs/pg_ctl" -D "$work/data" -w -l "$work/log" -o "-F -h 127.0.0.1 -p 5432 -k $work" start >/dev/null
    export SPRING_DATASOURCE_URL="jdbc:postgresql://127.0.0.1:5432/postgres?user=postgres"
fi

# Only on loopback, and with passwords that nobody will need: nothing of this node is kept but the cache.
AGENTDB_SERVER_HOST=127.0.0.1 AGENTDB_EMBEDDED_DATADIR="$work/node" \
    java "-XX:AOTCacheOutput=$cache" "@$home/java.options" -jar "$home/app.jar" >"$work/node.log" 2>&1 &
node=$!
until bash "$home/healthcheck.sh" readiness 2>/dev/null; do
    kill -0 "$node" 2>/dev/null && [ "$SECONDS" -lt 900 ] || { cat "$work/node.log" >&2; exit 1; }
    sleep 0.2
done
kill -TERM "$node"
# The JVM writes the cache while it ends, and ends as SIGTERM says.
wait "$node" || [ $? -eq 143 ]
[ -s "$cache" ] || { cat "$work/node.log" >&2; echo "the training run has left no cache in $cache" >&2; exit 1; }
node=
