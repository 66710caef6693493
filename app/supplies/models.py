"""Parcels, and every change of hands. Stops and runs are known by their ids alone."""

from tortoise import fields
from tortoise.models import Model

from app.kernel.db import Moment, belongs_to
from app.kernel.ids import new

HOLDERS = ("hub", "carrier", "steward", "household", "returned", "lost")
LOST = ("not_found", "damaged", "mistaken", "spoilt")


class Parcel(Model):
    """`number_of`: the first, second ... of its stop. `holder_kind` and `holder_id` are the target of its last move, `why` and `mark` its."""

    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    code = fields.TextField()
    run_id = fields.UUIDField()
    stop_id = fields.UUIDField()
    number_of = fields.IntField()
    holder_kind = fields.TextField()
    holder_id = fields.UUIDField(null=True)
    why = fields.TextField()
    mark = fields.TextField(null=True)
    made_by: fields.ForeignKeyRelation = belongs_to("Account", source_field="made_by")
    made_at = Moment()
    version = fields.IntField()


class ParcelMove(Model):
    """Append-only; `before` is the number of the move that it follows."""

    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    parcel_id = fields.UUIDField()
    number = fields.IntField()
    before = fields.IntField(null=True)
    from_kind = fields.TextField(null=True)
    from_id = fields.UUIDField(null=True)
    to_kind = fields.TextField()
    to_id = fields.UUIDField(null=True)
    why = fields.TextField()
    mark = fields.TextField(null=True)
    by: fields.ForeignKeyRelation = belongs_to("Account")
    at = Moment()
    received_at = Moment()
    act = fields.TextField(null=True)

    class Meta:
        table = "parcel_move"
