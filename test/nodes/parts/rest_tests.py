# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
"""What nodes cost that have nothing to do."""

import os
import time

from .cluster import check
from .process import note

# Links and heartbeats as they are by default.
DEFAULTS = {"heartbeat": 1000, "deviation": 100, "pause": 3000, "patient": True}
SECONDS = 6
# A heartbeat each second to and from each of two others, a timer for them, and half as many again.
WAKE_UPS = 12  # a second
PERCENT = 0.1


def spent(node):
    """The seconds of processor time of all threads of a node, and how often they have gone to sleep."""
    seconds = sleeps = 0
    for thread in os.listdir(f"/proc/{node.pid}/task"):
        with open(f"/proc/{node.pid}/task/{thread}/schedstat", encoding="ascii") as file:
            seconds += int(file.read().split()[0]) / 1e9
        with open(f"/proc/{node.pid}/task/{thread}/status", encoding="ascii") as file:
            sleeps += next(int(line.split()[1]) for line in file if line.startswith("voluntary_ctxt_switches"))
    return seconds, sleeps


def nodes_at_rest(cluster):
    nodes = cluster.trio(**DEFAULTS)
    a = nodes[0]
    a.submit("x", 20, "add", "round_robin:worker")
    a.results("x", 20)
    time.sleep(2 * DEFAULTS["heartbeat"] / 1000)  # until all of that has been told
    before = [spent(node) for node in nodes]
    time.sleep(SECONDS)  # this is what is measured
    after = [spent(node) for node in nodes]
    for node, (cpu, sleeps), (cpu_then, sleeps_then) in zip(nodes, after, before):
        percent = 100 * (cpu - cpu_then) / SECONDS
        wake_ups = (sleeps - sleeps_then) / SECONDS
        note(f"          {node.name}: {percent:.3f} % of a processor, {wake_ups:.1f} wake-ups a second")
        check(wake_ups <= WAKE_UPS, f"{node.name} wakes up {WAKE_UPS} times a second at most: {wake_ups:.1f}", node)
        check(percent <= PERCENT, f"{node.name} takes {PERCENT} % of a processor at most: {percent:.3f}", node)


TESTS = [nodes_at_rest]
