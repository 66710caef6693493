"""Acts about people: path, shape of the form, verb."""

from app.kernel.act import Rule
from app.kernel.forms import nothing
from app.people.rules import accounts, messages, presence, sessions

ACTS = [
    Rule("/inbox/read", nothing, messages.read_all),
    Rule("/sessions/{session_id:uuid}/end", nothing, sessions.end),
    Rule("/people/{account_id:uuid}/vouch", nothing, accounts.vouch),
    Rule("/people/{account_id:uuid}/suspend", nothing, accounts.suspend),
    Rule("/people/{account_id:uuid}/restore", nothing, accounts.restore),
    Rule("/roles/{role_id:uuid}/end", nothing, accounts.end_role),
    Rule("/presence/end", nothing, presence.end),
]
