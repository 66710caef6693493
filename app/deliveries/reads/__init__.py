"""Questions about runs, stops and distributions. Other slices use what is named here."""

from app.deliveries.reads.bundles import Bundle, bundle, count_doors, doorless, suggestions
from app.deliveries.reads.cards import Brought, StopCard, cards, pack_of, stops_at_building
from app.deliveries.reads.carriers import Candidate, candidates
from app.deliveries.reads.happened import HappenedLine, happened
from app.deliveries.reads.runs import RunLine, carries, count, open_runs, plans, runs, runs_for, runs_of, visible
from app.deliveries.reads.spread import DistributionLine, distributions
from app.deliveries.reads.stops import StopRow, stop, stop_rows
from app.deliveries.reads.walking import walk

__all__ = [
    "Brought", "Bundle", "Candidate", "DistributionLine", "HappenedLine", "RunLine",
    "StopCard", "StopRow", "bundle", "candidates", "cards", "carries", "count", "count_doors", "distributions", "doorless", "happened", "open_runs",
    "pack_of", "plans", "runs", "runs_for", "runs_of", "stop", "stop_rows", "stops_at_building", "suggestions", "visible", "walk",
]  # fmt: skip
