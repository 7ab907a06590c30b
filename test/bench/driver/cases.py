# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
"""What is measured: the size of each case, its number of tasks, and the result that is right."""

from dataclasses import dataclass, field
from typing import Callable


def sum_below(size):
    return size * (size - 1) // 2


def ten_ary_nodes(leaves):
    return (10 * leaves - 1) // 9


@dataclass(frozen=True)
class Case:
    name: str
    what: str
    size: int
    tasks: Callable[[int], int]
    result: Callable[[int], int]
    quantity: str = "ns"
    # What a case is made of, in the table: `tasks` counts these.
    per: str = "task"
    # Where a program takes another size, because it would take very long or much memory.
    sizes: dict = field(default_factory=dict)
    # Which of our programs has it.
    ours: str = "sweet"
    # What the peers do under another name.
    peers_run: str = ""
    rounds_per_process: int = 3
    warm_up: bool = True
    # Programs write to standard error as part of the work: nobody reads it.
    reports: bool = False

    @property
    def unit(self):
        return f"{self.quantity}/{self.per}"

    def peer_case(self):
        return self.peers_run or self.name

    def size_for(self, program):
        return self.sizes.get(program, self.size)


def itself(size):
    return size


def sum_of_incremented(size):
    return sum_below(size) + size


# Memory that a process has kept from an earlier round would not be seen again.
COLD = {"rounds_per_process": 1, "warm_up": False}

CASES = [
    Case("flat", "one parent spawns 1,000,000 coroutines, then awaits each in turn",
         1_000_000, itself, sum_below, sizes={"caf": 300_000}),
    Case("flat_callable", "the same with plain callables (peers: as flat)",
         1_000_000, itself, sum_below, sizes={"caf": 300_000}, peers_run="flat"),
    Case("as_finished", "1,000,000 children, each result taken as it comes",
         1_000_000, itself, sum_below, sizes={"caf": 300_000}),
    Case("one_by_one", "1,000,000 children, each awaited before the next one is spawned",
         1_000_000, itself, sum_below, sizes={"caf": 300_000}),
    Case("external", "20,000 tasks, each spawned and awaited by a thread outside the runtime",
         20_000, itself, sum_below),
    Case("tree", "10-ary tree of 1,111,111 tasks which adds up its leaves",
         1_000_000, ten_ary_nodes, sum_below, sizes={"caf": 100_000}),
    Case("bintree", "binary tree of 2^20 - 1 tasks which counts its leaves",
         2**19, lambda leaves: 2 * leaves - 1, itself, sizes={"caf": 2**16}),
    Case("cancel", "a live 10-ary tree of 1,111,111 idle tasks, cancelled at its root and joined",
         1_000_000, ten_ary_nodes, ten_ary_nodes, sizes={"caf": 100_000}),
    # A channel holds 1024 values, alone or in chunks, where a program has bounded channels.
    Case("events_single", "10,000,000 values, sent and received one by one from task to task",
         10_000_000, itself, sum_below, per="event", sizes={"caf": 3_000_000}),
    Case("events_chunks", "the same in chunks of 64",
         10_000_000, itself, sum_below, per="event"),
    Case("events_fan", "one by one from a task to two that add 1 each, and on to one that adds up",
         10_000_000, itself, sum_of_incremented, per="event", sizes={"caf": 3_000_000}),
    Case("events_fan_chunks", "the same in chunks of 64",
         10_000_000, itself, sum_of_incremented, per="event"),
    Case("events_join", "one by one from four tasks to one",
         10_000_000, itself, sum_below, per="event", sizes={"caf": 3_000_000}),
    Case("ping_pong", "200,000 round trips of a value between two tasks",
         200_000, itself, itself, per="trip"),
    Case("handler", "200,000 requests of a task to an actor with a coroutine handler (peers: an actor asks another one)",
         200_000, itself, itself, per="request", peers_run="request"),
    Case("handler_waits", "as handler, and the coroutine asks a second such actor",
         200_000, itself, itself, per="request", peers_run="request_through"),
    Case("service_call", "200,000 calls of a service that is a class (peers: as handler)",
         200_000, itself, itself, per="call", peers_run="request"),
    Case("channel_single", "as events_single, by a channel (peers: as events_single)",
         10_000_000, itself, sum_below, per="item", sizes={"caf": 3_000_000}, peers_run="events_single"),
    Case("channel_join", "as events_join, by a channel (peers: as events_join)",
         10_000_000, itself, sum_below, per="item", sizes={"caf": 3_000_000}, peers_run="events_join"),
    Case("channel_many", "one by one from four tasks to four, by one channel",
         10_000_000, itself, sum_below, per="item"),
    Case("channel_ping_pong", "as ping_pong, by two channels of one item (peers: as ping_pong)",
         200_000, itself, itself, per="trip", peers_run="ping_pong"),
    Case("semaphore", "one task acquires a permit that nobody else wants, and gives it back, 10,000,000 times",
         10_000_000, itself, itself, per="permit"),
    Case("mutex", "the same with the lock of an asynchronous mutex",
         10_000_000, itself, itself, per="lock"),
    Case("idle_bytes", "memory of 1,000,000 children that idle, per child",
         1_000_000, itself, itself, quantity="bytes", sizes={"caf": 100_000}, **COLD),
    # Few in a round: OTP looks through all restarts within its period, a second, at each one.
    Case("restart", "a supervised actor crashes 300 times, each time until the next one has answered; "
         "crashes are reported as by default", 300, itself, itself, reports=True),
    Case("restart_quiet", "the same with all reports off", 300, itself, itself),
    # Five benchmarks of S. M. Imam and V. Sarkar, "Savina - An Actor Benchmark Suite", AGERE 2014.
    Case("savina_ping_pong", "Savina: 200,000 round trips between two actors with coroutine handlers (peers: as ping_pong)",
         200_000, itself, itself, per="trip", peers_run="ping_pong"),
    Case("savina_thread_ring", "Savina: a token goes 500,000 times from actor to actor in a ring of 100",
         500_000, itself, itself, per="hop"),
    Case("savina_big", "Savina: each of 120 actors asks others 2,000 times, one after the other, and answers meanwhile",
         240_000, itself, itself, per="ping"),
    Case("savina_bank", "Savina: 100,000 transfers between 1,000 accounts; an account waits for the other one",
         100_000, itself, itself, per="transfer"),
    Case("savina_philosophers", "Savina: 20 philosophers eat 5,000 times each, with forks from an arbitrator",
         100_000, itself, itself, per="meal"),
    Case("savina_ping_pong_service", "as savina_ping_pong, between services that are classes",
         200_000, itself, itself, per="trip", peers_run="ping_pong"),
    Case("savina_big_service", "as savina_big: 120 tasks ask 120 services",
         240_000, itself, itself, per="ping", peers_run="savina_big"),
    Case("savina_bank_service", "as savina_bank, with services as accounts",
         100_000, itself, itself, per="transfer", peers_run="savina_bank"),
    Case("savina_philosophers_service", "as savina_philosophers, with a service as arbitrator",
         100_000, itself, itself, per="meal", peers_run="savina_philosophers"),
    # Each process has as many worker threads as the table says. TLS is measured against the peers' plain connections.
    Case("remote_call", "20,000 calls of a function on a node in another process, one after the other, 64 bytes there and back",
         20_000, itself, itself, per="call", ours="sweet_node"),
    Case("remote_call_64", "200,000 such calls, 64 at a time",
         200_000, itself, itself, per="call", ours="sweet_node", sizes={"erlang": 50_000}),
    Case("remote_call_1000", "400,000 such calls, 1,000 at a time",
         400_000, itself, itself, per="call", ours="sweet_node", sizes={"erlang": 50_000}),
    Case("remote_call_tls", "as remote_call, with TLS (peers: without)",
         20_000, itself, itself, per="call", ours="sweet_node", peers_run="remote_call"),
    Case("remote_call_64_tls", "as remote_call_64, with TLS (peers: without)",
         200_000, itself, itself, per="call", ours="sweet_node", sizes={"erlang": 50_000}, peers_run="remote_call_64"),
    Case("remote_call_1000_tls", "as remote_call_1000, with TLS (peers: without)",
         400_000, itself, itself, per="call", ours="sweet_node", sizes={"erlang": 50_000}, peers_run="remote_call_1000"),
]
