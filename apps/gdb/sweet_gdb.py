# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Shows the tasks of a program in gdb, live or from a core: (gdb) source sweet_gdb.py

    sweet tasks     all tasks, and what they wait for
    sweet tree      the same, as the tree that they are
    sweet bt TASK   a task, by id, name or address, and those above it: what each waits for, and where its body is

It reads constants of the library (actors/runtime/debug_layout.cpp) and memory, and so needs neither types nor a
process that can run.
"""

import re

import gdb

KINDS = {"child": "child", "outcome": "child", "join": "child", "group": "group", "thread": "thread", "source": "source"}
PHASES = {0: "pending", 1: "running", 2: "stopping", 3: "joining children", 4: "ended"}
REASONS = ("none child children group task message answer event channel semaphore mutex condition barrier wait_group "
           "completion watch broadcast select timer events credit io").split()
BLOCKED = 1


def constant(name):
    return int(gdb.parse_and_eval(f"*(unsigned long*)&sweet_debug_{name}"))


def read(address, size=8):
    return int.from_bytes(gdb.selected_inferior().read_memory(address, size).tobytes(), "little")


def text(address, size):
    return gdb.selected_inferior().read_memory(address, size).tobytes().decode(errors="replace") if size else ""


def symbol(address):
    """The symbol at an address, without offset and section; empty if there is none."""
    found = gdb.execute(f"info symbol {address}", to_string=True).strip()
    return "" if found.startswith("No symbol") else re.split(r" \+ \d+| in section ", found)[0]


class Task:
    def __init__(self, block):
        self.block = block
        self.cell = block + constant("block_cell")
        self.state = read(self.cell + constant("cell_state"), 4)
        mode = read(self.cell + constant("cell_mode"), 1)
        self.kind = next((kind for name, kind in KINDS.items() if constant("wait_" + name) == mode & 15), "")
        self.phase = read(self.cell + constant("cell_turn"), 1) & 7
        self.parent = read(self.cell + constant("cell_parent"))

    def is_live(self):
        return self.state & constant("state_live") and not self.state & constant("state_done")

    def id(self):
        if not self.state & constant("state_has_id"):
            return ""
        return f"#{read(self.block + constant('block_id')) & ~constant('id_bit')}"

    def name(self):
        side = read(self.block + constant("block_side"))
        return text(read(side + constant("side_name")), read(side + constant("side_name") + 8)) if side else ""

    def body_type(self):
        ops = read(self.cell + constant("cell_ops"))
        if not ops:
            return ""
        return text(read(ops + constant("ops_type") + 8), read(ops + constant("ops_type")))

    def title(self):
        words = [self.name() or "task", self.id() or hex(self.block)]
        if not self.name() and self.body_type():
            words.append(f"[{self.body_type()}]")
        return " ".join(words)

    def result(self):
        return read(self.cell + constant("cell_result"))

    def wait(self):
        """What the task waits for; empty if it does not."""
        if self.phase != 1 or not read(self.cell + constant("cell_inbox")) & BLOCKED:
            return ""
        if self.kind == "child":
            return "waits for child " + of_cell(self.result()).title()
        if self.kind == "group":
            return "waits for group"
        if self.kind == "thread":
            view = self.result() + constant("thread_wait")
            target = read(view + constant("view_target"))
            return "blocks a thread for " + REASONS[read(view, 1)] + (" " + of_cell(target).title() if target else "")
        if self.kind == "source":
            ops = read(self.result())
            # The type of what is waited for is in the name of its table: ...::single_wait<...::lock_arm>::operations.
            arm = re.search(r"(\w+)_arm\b", symbol(ops))
            return "waits for " + (arm[1] if arm else REASONS[read(ops + constant("wait_reason"), 1)])
        return ""

    def where(self):
        """The body of a coroutine and the line where it begins; empty for a callable."""
        name = symbol(read(self.block + constant("block_body")))
        if not name or "::" not in name and "(" not in name:
            return ""
        line = gdb.execute(f"info line *{read(self.block + constant('block_body'))}", to_string=True)
        at = re.search(r'Line (\d+) of "([^"]*)"', line)
        return name + (f" at {at[2]}:{at[1]}" if at else "")

    def line(self):
        wait = self.wait()
        return self.title() + " " + PHASES.get(self.phase, "") + (": " + wait if wait else "")


def of_cell(address):
    return Task(address - constant("block_cell"))


def all_tasks():
    pool = int(gdb.parse_and_eval("*(unsigned long*)&sweet_debug_pools"))
    while pool:
        spans = read(pool)
        for at in range(read(spans), read(spans + 8), 8):
            span = read(at)
            size = read(span + constant("span_block_size"), 4)
            for i in range(read(span + constant("span_carved"), 4)):
                task = Task(span + constant("span_blocks") + i * size)
                if task.is_live():
                    yield task
        pool = read(pool + 8)


def find(what):
    for task in all_tasks():
        if what in (task.id(), task.id().lstrip("#"), task.name(), hex(task.block)):
            return task
    raise gdb.GdbError(f"no task {what}")


class Sweet(gdb.Command):
    """Shows the tasks of sweet: sweet tasks, sweet tree, sweet bt TASK."""

    def __init__(self):
        super().__init__("sweet", gdb.COMMAND_DATA, prefix=True)


class Tasks(gdb.Command):
    """Lists all tasks, and what they wait for."""

    def __init__(self):
        super().__init__("sweet tasks", gdb.COMMAND_DATA)

    def invoke(self, _argument, _from_tty):
        for task in all_tasks():
            print(task.line())


class Tree(gdb.Command):
    """Shows the tasks as a tree."""

    def __init__(self):
        super().__init__("sweet tree", gdb.COMMAND_DATA)

    def invoke(self, _argument, _from_tty):
        tasks = list(all_tasks())
        children = {}
        for task in tasks:
            children.setdefault(task.parent, []).append(task)
        known = {task.cell for task in tasks}
        stack = [(task, 0) for task in reversed(tasks) if task.parent not in known]
        while stack:
            task, depth = stack.pop()
            print("  " * depth + task.line())
            stack += [(child, depth + 1) for child in reversed(children.get(task.cell, []))]


class Backtrace(gdb.Command):
    """Shows a task and those above it: sweet bt TASK, by id, name or address."""

    def __init__(self):
        super().__init__("sweet bt", gdb.COMMAND_DATA)

    def invoke(self, argument, _from_tty):
        task = find(argument.strip())
        for depth in range(1000):
            print(f"#{depth}  {task.line()}")
            if task.where():
                print(f"      in {task.where()}")
            if not task.parent:
                return
            task = of_cell(task.parent)


for command in (Sweet, Tasks, Tree, Backtrace):
    command()
