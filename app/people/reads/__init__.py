"""Questions about people: who is this, who is here, who answers for a place, what was said to her."""

from app.people.reads.contacts import Contact, contacts
from app.people.reads.entering import INSTALLATION, SessionFacts, account_name, person, standing
from app.people.reads.flags import Flag, flags
from app.people.reads.gaps import Gap, Responsible, ever_responsible, gap_list, gaps, responsible
from app.people.reads.members import Filters, Member, Members, Tally, members, organisations, tallies
from app.people.reads.messages import MessageFacts, had_read_since, inbox_version, last_message, messages, read_after, told_since
from app.people.reads.mine import CommunityChoice, HeldFacts, SessionRow, communities_of, elsewhere, held, sessions_of
from app.people.reads.names import granted, holder_of, names, names_within
from app.people.reads.one import AccountFacts, MemberFacts, account, key_of, member, phone
from app.people.reads.presence import (
    PresentFacts,
    Service,
    Spell,
    Stayed,
    ToldLate,
    now_present,
    present,
    proven,
    service,
    services,
    span,
    spells,
    stayed,
    told_late,
)
from app.people.reads.showing import Showing, shown_by
from app.people.reads.skills import SkillFacts, skills_of
from app.people.reads.teams import TeamFacts, names_of_teams, team, teams
from app.people.reads.ways_in import JoinFacts, join_link, join_link_of, shown_link

__all__ = [
    "AccountFacts", "CommunityChoice", "Contact", "Filters", "Flag", "Gap", "HeldFacts", "INSTALLATION", "JoinFacts", "Member", "MemberFacts", "Members",
    "MessageFacts", "PresentFacts", "Responsible", "Service", "SessionFacts", "SessionRow", "Showing", "SkillFacts", "Spell", "Stayed", "Tally", "TeamFacts", "ToldLate",
    "account", "account_name", "communities_of", "contacts", "elsewhere", "ever_responsible", "flags", "gap_list", "gaps", "granted", "had_read_since", "held", "holder_of", "inbox_version", "join_link", "join_link_of",
    "key_of", "last_message", "member", "members", "messages", "names", "names_of_teams", "names_within", "now_present", "organisations", "person", "phone", "present", "proven", "read_after", "responsible", "service",
    "services", "sessions_of", "shown_by", "shown_link", "skills_of", "span", "spells", "standing", "stayed", "tallies", "team", "teams", "told_late", "told_since",
]  # fmt: skip
