# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
"""A network of network namespaces: one for each node, with a cable to a bridge. It is gone with the processes that hold it."""

import os
import shutil
import subprocess
import sys

HERE = "SWEET_NODES_NETWORK"  # set in the process that is in the namespace of the bridge


def ip(*words, of=None):
    enter = ["nsenter", f"--net=/proc/{of}/ns/net"] if of else []
    subprocess.run([*enter, *words], check=True, capture_output=True, text=True)


def enter():
    """Goes on in a network namespace of its own, if that can be."""
    if os.environ.get(HERE):
        ip("ip", "link", "set", "lo", "up")
        return
    if not shutil.which("ip"):
        return
    for how in (["unshare", "--net"], ["unshare", "--user", "--map-root-user", "--net"]):
        if shutil.which(how[0]) and subprocess.run([*how, "true"], capture_output=True, check=False).returncode == 0:
            os.environ[HERE] = "1"
            os.execvp(how[0], [*how, sys.executable, *sys.argv])


def refusal():
    """Why there can be no hosts and cables; nothing if there can."""
    if not os.environ.get(HERE):
        return "this user may not make network namespaces (unshare --net)"
    for tool in ("ip", "nsenter"):
        if not shutil.which(tool):
            return f"there is no {tool} (packages iproute2, util-linux)"
    try:
        if not exists("bridge"):
            ip("ip", "link", "add", "bridge", "type", "bridge")
            ip("ip", "link", "set", "bridge", "up")
    except (OSError, subprocess.CalledProcessError) as error:
        return f"there are no bridges here: {getattr(error, 'stderr', error)}"
    return None


def exists(link):
    return subprocess.run(["ip", "link", "show", link], capture_output=True, check=False).returncode == 0


class Cable:
    """A host of the network: what runs in it has its own address, and a cable that can be pulled."""

    count = 0

    def __init__(self):
        Cable.count += 1
        self.number = Cable.count
        self.address = f"10.99.0.{self.number}"
        self.here, self.there = f"cable{self.number}", f"host{self.number}"
        # Alive for as long as this driver is: it reads from a pipe.
        self.holder = subprocess.Popen(["unshare", "--net", "sh", "-c", "echo; read nothing"], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE)
        self.holder.stdout.read(1)
        pid = self.pid = self.holder.pid
        ip("ip", "link", "add", self.here, "type", "veth", "peer", "name", self.there, "netns", str(pid))
        ip("ip", "link", "set", self.here, "master", "bridge", "up")
        ip("ip", "address", "add", f"{self.address}/24", "dev", self.there, of=pid)
        ip("ip", "link", "set", "lo", "up", of=pid)
        ip("ip", "link", "set", self.there, "up", of=pid)

    def command(self):
        return ["nsenter", f"--net=/proc/{self.pid}/ns/net", "--"]

    def pull(self):
        ip("ip", "link", "set", self.here, "down")

    def plug(self):
        ip("ip", "link", "set", self.here, "up")

    def lose(self, other):
        """Loses what this host sends to another one."""
        ip("ip", "neighbour", "replace", other.address, "lladdr", "02:00:00:00:00:01", "dev", self.there, "nud", "permanent",
           of=self.pid)

    def find(self, other):
        ip("ip", "neighbour", "delete", other.address, "dev", self.there, of=self.pid)

    def slow_down(self, rate):
        ip("tc", "qdisc", "replace", "dev", self.there, "root", "tbf", "rate", rate, "burst", "32kbit", "latency", "50ms",
           of=self.pid)

    def close(self):
        self.holder.stdin.close()
        self.holder.wait()
