"""How many of which pack an order has. The database keeps the sums and lets nothing pass what there is."""

from uuid import UUID

from app.kernel import db
from app.kernel.trouble import Later, Overtaken, misfit
from app.orders import reads
from app.orders.reads.placed import Order

SET = """INSERT INTO order_line(order_id, offer_pack_id, offer_id, community_id, quantity, wished, each_most) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (order_id, offer_pack_id) DO UPDATE SET quantity = excluded.quantity, wished = excluded.wished"""


def known(wanted: dict[str, int], offered: list[reads.Offered]) -> None:
    """Raises Misfit for a pack that is not offered, for more than a household may have, and for nothing at all."""
    by_letter = {one.letter: one for one in offered}
    for letter, n in wanted.items():
        if letter not in by_letter:
            raise misfit(f"pack-{letter}", "form.unknown_choice")
        if n > by_letter[letter].each_most:
            raise misfit(f"pack-{letter}", "orders.too_many_each", most=by_letter[letter].each_most)
    if not any(wanted.values()):
        raise misfit("packs", "orders.nothing_wanted")


async def put(offer: reads.Offer, offered: list[reads.Offered], order: UUID, wanted: dict[str, int], before: Order | None) -> None:
    """Give the order what it wants: of a fair offer one of each for certain, and the rest as a wish.

    Raises Overtaken where fewer are left, naming the pack; Later where the lists are just being made.
    """
    had = before.has if before else {}
    rows = []
    for one in offered:
        wished = wanted.get(one.letter, 0)
        sure = min(wished, max(1, had.get(one.letter, 0))) if offer.fair else wished
        if wished or (before and one.letter in before.wishes):
            rows.append((one, sure, wished))
    if any(sure < had.get(one.letter, 0) for one, sure, _ in rows):
        for one, _, _ in rows:  # all of them held in one order, so that two who swap do not wait for each other
            await db.run("UPDATE offer_pack SET taken = taken WHERE id = ?", one.id)
    for one, sure, wished in sorted(rows, key=lambda row: (row[1] > had.get(row[0].letter, 0), row[0].letter)):
        await _set(offer, order, one, sure, wished)
    if not offer.frozen_at and (await reads.terms(offer.id, offer.community_id)).frozen_at:
        raise Later("trouble.later")


async def _set(offer: reads.Offer, order: UUID, one: reads.Offered, sure: int, wished: int) -> None:
    try:
        async with db.savepoint():
            await db.run(SET, order, one.id, offer.id, offer.community_id, sure, wished, one.each_most)
    except db.IntegrityError as lost:
        if not offer.frozen_at and (await reads.terms(offer.id, offer.community_id)).frozen_at:
            raise Later("trouble.later") from lost
        now = next(each for each in await reads.packs_of(offer.id) if each.id == one.id)
        words = "orders.too_few_instead" if now.instead else "orders.too_few" if now.left else "orders.none_left"
        raise Overtaken(words, reason="full", pack=one.name, left=now.left or 0, instead=now.instead or "") from lost
