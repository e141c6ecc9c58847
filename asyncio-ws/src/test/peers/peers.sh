#!/usr/bin/env bash
# Has our WebSocket talk to peers that others wrote, both ways, with and without compression: Node's package ws and own
# WebSocket, Bun, Python's standard library, Chromium. Each compares what comes back, text and binary, 0 B to 16 MiB.
#
# Run it: [PEERS_MODULES=DIR/node_modules] asyncio-ws/src/test/peers/peers.sh
# where DIR is a directory in which `npm install ws bun` was run. What is not installed is skipped.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../../../../asyncio-net/src/test/peers/common.sh"

our_client=("$java" -cp "$classes" "$here/PeerClient.java")

bun=$(command -v bun || command -v "${PEERS_MODULES:-.}/.bin/bun")
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

report
