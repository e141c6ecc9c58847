"""raw_client.py PORT: checks an echo server frame by frame, with nothing but Python's standard library: what the other
peers never send, such as pings within a message and compressed fragments."""

import os
import socket
import struct
import sys
import zlib

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
RSV1 = 0x40


class Peer:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.sendall((
            "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n").encode())
        self.input = self.socket.makefile("rb")
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.input.readline()
        assert head.startswith(b"HTTP/1.1 101 "), head
        self.is_compressed = b"permessage-deflate" in head
        self.deflater = zlib.compressobj(wbits=-15)
        self.inflater = zlib.decompressobj(wbits=-15)

    def send_frame(self, opcode, payload, fin=True, flags=0):
        head = bytes([(0x80 if fin else 0) | flags | opcode])
        if len(payload) < 126:
            head += bytes([0x80 | len(payload)])
        elif len(payload) < 65536:
            head += struct.pack("!BH", 0x80 | 126, len(payload))
        else:
            head += struct.pack("!BQ", 0x80 | 127, len(payload))
        mask = os.urandom(4)
        pad = (mask * (len(payload) // 4 + 1))[:len(payload)]
        masked = int.from_bytes(payload, "big") ^ int.from_bytes(pad, "big")
        self.socket.sendall(head + mask + masked.to_bytes(len(payload), "big"))

    def send(self, opcode, payload, fragment_bytes, ping_between=False):
        flags = 0
        if self.is_compressed:
            flags = RSV1
            payload = (self.deflater.compress(payload) + self.deflater.flush(zlib.Z_SYNC_FLUSH))[:-4]
        pieces = [payload[i:i + fragment_bytes] for i in range(0, len(payload), fragment_bytes)] or [b""]
        for i, piece in enumerate(pieces):
            self.send_frame(0 if i else opcode, piece, fin=i == len(pieces) - 1, flags=0 if i else flags)
            if ping_between and i == 0 and len(pieces) > 1:
                self.send_frame(PING, b"between")
                assert self.receive_frame()[::2] == (0x80 | PONG, b"between")

    def receive_frame(self):
        first, length = self.input.read(2)
        assert length < 128, "a server's frame is masked"
        if length == 126:
            length, = struct.unpack("!H", self.input.read(2))
        elif length == 127:
            length, = struct.unpack("!Q", self.input.read(8))
        return first & ~RSV1, first & RSV1, self.input.read(length)

    def receive(self):
        first, flag, message = self.receive_frame()
        opcode = first & 15
        while not first & 0x80:
            first, _, piece = self.receive_frame()
            message += piece
        return opcode, self.inflater.decompress(message + b"\0\0\xff\xff") if flag else message


def main():
    peer = Peer(int(sys.argv[1]))
    text = "aé€😀".encode() * 10
    for fragment_bytes in range(1, 20):  # cuts characters everywhere
        peer.send(TEXT, text, fragment_bytes, ping_between=True)
        assert peer.receive() == (TEXT, text), fragment_bytes
    for size in 0, 1, 125, 126, 65535, 65536, 1 << 20, 16 << 20:
        payload = os.urandom(size // 2) + bytes(size - size // 2)
        peer.send(BINARY, payload, 64 * 1024)
        assert peer.receive() == (BINARY, payload), size
    peer.send_frame(CLOSE, struct.pack("!H", 4321) + b"enough")
    assert peer.receive_frame()[::2] == (0x80 | CLOSE, struct.pack("!H", 4321))
    assert peer.input.read() == b"", "more after the close"
    print("compressed" if peer.is_compressed else "not compressed")


main()
