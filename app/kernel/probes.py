"""/healthz, /readyz, /metrics: what machines ask."""

import hmac
import resource

from litestar import MediaType, Request, Response, get

from app.kernel import db, seal
from app.kernel.hub import HUB
from app.kernel.trouble import Gone

_GAUGES = {
    "lastmetre_receipts": "SELECT count(*) FROM receipt",
    "lastmetre_receipts_refused": "SELECT count(*) FROM receipt WHERE state = 'refused'",
    "lastmetre_quarantined": "SELECT count(*) FROM quarantine",
    "lastmetre_happenings_waiting": "SELECT count(*) FROM happening WHERE done_at IS NULL",
    "lastmetre_push_services_refusing": "SELECT count(*) FROM push_refusal",
    "lastmetre_sessions": "SELECT count(*) FROM session WHERE ended_at IS NULL",
}


@get("/healthz", media_type=MediaType.JSON)
async def healthz() -> dict[str, str]:
    return {"state": "alive"}


@get("/readyz", media_type=MediaType.JSON)
async def readyz() -> Response[dict[str, str]]:
    """Says which part is not ready."""
    parts = {"database": "ready", "keys": "ready" if seal.is_open() else "not ready"}
    try:
        await db.value("SELECT 1 FROM receipt LIMIT 1")
    except Exception:
        parts["database"] = "not ready"
    return Response(parts, status_code=200 if set(parts.values()) == {"ready"} else 503)


@get("/metrics", media_type=MediaType.TEXT)
async def metrics(request: Request) -> str:
    """Prometheus text, for loopback or the bearer of the token; for others there is no such page."""
    settings = request.app.state.settings
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    token = settings.metrics_token
    from_here = request.scope["state"]["address"] in ("127.0.0.1", "::1") and "x-forwarded-for" not in request.headers
    if not (from_here or (token and hmac.compare_digest(given.encode(), token.encode()))):
        raise Gone("page")
    lines = [f"{name} {await db.value(sql) or 0}" for name, sql in _GAUGES.items()]
    shedder = request.app.state.shedder
    lines += [f"lastmetre_streams {HUB.count}", f"lastmetre_requests_under_way {shedder.under_way}"]
    lines += [f'lastmetre_requests_shed_total{{kind="{kind}"}} {n}' for kind, n in shedder.shed.items()]
    if keeper := request.app.state.backups:
        lines += [f"lastmetre_backup_age_seconds {keeper.age():.0f}", f"lastmetre_backup_failures_total {keeper.failures}"]
    used = resource.getrusage(resource.RUSAGE_SELF)
    lines += [
        f"process_cpu_seconds_total {used.ru_utime + used.ru_stime:.2f}",
        f"process_max_resident_memory_bytes {used.ru_maxrss * 1024}",
    ]
    return "\n".join(lines) + "\n"


PAGES = [healthz, readyz, metrics]
