"""A call for N people, its places made beforehand, and the line that waits for one."""

from tortoise import fields
from tortoise.models import Model

from app.kernel.db import Moment, belongs_to
from app.kernel.ids import new


class Task(Model):
    """Title, notes and meeting point are sealed under the community's key. Over when done, cancelled or past its end."""

    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    emergency: fields.ForeignKeyRelation = belongs_to("Emergency")
    key_id = fields.UUIDField()
    number = fields.IntField()
    title_sealed = fields.BinaryField()
    notes_sealed = fields.BinaryField(null=True)
    meeting_sealed = fields.BinaryField(null=True)
    building: fields.ForeignKeyNullableRelation = belongs_to("Building", null=True)
    team: fields.ForeignKeyNullableRelation = belongs_to("Team", null=True)
    starts_at = Moment()
    ends_at = Moment()
    urgent = fields.BooleanField()
    needs_vouching = fields.BooleanField()
    release_minutes = fields.IntField(null=True)
    created_by: fields.ForeignKeyRelation = belongs_to("Account", source_field="created_by")
    created_at = Moment()
    done_at = Moment(null=True)
    done_by: fields.ForeignKeyNullableRelation = belongs_to("Account", null=True, source_field="done_by")
    cancelled_at = Moment(null=True)
    cancelled_by: fields.ForeignKeyNullableRelation = belongs_to("Account", null=True, source_field="cancelled_by")
    version = fields.IntField(default=0)
    proof = fields.TextField(default="claimed")


class Place(Model):
    """One of a task's N. With a skill it is only for people who have it."""

    id = fields.UUIDField(primary_key=True, default=new)
    task: fields.ForeignKeyRelation = belongs_to("Task")
    community: fields.ForeignKeyRelation = belongs_to("Community")
    number = fields.IntField()
    skill = fields.TextField(null=True)
    taken_by: fields.ForeignKeyNullableRelation = belongs_to("Account", null=True, source_field="taken_by")
    taken_at = Moment(null=True)
    checked_in_at = Moment(null=True)
    checked_out_at = Moment(null=True)


class Wait(Model):
    id = fields.UUIDField(primary_key=True, default=new)
    task: fields.ForeignKeyRelation = belongs_to("Task")
    community: fields.ForeignKeyRelation = belongs_to("Community")
    account: fields.ForeignKeyRelation = belongs_to("Account")
    at = Moment()
    promoted_at = Moment(null=True)
    left_at = Moment(null=True)
