# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
"""A node in a process of its own: what it is told, what it says, and what it costs."""

import collections
import json
import os
import signal
import subprocess
import sys
import threading
import time

SANITIZED = "SWEET_NODES_SANITIZED" in os.environ  # programs are slower then, and need more memory
PATIENCE = 120 if SANITIZED else 30  # seconds for what has to happen


class NodeError(AssertionError):
    """What was to happen did not."""


class Process:
    """A node. Its events are kept in the order in which they came."""

    def __init__(self, program, name, host=None, **settings):
        self.name = name
        self.host = host  # a Cable, or this one
        self.settings = {"name": name, **settings}
        self.events = []
        self.outcomes = {}  # (group, index): the outcomes; there has to be one
        self._changed = threading.Condition()
        words = [key if value is True else f"{key}={value}" for key, value in self.settings.items()]
        self.process = subprocess.Popen([*(host.command() if host else []), program, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE)
        self.pid = self.process.pid
        self.errors = collections.deque(maxlen=400)
        self._over = False
        self._threads = [threading.Thread(target=self._read, daemon=True),
                         threading.Thread(target=self._read_errors, daemon=True)]
        for thread in self._threads:
            thread.start()

    def _read(self):
        for line in self.process.stdout:
            try:
                event = json.loads(line)
            except ValueError:
                continue  # the process was killed within a line
            with self._changed:
                self.events.append(event)
                if event["event"] == "outcome":
                    self.outcomes.setdefault((event["group"], event["index"]), []).append(event)
                self._changed.notify_all()
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def _read_errors(self):
        for line in self.process.stderr:
            self.errors.append(line.decode(errors="replace"))

    # ---- what it is told ----

    def tell(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def submit(self, group, n, function, where="least_loaded", argument=0):
        self.tell(f"submit {group} {n} {function} {where} {argument}")

    def ask(self, verb, event=None):
        """Tells it something that it answers with one event."""
        begin = len(self.events)
        self.tell(verb)
        return self.wait(lambda: self.find(event or verb.split()[0], begin), f"{verb} of {self.name}")

    def signal(self, number):
        os.kill(self.pid, number)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def freeze(self):
        self.signal(signal.SIGSTOP)

    def go_on(self):
        self.signal(signal.SIGCONT)

    # ---- what it says ----

    def wait(self, holds, what, patience=None):
        """Waits until `holds()` is true, and returns what it returns."""
        end = time.monotonic() + (patience or PATIENCE)
        with self._changed:
            while True:
                value = holds()
                if value:
                    return value
                left = end - time.monotonic()
                if left <= 0 or self._over:
                    raise NodeError(f"{'' if self._over else f'after {patience or PATIENCE:.0f} s '}"
                                    f"not: {what}\n{self.story()}")
                # What holds may hang on what other processes do.
                self._changed.wait(min(left, 0.05))

    def find(self, event, begin=0, **fields):
        """The first event from there on that has these fields; a function is asked about the value."""
        for x in self.events[begin:]:
            if x["event"] == event and all(
                    want(x.get(key, "")) if callable(want) else x.get(key) == want for key, want in fields.items()):
                return x
        return None

    def wait_for(self, event, begin=0, patience=None, **fields):
        return self.wait(lambda: self.find(event, begin, **fields), f"{event} {fields} of {self.name}", patience)

    def wait_ready(self):
        self.address = self.wait_for("ready")["address"]
        return self.address

    def wait_member(self, name, state, begin=0):
        return self.wait_for("member", begin, name=name, **{"is": state})

    def wait_up(self, *names):
        """Waits until it has links to these nodes."""
        self.ask_until("members", lambda x: all(x.get(name) == "up linked" for name in names),
                       f"{self.name} sees {', '.join(names)} up")

    def ask_until(self, verb, holds, what):
        """Asks it again and again, until the answer is as it should be."""
        end = time.monotonic() + PATIENCE
        while not holds(answer := self.ask(verb)):
            if time.monotonic() > end:
                raise NodeError(f"not: {what}: {answer}\n{self.story()}")
            time.sleep(0.01)  # until it is asked again
        return answer

    def wait_pending(self, *parts):
        """Waits until it says this of the tasks that wait; "": that there are none."""
        def said(answer):
            return all(part in answer["text"] if part else not answer["text"] for part in parts)
        self.ask_until("pending", said, f"{self.name} says {parts}")

    def wait_log(self, *parts, begin=0, patience=None):
        return self.wait_for("log", begin, patience, text=lambda text: all(part in text for part in parts))

    def mark(self):
        return len(self.events)

    def count(self, group):
        with self._changed:
            return sum(1 for (g, _) in self.outcomes if g == group)

    def results(self, group, n, patience=None):
        """Waits for all outcomes of a group: exactly one of each."""
        self.wait(lambda: self.count(group) >= n, f"{n} outcomes of {group}, {self.count(group)} have come", patience)
        with self._changed:
            found = {index: all_ for (g, index), all_ in self.outcomes.items() if g == group}
        if sorted(found) != list(range(n)) or any(len(x) != 1 for x in found.values()):
            raise NodeError(f"the outcomes of {group} are not one for each of {n}\n{self.story()}")
        return [found[i][0] for i in range(n)]

    # ---- what it costs ----

    def status(self):
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            return dict(line.split(":", 1) for line in file)

    def rss_mib(self):
        return int(self.status()["VmRSS"].split()[0]) / 1024

    def peak_mib(self):
        return int(self.status()["VmHWM"].split()[0]) / 1024

    def threads(self):
        return int(self.status()["Threads"])

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    # ---- its end ----

    def stop(self):
        """Has it end by itself, which has to work; what sanitizers found is an error."""
        self.process.stdin.close()
        try:
            status = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise NodeError(f"{self.name} does not end\n{self.story()}") from None
        for thread in self._threads:
            thread.join()
        if status != 0:
            raise NodeError(f"{self.name} has ended with {status}\n{self.story()}")

    def story(self):
        lines = [f"---- {self.name}, the last events:"]
        lines += [json.dumps(x)[:300] for x in self.events[-25:]]
        lines += ["---- standard error:", "".join(self.errors)]
        return "\n".join(lines)

    def is_alive(self):
        return self.process.poll() is None


def note(text):
    print(text, file=sys.stderr, flush=True)
