"""A phone whose browser can be killed: its profile stays."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import BrowserContext, Page

from support.browser import FLAGS, program


class Pocket:
    """A phone with a profile of its own, which survives its browser."""

    def __init__(self, playwright, profile: Path, neighbourhood, name: str) -> None:
        self.playwright, self.profile, self.neighbourhood, self.name = playwright, profile, neighbourhood, name
        self.context: BrowserContext | None = None

    def start(self) -> Page:
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.profile),
            executable_path=program(),
            headless=True,
            args=FLAGS,
            base_url=self.neighbourhood.url,
            viewport={"width": 360, "height": 740},
        )
        self.context.set_default_timeout(15_000)
        self.sign_in(getattr(self.neighbourhood.world, f"{self.name}_token"))
        return self.context.pages[0] if self.context.pages else self.context.new_page()

    def sign_in(self, token: str) -> None:
        self.context.add_cookies([{"name": "sid", "value": token, "url": self.neighbourhood.url}])

    def kill(self) -> None:
        os.kill(main_process(self.profile), signal.SIGKILL)
        try:
            self.context.close()
        except Exception:
            pass  # it is dead, which is what was wanted
        self.context = None
        while any(processes(self.profile)):
            time.sleep(0.02)
        for lock in self.profile.glob("Singleton*"):
            lock.unlink(missing_ok=True)

    def close(self) -> None:
        if self.context:
            self.context.close()


def processes(profile: Path) -> Iterator[int]:
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            words = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if f"--user-data-dir={profile}".encode() in words and not any(word.startswith(b"--type=") for word in words):
            yield int(number)


def main_process(profile: Path) -> int:
    return next(processes(profile))
