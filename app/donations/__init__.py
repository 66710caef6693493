"""Donations: offered by a link, answered, received into the stock, handed out, and followed by whoever gave.

    /give/{community}            what somebody wants to give; /given/{token} what has become of it, /given/{token}/thanks (in `door`)
    /thanks/{number}             whether a certificate is genuine (in `door`)
    /donations                   what is offered and waits, what is to come, what came
    /donations/new               for somebody who rings up
    /donations/{id}              accept or decline it, receive it, hand it out

offered → accepted → received, or declined, or withdrawn by whoever gave it. What came is moves of goods out of the world of donors, in lots of
the donation's own; a distribution that is made of it takes those first.
"""
