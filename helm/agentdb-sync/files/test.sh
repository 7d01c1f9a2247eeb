# What the pod of `helm test` does: it asks NODE for its health, and as its operator writes, reads and deletes an episode.
# The image has no curl, but bash speaks TCP.
login="Authorization: Basic $(printf 'operator:%s' "$PASSWORD" | base64 -w 0)"
task="helm test $RANDOM$RANDOM"
id=

# ask PORT METHOD PATH [HEADER [BODY]]: prints the whole answer.
ask() {
  local header=${4:-Accept: */*} body=${5:-}
  exec 3<>"/dev/tcp/$NODE/$1" || return
  printf '%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s' \
    "$2" "$3" "$NODE" "$header" "${#body}" "$body" >&3
  cat <&3
}

healthy() {
  health=$(ask "$MANAGEMENT_PORT" GET /actuator/health)
  [[ $health == *'"status":"UP"'* ]] || { wrong="health is not UP: see the log of the node's pods"; return 1; }
  answer=$(ask "$HTTP_PORT" GET /status)
  [[ $answer == 'HTTP/1.1 401'* ]] || { wrong='the REST API did not ask for a login'; return 1; }
}

# expect STATUS METHOD PATH [BODY]: as the operator.
expect() {
  answer=$(ask "$HTTP_PORT" "$2" "$3" "$login" "${4:-}")
  echo "$2 $3: ${answer%%$'\r'*}"
  [[ $answer == "HTTP/1.1 $1"* ]] || { echo "$answer"; echo "expected $1"; exit 1; }
}

leave_nothing() {
  [ -z "$id" ] || ask "$HTTP_PORT" DELETE "/episodes/$id" "$login" >/dev/null
}
trap leave_nothing EXIT

# Right after an installation the node may still be migrating, and the Service have no address.
until healthy; do
  ((SECONDS < 60)) || { echo "$health"; echo "$wrong"; exit 1; }
  sleep 2
done
echo "$health"

expect 201 POST /episodes "{\"sessionId\": \"helm-test\", \"task\": \"$task\", \"reward\": 0, \"success\": true}"
[[ $answer =~ \"id\"\ *:\ *\"([0-9a-f-]{36})\" ]] || { echo "$answer"; echo 'the answer has no id'; exit 1; }
id=${BASH_REMATCH[1]}
expect 200 GET "/episodes/$id"
[[ $answer == *"$task"* ]] || { echo "$answer"; echo 'what was read is not what was written'; exit 1; }
expect 204 DELETE "/episodes/$id"
expect 404 GET "/episodes/$id"
id=
echo 'The node takes, keeps and deletes what it is given.'
