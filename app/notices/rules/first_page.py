"""What stands at the top of a person's first page until she confirms it."""

from app.kernel.sight import ToConfirm
from app.notices import reads
from app.people.person import Person


async def to_confirm(person: Person) -> tuple[ToConfirm, ...]:
    return tuple(ToConfirm(one.id, one.path, one.title, one.short, one.urgent, one.text) for one in await reads.to_confirm(person))
