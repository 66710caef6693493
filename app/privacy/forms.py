"""Shapes of input about what is held of people."""

from app.kernel.forms import one_of, optional, shape, text
from app.privacy.reads.exports import PURPOSES

name = shape(name=text(1, 60))
SHAPES = ("xlsx", "json", "print")

take = shape(kind=optional(one_of(SHAPES), "xlsx"))
purpose = shape(purpose=one_of(PURPOSES))
