"""Servers forked off a process that has the app loaded: two hundred tests in a browser need not each load it.

The nursery reads one JSON object a line: `argv` of `python -m app`, its `env`, the `log` that takes its words. It answers
with `{"born": pid}`, and with `{"pid": …, "code": …}` when one has ended; codes as of `subprocess`, negative for a signal.
It ends, and its servers with it, when nobody holds its input any more.
"""

import ctypes
import gc
import json
import os
import runpy
import select
import signal
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path

from app.push import endpoints

ROOT = Path(__file__).resolve().parents[2]
PR_SET_PDEATHSIG = 1


class Forked:
    """One server of the nursery, with what of `subprocess.Popen` the tests use."""

    def __init__(self, nursery: "Nursery", pid: int) -> None:
        self.nursery, self.pid = nursery, pid

    @property
    def returncode(self) -> int | None:
        return self.nursery.ended.get(self.pid)

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        with self.nursery.news:
            if not self.nursery.news.wait_for(lambda: self.returncode is not None, timeout):
                raise subprocess.TimeoutExpired("serve", timeout)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Nursery:
    def __init__(self) -> None:
        self.ended: dict[int, int] = {}
        self.news = threading.Condition()
        self._born: list[int] = []
        command = [sys.executable, "-c", "from support import nursery; nursery.main()"]
        env = {name: value for name, value in os.environ.items() if not name.startswith("LASTMETRE_")}
        env["PYTHONPATH"] = os.pathsep.join((str(ROOT), str(ROOT / "tests")))
        self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self._listen, daemon=True).start()

    def fork(self, argv: list[str], env: dict[str, str], log: Path) -> Forked:
        """`python -m app ARGV`, its output at the end of `log`."""
        with self.news:
            self.process.stdin.write(json.dumps({"argv": argv, "env": env, "log": str(log)}) + "\n")
            self.process.stdin.flush()
            if not self.news.wait_for(lambda: self._born or self.process.poll() is not None, 60) or not self._born:
                raise RuntimeError("the nursery does not answer")
            pid = self._born.pop()
            self.ended.pop(pid, None)
        return Forked(self, pid)

    def _listen(self) -> None:
        for line in self.process.stdout:
            said = json.loads(line)
            with self.news:
                if "born" in said:
                    self._born.append(said["born"])
                else:
                    self.ended[said["pid"]] = said["code"]
                self.news.notify_all()


@cache
def nursery() -> Nursery:
    return Nursery()


def main() -> None:
    from app import commands, web  # noqa: F401  loaded here once, for all that is forked
    from app.kernel.draw import make_environment

    env = make_environment(lambda name: name, demo=False)
    for template in env.list_templates():
        env.get_template(template)
    gc.collect()
    gc.freeze()
    ends, wakes = os.pipe()
    os.set_blocking(wakes, False)
    signal.set_wakeup_fd(wakes)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    asked, children = b"", set()
    while True:
        ready, _, _ = select.select([0, ends], [], [])
        if ends in ready:
            os.read(ends, 4096)
            for pid in list(children):
                if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                    children.discard(pid)
                    _say({"pid": pid, "code": os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])})
        if 0 in ready:
            more = os.read(0, 1 << 16)
            if not more:
                for pid in children:
                    os.kill(pid, signal.SIGKILL)
                return
            *lines, asked = (asked + more).split(b"\n")
            for line in lines:
                children.add(_fork(json.loads(line), (ends, wakes)))


def _say(what: dict) -> None:
    os.write(1, json.dumps(what).encode() + b"\n")


def _fork(asked: dict, ours: tuple[int, int]) -> int:
    parent = os.getpid()
    if pid := os.fork():
        _say({"born": pid})
        return pid
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for each in ours:
        os.close(each)
    log, nothing = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), os.open(os.devnull, os.O_RDONLY)
    for given, place in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(given, place)
    os.environ.clear()
    os.environ.update(asked["env"])
    endpoints.STANDINS.update(endpoints.standins())  # read while the app loads
    sys.argv = ["app", *asked["argv"]]
    code = 1
    try:
        runpy.run_module("app", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
