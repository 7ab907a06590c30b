# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Processes that are stopped, and go on."""

from .cluster import check, wait


def stopped_for_less_than_the_detector(cluster):
    a, b, c = cluster.trio(pause=20_000)
    a.submit("x", 100, "counts", "round_robin:worker", 20)
    a.wait(lambda: a.count("x") >= 10, "some have ended")
    mark = a.mark()
    b.freeze()
    a.wait_member("b", "suspect", mark)
    b.go_on()
    a.wait_member("b", "up", mark)
    check(all(x["ok"] for x in a.results("x", 100)), "all end well", a)
    begun = cluster.begun()
    check(sorted(begun.values()) == [1] * 100, f"each ran once: {sum(begun.values())} of {len(begun)}", a)
    check(not a.find("member", mark, name="b", **{"is": "down"}), "b was not down", a)


def a_suspect_gets_no_work(cluster):
    a, b, c = cluster.trio(pause=20_000)
    mark = a.mark()
    b.freeze()
    a.wait_member("b", "suspect", mark)
    a.submit("x", 20, "sleeps", "round_robin:worker", 1)
    check({x.get("value") for x in a.results("x", 20)} == {"c"}, "all ran on c", a)
    b.go_on()


def stopped_for_longer_than_the_detector(cluster):
    a, b, c = cluster.trio()
    a.submit("long", 2, "waits", "on:b")
    wait(lambda: len(cluster.begun()) == 2, "both have begun")
    a.submit("x", 100, "counts", "round_robin:worker", 20)
    a.wait(lambda: a.count("x") >= 10, "some have ended")
    mark, marks = a.mark(), b.mark()
    b.freeze()
    a.wait_member("b", "down", mark)
    results = a.results("x", 100)
    check(all(x["ok"] for x in results), "all end well while b is stopped", a)
    a.wait_pending("2 tasks wait: ")
    b.go_on()
    a.wait_member("b", "up", mark)
    wait(lambda: sum(x[0] == "stopped" and x[-1] == "b" for x in cluster.entries()) >= 2,
         "b cancels what nobody waits for")
    cluster.wait_linked(a, b, c)
    wait(lambda: sum(x[0] == "begun" for x in cluster.entries() if x[1] in waiting(cluster)) >= 4,
         "both begin once more on b")
    a.tell("cancel long graceful")
    check(all(x["code"] == "cancelled" for x in a.results("long", 2)), "they end as cancelled", a)
    check(len(a.results("x", 100)) == 100, "late results change nothing", a)
    for x in b.events[marks:]:
        if x["event"] == "member" and x["is"] == "down":
            check("given up this node" in x["why"], f"b was stopped itself: {x}", b)


def waiting(cluster):
    """The keys of tasks that were told to stop."""
    return {x[1] for x in cluster.entries() if x[0] == "stopped"}


def stopped_submitter(cluster):
    a, b, c = cluster.trio()
    a.submit("long", 4, "waits", "round_robin:worker")
    wait(lambda: len(cluster.begun()) == 4, "all have begun")
    a.submit("x", 100, "counts", "round_robin:worker", 10)
    a.freeze()
    for node in (b, c):
        node.wait_member("a", "down")
    wait(lambda: sum(x[0] == "stopped" for x in cluster.entries()) == 4, "orphans are cancelled")
    b.submit("y", 20, "add", "round_robin:worker")
    check(all(x["ok"] for x in b.results("y", 20)), "the others go on", b)
    a.go_on()
    check(all(x["ok"] for x in a.results("x", 100)), "all end well", a)
    keys = waiting(cluster)
    wait(lambda: sum(x[0] == "begun" and x[1] in keys for x in cluster.entries()) >= 8, "they begin once more")
    a.tell("cancel long graceful")
    check(all(x["code"] == "cancelled" for x in a.results("long", 4)), "they end as cancelled", a)


TESTS = [stopped_for_less_than_the_detector, a_suspect_gets_no_work, stopped_for_longer_than_the_detector,
         stopped_submitter]
