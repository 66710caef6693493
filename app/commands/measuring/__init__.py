"""`bench`: what the app costs, beside a ceiling measured in the same run. Never touches the data it finds."""

import argparse

from app.kernel.settings import Settings


def bench(config: Settings, args: argparse.Namespace) -> int:
    from app.commands.measuring.whole import measure

    return measure(config.data, quick=args.quick)
