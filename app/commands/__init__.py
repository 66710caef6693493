"""What `python -m app` can do. Each takes (settings, arguments) and answers an exit code."""

from app.commands.doctoring import doctor
from app.commands.keeping import backup, migrate, restore
from app.commands.measuring import bench
from app.commands.moving import move
from app.commands.searching import canaries
from app.commands.serving import serve, work
from app.commands.telling import journal
from app.commands.writing import audit, demo, import_, setup

__all__ = [
    "audit",
    "backup",
    "bench",
    "canaries",
    "demo",
    "doctor",
    "import_",
    "journal",
    "migrate",
    "move",
    "restore",
    "serve",
    "setup",
    "work",
]
