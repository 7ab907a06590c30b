# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
"""More work than nodes take."""

import collections

from .cluster import check, check_memory
from .process import note


def a_stopped_node_under_a_flood_costs_no_memory(cluster):
    a, b, c = cluster.trio(pause=60_000)
    a.submit("warm", 200, "echo", "round_robin:worker", 1000)
    a.results("warm", 200)
    b.freeze()
    before = a.rss_mib()
    a.submit("x", 100, "echo", "on:b", 1_000_000)
    a.submit("y", 5000, "add", "on:b")
    a.submit("z", 2000, "add", "round_robin:worker")
    check(all(x["ok"] for x in a.results("z", 2000)), "the other node goes on", a)
    grown = a.rss_mib() - before
    # Each task has its argument, and that as it travels: 200 MB. To b goes no more than a window of it.
    check_memory(grown, 260, a)
    b.go_on()
    check(all(x["ok"] for x in a.results("x", 100)), "all end well", a)
    check(all(x["ok"] for x in a.results("y", 5000)), "all end well", a)
    note(f"          100 MB and 5,000 small tasks for a stopped node: {grown:.0f} MiB")


def a_slow_node_gets_less(cluster):
    a = cluster.start("a", slots=0)
    b = cluster.start("b", roles="worker", slow=20)
    c = cluster.start("c", roles="worker")
    cluster.wait_linked(a, b, c)
    a.submit("x", 400, "sleeps", "least_loaded:worker", 5)
    shares = collections.Counter(x.get("value") for x in a.results("x", 400))
    check(shares["c"] > 5 * shares["b"] > 0, f"the quick one gets more: {dict(shares)}", a)


def what_waits_says_why(cluster):
    a, b, c = cluster.trio()
    a.submit("x", 40, "waits", "round_robin:worker")
    a.wait_pending("24 tasks wait: ", "b", "c", " are full")
    a.submit("y", 1, "add", "round_robin:gpu")
    a.wait_pending("1 task waits: no node with role gpu")
    a.tell("cancel x kill")
    a.tell("cancel y kill")
    check(all(x["code"] == "cancelled" for x in a.results("x", 40) + a.results("y", 1)), "all are cancelled", a)
    a.wait_pending("")


def cancelled_at_each_stage(cluster):
    a, b, c = cluster.trio()
    for level in ("graceful", "kill", "kill_hard"):
        group = f"x-{level}"
        a.submit(group, 40, "waits", "round_robin:worker")
        a.tell(f"cancel {group} {level}")
        check(all(x["code"] == "cancelled" for x in a.results(group, 40)), "all are cancelled", a)
    a.submit("y", 40, "sleeps", "round_robin:worker", 1)
    check(all(x["ok"] for x in a.results("y", 40)), "all slots are free again", a)


TESTS = [a_stopped_node_under_a_flood_costs_no_memory, a_slow_node_gets_less, what_waits_says_why,
         cancelled_at_each_stage]
