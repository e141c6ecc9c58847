#!/usr/bin/env bash
# Has our TLS talk to peers that others wrote, both ways: openssl, curl, Node's tls; and wss to Node's package ws and
# Chromium. Certificates are made anew, by our own authority.
#
# Run it: [PEERS_MODULES=DIR/node_modules] asyncio-net/src/test/peers/peers.sh
# where DIR is a directory in which `npm install ws` was run. What is not installed is skipped.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
ws_peers=$root/asyncio-ws/src/test/peers

certificates=$logs/certificates
mkdir "$certificates"
key_hash=$("$java" -cp "$classes" "$here/MakeCertificates.java" "$certificates") || exit 2
ca=$certificates/ca.pem chain=$certificates/chain.pem key=$certificates/key.pem
trusting=("$java" -Djavax.net.ssl.trustStore="$certificates/ca.p12" -Djavax.net.ssl.trustStorePassword=secret
    -cp "$classes")
our_client=("${trusting[@]}" "$here/TlsPeerClient.java")
blob=$certificates/blob
head -c 5000000 /dev/urandom >"$blob"

# until_has FILE TEXT|BYTE_COUNT: waits until a file has it; check's timeout bounds that.
until_has() {
    if [[ $2 =~ ^[0-9]+$ ]]; then
        until (($(wc -c <"$1") >= $2)); do sleep 0.1; done
    else
        until grep -q "^$2" "$1"; do sleep 0.1; done
    fi
}

s_client() {
    openssl s_client -connect "127.0.0.1:$1" -servername localhost -CAfile "$ca" -verify_return_error \
        -verify_hostname localhost "${@:2}"
}

openssl_echo() {
    local came
    came=$(mktemp "$logs/came.XXXX")
    { cat "$blob"; until_has "$came" "$(wc -c <"$blob")"; } |
        s_client "$1" -quiet -no_ign_eof -nocommands -nbio "$2" >"$came" 2>/dev/null
    cmp "$blob" "$came" && echo "$(wc -c <"$blob") bytes"
}

openssl_key_update() {
    local said
    said=$(mktemp "$logs/said.XXXX")
    {
        echo first; until_has "$said" first
        for letter in K k; do
            echo $letter; sleep 0.5 # its commands must come alone
            echo "behind $letter"; until_has "$said" "behind $letter"
        done
        echo Q
    } | s_client "$1" -tls1_3 >"$said" 2>&1
    grep -c '^KEYUPDATE' "$said"
}

openssl_renegotiation() {
    local said
    said=$(mktemp "$logs/said.XXXX")
    { echo first; until_has "$said" first; echo R; sleep 2; echo Q; } | s_client "$1" -tls1_2 >"$said" 2>&1 || true
    grep -a -m 1 -o 'alert .*\|unexpected eof' "$said"
}

resumes() {
    local session=$logs/session.$2
    { echo first; sleep 1; echo Q; } | s_client "$1" "-$2" -sess_out "$session" >/dev/null 2>&1
    { echo first; sleep 1; echo Q; } | s_client "$1" "-$2" -sess_in "$session" 2>&1 | grep -a -m 1 -o '^Reused, TLSv1.[23]'
}

curl_page() {
    curl -sS --cacert "$ca" "${@:2}" -o /dev/null -w '%{http_code} %{ssl_verify_result}' "https://localhost:$1/"
}

curl_refused() {
    curl -sS -o /dev/null "https://localhost:$1/" 2>&1 | grep -o -m 1 'SSL certificate problem.*'
}

export -f until_has s_client openssl_echo openssl_key_update openssl_renegotiation resumes curl_page curl_refused
export ca blob logs
# call FUNCTION...: for check, whose commands run under timeout.
call=(bash -c '"$@"' call)

echo "-- our server"
start "${example[@]}" TlsEcho 0 "$chain" "$key" || exit 2
if have openssl; then
    check "openssl s_client, TLS 1.3" "${call[@]}" openssl_echo "$port" -tls1_3
    check "openssl s_client, TLS 1.2" "${call[@]}" openssl_echo "$port" -tls1_2
    check "openssl s_client, key updates" "${call[@]}" openssl_key_update "$port"
    check "openssl s_client, renegotiation refused" "${call[@]}" openssl_renegotiation "$port"
    check "openssl s_client, resumption, TLS 1.3" "${call[@]}" resumes "$port" tls1_3
    check "openssl s_client, resumption, TLS 1.2" "${call[@]}" resumes "$port" tls1_2
else skip "openssl s_client" "not installed"; fi
for protocol in TLSv1.3 TLSv1.2; do
    if have node; then check "Node's tls as client" node "$here/tls-client.js" $protocol "$port" "$ca"
    else skip "Node's tls as client" "no node"; fi
done

echo "-- our chat room and its page"
start "${example[@]}" ChatRoom 0 "$chain" "$key" || exit 2
if have curl; then
    check "curl, TLS 1.3" "${call[@]}" curl_page "$port" --tlsv1.3
    check "curl, TLS 1.2" "${call[@]}" curl_page "$port" --tls-max 1.2
    check "curl that does not trust us" "${call[@]}" curl_refused "$port"
else skip "curl" "not installed"; fi
if [[ -n $chromium ]] && have node; then
    check "Chromium, two pages" node $own_websocket "$ws_peers/chromium.js" "$chromium" chat \
        "https://localhost:$port/" "$key_hash"
else skip "Chromium, two pages" "no chromium, or no node to drive it"; fi

echo "-- our client"
for protocol in TLSv1.3 TLSv1.2; do
    if have openssl; then
        start openssl s_server -accept 127.0.0.1:0 -cert "$chain" -key "$key" -rev || exit 2
        check "openssl s_server that turns lines round" "${our_client[@]}" reverse $protocol "$port"
        cd "$certificates" && start openssl s_server -accept 127.0.0.1:0 -cert "$chain" -key "$key" -WWW || exit 2
        check "openssl s_server that sends a file" "${our_client[@]}" fetch $protocol "$port" "$blob"
    else skip "openssl s_server" "not installed"; fi
    if have node; then
        start node "$here/tls-server.js" "$chain" "$key" || exit 2
        check "Node's tls as server" "${our_client[@]}" echo $protocol "$port"
    else skip "Node's tls as server" "no node"; fi
done

echo "-- wss"
if have_ws; then
    start "$java" -cp "$classes" "$here/WssEcho.java" "$chain" "$key" || exit 2
    check "Node's package ws as client" env NODE_EXTRA_CA_CERTS="$ca" node "$ws_peers/client.js" ws \
        "wss://localhost:$port/"
    start node "$ws_peers/server.js" plain "$chain" "$key" || exit 2
    check "Node's package ws as server" "${trusting[@]}" "$ws_peers/PeerClient.java" "wss://localhost:$port/"
else skip "Node's package ws" "not installed"; fi

report
