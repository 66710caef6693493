"""Acts about the ledger: path, shape of the form, verb."""

from app.care import forms
from app.care.rules import importing, phones, residents, undoing
from app.kernel.book import Rule
from app.kernel.forms import nothing

ACTS = [
    Rule("/ledger", forms.upload, importing.upload),
    Rule("/ledger/{import_id:uuid}/mapping", forms.decisions, importing.decide),
    Rule("/ledger/{import_id:uuid}/commit", forms.versioned, importing.commit),
    Rule("/ledger/{import_id:uuid}/discard", nothing, importing.discard),
    Rule("/ledger/{import_id:uuid}/undo", nothing, undoing.undo),
    Rule("/households/{household_id:uuid}/residents", forms.resident, residents.add),
    Rule("/buildings/{building_id:uuid}/phones", nothing, phones.take),
    Rule("/residents/{resident_id:uuid}", forms.resident_change, residents.change),
    Rule("/residents/{resident_id:uuid}/end", nothing, residents.end),
    Rule("/residents/{resident_id:uuid}/restore", nothing, residents.restore),
    Rule("/residents/{resident_id:uuid}/reveal", nothing, residents.reveal),
]
