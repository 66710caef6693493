"""Acts about the ways to people: path, shape of the form, verb. Where a phone can be written to is a secret: those are never stored."""

from app.kernel.book import Rule
from app.kernel.forms import nothing
from app.push import forms
from app.push.rules import calling, choosing, robots, subscribing, trying

ACTS = [
    Rule("/me/ways", forms.choosing, choosing.choose),
    Rule("/push", forms.subscription, subscribing.subscribe, alone=True),
    Rule("/push/end", forms.endpoint, subscribing.unsubscribe, alone=True),
    Rule("/push/seen", forms.endpoint, subscribing.seen, alone=True),
    Rule("/push/test", forms.trial, trying.try_out),
    Rule("/push/{subscription_id:uuid}/end", nothing, subscribing.forget),
    Rule("/robots", forms.robot, robots.add, alone=True),
    Rule("/robots/{robot_id:uuid}/test", nothing, robots.try_out),
    Rule("/robots/{robot_id:uuid}/end", nothing, robots.end),
    Rule("/push-hosts", forms.host, robots.add_host),
    Rule("/push-hosts/{host_id:uuid}/end", nothing, robots.end_host),
    Rule("/calls/take", nothing, calling.take),
    Rule("/calls/{account_id:uuid}/told", nothing, calling.told),
    Rule("/calls/{account_id:uuid}/untold", nothing, calling.untold),
    Rule("/calls/{account_id:uuid}/missed", nothing, calling.missed),
]
