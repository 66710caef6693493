"""Settings come from the environment once, and nonsense stops the start with a clear line."""

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Setting:
    env: str
    default: str
    help: str


SETTINGS = (
    Setting("LASTMETRE_DATA", "./data", "folder of the database, the keys and uploads"),
    Setting("LASTMETRE_DATABASE_URL", "", "`sqlite:///path` or `postgres://user@host:port/name`; empty: SQLite in the data folder"),
    Setting("LASTMETRE_PUBLIC_URL", "", "address people reach it at; empty: `http://localhost:$PORT`; https turns on secure cookies"),
    Setting("LASTMETRE_MASTER_KEY", "", "file with the master key; empty: `master.key` in the data folder"),
    Setting(
        "LASTMETRE_BACKUPS",
        "",
        "folder for the copies made while serving (SQLite), better on another disk; empty: `backups` in the data folder; `off`: none",
    ),
    Setting("LASTMETRE_BACKUP_EVERY", "300", "seconds between two such copies"),
    Setting("LASTMETRE_TRUSTED_PROXIES", "127.0.0.1", "addresses whose X-Forwarded-For is believed, comma separated"),
    Setting("LASTMETRE_METRICS_TOKEN", "", "bearer token for `/metrics` from elsewhere than loopback"),
    Setting("LASTMETRE_LOG_LEVEL", "info", "debug, info, warning or error; values are never logged"),
    Setting("LASTMETRE_WORKER", "on", "off takes the service worker away from every phone; what waits to be sent stays"),
    Setting("LASTMETRE_PUSH_CONTACT", "", "mail address or https page that push services may complain to; empty: `webmaster@` our host"),
    Setting("LASTMETRE_SMS_URL", "", "gateway that takes text messages by POST (see Text messages below); empty: none are sent"),
    Setting("LASTMETRE_SMS_TOKEN", "", "secret shared with the gateway: sent to it, and expected with the answers it brings"),
    Setting("LASTMETRE_DEMO", "", "1 shows `/parts`; set by `python -m app demo`"),
    Setting("PORT", "8000", "port of `serve` and `demo`"),
)


class Nonsense(SystemExit):
    def __init__(self, env: str, value: str, wanted: str) -> None:
        super().__init__(f"{env}={value!r}: {wanted}")


@dataclass(frozen=True)
class Settings:
    data: Path
    database_url: str
    public_url: str
    master_key: Path
    trusted_proxies: frozenset[str]
    metrics_token: str
    log_level: str
    worker: bool
    demo: bool
    port: int
    push_contact: str = ""
    sms_url: str = ""
    sms_token: str = ""
    backups: Path | None = None
    backup_every: float = 300

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def postgres(self) -> bool:
        return self.database_url.startswith("postgres")


def load(env: Mapping[str, str] = os.environ) -> Settings:
    known = {setting.env for setting in SETTINGS}
    for name in env:
        if name.startswith("LASTMETRE_") and name not in known and not name.startswith("LASTMETRE_TEST"):
            print(f"{name} is not a setting; see the table in README.md", file=sys.stderr)
    given = {setting.env: env.get(setting.env, "").strip() or setting.default for setting in SETTINGS}
    data = Path(given["LASTMETRE_DATA"]).expanduser().absolute()
    if not given["PORT"].isdecimal() or not 0 < int(given["PORT"]) < 65536:
        raise Nonsense("PORT", given["PORT"], "a number from 1 to 65535")
    url = given["LASTMETRE_PUBLIC_URL"] or f"http://localhost:{given['PORT']}"
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc or urlsplit(url).path not in ("", "/"):
        raise Nonsense("LASTMETRE_PUBLIC_URL", url, "an address such as https://example.org, without a path")
    database = given["LASTMETRE_DATABASE_URL"] or f"sqlite://{data / 'lastmetre.db'}"
    if urlsplit(database).scheme not in ("sqlite", "postgres", "postgresql"):
        raise Nonsense("LASTMETRE_DATABASE_URL", re.sub("//[^@/]*@", "//…@", database), "sqlite:///path or postgres://user@host:port/name")
    if given["LASTMETRE_LOG_LEVEL"] not in ("debug", "info", "warning", "error"):
        raise Nonsense("LASTMETRE_LOG_LEVEL", given["LASTMETRE_LOG_LEVEL"], "debug, info, warning or error")
    if given["LASTMETRE_WORKER"] not in ("on", "off"):
        raise Nonsense("LASTMETRE_WORKER", given["LASTMETRE_WORKER"], "on or off")
    if given["LASTMETRE_PUSH_CONTACT"] and not re.fullmatch(r"[^@\s:]+@[^@\s]+|https://\S+", given["LASTMETRE_PUSH_CONTACT"]):
        raise Nonsense("LASTMETRE_PUSH_CONTACT", given["LASTMETRE_PUSH_CONTACT"], "a mail address, or a page that begins with https://")
    if given["LASTMETRE_SMS_URL"] and urlsplit(given["LASTMETRE_SMS_URL"]).scheme not in ("http", "https"):
        raise Nonsense("LASTMETRE_SMS_URL", given["LASTMETRE_SMS_URL"], "the gateway's address, or empty")
    if given["LASTMETRE_SMS_URL"] and len(given["LASTMETRE_SMS_TOKEN"]) < 16:
        raise Nonsense("LASTMETRE_SMS_TOKEN", "…", "a secret of at least 16 characters, where LASTMETRE_SMS_URL is set")
    every = given["LASTMETRE_BACKUP_EVERY"]
    if not every.isdecimal() or not 1 <= int(every) <= 86_400:
        raise Nonsense("LASTMETRE_BACKUP_EVERY", every, "seconds, from 1 to 86400")
    if given["LASTMETRE_DEMO"] not in ("", "0", "1"):
        raise Nonsense("LASTMETRE_DEMO", given["LASTMETRE_DEMO"], "1, or empty")
    return Settings(
        data=data,
        database_url=database,
        public_url=url.rstrip("/"),
        master_key=Path(given["LASTMETRE_MASTER_KEY"] or data / "master.key").expanduser().absolute(),
        trusted_proxies=frozenset(p.strip() for p in given["LASTMETRE_TRUSTED_PROXIES"].split(",") if p.strip()),
        metrics_token=given["LASTMETRE_METRICS_TOKEN"],
        log_level=given["LASTMETRE_LOG_LEVEL"],
        worker=given["LASTMETRE_WORKER"] == "on",
        demo=given["LASTMETRE_DEMO"] == "1",
        port=int(given["PORT"]),
        push_contact=given["LASTMETRE_PUSH_CONTACT"],
        sms_url=given["LASTMETRE_SMS_URL"],
        sms_token=given["LASTMETRE_SMS_TOKEN"],
        backups=_folder(given["LASTMETRE_BACKUPS"], data / "backups") if database.startswith("sqlite") else None,
        backup_every=float(every),
    )


def _folder(given: str, default: Path) -> Path | None:
    return None if given == "off" else Path(given or default).expanduser().absolute()
