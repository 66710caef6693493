"""Acts about goods: path, shape of the form, verb."""

from app.goods import forms
from app.goods.rules import counting, driving, handling, inbound, limits, prices, sending
from app.kernel.book import Rule
from app.people.rules import vehicles

ACTS = [
    Rule("/stock/items", forms.item, handling.add_item),
    Rule("/stock/cover/limits", forms.limits, limits.set_days),
    Rule("/stock/items/{item_id:uuid}/limits", forms.own_limits, limits.set_own),
    Rule("/stock/prices", forms.prices, prices.enter),
    Rule("/stock/prices/read", forms.price_table, prices.read),
    Rule("/stock/prices/limits", forms.price_limits, limits.set_changes),
    Rule("/stock/items/{item_id:uuid}/prices", forms.a_price, prices.correct),
    Rule("/stock/places", forms.place, handling.add_place),
    Rule("/stock/receive", forms.receive, handling.receive),
    Rule("/stock/items/{item_id:uuid}/issue", forms.issue, handling.issue),
    Rule("/stock/lots/{lot_id:uuid}/send", forms.send, sending.send),
    Rule("/stock/lots/{lot_id:uuid}/waste", forms.waste, handling.waste),
    Rule("/stock/lots/{lot_id:uuid}/count", forms.begin, counting.begin),
    Rule("/stock/counts/{count_id:uuid}/finish", forms.finish, counting.finish),
    Rule("/stock/counts/{count_id:uuid}/take-back", forms.nothing, counting.take_back),
    Rule("/stock/transfers/{transfer_id:uuid}/arrive", forms.arrive, sending.arrive),
    Rule("/stock/moves/{move_id:uuid}/undo", forms.nothing, handling.undo),
    Rule("/stock/places/{place_id:uuid}/docks", forms.docks, inbound.set_docks),
    Rule("/trucks", forms.book, inbound.book),
    Rule("/trucks/{booking_id:uuid}/lines", forms.expect, inbound.expect),
    Rule("/trucks/{booking_id:uuid}/arrive", forms.nothing, inbound.arrive),
    Rule("/trucks/{booking_id:uuid}/cancel", forms.nothing, inbound.cancel),
    Rule("/trucks/{booking_id:uuid}/unload", forms.unload, inbound.unload),
    Rule("/trucks/{booking_id:uuid}/leave", forms.leave, inbound.leave),
    Rule("/trucks/{booking_id:uuid}/reason", forms.why, inbound.explain),
    Rule("/vehicles", forms.vehicle, vehicles.add),
    Rule("/vehicles/{vehicle_id:uuid}/stand", forms.stand, vehicles.stand),
    Rule("/vehicles/{vehicle_id:uuid}/leave", forms.trip, driving.leave),
    Rule("/trips/{trip_id:uuid}/back", forms.nothing, driving.back),
]
