# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Nodes that are taken out of service."""

from .cluster import check, wait


def with_queued_and_running_tasks(cluster):
    a, b, c = cluster.trio()
    a.submit("x", 16, "counts", "round_robin:worker", 300)
    wait(lambda: len(cluster.begun()) == 8, "eight run, and eight wait there")
    b.tell("drain")
    b.wait_for("drained")
    check(sum(x[0] == "done" and x[-1] == "b" for x in cluster.entries()) == 4, "what ran has ended first")
    check(all(x["ok"] for x in a.results("x", 16)), "all end well", a)
    check(sorted(cluster.begun().values()) == [1] * 16, f"each ran once: {cluster.begun()}")
    check(sum(x[0] == "begun" and x[-1] == "b" for x in cluster.entries()) == 4, "b began no more")
    a.submit("y", 10, "sleeps", "round_robin:worker", 1)
    check({x.get("value") for x in a.results("y", 10)} == {"c"}, "b gets nothing more", a)
    b.stop()
    check(a.wait_member("b", "left"), "b has left", a)


def the_submitter_dies_meanwhile(cluster):
    a, b, c = cluster.trio()
    a.submit("x", 4, "waits", "on:b")
    wait(lambda: len(cluster.begun()) == 4, "all have begun")
    b.tell("drain")
    b.ask("pending")
    check(b.find("drained") is None, "it waits for what runs", b)
    a.kill()
    b.wait_for("drained")


def the_submitter_is_stopped_meanwhile(cluster):
    a, b, c = cluster.trio()
    a.submit("x", 4, "counts", "on:b", 100)
    wait(lambda: len(cluster.begun()) == 4, "all have begun")
    a.freeze()
    b.tell("drain")
    b.wait_for("drained")
    a.go_on()
    c.wait_member("a", "up")
    a.tell("cancel x graceful")
    a.results("x", 4)


def the_node_that_drains_is_killed(cluster):
    a, b, c = cluster.trio()
    a.submit("x", 8, "counts", "round_robin:worker", 200)
    wait(lambda: len(cluster.begun()) == 8, "all have begun")
    b.tell("drain")
    b.kill()
    check(all(x["ok"] for x in a.results("x", 8)), "all end well", a)


def stopped_while_it_drains(cluster):
    a, b, c = cluster.trio()
    a.submit("x", 4, "waits", "on:b")
    wait(lambda: len(cluster.begun()) == 4, "all have begun")
    b.tell("drain")
    b.stop()
    check(sum(x[0] == "stopped" for x in cluster.entries()) == 4, "what ran is cancelled")
    a.wait_member("b", "left")
    a.tell("cancel x graceful")
    check(all(not x["ok"] for x in a.results("x", 4)), "nothing waits for ever", a)


def a_submitter_that_stops(cluster):
    a, b, c = cluster.trio()
    a.submit("x", 40, "waits", "round_robin:worker")
    wait(lambda: len(cluster.begun()) == 8, "eight have begun")
    a.stop()
    codes = {x.get("code") for x in a.results("x", 40)}
    check(codes == {"unreachable"}, f"what it has placed fails: {codes}", a)
    wait(lambda: sum(x[0] == "stopped" for x in cluster.entries()) == 8, "what ran is cancelled")


TESTS = [with_queued_and_running_tasks, the_submitter_dies_meanwhile, the_submitter_is_stopped_meanwhile,
         the_node_that_drains_is_killed, stopped_while_it_drains, a_submitter_that_stops]
