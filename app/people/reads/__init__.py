"""Questions about people: who is this, who is here, who answers for a place, what was said to her."""

from app.people.reads.entering import INSTALLATION, SessionFacts, account_name, person
from app.people.reads.gaps import Gap, Responsible, gap_list, gaps, responsible
from app.people.reads.members import Filters, Member, Members, Tally, members, organisations, tallies
from app.people.reads.messages import MessageFacts, messages
from app.people.reads.mine import CommunityChoice, HeldFacts, SessionRow, communities_of, elsewhere, held, sessions_of
from app.people.reads.names import granted, names
from app.people.reads.one import AccountFacts, MemberFacts, account, member, phone
from app.people.reads.presence import PresentFacts, Service, Spell, now_present, present, service, services, spells
from app.people.reads.skills import SkillFacts, skills_of
from app.people.reads.teams import TeamFacts, team, teams
from app.people.reads.ways_in import JoinFacts, join_link, join_link_of, shown_link

__all__ = [
    "AccountFacts", "CommunityChoice", "Filters", "Gap", "HeldFacts", "INSTALLATION", "JoinFacts", "Member", "MemberFacts", "Members",
    "MessageFacts", "PresentFacts", "Responsible", "Service", "SessionFacts", "SessionRow", "SkillFacts", "Spell", "Tally", "TeamFacts",
    "account", "account_name", "communities_of", "elsewhere", "gap_list", "gaps", "granted", "held", "join_link", "join_link_of",
    "member", "members", "messages", "names", "now_present", "organisations", "person", "phone", "present", "responsible", "service",
    "services", "sessions_of", "shown_link", "skills_of", "spells", "tallies", "team", "teams",
]  # fmt: skip
