"""Every sealed column is known to the search for words and to the end of an emergency: a new one without a line here is one that stays."""

import sqlite3

from app.kernel import migrate
from app.privacy.canaries import SEALED

# What ends with an emergency, by the step of `destroying` that ends it; what stays says why.
ENDS = {
    "ledger": {"resident", "ledger_row"},
    "words": {"need", "need_word", "series", "household_order", "donation", "donation_photo"},
    "photos": {"photo", "photo_piece"},
    "care": {"contact", "watch", "watch_look", "difference"},
    "files": {"ledger_import", "ledger_file"},
    "prints": {"print_job", "print_file"},
    "acts": {"held_act", "quarantine"},
    "texts": {"task", "run", "distribution", "handover", "evidence", "notice", "notice_text", "handover_note"},
}
STAYS = {
    "account": "hers, until she ends it",
    "subscription": "hers, or ended with the request that it follows",
    "robot": "an address of the community's own",
    "line_to_call": "hangs in public",
}


def sealed(tmp_path) -> set[str]:
    path = tmp_path / "a.db"
    migrate.sqlite_up(path)
    raw = sqlite3.connect(path)
    sql = "SELECT DISTINCT m.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name LIKE '%!_sealed' ESCAPE '!'"
    found = {name for (name,) in raw.execute(sql)}
    raw.close()
    return found


def test_every_table_with_a_sealed_column_can_be_searched(tmp_path):
    assert sealed(tmp_path) == set(SEALED)


def test_every_table_with_a_sealed_column_ends_or_stays_for_a_reason(tmp_path):
    assert sealed(tmp_path) == set.union(*ENDS.values()) | set(STAYS)
