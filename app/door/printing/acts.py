"""Acts about paper: path, shape of the form, verb."""

from app.door import cards
from app.door.printing import making
from app.kernel.book import Rule
from app.kernel.forms import nothing

ACTS = [
    Rule("/prints", making.form, making.make),
    Rule("/cards/{card_id:uuid}/end", nothing, cards.end),
    Rule("/cards/needs", cards.raised, cards.raise_need, alone=True),
]
