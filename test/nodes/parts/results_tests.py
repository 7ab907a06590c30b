# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Results that are late, doubled, or on their way when a link is lost."""

from .cluster import check, wait
from .relay import Relay, TO_CLIENT, TO_SERVER


def apart(cluster, **settings):
    """A submitter, and a worker that reaches it through a relay only."""
    a = cluster.start("a", slots=0, **settings)
    relay = Relay(a.address)
    cluster.relays.append(relay)
    b = cluster.start("b", join=relay.address, listen="none", **settings)
    a.wait_up("b")
    return a, b, relay


def done(cluster):
    return sum(x[0] == "done" for x in cluster.entries())


def cut_after_the_run_and_before_the_result(cluster):
    a, b, relay = apart(cluster, pause=20_000)
    relay.hold(TO_SERVER)
    a.submit("x", 4, "counts", "on:b", 1)
    wait(lambda: done(cluster) == 4, "all are done")
    mark = a.mark()
    relay.cut()  # and with it what was on the way
    a.wait_member("b", "suspect", mark)
    check(all(x["ok"] for x in a.results("x", 4)), "the results come over the next connection", a)
    check(list(cluster.begun().values()) == [1] * 4, "each ran once")
    check(not a.find("member", mark, **{"is": "down"}), "b was not down", a)


def a_result_that_was_held_on_its_way(cluster):
    a, b, relay = apart(cluster, pause=20_000)
    relay.hold(TO_SERVER)
    a.submit("x", 4, "counts", "on:b", 1)
    wait(lambda: done(cluster) == 4, "all are done")
    relay.release(TO_SERVER)
    check(all(x["ok"] for x in a.results("x", 4)), "the results come", a)


def late_result_of_an_old_start(cluster):
    a, b, relay = apart(cluster)
    relay.hold(TO_SERVER)
    mark = a.mark()
    a.submit("x", 4, "counts", "on:b", 1)
    wait(lambda: done(cluster) == 4, "all are done")
    b.kill()
    a.wait_member("b", "down", mark)
    other = Relay(a.address)  # the first one still has the results of the old start
    cluster.relays.append(other)
    b = cluster.restart(b, join=other.address)
    check(all(x["ok"] for x in a.results("x", 4)), "they have run once more", a)
    relay.release(TO_SERVER)
    a.submit("y", 10, "counts", "on:b", 1)
    check(all(x["ok"] for x in a.results("y", 10)), "what is late changes nothing", a)
    check(len(a.results("x", 4)) == 4, "each has one outcome", a)
    check(sorted(cluster.begun().values()) == [1] * 10 + [2] * 4, f"{cluster.begun()}")


def doubled_frames(cluster, way):
    a, _, relay = apart(cluster, plain=True, pause=20_000)
    mark = a.mark()
    relay.double(way, 1000)
    a.submit("x", 50, "counts", "on:b", 5)
    a.wait_for("log", mark, text=lambda text: "is lost" in text)
    relay.double(way, 0)
    check(all(x["ok"] for x in a.results("x", 50)), "all end well", a)
    a.wait_up("b")
    check(set(cluster.begun().values()) == {1}, "each ran once")


def doubled_tasks_end_the_connection_and_no_task(cluster):
    doubled_frames(cluster, TO_SERVER)


def doubled_results_end_the_connection_and_no_task(cluster):
    doubled_frames(cluster, TO_CLIENT)


TESTS = [cut_after_the_run_and_before_the_result, a_result_that_was_held_on_its_way, late_result_of_an_old_start,
         doubled_tasks_end_the_connection_and_no_task, doubled_results_end_the_connection_and_no_task]
