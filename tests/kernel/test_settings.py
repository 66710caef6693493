"""Nonsense stops the start with a line that names the setting."""

import pytest

from app.kernel import settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("LASTMETRE_PUBLIC_URL", "example.org"),
        ("LASTMETRE_PUBLIC_URL", "https://example.org/path"),
        ("LASTMETRE_DATABASE_URL", "mysql://x"),
        ("LASTMETRE_LOG_LEVEL", "loud"),
        ("LASTMETRE_DEMO", "maybe"),
    ],
)
def test_nonsense_is_named(name, value):
    with pytest.raises(SystemExit) as stop:
        settings.load({name: value})
    assert name in str(stop.value) and value in str(stop.value)


def test_https_turns_on_secure_cookies():
    assert settings.load({"LASTMETRE_PUBLIC_URL": "https://example.org"}).secure
    assert not settings.load({}).secure


def test_a_setting_that_does_not_exist_is_named(capsys):
    settings.load({"LASTMETRE_COLOUR": "red"})
    assert "LASTMETRE_COLOUR" in capsys.readouterr().err
