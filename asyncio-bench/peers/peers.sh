#!/bin/sh
# Compares our WebSocket echo server, and the contenders of the JVM, with servers outside of it:
#
#   peers.sh ROUNDS CONNECTIONS MESSAGE_BYTES WINDOW SECONDS [text|binary] [CONTENDER...]
#
# Needs a JDK 25 (JAVA_HOME, or the java of the PATH) and target/benchmarks.jar. Measures what of npm's packages "bun"
# and "ws" is installed in the folder node_modules that PEERS_MODULES names, or that npm would use here, or what else is
# on the PATH; and says what is missing.
set -eu

if [ $# -lt 5 ]; then
    sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi

here=$(cd "$(dirname "$0")" && pwd)
jar=$here/../target/benchmarks.jar
if [ ! -f "$jar" ]; then
    echo "no $jar: run mvn -q package -DskipTests -pl asyncio-bench -am" >&2
    exit 1
fi
java=java
if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
fi
modules=${PEERS_MODULES:-$here/node_modules}

rounds=$1 connections=$2 bytes=$3 window=$4 seconds=$5
shift 5
messages=binary
case ${1:-} in
    text | binary)
        messages=$1
        shift
        ;;
esac
if [ $# -eq 0 ]; then
    set -- ASYNCIO NETTY_EPOLL JAVA_WEBSOCKET
fi

bun=$modules/.bin/bun
if [ ! -x "$bun" ]; then
    bun=$(command -v bun || true)
fi
if [ -n "$bun" ]; then
    set -- "$@" "Bun=$bun $here/bun-ws-echo.js"
else
    echo "skipped: Bun, not in $modules nor on the PATH"
fi

if ! command -v node > /dev/null; then
    echo "skipped: ws, since there is no node on the PATH"
elif ! NODE_PATH=$modules node -e 'require("ws")' 2> /dev/null; then
    echo "skipped: ws, not in $modules"
else
    NODE_PATH=$modules
    export NODE_PATH
    set -- "$@" "ws=node $here/node-ws-echo.js"
fi

exec "$java" -cp "$jar" dev.asyncio.bench.WebSocketComparison \
    "$rounds" "$connections" "$bytes" "$window" "$seconds" "$messages" "$@"
