# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Says hello as docs/protocol.md has it, and whatever it is told after that. Without TLS."""

import hashlib
import hmac
import os
import socket
import struct

OPEN, CHALLENGE, PROOF, HELLO, REFUSED, HEARTBEAT, ACK, PULL, SUBMIT, STARTED, PROGRESS, CANCEL, RESULT, LEAVE, PIECE = range(15)


def text(x):
    data = x.encode() if isinstance(x, str) else x
    return struct.pack("<I", len(data)) + data


def frame(kind, body):
    return struct.pack("<IB", len(body) + 1, kind) + body


class Speaker:
    """A node of few words, which connects to another one."""

    def __init__(self, address, secret, name="x", cluster="sweet", versions=(1, 1)):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), 10)
        self.life = os.urandom(16) + struct.pack("<I", 1)
        self.name, self.secret = name, secret
        self.mine = (struct.pack("<HH", *versions) + text("test") + text(cluster) + text(name) + self.life +
                     os.urandom(32))

    def _proof(self, label, *introductions):
        return hmac.digest(self.secret.encode(), text(label) + b"".join(introductions), hashlib.sha256)

    def send(self, data):
        self.socket.sendall(data)

    def read(self):
        """The next frame; nothing if the other end has closed."""
        head = self._exactly(4)
        if head is None:
            return None, b""
        body = self._exactly(struct.unpack("<I", head)[0])
        return (None, b"") if body is None else (body[0], body[1:])

    def _exactly(self, n):
        data = b""
        while len(data) < n:
            try:
                more = self.socket.recv(n - len(data))
            except ConnectionResetError:
                return None
            if not more:
                return None
            data += more
        return data

    def say_hello(self):
        """As a client. Returns the last frame that has come: the server's HELLO, if all went well."""
        self.send(frame(OPEN, self.mine + self._proof("sweet: a client opens", self.mine)))
        kind, body = self.read()
        if kind != CHALLENGE:
            return kind, body
        theirs = body[:-32]
        assert body[-32:] == self._proof("sweet: a server answers", self.mine, theirs)
        self.send(frame(PROOF, self._proof("sweet: a client proves", self.mine, theirs)))
        member = (text(self.name) + self.life + struct.pack("<Q", 1) + text("") + struct.pack("<I", 0) +
                  struct.pack("<I", 4) + struct.pack("<I", 0) + b"\0\0")
        self.send(frame(HELLO, member + struct.pack("<IIQ", 0, 0, 0)))
        kind, body = self.read()
        # Behind versions, cluster and name lie the random bits, and the life.
        at = 4
        for _ in range(3):
            at += 4 + struct.unpack_from("<I", theirs, at)[0]
        self.their_life = struct.unpack_from("<I", theirs, at + 16)[0]
        return kind, body

    def begin(self):
        """Says hello, and begins a session."""
        kind, body = self.say_hello()
        assert kind == HELLO, (kind, body)
        self.send(frame(HEARTBEAT, struct.pack("<IIQQQI", 1, self.their_life, 0, 0, 0, 0)))
        return self

    def read_until_closed(self):
        kinds = []
        while (got := self.read())[0] is not None:
            kinds.append(got)
        return kinds

    def close(self):
        self.socket.close()
