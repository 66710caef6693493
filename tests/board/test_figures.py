"""Every figure and the rows behind it come from one condition, on both databases."""

import pytest

from app.board.reads import links, now
from app.board.reads.behind import Asked, behind
from app.board.reads.day import bounds
from app.board.reads.scope import scope
from app.journal.record import version_of
from app.kernel import clock, words


@pytest.mark.postgres
@pytest.mark.parametrize(("who", "code"), [("dispatcher", ""), ("command", ""), ("command", "home")])
async def test_the_rows_behind_every_figure_add_up_to_it(world, day, person, who, code):
    looked = await scope(await person(who), "board.see", world.community_code if code else "")
    board = await now.board(looked)
    since, until = bounds(clock.local(clock.now()).date())
    wrong, asked = [], 0
    for tile in (*board.first, *board.states, *board.ages, *board.today, *board.runs, *board.tasks, board.here[0]):
        rows = await behind(looked, Asked(tile.figure, since, until))
        asked += tile.number > 0
        if sum(row.n for row in rows) != tile.number:
            wrong.append((tile.figure, tile.number, rows))
    assert not wrong and asked > 20


@pytest.mark.postgres
async def test_what_is_narrowed_is_a_part_of_the_whole(world, day, person):
    looked = await scope(await person("dispatcher"), "board.see")
    since, until = bounds(clock.local(clock.now()).date())

    async def n(figure, **narrow):
        return sum(row.n for row in await behind(looked, Asked(figure, since, until, **narrow)))

    assert await n("raised", kind="medicine") == 1 and await n("raised", grid="none") == 0
    assert (await n("handed", organisation="区税务局"), await n("handed", organisation="-"), await n("handed")) == (1, 2, 3)
    assert (await n("hours", organisation="区税务局"), await n("hours", organisation="-"), await n("hours")) == (3.0, 1.0, 4.0)


@pytest.mark.postgres
async def test_the_version_follows_what_happens_in_any_of_the_communities(world, raised):
    before, away = await version_of(world.community, world.away), await version_of(world.away)
    await raised(world.building, "101")
    assert await version_of(world.community, world.away) != before
    assert await version_of(world.away) == away


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_every_figure_has_its_words(lang):
    there = words.catalogue(lang)
    assert not [figure for figure in links.FIGURES if f"board.figure.{figure}" not in there]


@pytest.mark.postgres
async def test_a_community_without_anything_has_only_its_gaps(world, person):
    board = await now.board(await scope(await person("outside_dispatcher"), "board.see"))
    assert board.quiet and {tile.figure: tile.number for tile in board.first if tile.number} == {"alone": 6}
