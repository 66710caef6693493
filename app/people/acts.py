"""Acts about people: path, shape of the form, verb."""

from app.kernel.book import Rule
from app.kernel.forms import nothing
from app.people import forms
from app.people.rules import (
    accounts,
    confirming,
    flagging,
    joining,
    messages,
    presence,
    profile,
    proving,
    roles,
    sessions,
    settings,
    showing,
    teams,
    vouching,
)
from app.places import forms as place_forms

ACTS = [
    Rule("/inbox/read", nothing, messages.read_all),
    Rule("/inbox/{message_id:uuid}/read", nothing, messages.read_one),
    Rule("/memberships", forms.one_more_community, joining.add_community),
    Rule("/sessions/end", nothing, sessions.end_others),
    Rule("/sessions/{session_id:uuid}/end", nothing, sessions.end),
    Rule("/password", forms.new_password, proving.set_password, alone=True),
    Rule("/me", forms.profile, profile.change),
    Rule("/me/phone", forms.own_phone, proving.change_own_phone, alone=True),
    Rule("/me/reveal", nothing, proving.reveal_own),
    Rule("/people/vouch", forms.picked, vouching.vouch_many),
    Rule("/people/invite", nothing, joining.renew),
    Rule("/people/{account_id:uuid}/vouch", nothing, vouching.vouch),
    Rule("/people/{account_id:uuid}/unvouch", nothing, vouching.unvouch),
    Rule("/people/{account_id:uuid}/suspend", nothing, accounts.suspend),
    Rule("/people/{account_id:uuid}/restore", nothing, accounts.restore),
    Rule("/people/{account_id:uuid}/reveal", nothing, proving.reveal),
    Rule("/people/{account_id:uuid}/link", nothing, proving.show_link, alone=True),
    Rule("/people/{account_id:uuid}/phone", forms.new_phone, proving.change_phone_for, alone=True),
    Rule("/people/{account_id:uuid}/roles", forms.role, roles.give),
    Rule("/people/{account_id:uuid}/skills/{skill:str}/see", nothing, vouching.see_certificate),
    Rule("/people/{account_id:uuid}/skills/{skill:str}/unsee", nothing, vouching.unsee_certificate),
    Rule("/roles/{role_id:uuid}/end", nothing, roles.end),
    Rule("/roles/{role_id:uuid}/again", nothing, roles.again),
    Rule("/teams", forms.team, teams.make),
    Rule("/teams/{team_id:uuid}", forms.team_change, teams.change),
    Rule("/presence/end", nothing, presence.end),
    Rule("/presence/{presence_id:uuid}/confirm", nothing, confirming.confirm),
    Rule("/presence/{presence_id:uuid}/unconfirm", nothing, confirming.unconfirm),
    Rule("/presence/flags/{flag_id:uuid}/seen", nothing, flagging.seen),
    Rule("/presence/flags/{flag_id:uuid}/unseen", nothing, flagging.unseen),
    Rule("/here", forms.show_at, showing.start, alone=True),
    Rule("/here/{showing_id:uuid}/end", nothing, showing.end),
    Rule("/settings", place_forms.settings, settings.change),
]
