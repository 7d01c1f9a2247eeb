#!/usr/bin/env bash
# jar.sh LAYERS ARCHITECTURE: builds the jar without databases and natives for other systems, and unpacks its layers there.
# The architecture is amd64 or arm64, as Docker calls them.
set -euo pipefail
layers=$1
case $2 in
    amd64) names='x86_64 amd64' other=aarch_64 ;;
    arm64) names='aarch64 aarch_64' other=x86_64 ;;
    *) echo "no native libraries for $2: give amd64 or arm64" >&2; exit 1 ;;
esac
./mvnw -B -q -Pimage -Dmaven.test.skip=true package
java -Djarmode=tools -jar target/agentdb-sync-*.jar extract --layers --destination "$layers" --application-filename app.jar
rm "$layers"/dependencies/lib/netty-*-linux-$other.jar

# These two have the natives of all systems in one jar, 17 MB that would never be loaded.
read -r first second <<<"$names"
for jar in "$layers"/dependencies/lib/{sqlite-jdbc,zstd-jni}-*.jar; do
    jar=$(realpath "$jar")
    unpacked=$(mktemp -d)
    (
        cd "$unpacked"
        jar --extract --file "$jar"
        find . -type f \( -name '*.so' -o -name '*.dll' -o -name '*.dylib' \) \
            ! -ipath "*/linux/$first/*" ! -ipath "*/linux/$second/*" -delete
        jar --create --no-manifest --file "$jar" .
    )
    rm -rf "$unpacked"
done
