#!/usr/bin/env bash
# healthcheck.sh [liveness|readiness]: whether the node is alive, or can serve. The image has no HTTP client but bash.
set -euo pipefail
exec 3<>"/dev/tcp/127.0.0.1/${MANAGEMENT_SERVER_PORT:-9090}"
printf 'GET /actuator/health/%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "${1:-liveness}" >&3
read -r -t 4 _ status _ <&3
[ "$status" = 200 ]
