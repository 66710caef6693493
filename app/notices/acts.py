"""Acts on notices and lines to call: path, shape of the form, verb."""

from app.kernel.book import Rule
from app.kernel.forms import nothing
from app.notices import forms
from app.notices.rules import confirming, correcting, lines, writing

ACTS = [
    Rule("/notices", forms.write, writing.write),
    Rule("/notices/{notice_id:uuid}", forms.change, correcting.change),
    Rule("/notices/{notice_id:uuid}/confirm", forms.seen, confirming.confirm),
    Rule("/notices/{notice_id:uuid}/withdraw", nothing, writing.withdraw),
    Rule("/notices/{notice_id:uuid}/restore", nothing, writing.restore),
    Rule("/notices/{notice_id:uuid}/doors/{household_id:uuid}/told", forms.seen, confirming.told),
    Rule("/notices/{notice_id:uuid}/doors/{household_id:uuid}/untold", nothing, confirming.untold),
    Rule("/lines", forms.line, lines.add),
    Rule("/lines/{line_id:uuid}", forms.line_change, lines.change),
    Rule("/lines/{line_id:uuid}/end", nothing, lines.end),
]
