# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Values on their way to another node and back."""

from .cluster import check
from .process import SANITIZED

MIB = 1024 * 1024


def numbers_arrive_bit_by_bit(cluster):
    a, b, c = cluster.trio()
    a.submit("x", 10, "doubles", "round_robin:worker")
    check(all(x["ok"] for x in a.results("x", 10)), "inf, NaN, -0.0 and denormals arrive as they left", a)


def large_values(cluster):
    # A sanitizer takes so long to read 60 MiB that nobody hears of the node meanwhile.
    a, b, c = cluster.trio(pause=20_000 if SANITIZED else 300)
    for size in (0, 16_000, 17_000, MIB, 60 * MIB):
        group = f"x{size}"
        a.submit(group, 2, "echo", "round_robin:worker", size)
        for x in a.results(group, 2):
            check(x["ok"] and x["value"] == (size if size > 100 else ""), f"{size} bytes arrive: {x}", a)


def too_large_values(cluster):
    a, b, c = cluster.trio()
    a.submit("there", 1, "echo", "on:b", 64 * MIB)
    a.submit("back", 1, "makes", "on:b", 64 * MIB)
    for x in a.results("there", 1) + a.results("back", 1):
        check(not x["ok"] and x["code"] == "invalid_data" and "66060288 bytes" in x["error"], f"it says why: {x}", a)
    a.submit("next", 10, "add", "on:b")
    check(all(x["ok"] for x in a.results("next", 10)), "the link goes on", a)


def a_function_that_nobody_has(cluster):
    a, b, c = cluster.trio()
    a.submit("x", 1, "unknown", "round_robin:worker")
    a.wait_pending("unknown")
    a.tell("cancel x graceful")
    check(a.results("x", 1)[0]["code"] == "cancelled", "it can be cancelled", a)


def another_signature(cluster):
    a = cluster.start("a", slots=0)
    b = cluster.start("b", roles="worker", skew=True)
    cluster.wait_linked(a, b)
    a.submit("x", 5, "add", "round_robin:worker")
    a.wait_pending("5 tasks wait: add has another signature on b")
    c = cluster.start("c", roles="worker")
    cluster.wait_linked(a, b, c)
    check(all(x["ok"] for x in a.results("x", 5)), "who has the same one runs it", a)
    a.submit("y", 5, "sleeps", "on:b", 1)
    check(all(x["ok"] for x in a.results("y", 5)), "b runs what it has", a)


def errors_come_back(cluster):
    a, b, c = cluster.trio()
    a.submit("x", 10, "throws", "on:b")
    for x in a.results("x", 10):
        check(x["code"] == "failure" and "no paper" in x["error"] and "node b" in x["error"], f"{x}", a)


TESTS = [numbers_arrive_bit_by_bit, large_values, too_large_values, a_function_that_nobody_has, another_signature,
         errors_come_back]
