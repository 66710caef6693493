"""Acts on tasks: path, shape of the form, verb."""

from app.kernel.book import Rule
from app.kernel.forms import nothing
from app.tasks import forms
from app.tasks.rules import attending, calling, changing, taking, telephoned, waiting

ACTS = [
    Rule("/tasks", forms.call, calling.call),
    Rule("/tasks/{task_id:uuid}", forms.change, changing.change),
    Rule("/tasks/{task_id:uuid}/cancel", nothing, calling.cancel),
    Rule("/tasks/{task_id:uuid}/done", nothing, calling.finish),
    Rule("/tasks/{task_id:uuid}/take", nothing, taking.take),
    Rule("/tasks/{task_id:uuid}/release", nothing, taking.let_go),
    Rule("/tasks/{task_id:uuid}/places/{place_id:uuid}/release", nothing, taking.release),
    Rule("/tasks/{task_id:uuid}/comes/{account_id:uuid}", nothing, telephoned.comes),
    Rule("/tasks/{task_id:uuid}/wait", nothing, waiting.wait),
    Rule("/tasks/{task_id:uuid}/unwait", nothing, waiting.unwait),
    Rule("/tasks/{task_id:uuid}/check-in", nothing, attending.check_in),
    Rule("/tasks/{task_id:uuid}/check-out", nothing, attending.check_out),
]
