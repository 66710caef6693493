"""What stands around the app: settings, folder, disk, clock, limits, the server itself, its certificate, fonts."""

import ctypes
import json
import os
import resource
import shutil
import socket
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from app.kernel.settings import Settings

Told = Iterator[tuple[str, str, str]]
LEAST = 500 << 20  # bytes left on a disk
ENDS = 14  # days before a certificate's end
FILES = 4096
_TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised


def settings(config: Settings) -> Told:
    host = urlsplit(config.public_url).hostname or ""
    local = host in ("localhost", "127.0.0.1", "::1")
    if config.secure or local:
        yield "ok", f"people reach it at {config.public_url}", ""
    else:
        yield (
            "wrong", f"people reach it at {config.public_url}, without encryption",
            "put a proxy with a certificate in front and set LASTMETRE_PUBLIC_URL to its https address: phones give camera, storage and offline work to https only",
        )  # fmt: skip
    if config.demo and not local:
        yield "wrong", "it shows the parts of the demo to everybody", "unset LASTMETRE_DEMO"
    if config.secure and not config.trusted_proxies:
        yield (
            "watch",
            "no proxy is trusted, so everybody seems to come from one address",
            "set LASTMETRE_TRUSTED_PROXIES to the proxy's address",
        )
    if not config.worker:
        yield "watch", "phones are told to give up their service worker", "set LASTMETRE_WORKER=on once what was wrong with it is mended"
    if not config.push_contact and config.secure:
        yield "watch", "push services know nobody to complain to", "set LASTMETRE_PUSH_CONTACT to an address that is read"


def data(config: Settings) -> Told:
    if not config.data.is_dir():
        yield "wrong", f"{config.data} is missing", "set LASTMETRE_DATA to the data folder, or begin with: python -m app setup"
        return
    if not os.access(config.data, os.W_OK | os.X_OK):
        yield "wrong", f"{config.data} cannot be written by this user", "run as the service's user, or give the folder to that user"
    if config.data.stat().st_mode & 0o077:
        yield "wrong", f"others on this machine may look into {config.data}", f"chmod 700 {config.data}"
    key = config.master_key
    if not key.exists():
        yield (
            "wrong",
            f"the master key {key} is missing: nothing sealed can be read",
            "put back the key of this installation, or set LASTMETRE_MASTER_KEY",
        )
    elif not os.access(key, os.R_OK):
        yield "wrong", f"the master key {key} cannot be read by this user", "run as the service's user"
    elif key.stat().st_mode & 0o007:
        yield "wrong", f"everybody on this machine may read the master key {key}", f"chmod 640 {key}"
    elif key.parent == config.data:
        yield (
            "watch",
            "the master key lies in the data folder: a copy of that folder holds key and data together",
            "move it elsewhere and set LASTMETRE_MASTER_KEY; keep a second copy in a safe place",
        )
    else:
        yield "ok", f"{config.data} and its master key", ""


def disk(config: Settings) -> Told:
    folders = {config.data, *({config.backups} if config.backups and config.backups.is_dir() else ())}
    for folder in sorted(path for path in folders if path.is_dir()):
        left, stat = shutil.disk_usage(folder).free, os.statvfs(folder)
        needed = max(LEAST, 2 * sum(path.stat().st_size for path in config.data.glob("*.db")))
        if left < needed:
            yield (
                "wrong",
                f"{left >> 20} MB are left for {folder}, {needed >> 20} MB are needed",
                "make room, or move the folder to a larger disk",
            )
        elif stat.f_files and stat.f_favail < 1_000:
            yield (
                "wrong",
                f"no more than {stat.f_favail} files can be made in {folder}",
                "make room: there are too many small files on that disk",
            )
        else:
            yield "ok", f"{left >> 30} GB are left for {folder}", ""


def clock(config: Settings) -> Told:
    """Whether somebody keeps the machine's clock right; what the database knows of the time is looked at there."""
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.create_string_buffer(512))
    except (OSError, AttributeError):
        state = -1
    if state == _TIME_ERROR:
        yield "watch", "nothing keeps this machine's clock right", "install and start a time service, such as systemd-timesyncd or chrony"
    elif state < 0:
        yield "watch", "whether the clock is kept right cannot be seen here", "compare it by hand: date -u"
    else:
        yield "ok", f"kept right, now {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC", ""


def open_files(config: Settings) -> Told:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < FILES:
        yield "watch", f"no more than {most} files may be open: each open page holds one", "LimitNOFILE=65536 in the service's unit"
    else:
        yield "ok", "room for thousands of open pages", ""


def server(config: Settings) -> Told:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"http://127.0.0.1:{config.port}/readyz", timeout=5) as answer:
            parts = json.loads(answer.read())
    except urllib.error.HTTPError as refused:
        parts = json.loads(refused.read() or b"{}")
    except (OSError, ValueError) as nobody:
        yield (
            "wrong",
            f"nobody answers at port {config.port}: {nobody}",
            "start it, or set PORT to the port that it listens on; its log says why it ended",
        )
        return
    if not isinstance(parts, dict) or "database" not in parts:
        yield "wrong", f"somebody else answers at port {config.port}", "set PORT to the port that it listens on"
    elif unready := [f"{part} {state}" for part, state in parts.items() if state != "ready"]:
        yield (
            "wrong",
            f"it answers at port {config.port}: {', '.join(unready)}",
            "look at what stands above about that part, and at its log",
        )
    else:
        yield "ok", f"it answers at port {config.port}", ""


def certificate(config: Settings) -> Told:
    if not config.secure:
        return
    address = urlsplit(config.public_url)
    host, port = address.hostname or "", address.port or 443
    try:
        with (
            socket.create_connection((host, port), timeout=5) as line,
            ssl.create_default_context().wrap_socket(line, server_hostname=host) as talk,
        ):
            ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(talk.getpeercert()["notAfter"]), UTC)
    except ssl.SSLError as broken:
        yield "wrong", f"{host} shows a certificate that phones refuse: {broken}", "renew it; the proxy in front keeps it"
        return
    except OSError as nobody:
        yield "watch", f"{host} cannot be reached from here: {nobody}", "try it from a phone; some networks do not lead back to themselves"
        return
    left = (ends - datetime.now(UTC)).days
    if left < ENDS:
        yield "wrong" if left < 3 else "watch", f"the certificate of {host} ends in {left} days", "see why the proxy does not renew it"
    else:
        yield "ok", f"the certificate of {host} is good for {left} days", ""


def printing(config: Settings) -> Told:
    from app.door.printing import setting
    from app.door.printing.jobs import FONTS

    code = f"import sys; sys.path.insert(0, {str(Path(setting.__file__).parent)!r}); import typst, setting; f = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False); print(setting.font_of(f, {FONTS!r}) or '')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    if done.returncode or not done.stdout.strip():
        yield (
            "watch",
            "there is no Chinese font for posters, cards and labels",
            "apt-get install fonts-noto-cjk; until then the browser prints them",
        )
    else:
        yield "ok", f"posters and cards are set in {done.stdout.strip()}", ""
