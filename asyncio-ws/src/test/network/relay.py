"""Passes frames between two links and does to them what it is told, in the words of "tc netem", for kernels without it.

relay.py LINK LINK: reads lines such as "delay 20ms 10ms loss 5% duplicate 5% reorder 25%" from its standard input, each in
place of the one before, and answers "ok". A frame that is reordered is not delayed. The dice are the same in every run.
relay.py offload LINK: has the kernel finish checksums and segments itself, since here frames are seen as they are.
"""
import array
import fcntl
import heapq
import itertools
import random
import select
import socket
import struct
import sys
import time

ALL_PROTOCOLS = 3
SOL_PACKET, PACKET_ADD_MEMBERSHIP, PROMISCUOUS = 263, 1, 1
SIOCETHTOOL = 0x8946
TX_CHECKSUM, SCATTER_GATHER, TCP_SEGMENTS, SEGMENTS = 0x17, 0x19, 0x1F, 0x24


def switch_offload_off(link):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        for feature in TX_CHECKSUM, SCATTER_GATHER, TCP_SEGMENTS, SEGMENTS:
            value = array.array("I", [feature, 0])
            request = struct.pack("16sP16x", link.encode(), value.buffer_info()[0])
            fcntl.ioctl(any_socket, SIOCETHTOOL, request)


def open_link(link):
    opened = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL_PROTOCOLS))
    opened.bind((link, ALL_PROTOCOLS))
    member = struct.pack("iHH8s", socket.if_nametoindex(link), PROMISCUOUS, 0, b"")
    opened.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, member)
    opened.setblocking(False)
    return opened


class Faults:
    def __init__(self, words=()):
        self.delay = self.jitter = self.loss = self.duplicate = self.reorder = 0
        words = list(words)
        while words:
            name = words.pop(0)
            setattr(self, name, number(words.pop(0)))
            if name == "delay" and words and words[0][0].isdigit():
                self.jitter = number(words.pop(0))

    def fates(self, dice):
        """When each copy of a frame is to go on, in seconds from now."""
        if dice.random() < self.loss:
            return
        for _ in range(2 if dice.random() < self.duplicate else 1):
            waits = self.delay > 0 and dice.random() >= self.reorder
            yield max(0, self.delay + dice.uniform(-1, 1) * self.jitter) if waits else 0


def number(word):
    return float(word[:-2]) / 1000 if word.endswith("ms") else float(word[:-1]) / 100


def relay(links):
    dice = random.Random(1)
    faults, under_way, order = Faults(), [], itertools.count()
    while True:
        wait = max(0, under_way[0][0] - time.monotonic()) if under_way else None
        for ready in select.select([sys.stdin, *links], [], [], wait)[0]:
            if ready is sys.stdin:
                line = sys.stdin.readline()
                if not line:
                    return
                faults = Faults(line.split())
                print("ok", flush=True)
                continue
            frame, (_, _, kind, *_) = ready.recvfrom(1 << 16)
            if kind != socket.PACKET_OUTGOING:
                for seconds in faults.fates(dice):
                    onward = links[1] if ready is links[0] else links[0]
                    heapq.heappush(under_way, (time.monotonic() + seconds, next(order), onward, frame))
        while under_way and under_way[0][0] <= time.monotonic():
            _, _, onward, frame = heapq.heappop(under_way)
            try:
                onward.send(frame)
            except OSError:
                pass  # the link is down, or its queue full: a loss like any other


if sys.argv[1] == "offload":
    switch_offload_off(sys.argv[2])
else:
    relay([open_link(name) for name in sys.argv[1:]])
