"""Acts of the board: path, shape of the form, verb."""

from app.board import forms, rules
from app.kernel.book import Rule

ACTS = [Rule("/report/export", forms.export, rules.export)]
