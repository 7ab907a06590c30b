# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
"""A network that can be told what to do: passes on what comes to a port, or holds it, doubles it, or cuts it off."""

import socket
import threading

TO_SERVER, TO_CLIENT = 0, 1


class Relay:
    def __init__(self, target):
        host, port = target.rsplit(":", 1)
        self._target = (host, int(port))
        self._changed = threading.Condition()
        self._held = [False, False]
        self._doubles = [0, 0]
        self._refuses = False
        self._pairs = []
        self._keeps = False
        self.bytes = [0, 0]  # that were passed on
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.address = "127.0.0.1:%d" % self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with self._changed:
                if self._refuses:
                    client.close()
                    continue
            try:
                server = socket.create_connection(self._target, 5)
                server.settimeout(None)
            except OSError:
                client.close()
                continue
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._changed:
                self._pairs.append((client, server))
            threading.Thread(target=self._pass, args=(client, server, TO_SERVER), daemon=True).start()
            threading.Thread(target=self._pass, args=(server, client, TO_CLIENT), daemon=True).start()

    def _pass(self, source, to, way):
        try:
            while data := source.recv(65536):
                with self._changed:
                    self._changed.wait_for(lambda: not self._held[way])
                    twice = self._doubles[way] > 0
                    self._doubles[way] -= twice
                self.bytes[way] += len(data)
                to.sendall(data)
                if twice:
                    to.sendall(data)
        except OSError:
            pass
        with self._changed:
            self._changed.wait_for(lambda: not self._held[way])
        for end, how in ((to, socket.SHUT_WR), (source, socket.SHUT_RD)):
            try:
                end.shutdown(how)
            except OSError:
                pass

    def hold(self, way):
        """Passes nothing on in one direction, and keeps what comes."""
        with self._changed:
            self._held[way] = True

    def release(self, way):
        with self._changed:
            self._held[way] = False
            self._changed.notify_all()

    def double(self, way, times=1):
        """Passes the next chunks on twice."""
        with self._changed:
            self._doubles[way] = times

    def cut(self):
        """Ends all connections, and takes no more."""
        with self._changed:
            self._refuses = True
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for end in pair:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
                end.close()

    def mend(self):
        with self._changed:
            self._refuses = False

    def close(self):
        self._listener.close()
        self.cut()
        with self._changed:
            self._held = [False, False]
            self._changed.notify_all()
