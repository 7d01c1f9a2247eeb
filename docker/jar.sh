#!/usr/bin/env bash
# jar.sh LAYERS ARCHITECTURE: builds the jar without a database and with the natives of that Linux alone, and unpacks its layers there.
# The architecture is amd64 or arm64, as Docker calls them. MEANING=true in the environment adds the model of texts' meaning.
set -euo pipefail
layers=$1
case $2 in
    amd64) names='x86_64 amd64 linux-x64 linux-x86_64' platform=linux-x86_64,!linux-aarch64 ;;
    arm64) names='aarch64 aarch_64 linux-aarch64 linux-aarch64' platform=linux-aarch64,!linux-x86_64 ;;
    *) echo "no native libraries for $2: give amd64 or arm64" >&2; exit 1 ;;
esac
profiles=no-database,$platform
[ "${MEANING:-false}" != true ] || profiles+=,meaning
./mvnw -B -q "-P$profiles" -Dmaven.test.skip=true package
java -Djarmode=tools -jar target/agentdb-sync-*.jar extract --layers --destination "$layers" --application-filename app.jar
cp LICENSE target/classes/META-INF/THIRD-PARTY.txt "$layers/application/"

# These have the natives of all systems in one jar, 17 MB that would never be loaded, and with a model 100 MB.
read -r first second third fourth <<<"$names"
for jar in "$layers"/dependencies/lib/{sqlite-jdbc,zstd-jni,onnxruntime,tokenizers}-*.jar; do
    [ -e "$jar" ] || continue
    jar=$(realpath "$jar")
    unpacked=$(mktemp -d)
    (
        cd "$unpacked"
        jar --extract --file "$jar"
        find . -type f \( -name '*.so' -o -name '*.dll' -o -name '*.dylib' -o -name '*.pdb' -o -ipath '*.dSYM/*' \) \
            ! -ipath "*/linux/$first/*" ! -ipath "*/linux/$second/*" ! -ipath "*/$third/*" ! -ipath "*/$fourth/*" -delete
        jar --create --no-manifest --file "$jar" .
    )
    rm -rf "$unpacked"
done
