"""What `python -m app` can do. Each takes (settings, arguments) and answers an exit code."""

from app.commands.keeping import backup, migrate, restore
from app.commands.measuring import bench
from app.commands.serving import serve, work
from app.commands.telling import journal
from app.commands.writing import demo, import_, setup

__all__ = ["backup", "bench", "demo", "import_", "journal", "migrate", "restore", "serve", "setup", "work"]
