"""Accounts, sessions, roles at places, membership of a community, presence on site, messages."""

from tortoise import fields
from tortoise.models import Model

from app.kernel.db import Moment, belongs_to
from app.kernel.ids import new


class Organisation(Model):
    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    name = fields.TextField()


class Account(Model):
    """Name and phone are sealed under `key_id`; the phone also carries a keyed hash to sign in and find doubles by."""

    id = fields.UUIDField(primary_key=True, default=new)
    key_id = fields.UUIDField()
    name_sealed = fields.BinaryField()
    phone_sealed = fields.BinaryField(null=True)
    phone_hash = fields.BinaryField(null=True)
    password_hash = fields.TextField(null=True)
    lang = fields.TextField(default="zh")
    made_at = Moment()
    suspended_at = Moment(null=True)
    suspended_by: fields.ForeignKeyNullableRelation = belongs_to("Account", null=True, source_field="suspended_by")
    version = fields.IntField(default=0)


class Membership(Model):
    """A person reported in to a community. Vouched: a dispatcher knows who she is."""

    id = fields.UUIDField(primary_key=True, default=new)
    account: fields.ForeignKeyRelation = belongs_to("Account")
    community: fields.ForeignKeyRelation = belongs_to("Community")
    organisation: fields.ForeignKeyNullableRelation = belongs_to("Organisation", null=True)
    joined_at = Moment()
    vouched_at = Moment(null=True)
    vouched_by: fields.ForeignKeyNullableRelation = belongs_to("Account", null=True, source_field="vouched_by")


class Role(Model):
    """A role at a place: the answer to who is responsible. `place` and `place_id` say where, no foreign key fits all."""

    id = fields.UUIDField(primary_key=True, default=new)
    account: fields.ForeignKeyRelation = belongs_to("Account")
    role = fields.TextField()
    community: fields.ForeignKeyNullableRelation = belongs_to("Community", null=True)
    place = fields.TextField()
    place_id = fields.UUIDField()
    given_at = Moment()
    given_by: fields.ForeignKeyNullableRelation = belongs_to("Account", null=True, source_field="given_by")
    ended_at = Moment(null=True)


class Granted(Model):
    """A thing in somebody's hands for now: a run she carries, a task she took."""

    id = fields.UUIDField(primary_key=True, default=new)
    account: fields.ForeignKeyRelation = belongs_to("Account")
    subject = fields.TextField()
    subject_id = fields.UUIDField()
    given_at = Moment()
    ended_at = Moment(null=True)


class Session(Model):
    id = fields.UUIDField(primary_key=True, default=new)
    token_hash = fields.BinaryField()
    account: fields.ForeignKeyRelation = belongs_to("Account")
    community: fields.ForeignKeyNullableRelation = belongs_to("Community", null=True)
    role = fields.TextField(null=True)
    label = fields.TextField()
    made_at = Moment()
    seen_at = Moment()
    expires_at = Moment()
    ended_at = Moment(null=True)
    linked_at = Moment(null=True)


class SignInLink(Model):
    id = fields.UUIDField(primary_key=True, default=new)
    token_hash = fields.BinaryField()
    account: fields.ForeignKeyRelation = belongs_to("Account")
    made_by: fields.ForeignKeyNullableRelation = belongs_to("Account", null=True, source_field="made_by")
    made_at = Moment()
    expires_at = Moment()
    used_at = Moment(null=True)

    class Meta:
        table = "sign_in_link"


class JoinLink(Model):
    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    token_hash = fields.BinaryField()
    made_at = Moment()
    made_by: fields.ForeignKeyNullableRelation = belongs_to("Account", null=True, source_field="made_by")
    ended_at = Moment(null=True)

    class Meta:
        table = "join_link"


class Team(Model):
    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    name = fields.TextField()
    lead: fields.ForeignKeyNullableRelation = belongs_to("Account", null=True)
    version = fields.IntField(default=0)


class Presence(Model):
    """On site from `since`. `claimed` by scanning or tapping; `strong` when somebody in charge saw her, or her phone saw the moving
    square (`showing_id`) there; `proved_by` is who confirmed her or showed it.

    `mark`: why it deserves a second look (`late`, `no-place`, `no-check-in`). `until_assumed`: nobody said when she left.
    """

    id = fields.UUIDField(primary_key=True, default=new)
    account: fields.ForeignKeyRelation = belongs_to("Account")
    community: fields.ForeignKeyRelation = belongs_to("Community")
    building: fields.ForeignKeyNullableRelation = belongs_to("Building", null=True)
    task_id = fields.UUIDField(null=True)
    proof = fields.TextField(default="claimed")
    since = Moment()
    until_at = Moment(null=True)
    mark = fields.TextField(null=True)
    received_at = Moment(null=True)
    until_assumed = fields.BooleanField(null=True)
    proved_at = Moment(null=True)
    proved_by: fields.ForeignKeyNullableRelation = belongs_to("Account", null=True, source_field="proved_by")
    showing_id = fields.UUIDField(null=True)


class Showing(Model):
    """A phone that shows the moving square of a building. Over when ended, at `ends_at`, or with its session."""

    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    building: fields.ForeignKeyRelation = belongs_to("Building")
    account: fields.ForeignKeyRelation = belongs_to("Account")
    session: fields.ForeignKeyRelation = belongs_to("Session")
    short = fields.TextField()
    started_at = Moment()
    ends_at = Moment()
    ended_at = Moment(null=True)


class PresenceFlag(Model):
    """What a dispatcher should look at: `burst`, `travel` (`other` is where she was before) or `old_code`. Nothing is refused because of it."""

    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    kind = fields.TextField()
    presence: fields.ForeignKeyRelation = belongs_to("Presence")
    other: fields.ForeignKeyNullableRelation = belongs_to("Presence", null=True)
    building: fields.ForeignKeyNullableRelation = belongs_to("Building", null=True)
    people = fields.IntField(default=1)
    seconds = fields.IntField(null=True)
    from_at = Moment()
    to_at = Moment()
    made_at = Moment()
    seen_at = Moment(null=True)
    seen_by: fields.ForeignKeyNullableRelation = belongs_to("Account", null=True, source_field="seen_by")

    class Meta:
        table = "presence_flag"


class Message(Model):
    """A row of somebody's inbox, and of the outbox: `spread_at` is when it was given to her ways (push, SMS, paper)."""

    id = fields.UUIDField(primary_key=True, default=new)
    account: fields.ForeignKeyRelation = belongs_to("Account")
    community_id = fields.UUIDField(null=True)
    words = fields.TextField()
    params = fields.TextField(default="{}")
    path = fields.TextField(null=True)
    at = Moment()
    read_at = Moment(null=True)
    kind = fields.TextField(default="own")
    urgent = fields.BooleanField(default=False)
    until_at = Moment(null=True)
    tag = fields.TextField(null=True)
    spread_at = Moment(null=True)
