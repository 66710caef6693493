"""Who hears what, and how loudly: every line that anybody is told, in one table. `tests/push/test_hearing.py` walks it.

kind   call: hands are needed; own: what she does or asked for; desk: something waits for a decision; notice
pace   now: carried at once, and where no phone tells her by SMS or by a call; soon: with what else is said meanwhile
who    by role, place, skill, on duty, and whether there are takers enough already
"""

import msgspec


class Hearing(msgspec.Struct, frozen=True):
    kind: str
    pace: str
    who: str


def _table(text: str) -> dict[str, Hearing]:
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        words, kind, pace, who = line.split(maxsplit=3)
        found[words] = Hearing(kind, pace, who)
    return found


HEARS = _table("""
    message.task_urgent                      call  now   volunteers in waves (on site in its estate or grid, on site elsewhere here, free) while places are open that their skills may fill; vouched where the call asks for it; not at their cap; the group's robot with the last wave
    message.task_filled_all                  call  soon  in silence, on the phones that still show the call, once there are takers enough; the group's robot if it was told
    message.task_needless                    call  soon  in silence, on the phones that still show the call, once it is off
    message.task_filled                      own   soon  whoever called
    message.task_promoted                    own   now   who waited in line, or took it by SMS, and has a place now
    message.task_given                       own   soon  who said on the telephone that she comes, and has a place now
    message.task_too_late                    own   now   who took it by SMS when there were takers enough
    message.task_changed                     own   soon  who is in a place or waits in line, but not whoever changed it
    message.task_cancelled                   own   soon  who is in a place or waits in line, but not whoever called it off
    message.task_done                        own   soon  who is still checked in
    message.task_released                    own   soon  who was taken out of her place
    message.task_absent                      own   soon  who did not come in time
    message.task_absent_caller               own   soon  whoever called
    message.task_let_go                      desk  soon  whoever called
    late.message.no_place                    desk  soon  whoever called
    late.message.disputed                    desk  soon  whoever planned the run
    deliveries.message.given                 own   soon  the carrier
    deliveries.message.taken_back            own   soon  the carrier
    deliveries.message.cancelled             own   soon  each carrier
    message.need_given                       desk  soon  the steward, dispatcher or operator who is to see to it
    message.need_worded                      desk  soon  who sees to it
    message.need_cancelled                   desk  soon  who sees to it
    message.need_reopened                    desk  soon  who sees to it
    ways.need.underway                       own   soon  phones that follow the request
    ways.need.delivered                      own   soon  phones that follow the request
    ways.need.failed                         own   soon  phones that follow the request
    ways.need.answered                       own   soon  phones that follow the request
    message.vouched                          own   soon  the person
    message.unvouched                        own   soon  the person
    message.role_given                       own   soon  the person
    message.role_ended                       own   soon  the person
    message.notice                           notice soon those whom a notice is for: all of the community, a role, a team, who answers for a building or grid or is there
    message.notice_confirm                   notice soon those whom a notice is for that is to be confirmed
    message.notice_urgent                    notice now  those whom an urgent notice is for
    message.notice_corrected                 notice soon those whom a notice is for that was corrected
    message.notice_over                      notice soon in silence, on the phones that still show a notice which is over or withdrawn; the group's robot of a withdrawal
    message.notice_robot                     notice now  the group's robot, of a notice to the community, a grid or a building
    message.shift_given                      own   soon  whoever was put on the roster
    message.shifts_given                     own   soon  whoever was put on the roster for several shifts
    message.shift_taken_off                  own   soon  whose shift was taken off the roster
    message.shifts_taken_off                 own   soon  whose shifts went with a rotation that was taken back
    message.note_waits                       own   soon  whoever is on the roster after the one who wrote the hand-over note
    message.swap_asked                       own   soon  those on the roster of the post
    message.swap_accepted                    own   soon  whoever asked to be stood in for
    message.swap_to_know                     desk  soon  dispatchers, and the stewards of the post's building
    message.swap_forbidden                   own   soon  whoever asked and whoever had accepted
    message.roster_gap                       desk  now   dispatchers, and the stewards of the post's building, once for each gap that is a day ahead or nearer
    message.coming_untaken                   desk  now   the stewards of its building, the dispatchers too once it is an alarm: a trip or medicine that nobody has, on the evening before or as it runs out
    message.medicine_red                     desk  now   dispatchers: a medicine has a day left, or nothing, and nobody found it; once for each
    message.medicine_off                     desk  soon  who bought it, and dispatchers: nobody needs it any more
    message.medicine_bought                  desk  soon  who was to buy it, or had bought it: somebody else did
    message.offer_called_off                 desk  soon  who wrote orders for others: the offer is called off
    message.orders_shortened                 desk  soon  who wrote orders for others: there is less than was ordered
    message.pack_short                       desk  soon  who wrote the order down, or who is at the desk of it: a pack came out short at the table
    message.price_lights                     desk  soon  hub keepers and dispatchers: a price or a volume moved beyond its limits, once for each change
    message.donation_offered                 desk  soon  dispatchers and hub keepers, but not whoever wrote it down: something is offered
    message.donation_withdrawn               desk  soon  dispatchers and hub keepers: what was accepted does not come
    message.stock_lights                     desk  soon  hub keepers and dispatchers: items turned red or amber, once for each change
    message.coming_missed                    desk  now   who has it and the stewards of its building, then dispatchers, then command: its time passed without a hand-over, once for each step up
    message.series_left                      desk  now   whoever wrote down what comes back for somebody who lives there no more, and the stewards of the building: it is paused
    message.unreached                        desk  now   carers, then the steward, dispatchers, command: whose a silence becomes, once for each step up
    message.look_in                          desk  now   who answers for a building where somebody is not well; dispatchers where nobody else does
    message.round                            own   soon  whoever is given a round, or half of one
    message.carer                            own   soon  whoever looks after somebody from now on
    message.carer_asked                      own   soon  whoever is asked to look after somebody
    message.carer_said_yes                   own   soon  whoever asked her
    message.carer_ended                      own   soon  the other of a pairing that ended
    message.link_shown                       own   soon  the person
    message.phone_changed                    own   soon  the person
    message.difference_opened                own   soon  those who changed the same thing
    message.difference_keep                  own   soon  those who changed the same thing
    message.difference_take                  own   soon  those who changed the same thing
    message.difference_undone                own   soon  those who changed the same thing
    message.act_put_aside_done_otherwise     own   soon  who pressed it
    message.act_put_aside_not_hers           own   soon  who pressed it
    message.act_put_aside_mistaken           own   soon  who pressed it
    message.act_put_aside_too_late           own   soon  who pressed it
    message.act_waited_long                  desk  soon  dispatchers of the community
    message.phone_gap                        desk  soon  dispatchers of the community
    message.phone_stuck                      desk  soon  dispatchers of the community
    message.phone_wiped                      desk  soon  dispatchers of the community
    message.phone_clock                      desk  soon  dispatchers of the community
    message.many_reveals                     desk  soon  dispatchers of the community and command
    message.closing_asked                    desk  soon  dispatchers of the community and command, but not whoever asked
    message.closing_confirmed                desk  soon  whoever asked
    message.closing_refused                  desk  soon  whoever asked
    message.closing_finished                 desk  soon  whoever asked and whoever confirmed
    message.export_asked                     desk  soon  dispatchers of the community and command, but not whoever asked
    message.export_approved                  own   soon  whoever asked
    message.export_refused                   own   soon  whoever asked
""")
