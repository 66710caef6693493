"""The rules of privacy and the threats beside them by their ids, each with the tests that hold it."""

import ast
from pathlib import Path

import pytest

from app.kernel.forms import Bad, text
from app.kernel.trouble import Misfit

ROOT = Path(__file__).parents[1]
HELD = {
    "P1": ["privacy/test_retention.py::test_no_personal_row_stands_without_an_emergency", "privacy/test_ids.py::test_every_table_of_personal_rows_names_its_emergency"],
    "P2": ["privacy/test_ids.py::test_an_identity_number_is_kept_nowhere", "privacy/test_ids.py::test_no_column_is_there_for_a_diagnosis_or_an_identity_number"],
    "P3": ["privacy/test_grounds.py::test_nobody_is_held_without_a_ground_however_she_came_in", "privacy/test_grounds.py::test_her_word_is_noted_with_when_and_to_whom_and_stays", "privacy/test_ids.py::test_no_emergency_stands_without_its_basis"],
    "P4": ["privacy/test_timers.py::test_every_class_has_its_timer_here", "privacy/test_retention.py::test_thirty_days_after_the_end_ledger_and_words_are_gone_and_numbers_stay"],
    "P5": ["privacy/test_closing.py::test_everything_of_her_goes_and_the_report_says_how_much", "privacy/test_canaries.py::test_before_it_is_there_for_whoever_has_the_keys_and_after_it_is_nowhere"],
    "P6": ["privacy/test_erasing.py::test_a_copy_from_before_that_is_put_back_does_not_bring_her_back", "kernel/test_seal.py::test_without_its_key_a_value_stays_closed"],
    "P7": ["kernel/test_seal.py::test_what_is_closed_opens_again_and_only_in_its_place", "kernel/test_seal.py::test_every_flipped_byte_is_seen"],
    "P8": ["care/test_sealed.py::test_nothing_that_is_sealed_lies_in_plain", "care/test_sealed.py::test_the_canary_would_sing"],
    "P9": ["browser/test_reading_offline.py::test_nothing_readable_lies_in_the_profile_folder", "browser/test_shared_phone.py::test_nothing_of_hers_is_left_in_the_browsers_folder"],
    "P10": ["privacy/test_rights.py::test_each_role_reads_each_field_as_the_table_says", "privacy/test_rights.py::test_a_page_that_shows_a_number_in_the_clear_is_a_look_on_record", "browser/test_privacy.py::test_a_look_its_trace_and_all_that_is_held"],
    "P11": ["privacy/test_looks.py::test_she_reads_who_looked_at_her_number", "privacy/test_looks.py::test_each_look_is_one_line_for_the_one_looked_at"],
    "P12": ["privacy/test_reach.py::test_the_screen_and_each_copy_hold_visits_and_calls_too", "privacy/test_reach.py::test_a_helper_ends_her_account_once_nothing_is_in_her_hands"],
    "P13": ["board/test_few.py::test_no_page_of_command_says_three", "privacy/test_retention.py::test_command_reads_no_handful_and_the_dispatcher_the_number"],
    "P14": ["privacy/test_exports.py::test_the_file_is_marked_has_no_formula_and_comes_once", "door/test_printing.py::test_names_and_links_of_a_print_lie_sealed_and_go_after_three_days"],
    "P15": ["push/test_hearing.py::test_no_line_has_room_for_anything_personal", "push/test_frame.py::test_a_letter_says_nothing_that_would_tell_of_anybody"],
    "P16": ["house/test_templates.py::test_no_page_loads_anything_from_elsewhere", "privacy/test_ids.py::test_the_browser_suite_fails_on_a_foreign_request"],
    "S09": ["house/test_shown_to_whom.py::test_another_communitys_thing_looks_like_nothing", "privacy/test_rights.py::test_each_role_reads_each_field_as_the_table_says"],
    "S17": ["house/test_shown_to_whom.py::test_no_export_calculates", "privacy/test_exports.py::test_the_file_is_marked_has_no_formula_and_comes_once"],
    "S19": ["house/test_canaries.py::test_no_canary_in_the_database_or_the_log", "kernel/test_logs.py::test_an_errors_own_words_stay_out"],
    "S20": ["browser/test_shared_phone.py::test_nothing_of_hers_is_left_in_the_browsers_folder", "browser/test_shared_phone.py::test_a_page_in_the_browsers_memory_stays_dark"],
    "S23": ["privacy/test_exports.py::test_nobody_agrees_to_her_own_export", "privacy/test_looks.py::test_thirty_looks_within_an_hour_are_work_and_the_next_is_told_once"],
    "S24": ["privacy/test_chain.py::test_any_changed_row_is_named", "privacy/test_chain.py::test_a_removed_row_is_named_and_one_at_the_end_too", "privacy/test_chain.py::test_an_added_row_is_named_wherever_it_is_put", "privacy/test_chain.py::test_two_swapped_rows_are_named_and_one_moved_to_another_community", "privacy/test_timers.py::test_the_noted_heads_are_never_taken_back"],
}  # fmt: skip


def test_every_id_is_held():
    assert set(HELD) == {f"P{n}" for n in range(1, 17)} | {"S09", "S17", "S19", "S20", "S23", "S24"}


@pytest.mark.parametrize("name", HELD)
def test_the_tests_that_hold_it_are_there(name):
    for one in HELD[name]:
        path, test = one.split("::")
        tree = ast.parse((ROOT / path).read_text())
        assert test in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}, one


# Personal rows: their emergency stands in the row, or in the row that they hang on.
OWN = ("resident", "need", "task", "difference", "contact", "watch", "notice", "handover_note", "line_to_call", "closing")
BY_PARENT = {"need_word": "need_id", "watch_look": "watch_id", "ledger_row": "import_id", "ledger_file": "import_id", "notice_text": "notice_id",
             "handover": "community_id", "evidence": "community_id", "held_act": "community_id", "photo": "community_id", "print_job": "community_id",
             "run": "community_id", "distribution": "community_id", "ledger_import": "community_id"}  # fmt: skip


async def test_every_table_of_personal_rows_names_its_emergency(world):
    from app.kernel import db

    for table, column in dict.fromkeys(OWN, "emergency_id").items() | BY_PARENT.items():
        there = await db.value('SELECT "notnull" FROM pragma_table_info(?) WHERE name = ?', table, column)
        assert there == 1, (table, column)
        parent = await db.value('SELECT "table" FROM pragma_foreign_key_list(?) WHERE "from" = ?', table, column)
        assert parent, (table, column)


async def test_no_emergency_stands_without_its_basis(world):
    """Whoever cannot be asked is held on the ground of the emergency; without a ground there is none."""
    from app.kernel import db

    for change in ("basis = NULL", "name = ''", "started_at = NULL", "planned_end_at = NULL"):
        with pytest.raises(db.IntegrityError):
            await db.run(f"UPDATE emergency SET {change}")


async def test_no_column_is_there_for_a_diagnosis_or_an_identity_number(world):
    from app.kernel import db

    sql = "SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"
    names = " ".join(await db.rows(str, sql)).lower()
    for word in ("diagnos", "illness", "disease", "id_card", "id_number", "idcard", "passport", "birthday", "born_at"):
        assert word not in names, word


@pytest.mark.parametrize(
    "said", ["11010519491231002X", "她的身份证 11010519491231002x 在家里", "440308199901101512", "１１０１０５１９４９１２３１００２Ｘ"]
)
def test_an_identity_number_is_kept_nowhere(said):
    with pytest.raises(Bad) as refused:
        text(0, 300)([said])
    assert refused.value.key == "form.id_number"


@pytest.mark.parametrize("said", ["110105194912310021", "123456789012345678", "13800001111 13900002222", "订单 2026112200001234567"])
def test_other_long_numbers_are_no_identity_numbers(said):
    assert text(0, 300)([said]) == said


def test_the_browser_suite_fails_on_a_foreign_request():
    """Negative control: the watcher of every browser test names a request to another origin."""
    source = (ROOT / "support/browser.py").read_text()
    assert "foreign request" in source and "complaints.append" in source


async def test_the_form_comes_back_with_what_was_typed_and_says_why(app, client, act, person):
    from privacy.test_erasing import home

    said = {"name": "周伯", "phone": "13600002222", "kinds": "infant", "note": "身份证 11010519491231002X", "version": "0"}
    answer = await client("dispatcher").post(f"/households/{await home(app.world)}/residents", data=said)
    assert answer.status_code == 422 and 'id="f-note-error"' in answer.text and "11010519491231002X" in answer.text
    assert Misfit.status == 422
