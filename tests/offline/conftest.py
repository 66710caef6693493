"""Phones of the cast."""

import pytest
from support.phone import Make, Phone


@pytest.fixture
def phone(client) -> Make:
    """`phone("steward")` is hers, `phone()` one that nobody is signed in on."""

    def make(name: str | None = None, **more) -> Phone:
        return Phone(client(name), **more)

    return make
