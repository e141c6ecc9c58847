#!/bin/sh
# Compares our echo servers, and contenders of the JVM, with servers outside of it:
#
#   peers.sh ROUNDS CONNECTIONS MESSAGE_BYTES WINDOW SECONDS [tcp|text|binary [CONTENDER...]]
#
# Needs a JDK 25 (JAVA_HOME, or the java of the PATH) and target/benchmarks.jar. Measures what build.sh finds, and says
# what is missing: servers of TCP first, then those of WebSocket with binary messages, unless one of these is asked for.
set -eu

usage() {
    sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
    exit 2
}

if [ $# -lt 5 ]; then
    usage
fi
case ${6:-tcp} in
    tcp | text | binary) ;;
    *) usage ;;
esac

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

major=$("$java" --version | sed -n '1s/^[^ ]* \([0-9]*\).*/\1/p')
if [ "${major:-0}" -lt 25 ]; then
    echo "expected a JDK 25 or later as JAVA_HOME or in the PATH, got $("$java" --version | head -n 1)" >&2
    exit 1
fi

"$here/../lock.sh" $$

rounds=$1 connections=$2 bytes=$3 window=$4 seconds=$5
shift 5

# compare tcp|text|binary [CONTENDER...]
compare() {
    messages=$1
    shift
    if [ "$messages" = tcp ]; then
        main=ServerComparison options=
        contenders="ASYNCIO NETTY_EPOLL" peers="c-epoll c-epoll-spin asio-sync asio-async trantor"
    else
        main=WebSocketComparison options=$messages
        contenders="ASYNCIO NETTY_EPOLL JAVA_WEBSOCKET" peers="bun ws drogon"
    fi
    if [ $# -eq 0 ]; then
        set -- $contenders
    fi
    for peer in $peers; do
        command=$(sed -n "s/^$peer = //p" "$here/../target/peers/peers.properties")
        if [ -n "$command" ]; then
            set -- "$@" "$peer=$command"
        fi
    done
    "$java" -cp "$jar" "dev.asyncio.bench.$main" "$rounds" "$connections" "$bytes" "$window" "$seconds" $options "$@"
}

"$here/build.sh"
if [ $# -gt 0 ]; then
    compare "$@"
else
    compare tcp
    compare binary
fi
