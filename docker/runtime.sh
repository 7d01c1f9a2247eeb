#!/usr/bin/env bash
# runtime.sh DIRECTORY: makes a Java runtime there that has what the node needs and no more.
set -euo pipefail
runtime=$1
# Of java.desktop only java.beans is used, and none of its native libraries.
# What jdeps finds in app.jar and its libraries, then what is asked for by name only: TLS, and jcmd to look into a process.
modules=java.base,java.compiler,java.desktop,java.instrument,java.net.http,java.prefs,java.scripting,java.security.jgss
modules+=,java.sql.rowset,jdk.jfr,jdk.management,jdk.unsupported
modules+=,jdk.crypto.ec,jdk.jcmd
jlink --add-modules "$modules" --no-header-files --no-man-pages --strip-java-debug-attributes --compress zip-6 \
    --exclude-files '/java.desktop/lib/**.so' --output "$runtime"
# 5 MB of names for native debuggers.
strip --strip-unneeded "$runtime/lib/server/libjvm.so"
