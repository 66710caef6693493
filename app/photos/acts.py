"""Acts about photos: path, shape of the form, verb."""

from app.kernel.book import Rule
from app.kernel.forms import nothing
from app.photos.rules import keeping

ACTS = [Rule("/photos/{photo:str}/lost", nothing, keeping.lose)]
