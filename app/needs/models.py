"""What residents ask for, what was said about it, and the resident's link to it."""

from tortoise import fields
from tortoise.models import Model

from app.kernel.db import Moment, belongs_to
from app.kernel.ids import new

KINDS = ("food", "medicine", "trip", "repair", "household", "talk", "other")
URGENCIES = ("now", "today", "soon")
STATES = ("waiting", "triaged", "planned", "underway", "delivered", "confirmed", "answered", "cancelled")
OPEN = ("waiting", "triaged", "planned", "underway", "delivered")
CHANNELS = ("link", "card", "phone", "steward")
HOWS = ("hand", "door", "point")


class Need(Model):
    """`state` is the place in the pipeline; who, when and why are in the journal. `run_id` names a run of `deliveries`.

    `room_sealed` is the room as it was said, kept while no door of the building answers to it.
    `touched_at` of one that was made ahead lies in the future, where its time comes near.
    `worded_at`: the resident said something that no helper has taken up yet.
    """

    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    emergency: fields.ForeignKeyRelation = belongs_to("Emergency")
    key_id = fields.UUIDField()
    number = fields.IntField()
    building: fields.ForeignKeyRelation = belongs_to("Building")
    household: fields.ForeignKeyNullableRelation = belongs_to("Household", null=True)
    unit = fields.IntField(null=True)
    floor = fields.IntField(null=True)
    door = fields.IntField(null=True)
    room_sealed = fields.BinaryField(null=True)
    kind = fields.TextField()
    urgency = fields.TextField()
    until_at = Moment(null=True)
    days_left = fields.IntField(null=True)
    days_said_at = Moment(null=True)
    line_sealed = fields.BinaryField()
    for_sealed = fields.BinaryField(null=True)
    name_sealed = fields.BinaryField(null=True)
    phone_sealed = fields.BinaryField(null=True)
    phone_hash = fields.BinaryField(null=True)
    channel = fields.TextField()
    spoken_sealed = fields.BinaryField(null=True)
    written_by: fields.ForeignKeyNullableRelation = belongs_to("Account", null=True, source_field="written_by")
    double_of: fields.ForeignKeyNullableRelation = belongs_to("Need", null=True, source_field="double_of")
    double_reason_sealed = fields.BinaryField(null=True)
    state = fields.TextField(default="waiting")
    owner: fields.ForeignKeyNullableRelation = belongs_to("Account", null=True)
    run_id = fields.UUIDField(null=True)
    how = fields.TextField(null=True)
    proof = fields.TextField(null=True)
    created_at = Moment()
    touched_at = Moment()
    worded_at = Moment(null=True)
    delivered_at = Moment(null=True)
    confirmed_at = Moment(null=True)
    closed_at = Moment(null=True)
    times_reopened = fields.IntField(default=0)
    times_failed = fields.IntField(default=0)
    version = fields.IntField(default=0)


class NeedWord(Model):
    id = fields.UUIDField(primary_key=True, default=new)
    need: fields.ForeignKeyRelation = belongs_to("Need")
    community: fields.ForeignKeyRelation = belongs_to("Community")
    side = fields.TextField()
    said_by: fields.ForeignKeyNullableRelation = belongs_to("Account", null=True, source_field="said_by")
    shown = fields.BooleanField()
    line_sealed = fields.BinaryField()
    said_at = Moment()

    class Meta:
        table = "need_word"


class Tracking(Model):
    id = fields.UUIDField(primary_key=True, default=new)
    need: fields.ForeignKeyRelation = belongs_to("Need")
    community: fields.ForeignKeyRelation = belongs_to("Community")
    token_hash = fields.BinaryField()
    made_at = Moment()
    expires_at = Moment()
    ended_at = Moment(null=True)
