"""Runs, who carries them, their stops, what happened at each door; and distributions, one pack to every door."""

from tortoise import fields
from tortoise.models import Model

from app.kernel.db import Moment, belongs_to
from app.kernel.ids import new

STATES = ("draft", "given", "out", "finished", "cancelled")
DELIVERED = ("in_hand", "at_door", "drop_point")
FAILED = ("nobody", "refused", "wrong_address", "not_enough")


class Distribution(Model):
    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    number = fields.IntField()
    what_sealed = fields.BinaryField()
    created_by: fields.ForeignKeyRelation = belongs_to("Account", source_field="created_by")
    created_at = Moment()
    offer_id = fields.UUIDField(null=True)
    hub_id = fields.UUIDField(null=True)
    donation_id = fields.UUIDField(null=True)
    version = fields.IntField(default=0)


class Run(Model):
    """`state` is its place in the pipeline; `version` changes with everything that happens on it."""

    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    number = fields.IntField()
    title_sealed = fields.BinaryField(null=True)
    state = fields.TextField(default="draft")
    distribution: fields.ForeignKeyNullableRelation = belongs_to("Distribution", null=True)
    top_first = fields.BooleanField()
    created_by: fields.ForeignKeyRelation = belongs_to("Account", source_field="created_by")
    created_at = Moment()
    started_at = Moment(null=True)
    finished_at = Moment(null=True)
    version = fields.IntField(default=0)


class Carrier(Model):
    """A run in somebody's hands. It stays open for the hours of correcting after the run is finished."""

    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    run: fields.ForeignKeyRelation = belongs_to("Run")
    account: fields.ForeignKeyRelation = belongs_to("Account")
    given_by: fields.ForeignKeyRelation = belongs_to("Account", source_field="given_by")
    given_at = Moment()
    ended_at = Moment(null=True)


class Stop(Model):
    """Unit, floor and door repeat the household's: walking order is read with every page of a run."""

    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    run: fields.ForeignKeyRelation = belongs_to("Run")
    building: fields.ForeignKeyRelation = belongs_to("Building")
    household: fields.ForeignKeyNullableRelation = belongs_to("Household", null=True)
    unit = fields.IntField()
    floor = fields.IntField()
    door = fields.IntField()
    dropped_at = Moment(null=True)
    version = fields.IntField(default=0)


class Handover(Model):
    """What happened at a door. The row without `undone_at` is the one that holds."""

    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    stop: fields.ForeignKeyRelation = belongs_to("Stop")
    outcome = fields.TextField()
    by: fields.ForeignKeyRelation = belongs_to("Account")
    at = Moment()
    received_at = Moment()
    note_sealed = fields.BinaryField(null=True)
    undone_at = Moment(null=True)
    undone_by: fields.ForeignKeyNullableRelation = belongs_to("Account", null=True, source_field="undone_by")
    corrects: fields.ForeignKeyNullableRelation = belongs_to("Handover", null=True, source_field="corrects")


class Evidence(Model):
    """What else was said about a door that had its handover already (`handover`, the one that held then). Never changes."""

    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    stop: fields.ForeignKeyRelation = belongs_to("Stop")
    handover: fields.ForeignKeyRelation = belongs_to("Handover")
    outcome = fields.TextField()
    by: fields.ForeignKeyRelation = belongs_to("Account")
    at = Moment()
    received_at = Moment()
    note_sealed = fields.BinaryField(null=True)


class Dispute(Model):
    """Two accounts that cannot both hold, for a person to decide. `why`: outcome, need or door."""

    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    stop: fields.ForeignKeyRelation = belongs_to("Stop")
    why = fields.TextField()
    evidence: fields.ForeignKeyNullableRelation = belongs_to("Evidence", null=True)
    need: fields.ForeignKeyNullableRelation = belongs_to("Need", null=True)
    opened_at = Moment()
    settled_at = Moment(null=True)
    settled_by: fields.ForeignKeyNullableRelation = belongs_to("Account", null=True, source_field="settled_by")
    decision = fields.TextField(null=True)


class StopNeed(Model):
    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    stop: fields.ForeignKeyRelation = belongs_to("Stop")
    need: fields.ForeignKeyRelation = belongs_to("Need")
    left_at = Moment(null=True)
    handover: fields.ForeignKeyNullableRelation = belongs_to("Handover", null=True)

    class Meta:
        table = "stop_need"


class DistributionDoor(Model):
    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    distribution: fields.ForeignKeyRelation = belongs_to("Distribution")
    household: fields.ForeignKeyRelation = belongs_to("Household")
    building: fields.ForeignKeyRelation = belongs_to("Building")
    unit = fields.IntField()
    floor = fields.IntField()
    door = fields.IntField()
    stop: fields.ForeignKeyNullableRelation = belongs_to("Stop", null=True)

    class Meta:
        table = "distribution_door"
