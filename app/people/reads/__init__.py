"""Questions about people: who is this, who is here, who answers for a place, what was said to her."""

from app.people.reads.entering import INSTALLATION, SessionFacts, account_name, person
from app.people.reads.flags import Flag, flags
from app.people.reads.gaps import Gap, Responsible, ever_responsible, gap_list, gaps, responsible
from app.people.reads.members import Filters, Member, Members, Tally, members, organisations, tallies
from app.people.reads.messages import MessageFacts, messages
from app.people.reads.mine import CommunityChoice, HeldFacts, SessionRow, communities_of, elsewhere, held, sessions_of
from app.people.reads.names import granted, holder_of, names, names_within
from app.people.reads.one import AccountFacts, MemberFacts, account, member, phone
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
    "AccountFacts", "CommunityChoice", "Filters", "Flag", "Gap", "HeldFacts", "INSTALLATION", "JoinFacts", "Member", "MemberFacts", "Members",
    "MessageFacts", "PresentFacts", "Responsible", "Service", "SessionFacts", "SessionRow", "Showing", "SkillFacts", "Spell", "Stayed", "Tally", "TeamFacts", "ToldLate",
    "account", "account_name", "communities_of", "elsewhere", "ever_responsible", "flags", "gap_list", "gaps", "granted", "held", "holder_of", "join_link", "join_link_of",
    "member", "members", "messages", "names", "names_of_teams", "names_within", "now_present", "organisations", "person", "phone", "present", "proven", "responsible", "service",
    "services", "sessions_of", "shown_by", "shown_link", "skills_of", "span", "spells", "stayed", "tallies", "team", "teams", "told_late",
]  # fmt: skip
