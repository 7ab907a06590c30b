# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Processes that are killed."""

from .cluster import check, wait


def killed_executor_loses_nothing(cluster):
    a, b, c = cluster.trio()
    a.submit("x", 200, "counts", "round_robin:worker", 30)
    a.wait(lambda: a.count("x") >= 20, "some have ended")
    b.kill()
    results = a.results("x", 200)
    check(all(x["ok"] for x in results), "all end well", a)
    a.wait_member("b", "down")
    begun = cluster.begun()
    check(len(begun) == 200, f"each has begun: {len(begun)}")
    # Only what was on b when it was killed runs twice: its four slots, and what was on the way.
    check(sum(begun.values()) - 200 <= 8, f"{sum(begun.values()) - 200} ran twice")
    a.submit("y", 20, "counts", "round_robin:worker", 1)
    check({x.get("value") for x in a.results("y", 20)} == {"c"}, "c runs what comes then", a)


def killed_submitter_leaves_no_orphans(cluster):
    a, b, c = cluster.trio()
    a.submit("x", 6, "waits", "round_robin:worker")
    wait(lambda: len(cluster.begun()) == 6, "all have begun")
    a.kill()
    wait(lambda: sum(x[0] == "stopped" for x in cluster.entries()) == 6, "all orphans are cancelled")
    b.wait_member("a", "down")
    b.submit("y", 20, "add", "round_robin:worker")
    check(all(x["ok"] for x in b.results("y", 20)), "the others go on", b)


def killed_both(cluster):
    a, b, c = cluster.trio()
    d = cluster.start("d", slots=0)
    cluster.wait_linked(a, b, c, d)
    a.submit("x", 4, "waits", "round_robin:worker")
    d.submit("y", 100, "counts", "round_robin:worker", 20)
    d.wait(lambda: d.count("y") >= 5, "some have ended")
    a.kill()
    b.kill()
    check(all(x["ok"] for x in d.results("y", 100)), "what d has submitted ends well", d)
    wait(lambda: any(x[0] == "stopped" and x[-1] == "c" for x in cluster.entries()), "c cancels orphans of a")
    d.wait_member("a", "down")
    d.wait_member("b", "down")


def restart_on_the_same_port(cluster):
    a, b, c = cluster.trio()
    for turn in range(3):
        group = f"x{turn}"
        mark = a.mark()
        a.submit(group, 60, "counts", "round_robin:worker", 10)
        a.wait(lambda: a.count(group) >= 5, "some have ended")
        b.kill()
        b = cluster.restart(b)
        check(all(x["ok"] for x in a.results(group, 60)), "all end well", a)
        a.wait_member("b", "down", mark)
        a.wait_member("b", "up", mark)
        cluster.wait_linked(a, b, c)
        a.submit(f"on{turn}", 5, "sleeps", "on:b", 1)
        check(all(x["ok"] for x in a.results(f"on{turn}", 5)), "the new start runs tasks", a)


def restart_of_the_only_seed(cluster):
    a, b, c = cluster.trio()
    a.kill()
    for node in (b, c):
        node.wait_member("a", "down")
    a = cluster.restart(a)
    cluster.wait_linked(a, b, c)
    a.submit("x", 20, "add", "round_robin:worker")
    check(all(x["ok"] for x in a.results("x", 20)), "all end well", a)


def a_task_that_kills_three_nodes_fails(cluster):
    a = cluster.start("a", slots=0)
    workers = [cluster.start(name, roles="worker") for name in ("b", "c", "d", "e")]
    cluster.wait_linked(a, *workers)
    a.submit("x", 1, "dies", "least_loaded:worker")
    outcome = a.results("x", 1)[0]
    dead = [node.name for node in workers if not node.is_alive()]
    check(not outcome["ok"] and len(dead) == 3, f"it fails, and three nodes are gone: {dead}, {outcome}")
    for name in dead:
        check(name in outcome["error"], f"the error names {name}: {outcome['error']}")
    a.submit("y", 3, "sleeps", "least_loaded:worker", 1)
    check(all(x["ok"] for x in a.results("y", 3)), "the fourth one goes on", a)


TESTS = [killed_executor_loses_nothing, killed_submitter_leaves_no_orphans, killed_both, restart_on_the_same_port,
         restart_of_the_only_seed, a_task_that_kills_three_nodes_fails]
