"""QR squares for screens and paper."""

import segno


def square(address: str, *, error: str = "m", border: int = 2) -> str:
    """A data URI for `img src`: dark on white in every theme, since scanners want it so."""
    return segno.make(address, error=error, micro=False).svg_data_uri(border=border, light="#fff")
