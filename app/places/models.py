"""District, community, grid, estate, building, unit, household; and the emergency that personal rows belong to."""

from tortoise import fields
from tortoise.models import Model

from app.kernel.db import Moment, belongs_to
from app.kernel.ids import new


class District(Model):
    id = fields.UUIDField(primary_key=True, default=new)
    name = fields.TextField()


class Emergency(Model):
    id = fields.UUIDField(primary_key=True, default=new)
    district: fields.ForeignKeyRelation = belongs_to("District")
    name = fields.TextField()
    basis = fields.TextField()
    started_at = Moment()
    planned_end_at = Moment()
    ended_at = Moment(null=True)


class Community(Model):
    """Also holds the community's settings. `last_number` counts needs, tasks and runs for people to say aloud."""

    id = fields.UUIDField(primary_key=True, default=new)
    district: fields.ForeignKeyRelation = belongs_to("District")
    emergency: fields.ForeignKeyRelation = belongs_to("Emergency")
    key_id = fields.UUIDField()
    code = fields.TextField()
    name = fields.TextField()
    zone = fields.TextField(default="Asia/Shanghai")
    hotline = fields.TextField(default="")
    hours = fields.TextField(default="")
    take_cap = fields.IntField(default=3)
    release_minutes = fields.IntField(default=20)
    untouched_minutes = fields.IntField(default=30)
    undo_minutes = fields.IntField(default=10)
    correct_hours = fields.IntField(default=12)
    top_first = fields.BooleanField(default=True)
    last_number = fields.IntField(default=0)
    version = fields.IntField(default=0)
    closed_at = Moment(null=True)


class Grid(Model):
    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    name = fields.TextField()


class Estate(Model):
    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    name = fields.TextField()
    managed = fields.BooleanField(null=True)


class Building(Model):
    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    estate: fields.ForeignKeyRelation = belongs_to("Estate")
    grid: fields.ForeignKeyNullableRelation = belongs_to("Grid", null=True)
    number = fields.IntField()
    code = fields.TextField()
    units = fields.IntField()
    floors = fields.IntField()
    doors = fields.IntField()


class Unit(Model):
    id = fields.UUIDField(primary_key=True, default=new)
    building: fields.ForeignKeyRelation = belongs_to("Building")
    number = fields.IntField()


class Household(Model):
    """A door. `unit` repeats the unit's number: walking order is read far more often than units change."""

    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    building: fields.ForeignKeyRelation = belongs_to("Building")
    unit_row: fields.ForeignKeyRelation = belongs_to("Unit", source_field="unit_id")
    unit = fields.IntField()
    floor = fields.IntField()
    door = fields.IntField()
