"""Words whose keys are put together while the page is drawn: no test of literals finds them missing."""

import pytest

from app.kernel import words
from app.needs.models import CHANNELS, HOWS, KINDS, STATES, URGENCIES
from app.needs.pages.inbox import TABS
from app.needs.reads.tracked import TOLD

KEYS = [
    *(f"needs.kind.{kind}" for kind in KINDS),
    *(f"door.ask.{part}.{kind}" for part in ("kind_help", "kind_title", "what_help") for kind in KINDS),
    *(f"needs.urgency.{urgency}" for urgency in URGENCIES),
    *(key for state in STATES for key in (f"needs.state.{state}", f"needs.{state}_already", f"door.track.state.{state}")),
    *(f"needs.channel.{channel}" for channel in CHANNELS),
    *(key for how in HOWS for key in (f"needs.how.{how}", f"door.track.delivered.{how}")),
    *(f"needs.tab.{tab}" for tab in (*TABS, "untouched")),
    *(f"door.track.{kind}" for kind in TOLD),
    *(f"{place}.side.{side}" for place in ("needs", "door.track") for side in ("resident", "helper")),
    "needs.index.empty.any",
    "needs.index.empty.untouched",
]


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_every_key_that_is_put_together_has_words(lang):
    assert [key for key in KEYS if key not in words.catalogue(lang)] == []
