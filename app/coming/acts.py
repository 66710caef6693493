"""Acts about what comes back: path, shape of the form, verb."""

from app.coming import forms
from app.coming.rules import series
from app.kernel.book import Rule

ACTS = [
    Rule("/series", forms.make, series.make),
    Rule("/series/{series_id:uuid}", forms.change, series.change),
    Rule("/series/{series_id:uuid}/end", forms.nothing, series.end),
    Rule("/series/{series_id:uuid}/resume", forms.nothing, series.resume),
    Rule("/series/{series_id:uuid}/skip", forms.skip, series.skip),
    Rule("/coming/{coming_id:uuid}/restore", forms.nothing, series.restore),
    Rule("/track/need/{need_id:uuid}/repeat", forms.repeat, series.repeat),
    Rule("/track/need/{need_id:uuid}/date", forms.her_date, series.her_date),
    Rule("/track/need/{need_id:uuid}/stop", forms.track, series.stop),
]
