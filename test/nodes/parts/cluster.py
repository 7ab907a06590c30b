# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
"""The nodes of one test, in a folder of its own."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from .process import NodeError, PATIENCE, Process, SANITIZED

SECRET = "a secret of the tests"


def free_port(host="127.0.0.1"):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind((host, 0))
        return s.getsockname()[1]


def wait(holds, what, patience=None):
    """Waits until `holds()` is true; for what no event tells."""
    end = time.monotonic() + (patience or PATIENCE)
    while True:
        value = holds()
        if value:
            return value
        if time.monotonic() > end:
            raise NodeError(f"not: {what}")
        time.sleep(0.01)


class Cluster:
    """Starts nodes that know of each other through the first one."""

    def __init__(self, args):
        self.args = args
        self.program = args.program
        self.folder = tempfile.mkdtemp(prefix="sweet-nodes-")
        self.journal = os.path.join(self.folder, "journal")
        self.nodes = []
        self.relays = []

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        try:
            for node in self.nodes:
                if node.is_alive():
                    node.signal(signal.SIGCONT)
                    if kind is None:
                        node.stop()
        finally:
            for node in self.nodes:
                if node.is_alive():
                    node.kill()
            for relay in self.relays:
                relay.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, name, join=None, listen=None, host=None, **settings):
        """Starts a node, and waits until it listens. It joins the first one, if there is one."""
        if join is None and self.nodes:
            join = self.nodes[0].address
        settings.setdefault("secret", SECRET)
        settings.setdefault("journal", self.journal)
        settings = {key: value for key, value in settings.items() if value is not None}
        if join:
            settings["join"] = join
        if listen != "none":
            settings["listen"] = listen or f"{host.address if host else '127.0.0.1'}:0"
        node = Process(self.program, name, host, **settings)
        self.nodes.append(node)
        node.wait_ready()
        return node

    def restart(self, node, **changes):
        """Starts a node that has ended once more, on its port."""
        settings = {**node.settings, **changes}
        settings.pop("name")
        if node.address:
            settings["listen"] = node.address
        again = Process(self.program, node.name, node.host, **settings)
        self.nodes[self.nodes.index(node)] = again
        again.wait_ready()
        return again

    def trio(self, **settings):
        """A submitter and two that run tasks, which all have links to each other."""
        a = self.start("a", slots=0, **settings)
        b = self.start("b", roles="worker", **settings)
        c = self.start("c", roles="worker", **settings)
        self.wait_linked(a, b, c)
        return a, b, c

    def certificates(self, folder, *names, authority=True, seconds=None):
        """Makes an authority in a folder, and the certificates of nodes, which hold for so many seconds from now on."""
        words = [f"make_certificates={folder}", "names=" + ",".join(names), *(["make_authority"] if authority else []),
                 *([f"seconds={seconds}"] if seconds else [])]
        subprocess.run([self.program, *words], check=True, stdout=subprocess.DEVNULL)

    @staticmethod
    def wait_linked(*nodes):
        for node in nodes:
            node.wait_up(*(other.name for other in nodes if other is not node))

    def entries(self):
        """The lines of the journal, as lists of words."""
        try:
            with open(self.journal, encoding="ascii") as file:
                return [line.split() for line in file]
        except FileNotFoundError:
            return []

    def begun(self):
        """How often each task has begun, by its key."""
        counts = {}
        for what, key, *_ in self.entries():
            if what == "begun":
                counts[key] = counts.get(key, 0) + 1
        return counts


def check(holds, what, *nodes):
    if not holds:
        raise NodeError("\n".join([f"not: {what}", *(node.story() for node in nodes)]))


def check_memory(mib, most, node):
    check(SANITIZED or mib < most, f"memory is bounded: {mib:.0f} MiB of {most}", node)
