"""A served copy of the cast's neighbourhood, and phones that are signed in."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import cast
import pytest
from support import server


@pytest.fixture
def neighbourhood(sqlite_template: Path, tmp_path: Path) -> Iterator[SimpleNamespace]:
    """The app as its own process over a fresh copy of the cast: `.url`, `.world`, `.server`."""
    data = tmp_path / "data"
    shutil.copytree(sqlite_template, data)
    with server.serve(data, env={"LASTMETRE_DEMO": "1"}, forked=True) as running:
        yield SimpleNamespace(url=running.url, world=cast.world(data), server=running)


@pytest.fixture
def phone_of(neighbourhood: SimpleNamespace, phones: Callable) -> Callable:
    """`phone_of("steward", lang="en")` is her phone, signed in; `phone_of(None)` a resident's."""

    def make(name: str | None, **how):
        phone = phones(neighbourhood.url, **how)
        if name:
            token = getattr(neighbourhood.world, f"{name}_token")
            phone.add_cookies([{"name": "sid", "value": token, "url": neighbourhood.url}])
        return phone

    return make
