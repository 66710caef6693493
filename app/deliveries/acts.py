"""Acts about deliveries: path, shape of the form, verb."""

from app.deliveries import forms
from app.deliveries.rules import carrying, giving, handing, mending, packing, planning, settling, spreading, stationing
from app.kernel.book import Rule

RUN = "/runs/{run_id:uuid}"
STOP = f"{RUN}/stops/{{stop_id:uuid}}"
PARCEL = "/parcels/{parcel_id:uuid}"

ACTS = [
    Rule("/runs", forms.run, planning.make_run),
    Rule(f"{RUN}/needs", forms.added, planning.add_needs),
    Rule(f"{RUN}/order", forms.turned, planning.turn),
    Rule(f"{RUN}/carriers", forms.given, giving.give),
    Rule(f"{RUN}/carriers/{{account_id:uuid}}/end", forms.nothing, giving.take_back),
    Rule(f"{RUN}/start", forms.nothing, carrying.start),
    Rule(f"{RUN}/finish", forms.finished, carrying.finish),
    Rule(f"{RUN}/cancel", forms.nothing, carrying.cancel),
    Rule(f"{STOP}/remove", forms.nothing, planning.remove_stop),
    Rule(f"{STOP}/handover", forms.handed, handing.hand_over),
    Rule(f"{STOP}/failure", forms.failed, handing.fail),
    Rule(f"{STOP}/undo", forms.nothing, mending.undo),
    Rule(f"{STOP}/correction", forms.corrected, mending.correct),
    Rule(f"{RUN}/disputes/{{dispute_id:uuid}}", forms.settled, settling.settle),
    Rule(f"{RUN}/parcels", forms.packed, packing.pack),
    Rule(f"{RUN}/parcels/load", forms.nothing, packing.load_all),
    Rule(f"{RUN}/parcels/return", forms.nothing, packing.put_back_all),
    Rule(f"{PARCEL}/load", forms.nothing, packing.load),
    Rule(f"{PARCEL}/to-steward", forms.left, packing.to_steward),
    Rule(f"{PARCEL}/return", forms.nothing, packing.put_back),
    Rule(f"{PARCEL}/lost", forms.lost, packing.lose),
    Rule("/packing/{distribution_id:uuid}", forms.table, stationing.take_next),
    Rule("/packings/{packing_id:uuid}/done", forms.done, stationing.finish),
    Rule("/packings/{packing_id:uuid}/let-go", forms.nothing, stationing.let_go),
    Rule("/packings/{packing_id:uuid}/again", forms.nothing, stationing.again),
    Rule("/packings/{packing_id:uuid}/short", forms.short, stationing.short),
    Rule("/distributions", forms.distribution, spreading.make_distribution),
    Rule("/distributions/{distribution_id:uuid}/again", forms.nothing, spreading.again),
]
