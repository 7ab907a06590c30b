# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Everything at a time: nodes that are killed and started anew, stopped, and cut off, while tasks run."""

import collections
import random
import time

from .cluster import check, check_memory, wait
from .network import Cable, refusal
from .process import note


class Weather:
    """Breaks one thing after the other, and mends it. Without cables it cuts nothing."""

    def __init__(self, cluster, random_, cables, workers):
        self.cluster, self.random, self.cables, self.workers = cluster, random_, cables, workers
        self.counts = collections.Counter()

    def strike(self):
        i = self.random.randrange(len(self.workers))
        what = self.random.choice(["kill", "stop", "cut", "lose"] if self.cables else ["kill", "stop"])
        self.counts[what] += 1
        getattr(self, what)(i)

    def pause(self, most):
        time.sleep(self.random.uniform(0, most))  # how long it lasts is what is tried

    def kill(self, i):
        self.workers[i].kill()
        self.pause(0.3)
        self.workers[i] = self.cluster.restart(self.workers[i])

    def stop(self, i):
        self.workers[i].freeze()
        self.pause(1.5)  # shorter or longer than the detector
        self.workers[i].go_on()

    def cut(self, i):
        self.cables[i + 1].pull()
        self.pause(1.5)
        self.cables[i + 1].plug()

    def lose(self, i):
        ends = self.random.sample([0, i + 1], 2)
        one, other = (self.cables[end] for end in ends)
        one.lose(other)
        self.pause(1.5)
        one.find(other)


def storm(cluster):
    """Many tasks over three nodes, and what the seed has in store for these."""
    seed, tasks = cluster.args.seed, cluster.args.tasks
    random_ = random.Random(seed)
    refused = refusal()
    if refused:
        note(f"          no links are cut: {refused}")
    cables = [] if refused else [Cable() for _ in range(4)]
    cluster.relays += cables
    hosts = cables or [None] * 4
    # The weather hits some tasks again and again.
    settings = {"restarts": 100_000, "lost": 100_000}
    a = cluster.start("a", slots=0, host=hosts[0], **settings)
    workers = [cluster.start(name, roles="worker", host=host, **settings) for name, host in zip("bcd", hosts[1:])]
    cluster.wait_linked(a, *workers)
    descriptors, threads = a.descriptors(), a.threads()
    weather = Weather(cluster, random_, cables, workers)
    begin = time.monotonic()
    groups = {}
    # Bodies that take as long as those of 2,000 tasks need for some twenty strikes.
    for i, (function, share, argument) in enumerate(
            [("counts", 0.5, 80), ("add", 0.3, 0), ("echo", 0.15, 20_000), ("blocks", 0.05, 3)]):
        n = groups[f"g{i}"] = int(tasks * share)
        where = random_.choice(["round_robin:worker", "least_loaded:worker", "two_choices:worker"])
        a.submit(f"g{i}", n, function, where, argument)

    def ended():
        return sum(a.count(group) for group in groups)
    while ended() < sum(groups.values()):
        check(time.monotonic() - begin < 60 + tasks / 20, f"all end: {ended()} of {tasks} have", a, *workers)
        weather.pause(0.3)
        weather.strike()
    took = time.monotonic() - begin
    outcomes = [x for group, n in groups.items() for x in a.results(group, n)]
    failed = [x for x in outcomes if not x["ok"]]
    check(not failed, f"all end well: {failed[:3]}", a)
    again = sum(cluster.begun().values()) - groups["g0"]
    check(len(cluster.begun()) == groups["g0"] and again >= 0, f"each has begun: {len(cluster.begun())}", a)
    # Nodes that have found each other again do not take each other's links away.
    lost = sum("is lost: " in x.get("text", "") for x in a.events)
    strikes = weather.counts.total()
    check(lost <= 10 * strikes + 20, f"{strikes} strikes have cost {lost} links of a", a)
    # Once it is calm again, all is as it was.
    cluster.wait_linked(a, *workers)
    a.submit("calm", 100, "sleeps", "round_robin:worker", 1)
    check(all(x["ok"] for x in a.results("calm", 100)), "all end well in the calm", a)
    a.wait_pending("")
    wait(lambda: a.descriptors() <= descriptors + 6, f"no descriptor is lost: {descriptors}, {a.descriptors()}")
    check(a.threads() <= threads + 32, f"no thread is lost: {threads}, {a.threads()}", a)
    for node in (a, *workers):
        check_memory(node.rss_mib(), 300, node)
        wait(lambda node=node: node.descriptors() <= descriptors + 6, f"{node.name} has closed what it has opened")
    note(f"          seed {seed}: {tasks} tasks in {took:.1f} s, {dict(weather.counts)}, {again} began again, {lost} "
         f"links of a lost, {a.rss_mib():.0f} MiB")


TESTS = [storm]
