# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Strangers, and nodes that do not keep to the protocol."""

import os
import random
import socket
import struct
import subprocess
import threading
import time

from .cluster import SECRET, check, check_memory, free_port, wait
from .process import SANITIZED, note
from .speaker import (CANCEL, HELLO, LEAVE, PIECE, PULL, REFUSED, RESULT, STARTED, SUBMIT, HEARTBEAT, OPEN, Speaker, frame,
                      text)

NOISE = random.Random(1).randbytes(20_000)
WORDS = {
    "HTTP": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "noise": NOISE,
    "a length of 4 GiB": b"\xff\xff\xff\xff\0",
    "nothing": b"",
    "half an OPEN": frame(OPEN, b"x" * 200)[:100],
    "half a ClientHello": bytes.fromhex("1603010200010001fc0303") + b"x" * 60,
    # BASP of CAF 0.17: operation, padding, flags, payload length, operation data, two actors.
    "BASP": struct.pack(">BBBBIQQQ", 0, 0, 0, 0, 70, 4, 0, 0) + b"x" * 70,
    "a nested bomb": frame(SUBMIT, struct.pack("<QI", 1, 0xFFFFFFFF) + b"\x01\0\0\0" * 3000),
}


def connect(node, data=b"", source=""):
    host, port = node.address.rsplit(":", 1)
    s = socket.create_connection((host, int(port)), 10, (source, 0))
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    if data:
        s.sendall(data)
    return s


def said(s, patience):
    """What the other end has said until it closed."""
    s.settimeout(patience)
    data = b""
    try:
        while more := s.recv(4096):
            data += more
    except ConnectionResetError:
        pass
    return data


class AsFirst:
    """Has each process be the first of a namespace of processes of its own, as in a container."""

    address = "127.0.0.1"

    @staticmethod
    def command():
        return ["unshare", "--pid", "--fork", "--kill-child", "--"]


def strangers_are_told_nothing(cluster):
    a, b, c = cluster.trio()
    plain = cluster.start("plain", join="", plain=True, cluster="other")
    open_ = [(node, what, connect(node, words)) for node in (a, plain) for what, words in WORDS.items()]
    a.submit("x", 200, "add", "round_robin:worker")
    check(all(x["ok"] for x in a.results("x", 200)), "tasks go on meanwhile", a)
    for node, what, s in open_:
        try:
            heard = said(s, 30)
        except TimeoutError:
            heard = b"(it does not close)"
        check(heard == b"", f"{node.name} says nothing to {what}: {heard!r}", node)
    # Each is in the log, with a reason.
    for node in (a, plain):
        node.wait(lambda: sum("no link by a connection" in x.get("text", "") for x in node.events) >= len(WORDS),
                  "the log says why")


def who_has_another_secret_is_no_node(cluster):
    for how in ({}, {"plain": True}):
        name = "plain-" if how else "tls-"
        a = cluster.start(name + "a", join="", cluster=name, **how)
        x = cluster.start(name + "x", join=a.address, cluster=name, secret="another secret, as long", **how)
        a.wait_log("no link by a connection")
        check(a.ask("members").get(x.name) is None, "it is no member", a)
        check(x.ask("pending")["waits_for"] != "", "it says that it waits", x)


def who_is_of_another_cluster_or_version_hears_why(cluster):
    a = cluster.start("a", plain=True)
    for how, reason in (({"cluster": "other"}, 1), ({"versions": (7, 9)}, 0), ({"name": "a"}, 3)):
        speaker = Speaker(a.address, SECRET, **how)
        kind, body = speaker.say_hello()
        check(kind == REFUSED and body[0] == reason, f"it is refused: {how}, {kind}, {body}", a)
        speaker.close()
    check(Speaker(a.address, "another secret", "y").say_hello() == (None, b""), "without the secret it hears nothing", a)


def numbered(kind, number, body):
    return frame(kind, struct.pack("<Q", number) + body)


def nonsense_ends_the_link_and_nothing_else(cluster):
    a = cluster.start("a", plain=True, slots=0)
    b = cluster.start("b", plain=True, roles="worker")
    cluster.wait_linked(a, b)
    before = b.rss_mib()
    many = struct.pack("<I", 0xFFFFFFFF)
    error = struct.pack("<B", 1) + text("x") + struct.pack("<Q", 0) + text("") + struct.pack("<IB", 0, 0) + text("") + text("")
    cases = {
        "a length of 4 GiB": b"\xff\xff\xff\xff\x08",
        "no type": frame(99, b""),
        "another hello": frame(HELLO, b""),
        "a number that is not the next": numbered(PULL, 7, struct.pack("<I", 1)),
        "a count of 4 billion tasks": numbered(SUBMIT, 1, many),
        "a name of 4 GiB": numbered(SUBMIT, 1, struct.pack("<IQ", 1, 1) + many),
        "bytes that are left over": numbered(PULL, 1, struct.pack("<IQ", 1, 1)),
        "no level": numbered(CANCEL, 1, struct.pack("<QB", 1, 77) + text("")),
        "4 billion errors": numbered(RESULT, 1, struct.pack("<IQI", 1, 1, 1) + b"\0" * 20 + b"\1" + many),
        "errors that cause each other": numbered(
            RESULT, 1, struct.pack("<IQI", 1, 1, 1) + b"\1" * 20 + b"\1" + struct.pack("<I", 2) +
            (error + struct.pack("<qI", -1, 1)) * 2 + struct.pack("<I", 0)),
        "a piece of 4 GiB": numbered(PIECE, 1, struct.pack("<IBII", 1, SUBMIT, 0xFFFFFFFF, 0) + b"x" * 100),
        "a piece from the middle": numbered(PIECE, 1, struct.pack("<IBII", 1, SUBMIT, 100_000, 50_000) + b"x" * 100),
        "a piece of a heartbeat": numbered(PIECE, 1, struct.pack("<IBII", 1, HEARTBEAT, 100_000, 0) + b"x" * 100),
        "a heartbeat of noise": frame(HEARTBEAT, NOISE[:5000]),
        "an empty frame": struct.pack("<I", 0),
    }
    for what, data in cases.items():
        mark = b.mark()
        speaker = Speaker(b.address, SECRET, "x").begin()
        speaker.send(data)
        speaker.read_until_closed()
        speaker.close()
        b.wait_log("the link to x is lost", begin=mark)
    # Frames that make sense, about tasks that there are not, change nothing.
    speaker = Speaker(b.address, SECRET, "y").begin()
    speaker.send(numbered(STARTED, 1, struct.pack("<QI", 77, 1)) + numbered(CANCEL, 2, struct.pack("<QB", 77, 1) + text("")) +
                 numbered(LEAVE, 3, text("enough")))
    a.submit("x", 200, "counts", "round_robin:worker", 1)
    check(all(x["ok"] for x in a.results("x", 200)), "tasks go on", a)
    grown = b.rss_mib() - before
    check_memory(grown, 30, b)
    speaker.close()


def two_thousand_connections(cluster):
    a, b, c = cluster.trio()
    descriptors, threads, before = b.descriptors(), b.threads(), b.rss_mib()
    host, port = b.address.rsplit(":", 1)
    strangers = []
    stop = threading.Event()

    def flood():
        for _ in range(2000):
            if stop.is_set():
                return
            try:
                strangers.append(socket.create_connection((host, int(port)), 20))
            except OSError:
                return
    thread = threading.Thread(target=flood)
    thread.start()
    wait(lambda: b.descriptors() >= descriptors + 60, "strangers are there")
    a.submit("x", 500, "counts", "round_robin:worker", 1)
    check(all(x["ok"] for x in a.results("x", 500)), "tasks go on", a)
    most, grown = b.descriptors() - descriptors, b.rss_mib() - before
    check(most <= 70, f"64 at a time are let in: {most}", b)
    check_memory(grown, 40, b)
    stop.set()
    for s in list(strangers):
        s.close()
    thread.join()
    for s in strangers:
        s.close()
    note(f"          {len(strangers)} connections: {most} descriptors, {grown:.0f} MiB")
    d = cluster.start("d", join=b.address)
    d.wait_up("b")
    wait(lambda: b.descriptors() <= descriptors + 5, "no descriptor is lost")
    check(b.threads() <= threads + 32, f"no thread is lost: {threads}, {b.threads()}", b)


def who_takes_all_places_keeps_nobody_out(cluster):
    a, b, c = cluster.trio()
    descriptors, before = b.descriptors(), b.rss_mib()
    half = WORDS["half a ClientHello"]
    strangers = [connect(b, half, "127.0.0.66") for _ in range(300)]
    begin = time.monotonic()
    d = cluster.start("d", join=b.address)
    d.wait_up("b")
    took = time.monotonic() - begin
    check(took < 4 or SANITIZED, f"it has not waited for 300 to time out: {took:.1f} s", d, b)
    most, grown = b.descriptors() - descriptors, b.rss_mib() - before
    check(most <= 70, f"64 at a time are let in: {most}", b)
    check_memory(grown, 20, b)
    # Each is closed in the end, without a word.
    for s in strangers:
        check(said(s, 30) == b"", "it says nothing")
    note(f"          300 half ClientHellos: another node was up in {took:.2f} s, {most} descriptors, {grown:.0f} MiB")
    wait(lambda: b.descriptors() <= descriptors + 5, "no descriptor is lost")
    a.submit("x", 20, "add", "round_robin:worker")
    check(all(x["ok"] for x in a.results("x", 20)), "all end well", a)


def descriptors_run_out(cluster):
    if SANITIZED:
        return note("          left out: UBSan needs a descriptor of its own to look at an object")
    a, b, c = cluster.trio()
    used = b.descriptors()
    b.ask(f"descriptors {used + 3}", "limited")
    strangers = [connect(b) for _ in range(20)]
    b.wait_log("no connection is taken for a while")
    a.submit("x", 200, "counts", "round_robin:worker", 1)
    check(all(x["ok"] for x in a.results("x", 200)), "tasks go on", a)
    for s in strangers:
        s.close()
    d = cluster.start("d", join=b.address)
    d.wait_up("b")
    b.ask("descriptors 1024", "limited")
    cluster.wait_linked(a, b, c, d)


def half_open_connections(cluster):
    a, b, c = cluster.trio()
    used = b.descriptors()
    for _ in range(50):  # closed with a reset, at once
        s = connect(b, b"x")
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        s.close()
    silent = [connect(b) for _ in range(50)]
    wait(lambda: b.descriptors() >= used + 50, "they are let in")
    for s in silent:
        check(said(s, 30) == b"", "it says nothing")
    wait(lambda: b.descriptors() <= used, "they are closed after 5 s")
    a.submit("x", 20, "add", "round_robin:worker")
    check(all(x["ok"] for x in a.results("x", 20)), "all end well", a)


def certificates(cluster):
    good, foreign = os.path.join(cluster.folder, "good"), os.path.join(cluster.folder, "foreign")
    cluster.certificates(good, "a", "b", "c")
    cluster.certificates(foreign, "x", "b")
    a = cluster.start("a", certificates=good, secret=None)
    b = cluster.start("b", certificates=good, secret=None, roles="worker")
    cluster.wait_linked(a, b)
    x = cluster.start("x", certificates=foreign, secret=None)
    none = cluster.start("none", secret=SECRET)
    x.wait_log("no link by")
    none.wait_log("no link by")
    check(a.ask("members").get("x") is None and a.ask("members").get("none") is None, "they are no members", a)
    # New files for a node that is up, first such as do not fit.
    os.replace(os.path.join(foreign, "b.key"), os.path.join(good, "b.key"))
    check(not b.ask("reload", "reloaded")["ok"], "a key of another certificate stays out", b)
    again = os.path.join(cluster.folder, "again")
    os.mkdir(again)
    for name in ("ca.pem", "ca.key"):
        os.symlink(os.path.join(good, name), os.path.join(again, name))
    cluster.certificates(again, "b", authority=False)
    for name in ("b.pem", "b.key"):
        os.replace(os.path.join(again, name), os.path.join(good, name))
    check(b.ask("reload", "reloaded")["ok"], "a new pair is taken", b)
    c = cluster.start("c", certificates=good, secret=None, join=b.address)
    cluster.wait_linked(a, b, c)


def a_certificate_that_expires(cluster):
    folder = os.path.join(cluster.folder, "certificates")
    cluster.certificates(folder, "a")
    cluster.certificates(folder, "b", authority=False, seconds=4)
    address = f"127.0.0.1:{free_port()}"
    b = cluster.start("b", certificates=folder, secret=None, join=address)  # a node does not start with one that has expired
    time.sleep(5)  # until it has
    a = cluster.start("a", certificates=folder, secret=None, join="", listen=address)
    a.wait_log("no link by", "the certificate of the peer has expired")
    b.wait_log("no link by", "the peer refuses the certificate of this node: it has expired")
    check(a.ask("members").get("b") is None, "it is no member", a)


def two_processes_of_one_number(cluster):
    apart = AsFirst()
    if subprocess.run([*apart.command(), "true"], capture_output=True, check=False).returncode != 0:
        return note("          left out: this user may not make namespaces of processes (unshare --pid)")
    a = cluster.start("a", slots=0)
    b, c = (cluster.start(name, roles="worker", host=apart) for name in "bc")
    check(b.ask("pid")["pid"] == c.ask("pid")["pid"] == 1, "both have the same number", b, c)
    cluster.wait_linked(a, b, c)
    a.submit("x", 40, "counts", "round_robin:worker", 1)
    values = [x.get("value") for x in a.results("x", 40)]
    check(values.count("b") == values.count("c") == 20, f"each has run a half: {values}", a)
    b.kill()
    again = cluster.restart(b)  # with the number that it had
    check(again.ask("pid")["pid"] == 1, "it has the number once more", again)
    a.wait_member("b", "down")
    cluster.wait_linked(a, again, c)
    a.submit("y", 40, "counts", "round_robin:worker", 1)
    values = [x.get("value") for x in a.results("y", 40)]
    check(values.count("b") == values.count("c") == 20, f"each has run a half: {values}", a)


TESTS = [strangers_are_told_nothing, who_has_another_secret_is_no_node, who_is_of_another_cluster_or_version_hears_why,
         nonsense_ends_the_link_and_nothing_else, two_thousand_connections, descriptors_run_out, half_open_connections,
         who_takes_all_places_keeps_nobody_out, certificates, a_certificate_that_expires, two_processes_of_one_number]
