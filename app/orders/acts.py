"""Acts about packs, offers and orders: path, shape of the form, verb."""

from app.kernel.book import Rule
from app.orders import forms
from app.orders.rules import chaining, cutting, offering, ordering, revealing
from app.people import looking

ACTS = [
    Rule("/packs", forms.pack, offering.make_pack),
    Rule("/packs/{pack_id:uuid}", forms.pack, offering.mend_pack),
    Rule("/packs/{pack_id:uuid}/end", forms.nothing, offering.end_pack),
    Rule("/packs/{pack_id:uuid}/again", forms.nothing, offering.again_pack),
    Rule("/offers", forms.offer, offering.make_offer),
    Rule("/offers/{offer_id:uuid}/until", forms.until, offering.move_cut_off),
    Rule("/offers/{offer_id:uuid}/packs/{letter:str}", forms.supply, cutting.supply),
    Rule("/offers/{offer_id:uuid}/cut", forms.nothing, cutting.cut_off),
    Rule("/offers/{offer_id:uuid}/call-off", forms.nothing, offering.call_off),
    Rule("/offers/{offer_id:uuid}/orders", forms.for_door, ordering.order_for),
    Rule("/offers/{offer_id:uuid}/chain", forms.chain, chaining.enter),
    Rule("/order/{code:str}/{offer_id:uuid}", forms.order, ordering.order),
    Rule("/orders/{order_id:uuid}", forms.mend, ordering.mend),
    Rule("/orders/{order_id:uuid}/reveal", looking.reveal, revealing.reveal),
    Rule("/orders/{order_id:uuid}/take-back", forms.nothing, ordering.take_back_for),
    Rule("/ordered/{order_id:uuid}/change", forms.change, ordering.change),
    Rule("/ordered/{order_id:uuid}/take-back", forms.token, ordering.take_back),
    Rule("/late-orders/{late_id:uuid}/let-in", forms.nothing, cutting.let_in),
    Rule("/late-orders/{late_id:uuid}/turn-away", forms.nothing, cutting.turn_away),
]
