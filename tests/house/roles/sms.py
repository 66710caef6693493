"""What the gateway brings: nobody without its secret finds the address."""

EVERYBODY = ("stranger", "newcomer", "volunteer", "steward", "operator", "command", "outsider", "outside_dispatcher", "dispatcher")


async def stage(app, act, person) -> dict[str, str]:
    return {}


ROWS = {"POST /sms/answers": {"404": EVERYBODY}}
