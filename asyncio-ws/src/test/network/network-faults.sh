#!/usr/bin/env bash
# Puts a client and a server into two network namespaces and makes the network between them bad: TCP, TLS, ws and wss must
# carry the same bytes all the same, keep-alive find a dead peer within its bound, a client that reconnects come back.
#
# Run it: asyncio-ws/src/test/network/network-faults.sh [long]
# "long" moves more bytes. Faults are made by tc netem, or, where the
# kernel has none, by relay.py. The namespaces end with this script, however it ends. Status 77: not possible here.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)

if [[ -z ${IN_NAMESPACE:-} ]]; then
    why_not=
    if ! command -v unshare >/dev/null || ! command -v ip >/dev/null; then
        why_not="no unshare, or no ip (iproute2)"
    elif ! unshare -Ur --net --mount true 2>/dev/null; then
        why_not="network namespaces are not allowed"
    fi
    if [[ -n $why_not ]]; then
        echo "skipped  network faults: $why_not"
        exit 77
    fi
    # All processes of a PID namespace die with its first, and a network namespace with its last process.
    IN_NAMESPACE=yes exec unshare -Ur --net --mount --pid --fork --kill-child --mount-proc "$0" "$@"
fi
mount -t tmpfs tmpfs /run # where ip keeps its namespaces
. "$here/../../../../asyncio-net/src/test/peers/common.sh"

long=${1:-}
server_address=10.77.0.2
byte_count=$([[ $long ]] && echo 20000000 || echo 300000)
ca=$logs/ca.pem
said=$logs/client # of the client that runs
programs=$logs/programs
"${java}c" -cp "$classes" -d "$programs" "$here"/*.java || exit 2
client=(ip netns exec client "$java" -cp "$classes:$programs" NetworkClient "$ca" $server_address)
has_netem=
for end in client server; do ip netns add $end; done

# Two links, each with an end in the relay's namespace, which is this one; or one that needs no relay.
if ip link add name probe type dummy 2>/dev/null && tc qdisc add dev probe root netem loss 1% 2>/dev/null; then
    has_netem=yes
    ip link add link0 netns client type veth peer name link0 netns server
elif have python3; then
    for end in client server; do
        ip link add to_$end type veth peer name link0 netns $end
        ip link set to_$end up
        ip netns exec $end python3 "$here/relay.py" offload link0 || exit 2
    done
    coproc RELAY { exec python3 "$here/relay.py" to_client to_server; }
else
    echo "skipped  network faults: neither tc netem nor python3"
    exit 77
fi
ip -n client addr add 10.77.0.1/24 dev link0
ip -n server addr add $server_address/24 dev link0
for end in client server; do
    ip -n $end link set lo up
    ip -n $end link set link0 up
done

# network WORDS...: what happens to every packet from now on; without words, nothing does.
network() {
    local answer
    if [[ $has_netem ]]; then
        for end in client server; do
            ip netns exec $end tc qdisc replace dev link0 root netem limit 10000 "$@" || exit 2
        done
    else
        echo "$*" >&"${RELAY[1]}"
        read -r -t 10 answer <&"${RELAY[0]}" || exit 2
    fi
}

# until_says WORD COUNT: waits until so many lines of the client begin with a word.
until_says() {
    local waited
    for waited in {1..600}; do
        (($(grep -c "^$1" "$said") >= $2)) && return
        sleep 0.05
    done
    return 1
}

# The words of the client before are gone before anybody waits for those of the next.
forget_said() {
    : >"$said"
}

# check_all WHAT: what the client has said of each transport.
check_all() {
    local transport
    for transport in tcp tls ws wss; do
        check "$transport, $1" bash -c 'sed -n "s/^$1: //p" $2 | grep . || { cat $2; exit 1; }' find $transport "$said"
    done
}

# echoes WHAT [COMMAND]: the command brings about what happens meanwhile.
echoes() {
    forget_said
    timeout 120 "${client[@]}" echo "$byte_count" >"$said" 2>&1 &
    "${@:2}"
    wait $!
    check_all "$1"
}

# Packets that the kernel has sent again since the namespaces are there.
sent_again() {
    local end
    for end in client server; do ip netns exec $end cat /proc/net/snmp; done |
        awk '/^Tcp: [0-9]/ { sum += $13 } END { print sum }'
}

cut_and_mend() {
    local cut
    until_says connected 1
    for cut in 1 2 3; do
        network loss 100%
        sleep 0.5
        network delay 20ms loss 1%
        sleep 0.2
    done
}

find_dead_peers() {
    local told=$logs/told tell
    mkfifo "$told"
    forget_said
    timeout 60 "${client[@]}" keep-alive <"$told" >"$said" 2>&1 &
    exec {tell}>"$told"
    until_says connected 1
    network loss 100%
    echo >&"$tell"
    wait $!
    network
    check_all "finds a dead peer"
}

# comes_back CUT...: has a client follow the server's ticks, cuts the network by a command, and mends it.
comes_back() {
    local end
    forget_said
    "${client[@]}" follow >"$said" 2>&1 &
    until_says following 1 && "$@" && until_says lost 1
    network
    for end in client server; do ip -n $end link set link0 up; done
    until_says following 2
    kill $!
    wait $! 2>/dev/null # it says no more
    check "comes back after: $*" bash -c '(($(grep -c "^following" $1) == 2)) && grep "^lost" $1' count "$said"
}

start ip netns exec server "$java" -cp "$classes:$programs" NetworkServer $server_address "$ca" || exit 2
echo "-- faults by $([[ $has_netem ]] && echo tc netem || echo relay.py), $byte_count bytes each way"
network && echoes "good network" true
network delay 20ms 10ms && echoes "delay 20 ms, give or take 10" true
sent_before=$(sent_again)
network loss 3% && echoes "3 % lost" true
network duplicate 10% && echoes "10 % twice" true
network delay 10ms reorder 25% && echoes "25 % overtake" true
network delay 5ms 2ms loss 2% duplicate 5% reorder 20% && echoes "all of that" true
network delay 20ms loss 1% && echoes "cut and mended three times" cut_and_mend

check "packets were sent again" bash -c 'echo $1; (($1 > 10))' count $(($(sent_again) - sent_before))

echo "-- dead peers"
find_dead_peers

echo "-- clients that reconnect"
comes_back network loss 100%
comes_back ip -n client link set link0 down
comes_back ip -n server link set link0 down

report
