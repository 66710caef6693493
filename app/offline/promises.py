"""What works without network, with the number that each promise names and the test that breaks when it does.

`GET /works-offline` · no acts, no tables. The README's table is the same rows; a house test compares them.
"""

import msgspec
from litestar import Request, Response, get

from app.kernel.reply import page
from app.kernel.words import say


class Promise(msgspec.Struct, frozen=True):
    """`key` names its words (`offline.promise.<key>`); `number` with its unit is part of them; `test` is path::name."""

    key: str
    number: str
    test: str

    @property
    def words(self) -> str:
        return say(f"offline.promise.{self.key}", number=self.number)


PROMISES = (
    Promise("press", "", "tests/browser/test_outbox.py::test_pressed_without_network_it_waits_on_the_phone_and_goes_when_there_is_network"),
    Promise(
        "shift",
        "120",
        "tests/browser/test_outbox_killed.py::test_a_whole_shift_without_network_arrives_in_order_though_the_browser_was_killed",
    ),
    Promise("saved", "200", "tests/browser/test_outbox_killed.py::test_nothing_that_was_shown_as_saved_is_missing_after_two_hundred_kills"),
    Promise("once", "10,000", "tests/faults/test_killed.py::test_ten_thousand_acts_of_two_hundred_phones_count_once"),
    Promise("portal", "", "tests/browser/test_outbox.py::test_only_a_receipt_of_ours_removes_an_act"),
    Promise("read", "24", "tests/browser/test_reading_offline.py::test_the_work_of_today_opens_without_network_and_can_be_pressed"),
    Promise("scan", "", "tests/browser/test_scanning.py::test_a_run_is_walked_by_scanning_alone_without_network_between_load_and_return"),
    Promise("slow", "3", "tests/browser/test_reading_offline.py::test_a_frozen_server_is_given_three_seconds"),
    Promise("facts", "7", "tests/offline/test_verdicts.py::test_whatever_comes_late_gets_the_verdict_of_the_table"),
    Promise("edits", "", "tests/offline/test_differences.py::test_the_same_field_keeps_both_and_applies_the_rest"),
    Promise(
        "order",
        "72",
        "tests/offline/test_held_acts.py::test_after_six_hours_the_desk_is_told_once_and_after_seventy_two_it_is_performed_with_a_mark",
    ),
    Promise("borrowed", "", "tests/browser/test_shared_phone.py::test_signed_out_offline_the_act_is_sealed_and_comes_as_hers"),
    Promise("next", "", "tests/browser/test_shared_phone.py::test_nothing_of_hers_is_left_in_the_browsers_folder"),
    Promise("grant", "90", "tests/browser/test_shared_phone.py::test_a_session_ended_elsewhere_strands_nothing"),
    Promise("wiped", "", "tests/browser/test_phone_trouble.py::test_an_emptied_storage_is_noticed_on_both_sides"),
    Promise("clock", "2", "tests/browser/test_phone_trouble.py::test_a_wrong_clock_is_told_and_corrected"),
    Promise("photo", "64", "tests/browser/test_photos.py::test_a_photo_follows_its_act_is_cut_at_four_fifths_and_goes_on_in_a_new_page"),
    Promise("plain", "", "tests/browser/test_outbox.py::test_a_doubled_submit_counts_once"),
    Promise("drain", "2", "tests/faults/test_after_outage.py::test_ten_thousand_acts_drain_in_batches_of_fifty"),
)


class Works(msgspec.Struct, frozen=True):
    promises: tuple[Promise, ...]


@get("/works-offline")
async def index(request: Request) -> Response:
    return await page(request, "offline/promises.html", Works(PROMISES))


PAGES = [index]
