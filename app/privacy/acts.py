"""Acts about what is held of people: path, shape of the form, verb."""

from app.kernel.book import Rule
from app.kernel.forms import nothing
from app.privacy import forms
from app.privacy.rules import closing, erasing, exporting, leaving

ACTS = [
    Rule("/residents/{resident_id:uuid}/data", forms.take, erasing.take_out, alone=True),
    Rule("/residents/{resident_id:uuid}/erase", forms.name, erasing.erase, alone=True),
    Rule("/me/erase", forms.name, leaving.leave, alone=True),
    Rule("/exports", forms.purpose, exporting.ask, alone=True),
    Rule("/exports/{export_id:uuid}/approve", nothing, exporting.approve, alone=True),
    Rule("/exports/{export_id:uuid}/refuse", nothing, exporting.refuse, alone=True),
    Rule("/exports/{export_id:uuid}/fetch", nothing, exporting.fetch, alone=True),
    Rule("/closings", nothing, closing.ask, alone=True),
    Rule("/closings/{closing_id:uuid}/approve", forms.name, closing.approve, alone=True),
    Rule("/closings/{closing_id:uuid}/refuse", nothing, closing.refuse, alone=True),
]
