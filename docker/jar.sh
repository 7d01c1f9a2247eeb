#!/usr/bin/env bash
# jar.sh LAYERS: builds the jar without databases and natives for other systems, and unpacks its layers there.
set -euo pipefail
layers=$1
./mvnw -B -q -Pimage -Dmaven.test.skip=true package
java -Djarmode=tools -jar target/agentdb-sync-*.jar extract --layers --destination "$layers" --application-filename app.jar

# These two have the natives of all systems in one jar, 15 MB that would never be loaded.
for jar in "$layers"/dependencies/lib/{sqlite-jdbc,zstd-jni}-*.jar; do
    jar=$(realpath "$jar")
    unpacked=$(mktemp -d)
    (
        cd "$unpacked"
        jar --extract --file "$jar"
        find . -type f \( -name '*.so' -o -name '*.dll' -o -name '*.dylib' \) ! -ipath '*/linux/amd64/*' \
            ! -ipath '*/linux/x86_64/*' ! -ipath '*/linux/aarch64/*' -delete
        jar --create --no-manifest --file "$jar" .
    )
    rm -rf "$unpacked"
done
