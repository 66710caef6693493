"""Acts about acts: path, shape of the form, verb."""

from app.kernel.book import Rule
from app.kernel.forms import nothing, one_of, shape
from app.offline import reviewing

ACTS = [
    Rule("/held/{held:str}/count", nothing, reviewing.let_count),
    Rule("/held/{held:str}/aside", shape(why=one_of(reviewing.WHY)), reviewing.put_aside),
]
