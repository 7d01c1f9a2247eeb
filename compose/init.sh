#!/usr/bin/env bash
# init.sh DIRECTORY: makes what the services need to trust each other, once, in a directory for each of them. Files that are
# there stay as they are. Run as root, it gives each directory to the user that reads it.
set -euo pipefail
umask 077
cd "$1"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

secret() {
    openssl rand -base64 32 | tr -d '\n'
}

# An interrupted run leaves a part; the last file of all tells a complete one.
if [ ! -e grafana/admin-password ]; then
    # The authority signs these certificates and is gone: its key is kept nowhere.
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 3650 -subj "/CN=AgentDB Sync compose" \
        -addext basicConstraints=critical,CA:true -addext keyUsage=critical,keyCertSign \
        -keyout "$work/ca.key" -out "$work/ca.pem" 2>/dev/null
    token=$(secret)
    for node in alpha beta; do
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj "/CN=$node" \
            -keyout "$work/$node.key" -out "$work/$node.csr" 2>/dev/null
        printf 'subjectAltName=DNS:%s\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\n' "$node" \
            >"$work/$node.ext"
        openssl x509 -req -in "$work/$node.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" -CAcreateserial -days 3650 \
            -extfile "$work/$node.ext" -out "$work/$node.pem" 2>/dev/null
        mkdir -p "$node" "$node-tls" "$node-postgres"
        # Not among the settings: each file there becomes a property, and the key would be one of them.
        cp "$work/ca.pem" "$node-tls/ca.pem"
        cp "$work/$node.pem" "$node-tls/cert.pem"
        cp "$work/$node.key" "$node-tls/key.pem"
        secret >"$node-postgres/password"
        # A file per setting, named as the setting.
        cp "$node-postgres/password" "$node/spring.datasource.password"
        printf operator >"$node/agentdb.admin.users[0].name"
        printf operator >"$node/agentdb.admin.users[0].role"
        secret >"$node/agentdb.admin.users[0].password"
        printf prometheus >"$node/agentdb.admin.users[1].name"
        printf viewer >"$node/agentdb.admin.users[1].role"
        printf 'sha256:%s' "$(printf %s "$token" | sha256sum | cut -d ' ' -f 1)" >"$node/agentdb.admin.users[1].token"
    done
    mkdir -p prometheus grafana
    printf %s "$token" >prometheus/token
    secret >grafana/admin-password
fi

if [ "$(id -u)" -eq 0 ]; then
    chown -R 10001:10001 alpha alpha-tls beta beta-tls
    chown -R 999:999 alpha-postgres beta-postgres
    chown -R 65534:65534 prometheus
    chown -R 472:472 grafana
fi
