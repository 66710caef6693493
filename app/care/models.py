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
