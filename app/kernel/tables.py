"""Tables that are taken away as files."""

import csv
import io

from litestar import Response

from app.kernel.sheets.writing import FORMULA


def table(rows: list[list[str]], name: str) -> Response:
    """As a spreadsheet opens it: Chinese stays legible, and nothing that anybody typed becomes a formula."""
    out = io.StringIO()
    csv.writer(out).writerows([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"}
    return Response(out.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)
