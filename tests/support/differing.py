"""Two people who change one thing: forms as they were drawn, and what each of them sends."""

from uuid import UUID

from app.care.rules import residents
from app.journal import differences
from app.kernel import db, edits, ids
from app.kernel.act import Press, perform

WANG = {"name": "王芳", "phone": "13912345678", "kinds": (), "note": "门铃坏了"}


def was(subject: UUID, fields: dict[str, str]) -> dict[str, str]:
    """What a form carries that was drawn while the subject held `fields`."""
    return {name.removeprefix(edits.PREFIX): mark for name, mark in edits.base(subject, fields).items()}


async def resident(act, person, building: UUID, **said) -> UUID:
    home = await db.value("SELECT id FROM household WHERE building_id = ? ORDER BY id LIMIT 1", building)
    name = said.pop("name", "王" + str(ids.new())[-8:])
    receipt = await act(residents.add, UUID(str(home)), by=await person("dispatcher"), **(WANG | said | {"name": name}))
    return UUID(receipt.about)


async def resident_line(act, person, building: UUID) -> differences.Difference:
    """The steward's phone number beside the dispatcher's, about a resident of this building."""
    her = await resident(act, person, building)
    old = (await residents.visible(her, "ledger.edit", by=await person("dispatcher"))).opened()
    base, said = was(her, residents.fields_of(old)), WANG | {"name": old.name}
    await act(residents.change, her, 0, was=base, by=await person("dispatcher"), **said | {"phone": "13900000001"})
    await act(residents.change, her, 0, was=base, by=await person("steward"), **said | {"phone": "13900000002"})
    [line] = [line for line in await differences.open_lines((await person("dispatcher")).community_id, None, offset=0, limit=500)
              if line.subject_id == her]  # fmt: skip
    return line


async def doubled(by, path: str, body: str = "") -> UUID:
    """An act whose id comes again with another body; the row that keeps the second."""
    act_id = ids.secret()

    async def nothing() -> None:
        return None

    await perform([Press(act_id, path, by, nothing, b"one")])
    await perform([Press(act_id, path, by, nothing, b"two", body)])
    return (await db.rows(UUID, "SELECT id FROM quarantine WHERE act = ?", act_id))[0]
