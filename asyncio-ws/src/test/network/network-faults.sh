#!/usr/bin/env bash
# Puts a client and a server into two network namespaces and makes the network between them bad: TCP, TLS, ws and wss must
# carry the same bytes all the same, keep-alive find a dead peer within its bound at either end, and clients that reconnect
# come back. That the network was as bad as that, the kernel has to say.
#
# Run it: asyncio-ws/src/test/network/network-faults.sh [long]
# "long" moves more bytes, and gives keep-alive half a second beyond its bound in place of ten. Faults are made by tc netem,
# or, where the kernel has none, by relay.py. The namespaces end with this script, however it ends. Status 77: not possible
# here.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)

if [[ -z ${IN_NAMESPACE:-} ]]; then
    # All processes of a PID namespace die with its first, and a network namespace with its last process.
    namespaces=(unshare -Ur --net --mount --pid --fork --kill-child --mount-proc)
    why_not=
    if ! command -v unshare >/dev/null || ! command -v ip >/dev/null; then
        why_not="no unshare, or no ip (iproute2)"
    elif ! "${namespaces[@]}" true 2>/dev/null; then
        why_not="network and PID namespaces, with a /proc of their own, are not allowed"
    fi
    if [[ -n $why_not ]]; then
        echo "skipped  network faults: $why_not"
        exit 77
    fi
    IN_NAMESPACE=yes exec "${namespaces[@]}" "$0" "$@"
fi
mount -t tmpfs tmpfs /run || exit 2 # where ip keeps its namespaces, which must not be left in that of everybody
. "$here/../../../../asyncio-net/src/test/peers/common.sh"

long=${1:-}
server_address=10.77.0.2
byte_count=$([[ $long ]] && echo 20000000 || echo 300000)
slack_millis=$([[ $long ]] && echo 500 || echo 10000) # builds run on busy machines
transports="tcp tls ws wss"
ca=$logs/ca.pem
said=$logs/client # of the client that runs
server_said=$logs/0
programs=$logs/programs
"${java}c" -cp "$classes" -d "$programs" "$here"/*.java || exit 2
client=(ip netns exec client "$java" -cp "$classes:$programs" NetworkClient "$ca" $server_address)
has_netem=
for end in client server; do ip netns add $end; done

# Two links, each with an end in the relay's namespace, which is this one; or one that needs no relay.
if ip link add name probe type dummy 2>/dev/null && tc qdisc add dev probe root netem loss 1% 2>/dev/null; then
    has_netem=yes
    ip link add link0 netns client type veth peer name link0 netns server
    # One segment a packet; else a lost packet would be sixty, and hardly one of them lost.
    for end in client server; do ip -n $end link set link0 gso_max_segs 1 || exit 2; done
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

# await COMMAND...: waits until it goes well.
await() {
    local waited
    for waited in {1..600}; do
        "$@" && return
        sleep 0.05
    done
    return 1
}

# says WORDS COUNT: so many lines of the client begin with the words.
says() {
    (($(grep -c "^$1" "$said") >= $2))
}

# says_of_all WORDS COUNT: the same of each transport.
says_of_all() {
    local transport
    for transport in $transports; do says "$1 $transport:" "$2" || return; done
}

# talk COMMAND...: starts a client. tell: tells it that something has happened, and waits until it has ended.
talk() {
    : >"$said" # what the one before has said is past
    rm -f "$logs/told"
    mkfifo "$logs/told"
    timeout 120 "${client[@]}" "$@" <"$logs/told" >"$said" 2>&1 &
    talking=$!
    exec {told}>"$logs/told"
}

tell() {
    (echo >&"$told") # where nobody reads any more, that ends the process
    exec {told}>&-
    wait $talking
}

# check_all WHAT: what the client has said of each transport.
check_all() {
    local transport
    for transport in $transports; do
        check "$transport, $1" bash -c 'sed -n "s/^$1: //p" $2 | grep . || { cat $2; exit 1; }' find $transport "$said"
    done
}

# echoes WHAT [COMMAND]: bytes go to and fro until the command, which does something meanwhile, has ended.
echoes() {
    talk echo "$byte_count"
    "${@:2}"
    tell
    check_all "$1"
}

# counted NAME: how often the kernel has seen that of TCP, at both ends, since the namespaces are there.
counted() {
    local end
    for end in client server; do ip netns exec $end cat /proc/net/snmp /proc/net/netstat; done |
        awk -v name="$1" 'NR % 2 { split($0, names); next }
            { for (i in names) if (names[i] == name) sum += $i }
            END { print sum + 0 }'
}

# phase WHAT FAULTS COUNTER...: echoes while the network has these, which the kernel must have seen by these counters.
phase() {
    local counter before=()
    network $2
    for counter in "${@:3}"; do before+=("$(counted "$counter")"); done
    echoes "$1"
    for counter in "${@:3}"; do
        check "$1, seen by the kernel" bash -c 'echo "$1 $2"; (($1 > 10))' count \
            $(($(counted "$counter") - before[0])) "$counter"
        before=("${before[@]:1}")
    done
}

# handshake_micros: how long the client's kernel takes to connect to the server.
handshake_micros() {
    ip netns exec client bash -c 'start=${EPOCHREALTIME/[.,]/}
        exec 3<>/dev/tcp/$0/7001
        echo $((${EPOCHREALTIME/[.,]/} - start))' $server_address
}

# The next cut comes when all have gone on since the one before.
cut_and_mend() {
    local cut
    await says connected 4
    for cut in 1 2 3; do
        network loss 100%
        sleep 1
        network delay 20ms
        await says_of_all "stood still" $cut
    done
}

# gone_since MILLIS TRANSPORT: what the server said when a client of that kind was gone after that.
gone_since() {
    awk -v since="$1" -v transport="$2:" '$1 == "gone" && $2 == transport && $3 >= since { print; found = 1; exit }
        END { exit !found }' "$server_said"
}

# in_time MILLIS SLACK LINE: whether the server has found the dead client within its bound, and by keep-alive.
in_time() {
    local at bound why took
    read -r _ _ at bound why <<<"$3"
    took=$((at - $1))
    echo "$took ms, bound $bound ms: $why"
    ((took < bound + $2)) && [[ $why =~ "Connection timed out"|"No route to host"|"no sign of life" ]]
}
export -f in_time

# The network stays cut until the server has found its dead, too: what the clients' end would tell it does not arrive.
find_dead_peers() {
    local transport cut
    talk keep-alive $slack_millis
    await says connected 4
    network loss 100%
    cut=$(date +%s%3N)
    tell
    check_all "the client finds a dead server"
    for transport in $transports; do
        await gone_since "$cut" $transport >/dev/null
        check "$transport, the server finds a dead client" bash -c 'in_time "$@"' find \
            "$cut" $slack_millis "$(gone_since "$cut" $transport)"
    done
    network
}

# comes_back CUT...: has a client follow the server's ticks, cuts the network by a command, and mends it.
comes_back() {
    local end transport
    talk follow
    await says_of_all following 1 && "$@" && await says_of_all lost 1
    network
    for end in client server; do ip -n $end link set link0 up; done
    await says_of_all following 2
    tell
    for transport in $transports; do
        check "$transport, comes back after: $*" bash -c \
            '(($(grep -c "^following $1:" $2) >= 2)) && grep "^lost $1:" $2' count $transport "$said"
    done
}

all_are_gone() {
    (($(grep -c '^serves ' "$server_said") == $(grep -c '^gone ' "$server_said")))
}

start ip netns exec server "$java" -cp "$classes:$programs" NetworkServer $server_address "$ca" || exit 2
echo "-- faults by $([[ $has_netem ]] && echo tc netem || echo relay.py), $byte_count bytes each way"
phase "good network" ""
phase "delay 20 ms, give or take 10" "delay 20ms 10ms"
check "delay 20 ms, seen by the kernel" bash -c 'echo "$1 us to connect"; (($1 >= 20000))' count "$(handshake_micros)"
phase "3 % lost" "loss 3%" RetransSegs
phase "10 % twice" "duplicate 10%" TCPDSACKRecv
phase "25 % overtake" "delay 10ms reorder 25%" TCPOFOQueue
phase "all of that" "delay 5ms 2ms loss 2% duplicate 5% reorder 20%" RetransSegs TCPDSACKRecv TCPOFOQueue
network delay 20ms && echoes "cut and mended three times" cut_and_mend
for transport in $transports; do
    check "$transport, stood still in each cut, and went on" bash -c \
        'sed -n "s/^stood still $1: //p" $2 | xargs; (($(grep -c "^stood still $1:" $2) >= 3))' count $transport "$said"
done

echo "-- dead peers"
find_dead_peers

echo "-- clients that reconnect"
comes_back network loss 100%
comes_back ip -n client link set link0 down
comes_back ip -n server link set link0 down

await all_are_gone
check "the server has let go of everybody" bash -c \
    'echo "$(grep -c "^serves " $1) served"; (($(grep -c "^serves " $1) == $(grep -c "^gone " $1)))' count "$server_said"

report
