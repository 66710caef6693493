"""Acts about needs: path, shape of the form, verb."""

from app.kernel.book import Rule
from app.needs import forms
from app.needs.rules import changing, closing, linking, raising, revealing, telling, tracking, triaging, wording
from app.people import looking

ACTS = [
    Rule("/ask/{code:str}", forms.ask, raising.ask),
    Rule("/needs", forms.enter, raising.enter),
    Rule("/needs/take", forms.pick, triaging.take_many),
    Rule("/needs/answer", forms.pick_answer, closing.answer_many),
    Rule("/needs/{need_id:uuid}/take", forms.nothing, triaging.take),
    Rule("/needs/{need_id:uuid}/release", forms.nothing, triaging.release),
    Rule("/needs/{need_id:uuid}/assign", forms.assign, triaging.assign),
    Rule("/needs/{need_id:uuid}/change", forms.change, changing.change),
    Rule("/needs/{need_id:uuid}/answer", forms.answer, closing.answer),
    Rule("/needs/{need_id:uuid}/cancel", forms.cancel, closing.cancel),
    Rule("/needs/{need_id:uuid}/confirm", forms.nothing, closing.confirm),
    Rule("/needs/{need_id:uuid}/reopen", forms.nothing, closing.reopen),
    Rule("/needs/{need_id:uuid}/words", forms.say, wording.say),
    Rule("/needs/{need_id:uuid}/reveal", looking.reveal, revealing.reveal),
    Rule("/needs/{need_id:uuid}/link", forms.nothing, linking.renew),
    Rule("/track/need/{need_id:uuid}/words", forms.track_word, tracking.word),
    Rule("/track/need/{need_id:uuid}/cancel", forms.track, tracking.cancel),
    Rule("/track/need/{need_id:uuid}/came", forms.track, tracking.came),
    Rule("/track/need/{need_id:uuid}/again", forms.track_again, tracking.again),
    Rule("/track/need/{need_id:uuid}/tell", forms.track_tell, telling.follow, alone=True),
    Rule("/track/need/{need_id:uuid}/untell", forms.track_untell, telling.unfollow, alone=True),
]
