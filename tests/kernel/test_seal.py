"""Sealed values: bound to their place, closed without their key, never in plain on disk."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel import seal
from app.kernel.ids import new


@pytest.fixture(autouse=True)
def keys(tmp_path: Path):
    seal.open_keys(tmp_path, tmp_path / "master.key", make=True)
    yield tmp_path
    seal.close_keys()


def test_what_is_closed_opens_again_and_only_in_its_place():
    key, row = seal.new_key("e"), new()
    here = seal.Seal("need", row, key, "e")
    sealed = here.close("line", "降压药两盒")
    assert here.open("line", sealed) == "降压药两盒"
    elsewhere = [("note", here), ("line", seal.Seal("need", new(), key, "e")), ("line", seal.Seal("task", row, key, "e"))]
    elsewhere += [("line", seal.Seal("need", row, key, "another")), ("line", seal.Seal("need", row, seal.new_key("e"), "e"))]
    for column, other in elsewhere:
        with pytest.raises(seal.Closed):
            other.open(column, sealed)


def test_every_flipped_byte_is_seen():
    here = seal.Seal("need", new(), seal.new_key("e"), "e")
    sealed = here.close("line", "x")
    for place in range(1, len(sealed)):
        with pytest.raises(seal.Closed):
            here.open("line", sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :])


def test_without_its_key_a_value_stays_closed(keys):
    key = seal.new_key("e")
    here = seal.Seal("need", new(), key, "e")
    sealed = here.close("line", "x")
    assert seal.destroy_keys([key]) == 1
    with pytest.raises(seal.Closed):
        here.open("line", sealed)


def test_keys_are_wrapped_on_disk_and_another_master_key_cannot_open_them(keys):
    key = seal.new_key("e")
    raw = seal._key(str(key))
    assert raw
    sealed = seal.Seal("need", key, key, "e").close("line", "x")
    seal.close_keys()
    (keys / "master.key").write_bytes(bytes(32))
    seal.open_keys(keys, keys / "master.key")
    with pytest.raises(Exception):  # noqa: B017 - a wrapped key does not unwrap
        seal.Seal("need", key, key, "e").open("line", sealed)


def test_a_missing_master_key_is_never_made_by_opening(tmp_path):
    seal.close_keys()
    with pytest.raises(FileNotFoundError):
        seal.open_keys(tmp_path, tmp_path / "none.key")


def test_a_links_token_is_the_same_each_time_and_tells_nothing_of_its_neighbour():
    assert seal.token("track", "1") == seal.token("track", "1")
    assert len({seal.token(purpose, subject) for purpose in ("track", "join") for subject in ("1", "2")}) == 4


@given(st.text(max_size=60))
def test_a_mask_never_shows_a_whole_name_or_phone(text):
    if len(text) > 1:
        assert seal.mask_name(text) != text or set(text[1:]) == {"*"}
    masked = seal.mask_phone(text)
    assert "*" in masked or not text
