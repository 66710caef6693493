"""Questions about runs, stops and distributions. Other slices use what is named here."""

from app.deliveries.reads.ahead import stops_ahead
from app.deliveries.reads.bundles import Bundle, bundle, count_doors, doorless, suggestions
from app.deliveries.reads.cards import Brought, StopCard, cards, pack_of, stops_at_building
from app.deliveries.reads.carriers import Candidate, candidates
from app.deliveries.reads.disputes import Account, Dispute, accounts_beside, dispute, disputes, disputes_on
from app.deliveries.reads.happened import HappenedLine, happened
from app.deliveries.reads.parcels import Held, Label, Labelled, follow, follow_stop, held, labels_of, stewards, told
from app.deliveries.reads.runs import (
    RunLine,
    carries,
    count,
    ever_carried,
    known,
    open_runs,
    plans,
    runs,
    runs_for,
    runs_of,
    visible,
    was_given,
)
from app.deliveries.reads.sight import see_said
from app.deliveries.reads.spread import DistributionLine, distributions
from app.deliveries.reads.stops import StopRow, stop, stop_rows
from app.deliveries.reads.walking import walk

__all__ = [
    "Account", "Held", "Label", "Labelled", "Brought", "Bundle", "Candidate", "Dispute", "DistributionLine", "HappenedLine", "RunLine", "StopCard", "StopRow",
    "accounts_beside", "bundle", "candidates", "cards", "carries", "count", "count_doors", "dispute", "disputes", "disputes_on", "distributions",
    "doorless", "ever_carried", "follow", "follow_stop", "happened", "held", "known", "labels_of", "open_runs", "pack_of", "plans", "runs", "runs_for", "runs_of", "see_said", "stewards", "stop", "stop_rows", "stops_ahead", "stops_at_building", "suggestions", "told", "visible", "walk",
    "was_given",
]  # fmt: skip
