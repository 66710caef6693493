"""Why somebody looks at a name or a phone: a closed list, said with the tap that shows it."""

from app.kernel.forms import one_of, optional, shape

REASONS = ("call", "visit", "deliver", "check", "asked")
# What nobody chose: a building's phone list, the form that changes her, a page of all that is held of her.
OTHERS = ("list", "edit", "subject", "export")

reveal = shape(reason=optional(one_of(REASONS), ""))
