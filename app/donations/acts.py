"""Acts about donations: path, shape of the form, verb."""

from app.donations import forms
from app.donations.rules import answering, offering, receiving, revealing
from app.kernel.book import Rule
from app.people import looking

ACTS = [
    Rule("/give/{code:str}", forms.offer, offering.offer, alone=True),
    Rule("/given/{donation_id:uuid}/withdraw", forms.withdraw, offering.withdraw),
    Rule("/donations", forms.write_down, offering.write_down),
    Rule("/donations/{donation_id:uuid}/accept", forms.accept, answering.accept),
    Rule("/donations/{donation_id:uuid}/decline", forms.decline, answering.decline),
    Rule("/donations/{donation_id:uuid}/reopen", forms.nothing, answering.reopen),
    Rule("/donations/{donation_id:uuid}/receive", forms.receive, receiving.receive),
    Rule("/donations/{donation_id:uuid}/reveal", looking.reveal, revealing.reveal),
]
