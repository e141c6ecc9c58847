#!/bin/sh
# Compares our WebSocket echo server, and the contenders of the JVM, with servers outside of it:
#
#   peers.sh ROUNDS CONNECTIONS MESSAGE_BYTES WINDOW SECONDS [text|binary] [CONTENDER...]
#
# Needs a JDK 25 (JAVA_HOME, or the java of the PATH) and target/benchmarks.jar. Measures what build.sh finds, and says
# what is missing.
set -eu

if [ $# -lt 5 ]; then
    sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
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

"$here/build.sh"
for name in bun ws drogon; do
    command=$(sed -n "s/^$name = //p" "$here/../target/peers/peers.properties")
    if [ -n "$command" ]; then
        set -- "$@" "$name=$command"
    fi
done

exec "$java" -cp "$jar" dev.asyncio.bench.WebSocketComparison \
    "$rounds" "$connections" "$bytes" "$window" "$seconds" "$messages" "$@"
