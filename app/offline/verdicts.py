"""Every act of the app, and what becomes of it when it arrives after something else has happened to the same thing.

`ACTS` says of each path what it is called here and what kind of act it is. `GRIDS` has a screen for each subject: the row is what
arrived first, the column what was pressed before that and arrives now; both forms were drawn while both were possible.
`tests/offline/test_verdicts.py` presses every pair: where this page and the verbs differ, one of them is wrong.

  .  applied, as if it had come in time          !  a conflict: kept, and a line for a person to decide
  ~  applied, with a mark that it came late      k  kept beside: two people changed this
  +  kept beside what was said first, agreeing   m  applied; her own later change of the same field stands
  x  refused, with who has it or what to do      -  there is no state in which both can be pressed

Kinds of act:
  fact   it happened at a door or on site. Never refused because the world moved on; the first holds, the rest stands beside it
  claim  a place, a need, a right that one can have. The first received has it, the others are told who
  step   moves a thing on. Counts once; a later one is told how far it is
  edit   fields of a thing. Field by field; the same field twice is kept both
  word   adds to what was said. Always counts
  look   opens something sealed. Always on record
  new    makes something; meets nothing
  own    about oneself or one's own phone
  alone  holds a secret or needs its page's limits: never stored on a phone, never in a batch
An act whose form names a predecessor that has not come is held, whatever its kind; that is decided before the verb (`holding`).
"""

import msgspec


class Act(msgspec.Struct, frozen=True):
    name: str
    kind: str


KINDS = ("fact", "claim", "step", "edit", "word", "look", "new", "own", "alone")


def _acts(text: str) -> dict[str, Act]:
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        path, kind, name = line.split(maxsplit=2)
        found[path] = Act(name, kind)
    return found


ACTS = _acts("""
    /runs/{run_id:uuid}/stops/{stop_id:uuid}/handover        fact   brought
    /runs/{run_id:uuid}/stops/{stop_id:uuid}/failure         fact   not brought
    /runs/{run_id:uuid}/stops/{stop_id:uuid}/correction      fact   correct
    /runs/{run_id:uuid}/stops/{stop_id:uuid}/undo            step   undo
    /runs/{run_id:uuid}/stops/{stop_id:uuid}/remove          step   remove
    /runs/{run_id:uuid}/disputes/{dispute_id:uuid}           step   decide
    /runs                                                    claim  bundle
    /runs/{run_id:uuid}/needs                                claim  add needs
    /runs/{run_id:uuid}/order                                step   turn
    /runs/{run_id:uuid}/carriers                             step   give
    /runs/{run_id:uuid}/carriers/{account_id:uuid}/end       step   take back
    /runs/{run_id:uuid}/start                                step   start
    /runs/{run_id:uuid}/finish                               step   finish
    /runs/{run_id:uuid}/cancel                               step   call run off
    /runs/{run_id:uuid}/parcels                              step   pack
    /runs/{run_id:uuid}/parcels/load                         claim  load all
    /runs/{run_id:uuid}/parcels/return                       step   return all
    /parcels/{parcel_id:uuid}/load                           claim  load
    /parcels/{parcel_id:uuid}/to-steward                     fact   to steward
    /parcels/{parcel_id:uuid}/return                         step   return parcel
    /parcels/{parcel_id:uuid}/lost                           step   parcel lost
    /distributions                                           new    spread
    /distributions/{distribution_id:uuid}/again              step   again

    /packing/{distribution_id:uuid}                           claim  pack next
    /packings/{packing_id:uuid}/done                          step   packed
    /packings/{packing_id:uuid}/let-go                        step   leave packing
    /packings/{packing_id:uuid}/again                         step   unpack
    /packings/{packing_id:uuid}/short                         step   pack is short

    /ask/{code:str}                                          new    ask
    /needs                                                   new    enter
    /needs/take                                              claim  take many
    /needs/answer                                            step   answer many
    /needs/{need_id:uuid}/take                               claim  take
    /needs/{need_id:uuid}/release                            step   release
    /needs/{need_id:uuid}/assign                             step   assign
    /needs/{need_id:uuid}/change                             edit   mend need
    /needs/{need_id:uuid}/answer                             step   answer
    /needs/{need_id:uuid}/cancel                             step   cancel
    /needs/{need_id:uuid}/confirm                            step   confirm
    /needs/{need_id:uuid}/reopen                             step   reopen
    /needs/{need_id:uuid}/words                              word   say
    /needs/{need_id:uuid}/reveal                             look   reveal
    /needs/{need_id:uuid}/link                               look   new link
    /track/need/{need_id:uuid}/words                         word   resident says
    /track/need/{need_id:uuid}/cancel                        step   resident cancels
    /track/need/{need_id:uuid}/came                          fact   resident: it came
    /track/need/{need_id:uuid}/again                         step   resident: still needed

    /medicine/sources                                        new    name source
    /medicine/sources/read                                   new    read sources
    /medicine/sources/{source_id:uuid}                       step   mend source
    /medicine/sources/{source_id:uuid}/end                   step   end source
    /medicine/sources/{source_id:uuid}/again                 step   source again
    /medicine/{need_id:uuid}/tries                           fact   ask pharmacy
    /medicine/tries/{try_id:uuid}/undo                       step   take asking back
    /medicine/{need_id:uuid}/buying                          claim  go and buy
    /medicine/{need_id:uuid}/bought                          fact   paid for medicine
    /medicine/purchases/{purchase_id:uuid}/undo              step   take buying back
    /medicine/purchases/{purchase_id:uuid}/fate              step   settle medicine
    /medicine/{need_id:uuid}/prescription                    word   prescription
    /series                                                  new    write series
    /series/{series_id:uuid}                                 step   mend series
    /series/{series_id:uuid}/end                             step   end series
    /series/{series_id:uuid}/resume                          step   resume series
    /series/{series_id:uuid}/skip                            step   leave date out
    /coming/{coming_id:uuid}/restore                         step   put date back
    /track/need/{need_id:uuid}/repeat                        claim  resident: comes back
    /track/need/{need_id:uuid}/date                          step   resident: this date
    /track/need/{need_id:uuid}/stop                          step   resident: no more

    /stock/items                                             new    name item
    /stock/places                                            new    name place
    /stock/receive                                           fact   receive goods
    /stock/items/{item_id:uuid}/issue                        fact   give out goods
    /stock/lots/{lot_id:uuid}/send                           step   move goods
    /stock/lots/{lot_id:uuid}/waste                          step   write off goods
    /stock/lots/{lot_id:uuid}/count                          claim  count goods
    /stock/counts/{count_id:uuid}/finish                     step   count again
    /stock/counts/{count_id:uuid}/take-back                  step   take count back
    /trucks/{booking_id:uuid}/reason                         step   explain truck
    /stock/transfers/{transfer_id:uuid}/arrive               step   goods came
    /stock/moves/{move_id:uuid}/undo                         step   undo move
    /stock/places/{place_id:uuid}/docks                      step   set docks
    /stock/prices                                            fact   say prices
    /stock/prices/read                                       new    read prices
    /stock/prices/limits                                     step   price limits
    /stock/items/{item_id:uuid}/prices                       fact   correct price
    /stock/cover/limits                                      step   days of cover
    /stock/items/{item_id:uuid}/limits                       step   days of an item
    /trucks                                                  claim  book truck
    /trucks/{booking_id:uuid}/lines                          step   truck brings
    /trucks/{booking_id:uuid}/arrive                         step   truck came
    /trucks/{booking_id:uuid}/cancel                         step   truck called off
    /trucks/{booking_id:uuid}/unload                         fact   unload truck
    /trucks/{booking_id:uuid}/leave                          step   truck leaves
    /vehicles                                                new    name vehicle
    /vehicles/{vehicle_id:uuid}/stand                        step   vehicle stands
    /vehicles/{vehicle_id:uuid}/leave                        claim  vehicle leaves
    /trips/{trip_id:uuid}/back                               step   vehicle back

    /packs                                                   new    name pack
    /packs/{pack_id:uuid}                                    step   mend pack
    /packs/{pack_id:uuid}/end                                step   end pack
    /packs/{pack_id:uuid}/again                              step   pack again
    /offers                                                  new    open offer
    /offers/{offer_id:uuid}/until                            step   move cut-off
    /offers/{offer_id:uuid}/packs/{letter:str}               step   set supply
    /offers/{offer_id:uuid}/cut                              step   cut off
    /offers/{offer_id:uuid}/call-off                         step   call offer off
    /offers/{offer_id:uuid}/orders                           claim  order for
    /offers/{offer_id:uuid}/chain                            new    enter chain
    /order/{code:str}/{offer_id:uuid}                        claim  resident orders
    /orders/{order_id:uuid}                                  step   mend order
    /orders/{order_id:uuid}/reveal                           look   show orderer
    /orders/{order_id:uuid}/take-back                        step   take order back
    /ordered/{order_id:uuid}/change                          step   resident changes
    /ordered/{order_id:uuid}/take-back                       step   resident takes back
    /give/{code:str}                                         alone  offer donation
    /given/{donation_id:uuid}/withdraw                       step   withdraw donation
    /donations                                               new    write donation down
    /donations/{donation_id:uuid}/accept                     claim  accept donation
    /donations/{donation_id:uuid}/decline                    claim  decline donation
    /donations/{donation_id:uuid}/reopen                     step   take answer back
    /donations/{donation_id:uuid}/receive                    fact   receive donation
    /donations/{donation_id:uuid}/reveal                     look   show donor

    /late-orders/{late_id:uuid}/let-in                       step   let order in
    /late-orders/{late_id:uuid}/turn-away                    step   turn order away

    /tasks                                                   new    call
    /tasks/{task_id:uuid}                                    edit   mend task
    /tasks/{task_id:uuid}/cancel                             step   call task off
    /tasks/{task_id:uuid}/done                               step   done
    /tasks/{task_id:uuid}/take                               claim  take place
    /tasks/{task_id:uuid}/release                            step   let go
    /tasks/{task_id:uuid}/places/{place_id:uuid}/release     step   release her
    /tasks/{task_id:uuid}/comes/{account_id:uuid}            claim  she comes
    /tasks/{task_id:uuid}/wait                               claim  wait
    /tasks/{task_id:uuid}/unwait                             step   unwait
    /tasks/{task_id:uuid}/check-in                           fact   check in
    /tasks/{task_id:uuid}/check-out                          fact   check out
    /b/{code:str}/check-in                                   fact   in at door
    /b/{code:str}/check-out                                  fact   out at door
    /presence/end                                            fact   out
    /here/in                                                 fact   in by code
    /presence/{presence_id:uuid}/confirm                     step   confirm stay
    /presence/{presence_id:uuid}/unconfirm                   step   unconfirm stay
    /presence/flags/{flag_id:uuid}/seen                      step   flag seen
    /presence/flags/{flag_id:uuid}/unseen                    step   flag unseen
    /here                                                    alone  show square
    /here/{showing_id:uuid}/end                              step   stop square

    /people/{account_id:uuid}/vouch                          step   vouch
    /people/vouch                                            step   vouch many
    /people/{account_id:uuid}/unvouch                        step   unvouch
    /people/{account_id:uuid}/suspend                        step   suspend
    /people/{account_id:uuid}/restore                        step   restore
    /people/{account_id:uuid}/roles                          step   give role
    /roles/{role_id:uuid}/end                                step   end role
    /roles/{role_id:uuid}/again                              step   role again
    /people/{account_id:uuid}/skills/{skill:str}/see         step   see paper
    /people/{account_id:uuid}/skills/{skill:str}/unsee       step   unsee paper
    /people/{account_id:uuid}/reveal                         look   show phone
    /people/{account_id:uuid}/link                           alone  sign-in link
    /people/{account_id:uuid}/phone                          alone  her number
    /people/invite                                           new    new invitation
    /teams                                                   new    team
    /teams/{team_id:uuid}                                    edit   mend team
    /teams/{team_id:uuid}/invite                             new    team invitation
    /teams/{team_id:uuid}/members/{account_id:uuid}/end      step   leave team
    /posts                                                   new    new post
    /posts/{post_id:uuid}                                    step   mend post
    /posts/{post_id:uuid}/end                                step   close post
    /posts/{post_id:uuid}/reopen                             step   reopen post
    /posts/{post_id:uuid}/shifts                             new    put in
    /posts/{post_id:uuid}/rotations                          new    rotation
    /rotations/{rotation_id:uuid}/undo                       step   undo rotation
    /shifts/{shift_id:uuid}/remove                           step   take off
    /shifts/{shift_id:uuid}/restore                          step   put back
    /shifts/{shift_id:uuid}/begin                            fact   take over
    /shifts/{shift_id:uuid}/read                             fact   read note
    /shifts/{shift_id:uuid}/end                              fact   end shift
    /shifts/{shift_id:uuid}/swaps                            claim  ask swap
    /swaps/{swap_id:uuid}/accept                             claim  accept swap
    /swaps/{swap_id:uuid}/withdraw                           step   withdraw swap
    /swaps/{swap_id:uuid}/forbid                             step   forbid swap
    /settings                                                edit   mend settings

    /inbox/{message_id:uuid}/read                            own    read message
    /inbox/read                                              own    read all
    /memberships                                             own    one more community
    /sessions/{session_id:uuid}/end                          own    end session
    /sessions/end                                            own    end other sessions
    /me                                                      edit   mend profile
    /me/reveal                                               look   own phone
    /me/phone                                                alone  own number
    /password                                                alone  password

    /me/ways                                                 own    choose ways
    /push                                                    alone  tell this phone
    /push/end                                                alone  this phone no more
    /push/seen                                               alone  this phone still
    /push/test                                               own    test me
    /push/{subscription_id:uuid}/end                         own    forget phone
    /robots                                                  alone  add robot
    /robots/{robot_id:uuid}/test                             step   test robot
    /robots/{robot_id:uuid}/end                              step   end robot
    /push-hosts                                              new    add host
    /push-hosts/{host_id:uuid}/end                           step   end host
    /calls/take                                              look   call list
    /calls/{account_id:uuid}/told                            fact   called
    /calls/{account_id:uuid}/untold                          step   not called
    /calls/{account_id:uuid}/missed                          fact   no answer
    /track/need/{need_id:uuid}/tell                          alone  tell resident
    /track/need/{need_id:uuid}/untell                        alone  tell resident no more

    /ledger                                                  new    upload
    /ledger/{import_id:uuid}/mapping                         step   map ledger
    /ledger/{import_id:uuid}/commit                          step   commit ledger
    /ledger/{import_id:uuid}/discard                         step   discard ledger
    /ledger/{import_id:uuid}/undo                            step   undo ledger
    /households/{household_id:uuid}/residents                new    add resident
    /residents/{resident_id:uuid}/alike                      fact   one or two
    /households/{household_id:uuid}/contacts                 fact   heard of
    /contacts/{contact_id:uuid}/undo                         step   undo heard of
    /households/{household_id:uuid}/mute                     claim  mute
    /mutes/{mute_id:uuid}/end                                step   unmute
    /households/{household_id:uuid}/watches                  claim  open watch
    /watches/{watch_id:uuid}/look                            fact   look again
    /watches/{watch_id:uuid}/close                           step   close watch
    /carers                                                  claim  pair
    /carers/{carer_id:uuid}/take                             claim  say yes to pairing
    /carers/{carer_id:uuid}/end                              step   end pairing
    /gaps/carers/most                                        edit   most for one
    /rounds                                                  new    make round
    /rounds/{round_id:uuid}/stops/{stop_id:uuid}/contact     fact   noted on round
    /rounds/{round_id:uuid}/stops/{stop_id:uuid}/census      fact   enter at door
    /rounds/{round_id:uuid}/stops/{stop_id:uuid}/reveal      look   show door
    /rounds/{round_id:uuid}/numbers                          look   take numbers
    /rounds/{round_id:uuid}/paper                            fact   paper back
    /rounds/{round_id:uuid}/give                             step   give round
    /rounds/{round_id:uuid}/half                             step   half round
    /rounds/{round_id:uuid}/finish                           step   finish round
    /rounds/{round_id:uuid}/reopen                           step   reopen round
    /unreached/timing                                        edit   timing
    /residents/{resident_id:uuid}                            edit   mend resident
    /residents/{resident_id:uuid}/end                        step   resident left
    /residents/{resident_id:uuid}/restore                    step   resident is back
    /residents/{resident_id:uuid}/reveal                     look   show resident
    /residents/{resident_id:uuid}/data                       alone  her data
    /residents/{resident_id:uuid}/erase                      alone  erase resident
    /me/erase                                                alone  end my account
    /exports                                                 alone  ask export
    /exports/{export_id:uuid}/approve                        alone  agree to export
    /exports/{export_id:uuid}/refuse                         alone  refuse export
    /exports/{export_id:uuid}/fetch                          alone  fetch export
    /closings                                                alone  ask the end
    /closings/{closing_id:uuid}/approve                      alone  end the emergency
    /closings/{closing_id:uuid}/refuse                       alone  go on
    /buildings/{building_id:uuid}/phones                     look   phone list
    /report/export                                           look   export
    /prints                                                  new    print
    /cards/{card_id:uuid}/end                                step   end card
    /cards/needs                                             alone  enter by card

    /notices                                                 new    write notice
    /notices/{notice_id:uuid}                                edit   correct notice
    /notices/{notice_id:uuid}/confirm                        own    confirm notice
    /notices/{notice_id:uuid}/withdraw                       step   withdraw notice
    /notices/{notice_id:uuid}/restore                        step   restore notice
    /notices/{notice_id:uuid}/doors/{household_id:uuid}/told fact   told at door
    /notices/{notice_id:uuid}/doors/{household_id:uuid}/untold step not told at door
    /lines                                                   new    add line
    /lines/{line_id:uuid}                                    edit   mend line
    /lines/{line_id:uuid}/end                                step   end line

    /photos/{photo:str}/lost                                 fact   photo lost
    /held/{held:str}/count                                   step   count held
    /held/{held:str}/aside                                   step   lay held aside
    /differences/{line_id:uuid}/keep                         step   keep standing
    /differences/{line_id:uuid}/take                         step   take other
    /differences/{line_id:uuid}/undo                         step   undo decision
    /differences/{line_id:uuid}/reveal                       look   show difference
    /quarantine/{doubled_id:uuid}/count                      step   count doubled
    /quarantine/{doubled_id:uuid}/aside                      step   lay doubled aside
""")
BY_NAME = {act.name: path for path, act in ACTS.items()}


class Grid(msgspec.Struct, frozen=True):
    """`cells`: (first, late) to a letter; '-' is left out."""

    names: tuple[str, ...]
    cells: dict[tuple[str, str], str]


def _grid(text: str) -> Grid:
    """Rows `n  name   letters`: the m-th letter is what row m's act gets when it comes after this row's."""
    rows = [line.split("|") for line in text.splitlines() if "|" in line]
    names = tuple(name.split(maxsplit=1)[1].strip() for name, _ in rows)
    cells = {}
    for name, (_, letters) in zip(names, rows, strict=True):
        found = letters.split()
        if len(found) != len(names):
            raise ValueError(f"{name}: {len(found)} verdicts for {len(names)} acts")
        cells |= {(name, late): letter for late, letter in zip(names, found, strict=True) if letter != "-"}
    return Grid(names, cells)


GRIDS: dict[str, Grid] = {
    "stop": _grid("""
                        1  2  3  4  5  6
       1  brought     | +  !  -  -  x  -
       2  not brought | !  +  -  -  x  -
       3  undo        | -  -  x  .  -  -
       4  correct     | -  -  x  +  -  .
       5  remove      | ~  ~  -  -  x  -
       6  decide      | -  -  -  +  -  x
    """),
    "run": _grid("""
                         1  2  3  4  5  6  7  8  9 10
       1  brought      | +  !  +  .  x  .  .  x  .  x
       2  not brought  | !  +  +  .  x  .  .  x  .  x
       3  start        | .  .  +  -  x  .  .  x  .  x
       4  finish       | ~  ~  -  x  -  x  x  -  x  -
       5  call run off | ~  ~  x  -  x  x  x  x  x  x
       6  give         | .  .  .  .  .  .  .  .  .  .
       7  take back    | ~  ~  x  x  .  .  x  .  x  .
       8  add needs    | .  .  .  -  .  .  .  x  .  .
       9  turn         | .  .  .  .  .  .  .  .  .  .
      10  remove       | ~  ~  .  -  .  x  .  .  .  x
    """),
    "need": _grid("""
                        1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17
       1  take        | x  x  -  .  .  .  .  -  -  .  .  .  .  .  .  -  -
       2  take many   | x  x  -  .  .  .  .  -  -  .  .  .  .  .  .  -  -
       3  release     | -  -  x  .  .  .  .  -  -  .  .  .  .  .  .  -  -
       4  assign      | x  x  .  .  .  .  .  .  -  .  .  .  .  .  .  .  .
       5  answer      | x  x  x  x  x  x  x  -  -  .  .  .  x  x  x  -  -
       6  answer many | x  x  x  x  x  x  x  -  -  .  .  .  x  x  x  -  -
       7  cancel      | x  x  x  x  x  x  x  -  -  .  .  .  x  x  x  ~  ~
       8  confirm     | -  -  -  x  -  -  -  x  .  .  .  .  x  -  -  .  !
       9  reopen      | -  -  -  -  -  -  -  x  x  .  .  .  .  -  -  -  -
      10  say         | .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
      11  reveal      | .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
      12  new link    | .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
      13  mend need   | .  .  .  .  .  .  .  .  .  .  .  .  k  .  .  .  .
      14  bundle      | x  x  x  .  x  x  .  -  -  .  .  .  .  x  x  -  -
      15  add needs   | x  x  x  .  x  x  .  -  -  .  .  .  .  x  x  .  .
      16  brought     | -  -  -  x  -  -  x  .  -  .  .  .  .  -  x  +  !
      17  not brought | -  -  -  .  -  -  .  x  -  .  .  .  .  -  x  !  +
    """),
    "resident": _grid("""
                                   1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 19 20
       1  resident says          | .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
       2  resident cancels       | .  x  -  -  x  x  x  x  x  -  -  .  x  x  x  .  ~  ~  -  -
       3  resident: it came      | .  -  x  .  -  -  x  -  -  x  .  .  x  -  -  -  .  !  x  .
       4  resident: still needed | .  -  x  x  -  -  -  -  -  x  x  .  .  -  -  -  -  -  x  .
       5  take                   | .  .  -  -  x  -  .  .  .  -  -  .  .  .  .  -  -  -  -  -
       6  release                | .  .  -  -  -  x  .  .  .  -  -  .  .  .  .  -  -  -  -  -
       7  assign                 | .  .  .  -  x  .  .  .  .  .  -  .  .  .  .  .  .  .  -  .
       8  answer                 | .  x  -  -  x  x  x  x  x  -  -  .  x  x  x  -  -  -  -  -
       9  cancel                 | .  x  -  -  x  x  x  x  x  -  -  .  x  x  x  .  ~  ~  -  -
      10  confirm                | .  -  x  .  -  -  x  -  -  x  .  .  x  -  -  -  .  !  x  .
      11  reopen                 | .  -  x  x  -  -  -  -  -  x  x  .  .  -  -  -  -  -  x  .
      12  say                    | .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
      13  mend need              | .  .  .  .  .  .  .  .  .  .  .  .  k  .  .  .  .  .  .  .
      14  bundle                 | .  .  -  -  x  x  .  x  .  -  -  .  .  x  x  -  -  -  -  -
      15  add needs              | .  .  -  -  x  x  .  x  .  -  -  .  .  x  x  .  .  .  -  -
      16  start                  | .  x  -  -  -  -  .  -  x  -  -  .  .  -  x  +  .  .  -  -
      17  brought                | .  x  .  -  -  -  x  -  x  .  -  .  .  -  x  +  +  !  -  .
      18  not brought            | .  .  !  -  -  -  .  -  .  x  -  .  .  -  x  +  !  +  -  .
      19  undo                   | .  -  .  x  -  -  -  -  -  .  x  .  .  -  -  -  -  -  x  .
      20  finish                 | .  -  x  .  -  -  .  -  -  x  .  .  .  -  -  -  ~  ~  x  x
    """),
    "task": _grid("""
                          1  2  3  4  5  6  7  8  9 10
       1  take place    | x  -  -  -  -  -  -  .  .  .
       2  let go        | -  x  x  x  x  ~  -  .  .  .
       3  release her   | -  x  x  x  x  ~  -  .  .  .
       4  wait          | -  .  .  .  -  .  -  .  .  .
       5  unwait        | -  .  .  -  x  .  -  .  .  .
       6  check in      | -  x  x  .  .  +  -  .  .  .
       7  check out     | -  -  -  -  -  -  ~  .  .  .
       8  call task off | x  x  x  x  x  ~  .  x  x  x
       9  done          | x  x  x  x  x  ~  .  x  x  x
      10  mend task     | .  .  .  .  .  .  .  .  .  m
    """),
    "presence": _grid("""
                           1  2  3  4  5  6  7  8  9 10
       1  check in       | +  -  +  -  -  x  x  .  .  +
       2  check out      | -  ~  -  ~  ~  -  -  .  .  -
       3  in at door     | +  -  +  -  -  x  x  .  .  +
       4  out at door    | -  ~  -  ~  ~  -  -  .  .  -
       5  out            | -  ~  -  ~  ~  -  -  .  .  -
       6  let go         | ~  -  .  -  -  x  x  .  .  .
       7  release her    | ~  -  .  -  -  x  x  .  .  .
       8  call task off  | ~  .  .  .  .  x  x  x  x  .
       9  done           | ~  .  .  .  .  x  x  x  x  .
      10  in by code     | +  -  +  -  -  x  x  .  .  +
    """),
    "proof": _grid("""
                           1  2  3  4
       1  confirm stay   | x  -  .  .
       2  unconfirm stay | -  x  -  -
       3  check out      | .  -  ~  .
       4  done           | .  -  .  x
    """),
    "flag": _grid("""
                        1  2
       1  flag seen   | x  -
       2  flag unseen | -  x
    """),
    "square": _grid("""
                        1
       1  stop square | x
    """),
    "person": _grid("""
                        1  2  3  4  5  6  7  8  9 10 11
       1  vouch       | x  x  -  .  -  -  -  -  .  -  .
       2  vouch many  | x  x  -  .  -  -  -  -  .  -  .
       3  unvouch     | -  -  x  .  -  x  -  -  .  -  .
       4  suspend     | .  .  .  x  -  x  .  x  .  .  .
       5  restore     | -  -  -  -  x  -  -  -  -  -  .
       6  give role   | -  -  x  .  -  x  -  x  .  .  .
       7  end role    | -  -  -  .  -  -  x  -  .  -  .
       8  role again  | -  -  -  .  -  x  -  x  .  -  .
       9  see paper   | .  .  .  .  -  .  .  .  x  -  .
      10  unsee paper | -  -  -  .  -  .  -  -  -  x  .
      11  show phone  | .  .  .  .  .  .  .  .  .  .  .
    """),
    "team": _grid("""
                       1  2
       1  mend team  | m  .
       2  leave team | .  x
    """),
    "shift": _grid("""
                             1  2  3  4  5  6  7  8  9 10
       1  take over     | +  .  .  x  .  .  x  x  .  .
       2  read note     | .  .  .  .  .  .  .  .  .  .
       3  end shift     | ~  .  +  x  .  .  x  x  .  .
       4  take off      | ~  .  ~  x  -  .  x  x  .  .
       5  put back      | .  .  .  -  x  .  -  -  -  -
       6  undo rotation | ~  .  ~  x  .  x  x  x  .  .
       7  ask swap      | .  .  .  .  -  .  x  -  -  -
       8  accept swap   | +  .  +  .  -  .  -  x  x  .
       9  withdraw swap | .  .  .  .  -  .  -  x  x  x
      10  forbid swap   | .  .  .  .  -  .  -  x  x  x
    """),
    "post": _grid("""
                           1  2  3
       1  mend post   | x  .  -
       2  close post  | x  x  -
       3  reopen post | -  -  x
    """),
    "settings": _grid("""
                          1
       1  mend settings | m
    """),
    "own": _grid("""
                               1  2  3  4  5
       1  mend profile       | .  .  .  .  .
       2  read message       | .  .  .  .  .
       3  read all           | .  .  .  .  .
       4  end session        | .  .  .  x  .
       5  end other sessions | .  .  .  x  .
    """),
    "ledger": _grid("""
                           1  2  3  4
       1  map ledger     | x  x  .  -
       2  commit ledger  | x  x  x  -
       3  discard ledger | x  x  x  -
       4  undo ledger    | -  -  -  x
    """),
    "household": _grid("""
                             1  2  3  4  5  6
       1  add resident     | .  .  .  .  .  .
       2  mend resident    | .  k  .  -  .  .
       3  resident left    | .  x  x  -  .  .
       4  resident is back | .  -  -  x  .  .
       5  show resident    | .  .  .  .  .  .
       6  phone list       | .  .  .  .  .  .
    """),
    "alike": _grid("""
                       1
       1  one or two | .
    """),
    "round": _grid("""
                            1  2  3  4  5  6  7  8  9
       1  noted on round  | .  .  .  .  .  .  .  -  .
       2  show door       | .  .  .  .  .  .  .  -  .
       3  take numbers    | .  .  .  .  .  .  .  -  .
       4  paper back      | .  .  .  .  .  .  .  .  .
       5  give round      | .  x  x  .  x  x  .  -  .
       6  half round      | .  .  .  .  .  .  .  -  .
       7  finish round    | .  x  x  .  x  x  x  -  .
       8  reopen round    | -  -  -  .  -  -  -  x  -
       9  enter at door   | .  .  .  .  .  .  .  -  .
    """),
    "series": _grid("""
                            1  2  3  4  5
       1  mend series    | x  .  -  .  .
       2  end series     | x  x  -  x  x
       3  resume series  | -  -  x  -  -
       4  leave date out | .  .  -  x  .
       5  put date back  | .  .  -  .  x
    """),
    "coming back": _grid("""
                                  1  2  3
       1  resident: comes back  | x  -  -
       2  resident: this date   | -  x  .
       3  resident: no more     | -  x  x
    """),
    "medicine": _grid("""
                               1  2  3  4  5  6  7  8
       1  ask pharmacy       | +  .  .  .  .  .  .  .
       2  take asking back   | .  x  .  .  .  .  .  .
       3  go and buy         | .  .  x  .  -  -  .  .
       4  paid for medicine  | .  .  x  +  .  .  .  .
       5  take buying back   | .  .  -  .  x  x  .  .
       6  settle medicine    | ~  .  -  +  x  x  .  -
       7  prescription       | .  .  .  .  .  .  .  .
       8  cancel             | ~  .  x  ~  .  -  .  x
    """),
    "medicine source": _grid("""
                         1  2  3
       1  mend source  | .  .  .
       2  end source   | .  x  -
       3  source again | .  -  x
    """),
    "goods": _grid("""
                         1  2  3  4  5  6  7
       1  receive goods   | .  .  .  .  .  .  .
       2  give out goods  | .  .  .  .  .  .  .
       3  move goods      | .  .  .  .  .  .  .
       4  write off goods | .  .  .  .  .  .  .
       5  count goods     | .  .  .  .  x  .  .
       6  goods came      | .  .  .  .  .  x  .
       7  undo move       | .  .  .  .  .  .  x
    """),
    "goods counted": _grid("""
                         1  2  3  4
       1  count again     | x  .  .  x
       2  receive goods   | .  .  .  .
       3  give out goods  | .  .  .  .
       4  undo move       | .  .  .  x
    """),
    "first count": _grid("""
                         1
       1  take count back | x
    """),
    "truck gone": _grid("""
                       1
       1  explain truck | x
    """),
    "prices": _grid("""
                        1  2  3
       1  say prices    | .  .  .
       2  correct price | .  .  .
       3  price limits  | .  .  .
    """),
    "cover": _grid("""
                          1  2
       1  days of cover   | .  .
       2  days of an item | .  .
    """),
    "truck": _grid("""
                          1  2  3  4  5  6  7
       1  set docks        | .  .  .  .  .  .  .
       2  truck brings     | .  .  .  .  .  .  .
       3  truck came       | .  .  x  x  -  -  .
       4  truck called off | .  x  x  x  -  -  .
       5  unload truck     | .  .  -  -  .  .  -
       6  truck leaves     | .  x  -  -  x  x  -
       7  book truck       | .  .  .  .  -  -  x
    """),
    "vehicle": _grid("""
                        1  2  3
       1  vehicle stands | .  .  .
       2  vehicle leaves | .  x  -
       3  vehicle back   | .  -  x
    """),
    "pack": _grid("""
                     1  2
       1  mend pack | .  .
       2  end pack  | .  x
    """),
    "pack ended": _grid("""
                      1  2
       1  mend pack  | .  .
       2  pack again | .  x
    """),
    "offer": _grid("""
                                1  2  3  4  5  6  7  8  9 10
       1  move cut-off        | .  .  .  .  .  .  .  .  .  .
       2  set supply          | .  .  .  .  .  .  .  .  .  .
       3  call offer off      | x  x  x  x  x  x  x  x  x  .
       4  order for           | .  .  .  x  x  .  .  .  .  .
       5  resident orders     | .  .  .  x  x  .  .  .  .  .
       6  mend order          | .  .  .  .  .  x  x  x  x  .
       7  take order back     | .  .  .  .  .  x  x  x  x  .
       8  resident changes    | .  .  .  .  .  x  x  x  x  .
       9  resident takes back | .  .  .  .  .  x  x  x  x  .
      10  show orderer        | .  .  .  .  .  .  .  .  .  .
    """),
    "packing": _grid("""
                          1  2  3  4
       1  pack next     | .  .  .  .
       2  packed        | x  x  x  x
       3  leave packing | .  x  x  x
       4  pack is short | .  .  .  .
    """),
    "packing done": _grid("""
                   1
       1  unpack | x
    """),
    "offer closing": _grid("""
                           1  2  3  4
       1  cut off        | x  x  x  .
       2  move cut-off   | x  .  .  .
       3  call offer off | x  x  x  x
       4  set supply     | .  .  .  .
    """),
    "donation": _grid("""
                              1  2  3  4  5
       1  accept donation   | x  x  .  .  .
       2  decline donation  | x  x  x  x  .
       3  receive donation  | x  x  .  x  .
       4  withdraw donation | x  x  x  x  .
       5  show donor        | .  .  .  .  .
    """),
    "donation accepted": _grid("""
                              1  2  3
       1  take answer back  | x  .  .
       2  receive donation  | x  .  x
       3  withdraw donation | x  x  x
    """),
    "order late": _grid("""
                            1  2
       1  let order in    | x  x
       2  turn order away | x  x
    """),
    "watch": _grid("""
                        1  2  3
       1  open watch  | x  .  .
       2  look again  | .  .  .
       3  close watch | .  x  x
    """),
    "pairing": _grid("""
                                  1  2  3  4
       1  pair               | x  .  .  .
       2  say yes to pairing | .  x  .  .
       3  end pairing        | .  x  x  .
       4  most for one       | .  .  .  .
    """),
    "silence": _grid("""
                          1  2  3  4
       1  heard of      | .  .  x  .
       2  undo heard of | .  x  .  .
       3  mute          | .  .  x  -
       4  unmute        | .  .  -  x
    """),
    "timing": _grid("""
                   1
       1  timing | m
    """),
    "notice": _grid("""
                             1  2  3  4  5  6
       1  confirm notice   | .  .  -  .  .  .
       2  withdraw notice  | .  x  -  .  .  .
       3  restore notice   | -  -  x  .  -  -
       4  correct notice   | .  .  .  k  .  .
       5  told at door     | .  .  -  .  .  -
       6  not told at door | .  .  -  .  -  x
    """),
    "line": _grid("""
                      1  2
       1  mend line | m  .
       2  end line  | x  x
    """),
    "parcel": _grid("""
                           1  2  3  4  5  6  7  8  9 10 11 12
       1  pack          | .  .  .  .  .  .  .  .  .  -  -  .
       2  load          | .  x  .  +  x  .  x  .  .  -  -  x
       3  load all      | .  x  x  +  x  x  x  .  .  -  -  x
       4  to steward    | .  x  .  +  x  .  x  .  .  .  .  -
       5  return parcel | .  x  .  +  x  .  x  ~  .  -  -  .
       6  return all    | .  x  x  +  x  x  x  ~  .  -  -  .
       7  parcel lost   | .  x  .  ~  .  .  x  ~  .  -  -  .
       8  brought       | x  x  x  +  x  x  x  +  !  -  .  x
       9  not brought   | x  .  .  .  .  .  .  !  +  -  .  x
      10  undo          | -  -  -  +  -  -  -  -  -  x  x  -
      11  finish        | -  -  -  ~  -  -  -  ~  ~  x  x  -
      12  call run off  | x  x  x  -  x  x  x  ~  ~  -  -  x
    """),
    "distribution": _grid("""
                        1  2  3  4
       1  brought     | +  !  .  .
       2  not brought | !  +  .  .
       3  finish      | ~  ~  x  .
       4  again       | .  .  .  x
    """),
}

SAYS = {".": "applied", "~": "late", "+": "beside", "!": "conflict", "k": "kept", "m": "applied", "x": "refused", "h": "held"}


def subjects() -> tuple[str, ...]:
    return tuple(GRIDS)


def kind_of(path: str) -> str:
    """The kind of the act that a rule's path is; blank for none of the book."""
    return ACTS[path].kind if path in ACTS else ""


def words_key(kind: str) -> str:
    """What to promise of this kind of act when it is pressed without network: for the outbox and the page of promises."""
    return f"late.kind.{kind}"
