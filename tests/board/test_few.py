"""Command learns of no handful, on no page and by no subtraction; whoever may open the rows reads the number (P13)."""

import io
import re

import pytest
from openpyxl import load_workbook
from privacy.test_erasing import asked

from app.board import forms
from app.board.reads import few
from app.board.reads.scope import Scope

COMMAND, DESK = Scope((), (), None, False), Scope((), (), None, True)


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ([0, 3, 9, 7], [0, "<5", 9, "≥5"]),  # one alone would be the total less the others
        ([1, 2, 9], ["<5", "<5", 9]),
        ([4], ["<5"]),
        ([0, 5, 12], [0, 5, 12]),
    ],
)
def test_a_column_hides_a_handful_and_what_would_give_it_away(numbers, told):
    assert few.column(COMMAND, "raised", numbers) == told
    assert few.column(DESK, "raised", numbers) == numbers
    assert few.column(COMMAND, "persons", numbers) == numbers  # helpers are no residents


async def three(world, act, person) -> None:
    for number in range(3):
        await asked(world, act, person, name=f"周{number}", phone=f"1370000{number:04d}", room=f"{number + 1}01")


@pytest.mark.parametrize("path", ["/board?community={c}", "/board/live?community={c}", "/report?community={c}", "/report/print?community={c}",
                                  "/board/rows/raised?community={c}", "/board/rows/waiting?community={c}", "/board?community=all",
                                  "/report?community=all", "/board/rows/raised?community=all"])  # fmt: skip
async def test_no_page_of_command_says_three(path, app, client, act, person):
    await three(app.world, act, person)
    page = (await client("command").get(path.format(c=app.world.community_code))).text
    figures = re.findall(r'<(?:span|td)[^>]*class="[^"]*(?:number|figures)[^"]*"[^>]*>(?:<a[^>]*>)?([^<]*)<', page)
    assert "&lt;5" in figures and "3" not in [one.strip() for one in figures], figures


async def test_the_dispatcher_reads_the_number_and_commands_file_hides_it_too(app, client, act, person):
    await three(app.world, act, person)
    page = (await client("dispatcher").get("/report")).text
    assert re.search(r'class="figures[^"]*"[^>]*><a[^>]*>3</a>', page) and "&lt;5" not in page
    command = client("command")
    answer = await command.post("/report/export", data={"day": forms.today().isoformat(), "community": app.world.community_code})
    assert answer.status_code == 303
    book = load_workbook(io.BytesIO((await command.get(answer.headers["location"])).content))
    cells = [cell.value for sheet in book.worksheets[1:-1] for row in sheet.iter_rows() for cell in row]
    assert "<5" in cells and 3 not in cells
