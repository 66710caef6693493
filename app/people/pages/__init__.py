"""Pages about people, by ability."""

from app.people.pages import (
    flags,
    frame,
    gaps,
    giving,
    helping,
    inbox,
    inviting,
    joining,
    me,
    members,
    one,
    profile,
    rosters,
    settings,
    signing_in,
    teams,
)

PAGES = [
    *frame.PAGES,
    *inbox.PAGES,
    *signing_in.PAGES,
    *joining.PAGES,
    *inviting.PAGES,
    *members.PAGES,
    *one.PAGES,
    *giving.PAGES,
    *helping.PAGES,
    *me.PAGES,
    *profile.PAGES,
    *teams.PAGES,
    *rosters.PAGES,
    *gaps.PAGES,
    *settings.PAGES,
    *flags.PAGES,
]
