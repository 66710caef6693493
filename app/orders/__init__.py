"""Packs that households order until a cut-off, and what is to be bought, packed and brought then.

    /packs, /packs/{id}          the catalogue: what is in a pack, what it costs, what some may not eat of it
    /offers, /offers/{id}        which packs, for whom, until when; totals by building and item as they come in, what falls short
    /offers/{id}/order           for somebody who cannot: a door and its packs
    /offers/{id}/chain           an order chain out of a chat group: read, looked at, entered
    /offers/{id}/list            what is to be bought, what goes to which door; /sheets prints it, /file takes it along
    /order/{building}            what a resident may order, /ordered/{token} what she ordered (in `door`)

Three rows say everything: `offer_pack` how many there are, `household_order` one for a door, `order_line` how many of which. The database
itself keeps the sum of the lines and lets none pass what there is. At the cut-off the offer is frozen: `order.cut_off` tells `deliveries`.
"""
