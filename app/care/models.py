"""Residents of the ledger, and the imports that brought them."""

from tortoise import fields
from tortoise.models import Model

from app.kernel.db import Moment, belongs_to
from app.kernel.ids import new


class Resident(Model):
    """All that is said of her is sealed under `key_id`. `match_hash`: keyed, of household, name and which of that name."""

    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    emergency: fields.ForeignKeyRelation = belongs_to("Emergency")
    key_id = fields.UUIDField(unique=True)
    household: fields.ForeignKeyRelation = belongs_to("Household")
    name_sealed = fields.BinaryField()
    phone_sealed = fields.BinaryField(null=True)
    phone_hash = fields.BinaryField(null=True)
    kinds_sealed = fields.BinaryField(null=True)
    facts_sealed = fields.BinaryField(null=True)
    note_sealed = fields.BinaryField(null=True)
    match_hash = fields.BinaryField()
    brought_by: fields.ForeignKeyNullableRelation = belongs_to("LedgerImport", null=True, source_field="import_id")
    made_at = Moment()
    ended_at = Moment(null=True)
    version = fields.IntField(default=0)


class Ground(Model):
    """On what ground she is held: `rests_on` consent or emergency."""

    resident_id = fields.UUIDField(primary_key=True)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    rests_on = fields.TextField()
    noted_by: fields.ForeignKeyNullableRelation = belongs_to("Account", null=True, source_field="noted_by")
    noted_at = Moment()


class LedgerImport(Model):
    """File name, mapping and report are sealed under the community's key: cells and headings may hold anything.

    `mark`: an id made after the last row of the import; what happened later has a greater one.
    """

    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    file_hash = fields.BinaryField()
    name_sealed = fields.BinaryField(null=True)
    mapping_sealed = fields.BinaryField(null=True)
    report_sealed = fields.BinaryField(null=True)
    state = fields.TextField()
    added = fields.IntField(default=0)
    changed = fields.IntField(default=0)
    unchanged = fields.IntField(default=0)
    refused = fields.IntField(default=0)
    made_by: fields.ForeignKeyNullableRelation = belongs_to("Account", null=True, source_field="made_by")
    made_at = Moment()
    committed_by: fields.ForeignKeyNullableRelation = belongs_to("Account", null=True, source_field="committed_by")
    committed_at = Moment(null=True)
    undone_by: fields.ForeignKeyNullableRelation = belongs_to("Account", null=True, source_field="undone_by")
    undone_at = Moment(null=True)
    mark = fields.UUIDField(null=True)
    version = fields.IntField(default=0)

    class Meta:
        table = "ledger_import"


class LedgerFile(Model):
    """The file's bytes under a key of their own; without a body its key is about to be destroyed."""

    import_id = fields.UUIDField(primary_key=True)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    key_id = fields.UUIDField(unique=True)
    body_sealed = fields.BinaryField(null=True)

    class Meta:
        table = "ledger_file"


class LedgerRow(Model):
    """`version_left`: the resident's version as the import left her. `key_id`: of an added resident, to destroy after undoing."""

    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    part_of: fields.ForeignKeyRelation = belongs_to("LedgerImport", source_field="import_id")
    subject = fields.TextField()
    subject_id = fields.UUIDField()
    change = fields.TextField()
    was = fields.TextField(default="{}")
    phone_sealed = fields.BinaryField(null=True)
    phone_hash = fields.BinaryField(null=True)
    kinds_sealed = fields.BinaryField(null=True)
    facts_sealed = fields.BinaryField(null=True)
    note_sealed = fields.BinaryField(null=True)
    version_left = fields.IntField(null=True)
    key_id = fields.UUIDField(null=True)

    class Meta:
        table = "ledger_row"


class ContactRule(Model):
    """How often a household of a care kind is to be heard of; `door` for all others. The table's key is both columns."""

    community_id = fields.UUIDField(primary_key=True)
    kind = fields.TextField()
    every_days = fields.IntField()

    class Meta:
        table = "contact_rule"


class ContactSetting(Model):
    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    close_hour = fields.IntField(default=20)
    steward_minutes = fields.IntField(default=60)
    dispatcher_minutes = fields.IntField(default=240)
    command_minutes = fields.IntField(default=960)
    version = fields.IntField(default=0)
    wound_by = fields.IntField(default=0)

    class Meta:
        table = "contact_setting"


class Contact(Model):
    """Somebody was heard of (`reached`) or tried in vain. `key_id`: what the note is sealed under, a resident's or the community's."""

    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    household: fields.ForeignKeyRelation = belongs_to("Household")
    resident: fields.ForeignKeyNullableRelation = belongs_to("Resident", null=True)
    emergency: fields.ForeignKeyRelation = belongs_to("Emergency")
    how = fields.TextField()
    reached = fields.BooleanField()
    outcome = fields.TextField()
    by: fields.ForeignKeyNullableRelation = belongs_to("Account", null=True)
    at = Moment()
    received_at = Moment()
    happened = fields.UUIDField(null=True)
    key_id = fields.UUIDField(null=True)
    note_sealed = fields.BinaryField(null=True)
    undone_at = Moment(null=True)


class Mute(Model):
    """`resident` none: of the whole household."""

    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    household: fields.ForeignKeyRelation = belongs_to("Household")
    resident: fields.ForeignKeyNullableRelation = belongs_to("Resident", null=True)
    reason = fields.TextField()
    until_at = Moment()
    made_by: fields.ForeignKeyRelation = belongs_to("Account", source_field="made_by")
    made_at = Moment()
    ended_at = Moment(null=True)
    ended_by: fields.ForeignKeyNullableRelation = belongs_to("Account", null=True, source_field="ended_by")


class ContactClock(Model):
    """What follows for a household from its contacts, rule and mute: `due_at`. Made anew by `rules/clocks.py` whenever one of them changes."""

    household_id = fields.UUIDField(primary_key=True)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    building: fields.ForeignKeyRelation = belongs_to("Building")
    every_days = fields.IntField()
    since = Moment()
    heard_at = Moment(null=True)
    tried_at = Moment(null=True)
    tries = fields.IntField(default=0)
    due_at = Moment(null=True)
    told = fields.IntField(default=0)

    class Meta:
        table = "contact_clock"


class Round(Model):
    """Doors that one person calls or knocks at. `number` is said aloud; `part_of`: the round that it was handed on from."""

    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    number = fields.IntField()
    kind = fields.TextField()
    given_to: fields.ForeignKeyRelation = belongs_to("Account", source_field="given_to")
    given_at = Moment()
    part_of: fields.ForeignKeyNullableRelation = belongs_to("Round", null=True, source_field="part_of")
    made_by: fields.ForeignKeyRelation = belongs_to("Account", source_field="made_by")
    made_at = Moment()
    finished_at = Moment(null=True)
    finished_by: fields.ForeignKeyNullableRelation = belongs_to("Account", null=True, source_field="finished_by")
    version = fields.IntField(default=0)

    class Meta:
        table = "care_round"


class RoundStop(Model):
    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    round: fields.ForeignKeyRelation = belongs_to("Round")
    household: fields.ForeignKeyRelation = belongs_to("Household")
    place = fields.IntField()
    contact: fields.ForeignKeyNullableRelation = belongs_to("Contact", null=True)
    version = fields.IntField(default=0)

    class Meta:
        table = "round_stop"


class Carer(Model):
    """Who looks after a household. `from_at` none: she was asked and has not said yes."""

    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    household: fields.ForeignKeyRelation = belongs_to("Household")
    account: fields.ForeignKeyRelation = belongs_to("Account")
    rank = fields.TextField()
    asked_by: fields.ForeignKeyRelation = belongs_to("Account", source_field="asked_by")
    asked_at = Moment()
    from_at = Moment(null=True)
    ended_at = Moment(null=True)
    ended_by: fields.ForeignKeyNullableRelation = belongs_to("Account", null=True, source_field="ended_by")


class CarerSetting(Model):
    community_id = fields.UUIDField(primary_key=True)
    most = fields.IntField()

    class Meta:
        table = "carer_setting"


class Watch(Model):
    """A sign of hardship that is looked at again at `due_at` until it is closed. Notes are sealed under the community's key."""

    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    household: fields.ForeignKeyRelation = belongs_to("Household")
    emergency: fields.ForeignKeyRelation = belongs_to("Emergency")
    key_id = fields.UUIDField()
    sign = fields.TextField()
    note_sealed = fields.BinaryField(null=True)
    due_at = Moment()
    opened_by: fields.ForeignKeyRelation = belongs_to("Account", source_field="opened_by")
    opened_at = Moment()
    closed_by: fields.ForeignKeyNullableRelation = belongs_to("Account", null=True, source_field="closed_by")
    closed_at = Moment(null=True)
    version = fields.IntField(default=0)


class WatchLook(Model):
    id = fields.UUIDField(primary_key=True, default=new)
    community: fields.ForeignKeyRelation = belongs_to("Community")
    watch: fields.ForeignKeyRelation = belongs_to("Watch")
    note_sealed = fields.BinaryField(null=True)
    by: fields.ForeignKeyRelation = belongs_to("Account")
    at = Moment()

    class Meta:
        table = "watch_look"
