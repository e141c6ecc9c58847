#!/usr/bin/env bash
# Has our WebSocket talk to peers that others wrote, both ways, with and without compression: Node's package ws and own
# WebSocket, Bun, Python's standard library, Chromium. Each compares what comes back, text and binary, 0 B to 16 MiB.
#
# Run it: [PEERS_MODULES=DIR/node_modules] asyncio-ws/src/test/peers/peers.sh
# where DIR is a directory in which `npm install ws bun` was run. What is not installed is skipped.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../../.." && pwd)
export NODE_PATH=${PEERS_MODULES:-}
logs=$(mktemp -d)
servers=()
ok=0 failed=0 skipped=0

finish() {
    ((${#servers[@]})) && kill "${servers[@]}" 2>/dev/null
    rm -rf "$logs"
}
trap finish EXIT

java25() {
    local candidate
    for candidate in ${JAVA_HOME:+"$JAVA_HOME/bin/java"} "$(command -v java)" /usr/lib/jvm/*/bin/java; do
        if [[ -x $candidate ]] && "$candidate" --version 2>/dev/null | grep -Eq '^(openjdk|java) (2[5-9]|[3-9][0-9])'; then
            echo "$candidate"
            return
        fi
    done
    echo "no JDK 25 found; set JAVA_HOME" >&2
    return 1
}

# start COMMAND...: starts a server and sets $port to where it listens.
start() {
    local log="$logs/${#servers[@]}"
    "$@" >"$log" 2>&1 &
    servers+=($!)
    port=
    for _ in {1..200}; do
        port=$(sed -n 's/^listening on port //p' "$log")
        [[ -n $port ]] && return
        sleep 0.1
    done
    echo "does not start: $*" >&2
    cat "$log" >&2
    return 1
}

# check WHAT COMMAND...: status 77 means that it cannot be checked here.
check() {
    local what=$1 said status
    said=$(timeout 120 "${@:2}" 2>&1)
    status=$?
    case $status in
        0) ok=$((ok + 1)); echo "ok       $what: $said" ;;
        77) skipped=$((skipped + 1)); echo "skipped  $what: $said" ;;
        *) failed=$((failed + 1)); echo "FAILED   $what: status $status"; sed 's/^/         /' <<<"$said" ;;
    esac
}

skip() {
    skipped=$((skipped + 1))
    echo "skipped  $1: $2"
}

have() {
    command -v "$1" >/dev/null
}

java=$(java25) || exit 2
(cd "$root" && mvn -q -B process-classes -pl examples -am) || exit 2
classes=$root/asyncio-core/target/classes:$root/asyncio-net/target/classes:$root/asyncio-ws/target/classes
example=("$java" -cp "$classes:$root/examples/target/classes" dev.asyncio.examples.Run)
our_client=("$java" -cp "$classes" "$here/PeerClient.java")

bun=$(command -v bun || command -v "${PEERS_MODULES:-.}/.bin/bun")
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
have_ws() { have node && node -e 'require("ws")' 2>/dev/null; }
own_websocket=--experimental-websocket # needed before Node 22
inflated_by_node=$((1 << 20)) # its own WebSocket refuses what inflates to more than 4 MiB

for kind in plain deflate; do
    start "${example[@]}" WebSocketEcho 0 $([[ $kind == deflate ]] && echo deflate) || exit 2
    url=ws://127.0.0.1:$port/
    echo "-- our server, $kind"
    if have_ws; then check "Node's package ws as client" node "$here/client.js" ws "$url"
    else skip "Node's package ws as client" "not installed"; fi
    if have node; then check "Node's own WebSocket as client" node $own_websocket "$here/client.js" builtin "$url" \
        $([[ $kind == deflate ]] && echo $inflated_by_node)
    else skip "Node's own WebSocket as client" "no node"; fi
    if [[ -n $bun ]]; then check "Bun as client" "$bun" "$here/client.js" builtin "$url"
    else skip "Bun as client" "not installed"; fi
    if have python3; then check "frames by Python" python3 "$here/raw_client.py" "$port"
    else skip "frames by Python" "no python3"; fi
    if [[ -n $chromium ]] && have node; then
        check "Chromium as client" node $own_websocket "$here/chromium.js" "$chromium" echo "$url"
    else skip "Chromium as client" "no chromium, or no node to drive it"; fi
done

echo "-- our chat room and its page"
if [[ -n $chromium ]] && have node; then
    start "${example[@]}" ChatRoom || exit 2
    check "Chromium, two pages" node $own_websocket "$here/chromium.js" "$chromium" chat "http://127.0.0.1:$port/"
else skip "Chromium, two pages" "no chromium, or no node to drive it"; fi

for kind in plain deflate; do
    echo "-- our client, $kind"
    if have_ws; then
        start node "$here/server.js" $kind || exit 2
        check "Node's package ws as server" "${our_client[@]}" "ws://127.0.0.1:$port/" ${kind#plain}
    else skip "Node's package ws as server" "not installed"; fi
    if [[ -n $bun ]]; then
        start "$bun" "$here/server.js" $kind || exit 2
        check "Bun as server" "${our_client[@]}" "ws://127.0.0.1:$port/" ${kind#plain}
    else skip "Bun as server" "not installed"; fi
done

echo "$ok ok, $failed failed, $skipped skipped"
((failed == 0))
