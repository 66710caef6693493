"""Acts about the ledger: path, shape of the form, verb."""

from app.care import forms
from app.care.rules import contacting, importing, likening, muting, pairing, phones, residents, rounding, timing, undoing, watching
from app.kernel.book import Rule
from app.kernel.forms import nothing
from app.people import looking

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
    Rule("/residents/{resident_id:uuid}/alike", forms.liken, likening.liken),
    Rule("/residents/{resident_id:uuid}/reveal", looking.reveal, residents.reveal),
    Rule("/households/{household_id:uuid}/contacts", forms.contact, contacting.contact),
    Rule("/contacts/{contact_id:uuid}/undo", nothing, contacting.undo),
    Rule("/households/{household_id:uuid}/mute", forms.mute, muting.mute),
    Rule("/mutes/{mute_id:uuid}/end", nothing, muting.end),
    Rule("/households/{household_id:uuid}/watches", forms.watch, watching.begin),
    Rule("/watches/{watch_id:uuid}/look", forms.look, watching.look),
    Rule("/watches/{watch_id:uuid}/close", nothing, watching.close),
    Rule("/carers", forms.pair, pairing.pair),
    Rule("/carers/{carer_id:uuid}/take", nothing, pairing.take),
    Rule("/carers/{carer_id:uuid}/end", nothing, pairing.end),
    Rule("/gaps/carers/most", forms.most, pairing.set_most),
    Rule("/rounds", forms.round_, rounding.make),
    Rule("/rounds/{round_id:uuid}/stops/{stop_id:uuid}/contact", forms.stop_contact, rounding.contact),
    Rule("/rounds/{round_id:uuid}/stops/{stop_id:uuid}/census", forms.census, rounding.census),
    Rule("/rounds/{round_id:uuid}/stops/{stop_id:uuid}/reveal", nothing, rounding.reveal),
    Rule("/rounds/{round_id:uuid}/numbers", nothing, rounding.take_numbers),
    Rule("/rounds/{round_id:uuid}/paper", forms.typed, rounding.typed),
    Rule("/rounds/{round_id:uuid}/give", forms.to_whom, rounding.give),
    Rule("/rounds/{round_id:uuid}/half", forms.to_whom, rounding.halve),
    Rule("/rounds/{round_id:uuid}/finish", nothing, rounding.finish),
    Rule("/rounds/{round_id:uuid}/reopen", nothing, rounding.reopen),
    Rule("/unreached/timing", forms.timing, timing.change),
]
