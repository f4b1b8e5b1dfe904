"""What the gateway says about an answer in its headers (ai-gateway §2.2), beside what the provider said."""

from __future__ import annotations

from workbench.gateway.pipeline.passage import Passage
from workbench.gateway.replies import Headers, Reply

CLOUDFLARE = "cloudflare"
UPSTREAM_LOG_ID = b"x-workbench-upstream-log-id"
_OURS = frozenset(
    {
        b"cf-aig-request-id",
        b"cf-aig-event-id",
        b"cf-aig-cache-status",
        b"cf-aig-step",
        b"x-workbench-upstream",
    }
)


def dressed(passage: Passage, reply: Reply) -> None:
    """Adds to the reply's headers: ids, cache status, step, who was asked and who answered."""
    if reply.upstream == CLOUDFLARE:
        reply.headers = _behind(passage, reply.headers)
    headers = reply.headers
    if passage.upstream:
        headers.append((b"x-workbench-upstream", passage.upstream.encode()))
    if passage.options.trace and passage.trace_id:
        headers.append((b"x-workbench-trace-id", passage.trace_id.encode()))
    if (
        not passage.settings.id
    ):  # it went past the gateway, as Workers AI without `cf-aig-gateway-id` does (ai-gateway §1.1)
        return
    ids = passage.inference.ids
    request = ids.request.encode()
    if passage.logged:
        headers.append((b"cf-aig-log-id", request))
    headers += [
        (b"cf-aig-request-id", request),
        (b"cf-aig-event-id", request if ids.event == ids.request else ids.event.encode()),
        (b"cf-aig-cache-status", b"HIT" if passage.cached else b"MISS"),
        (b"cf-aig-step", b"%d" % passage.step),
    ]
    call = passage.call
    if (
        call is not None and reply.upstream and reply.upstream != CLOUDFLARE
    ):  # which knows better, and says so itself
        headers.append((b"cf-aig-model", _safe(call.model)))
        headers.append((b"cf-aig-provider", _safe(call.provider)))


def _behind(passage: Passage, headers: Headers) -> Headers:
    """A Cloudflare gateway behind this one has ids of its own: its log's is told under another name, and a hit is a hit."""
    kept = []
    for name, value in headers:
        if name == b"cf-aig-log-id":
            kept.append((UPSTREAM_LOG_ID, value))
        elif name == b"cf-aig-cache-status" and value == b"HIT":
            passage.cached = True
        elif name not in _OURS:
            kept.append((name, value))
    return kept


def _safe(name: str) -> bytes:
    """A model's name came from the request's body: what cannot stand in a header becomes a question mark."""
    if name.isascii() and name.isprintable():
        return name.encode()
    return "".join(one if one.isascii() and one.isprintable() else "?" for one in name).encode()
