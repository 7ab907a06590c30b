# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Networks that fail: each node is in a network namespace of its own."""

import time

from .cluster import check, wait
from .network import Cable, refusal
from .process import note


def hosts(cluster, **settings):
    """A submitter and two that run tasks, each on a host of its own."""
    cables = [Cable() for _ in range(3)]
    cluster.relays += cables
    a = cluster.start("a", slots=0, host=cables[0], **settings)
    b = cluster.start("b", roles="worker", host=cables[1], **settings)
    c = cluster.start("c", roles="worker", host=cables[2], **settings)
    cluster.wait_linked(a, b, c)
    return (a, b, c), cables


def a_cable_is_out_for_less_than_the_detector(cluster):
    (a, b, c), cables = hosts(cluster, pause=20_000)
    a.submit("x", 200, "counts", "round_robin:worker", 20)
    a.wait(lambda: a.count("x") >= 20, "some have ended")
    mark = a.mark()
    cables[1].pull()
    a.wait_member("b", "suspect", mark)
    cables[1].plug()
    a.wait_member("b", "up", mark)
    check(all(x["ok"] for x in a.results("x", 200)), "all end well", a)
    check(sorted(cluster.begun().values()) == [1] * 200, "each ran once")
    check(not a.find("member", mark, **{"is": "down"}), "nobody was down", a)


def a_cable_is_out_for_longer_than_the_detector(cluster):
    (a, b, c), cables = hosts(cluster)
    a.submit("long", 2, "waits", "on:b")
    wait(lambda: len(cluster.begun()) == 2, "both have begun")
    a.submit("x", 200, "counts", "round_robin:worker", 10)
    a.wait(lambda: a.count("x") >= 20, "some have ended")
    mark, marks = a.mark(), b.mark()
    cables[1].pull()
    a.wait_member("b", "down", mark)
    b.wait_member("a", "down", marks)
    wait(lambda: sum(x[0] == "stopped" and x[-1] == "b" for x in cluster.entries()) == 2, "b cancels its orphans")
    check(all(x["ok"] for x in a.results("x", 200)), "all end well without b", a)
    cables[1].plug()
    cluster.wait_linked(a, b, c)
    a.submit("y", 20, "sleeps", "on:b", 1)
    check(all(x["ok"] for x in a.results("y", 20)), "b runs tasks again", a)
    a.tell("cancel long graceful")
    check(all(x["code"] == "cancelled" for x in a.results("long", 2)), "they end as cancelled", a)


def one_way_drops(cluster):
    (a, b, c), cables = hosts(cluster)
    for lost in ((0, 1), (1, 0)):
        group = f"x{lost[0]}"
        a.submit(group, 200, "counts", "round_robin:worker", 10)
        a.wait(lambda: a.count(group) >= 20, "some have ended")
        mark = a.mark()
        cables[lost[0]].lose(cables[lost[1]])
        check(all(x["ok"] for x in a.results(group, 200)), "all end well", a)
        cables[lost[0]].find(cables[lost[1]])
        cluster.wait_linked(a, b, c)
        check(not a.find("member", mark, name="c", **{"is": "down"}), "c was not down", a)


def one_pair_of_three_is_cut(cluster):
    (a, b, c), cables = hosts(cluster, pause=600)
    mark = a.mark()
    a.submit("x", 300, "counts", "round_robin:worker", 10)
    cables[0].lose(cables[1])
    cables[1].lose(cables[0])
    check(all(x["ok"] for x in a.results("x", 300)), "all end well", a)
    b.submit("y", 20, "add", "on:c")
    check(all(x["ok"] for x in b.results("y", 20)), "b and c go on", b)
    check(not c.find("member", 0, **{"is": "down"}), "c holds nobody down", c)
    cables[0].find(cables[1])
    cables[1].find(cables[0])
    cluster.wait_linked(a, b, c)
    a.submit("z", 20, "sleeps", "on:b", 1)
    check(all(x["ok"] for x in a.results("z", 20)), "b runs tasks of a again", a)


def a_slow_link_with_bulk_beside_small_tasks(cluster):
    (a, b, c), cables = hosts(cluster, heartbeat=100, pause=300)
    for cable in cables:
        cable.slow_down("40mbit")
    marks = [node.mark() for node in (a, b, c)]
    begin = time.monotonic()
    a.submit("bulk", 4, "echo", "on:b", 4_000_000)  # 16 MB there, and 16 MB back
    times = []
    while a.count("bulk") < 4:
        group = f"small{len(times)}"
        start = time.monotonic()
        a.submit(group, 1, "add", "on:b")
        check(a.results(group, 1)[0]["ok"], "small tasks go on", a)
        times.append(time.monotonic() - start)
    took = time.monotonic() - begin
    check(all(x["ok"] for x in a.results("bulk", 4)), "all end well", a)
    for node, mark in zip((a, b, c), marks):
        # A machine that is busy may be late with a heartbeat of 100 ms; nobody is given up.
        check(not node.find("member", mark, **{"is": "down"}), f"{node.name} gives nobody up", node)
    times.sort()
    note(f"          32 MB at 40 Mbit/s in {took:.1f} s, beside {len(times)} small tasks: median "
         f"{times[len(times) // 2] * 1000:.0f} ms, longest {times[-1] * 1000:.0f} ms")
    # Behind what the system would take without being told otherwise, a round trip is 165 ms.
    check(len(times) >= 60, f"small tasks pass bulk: {len(times)} of them, the longest took {times[-1]:.2f} s", a)


SKIPPED = refusal
TESTS = [a_cable_is_out_for_less_than_the_detector, a_cable_is_out_for_longer_than_the_detector, one_way_drops,
         one_pair_of_three_is_cut, a_slow_link_with_bulk_beside_small_tasks]
