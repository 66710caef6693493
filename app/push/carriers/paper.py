"""The list to be called: no machine carries it. A person does, and says so (`rules.paper`)."""

from app.push.carriers import Line, Nothing, Outcome


async def carry(line: Line) -> Outcome:
    return Nothing("paper")
