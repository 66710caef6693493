"""QR squares for screens and paper."""

import segno


def square(address: str) -> str:
    """A data URI for `img src`: dark on white in every theme, since scanners want it so."""
    return segno.make(address, error="m", micro=False).svg_data_uri(border=2, light="#fff")
