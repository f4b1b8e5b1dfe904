"""Error replies of every maker and shape into one RequestFailed (ai-gateway §3.3, workers-ai §3, §15). Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any

from workbench.client import causes
from workbench.client.causes import Cause
from workbench.client.complaints import Complaint, Shape, complaint_in, complaint_of
from workbench.client.values import number
from workbench.domain.errors import Failure, Maker, RequestFailed
from workbench.domain.models import Model

_FLAGGED = re.compile(r"flagged|nsfw|unsafe|prohibited", re.IGNORECASE)
_GATEWAY_CODES = frozenset({2001, 2003, 2005, 2009, 2016, 2017, 2021, 2029, 2030, 7002, 7013})

ModelOf = Callable[[str], Model | None]
"""What is known of a model, by its id; None where nothing is."""
Replacing = Callable[[str], str | None]
"""The successor of a retired model, by its id; None for one that is not."""


class Door(StrEnum):
    """Which family of addresses was asked: Cloudflare's REST API, the gateway's own addresses, or an OpenAI-compatible server."""

    API = "api"
    GATEWAY = "gateway"
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked, for the sentences of a failure.

    place: who was asked, as it begins or ends a sentence ("Cloudflare", "the server at localhost:11434").
    local: the local gateway was asked. mask: takes secrets out of what the reply says, for servers do echo a key.
    """

    door: Door
    place: str
    model: str = ""
    local: bool = False
    replacement_of: Replacing = lambda model: None
    mask: Callable[[str], str] = lambda text: text

    @property
    def for_workers_ai(self) -> bool:
        return self.model.removeprefix("workers-ai/").startswith(("@cf/", "@hf/"))


def replacing(model_of: ModelOf | None) -> Replacing:
    """By what is known of models; model_of: None where nothing is of any."""

    def successor(model: str) -> str | None:
        facts = model_of(model) if model_of is not None else None
        return (facts.successor or None) if facts is not None else None

    return successor


def failure_of(
    status: int, headers: Mapping[str, str], body: bytes, asked: Asked, *, now: datetime | None = None
) -> RequestFailed:
    """The failure that a reply of this status, headers (names in lower case) and body tells of.

    A status below 300 is right too: Workers AI has failed with `success:false` under 200.
    """
    complaint = complaint_in(body, causes.KNOWN_CODES)
    if 300 <= status < 400 and (location := headers.get("location")):
        complaint = Complaint(message=f"It points to {location}")
    return _failure(complaint, status, headers, asked, now or datetime.now(UTC))


def failure_in_frame(
    frame: Any, status: int, headers: Mapping[str, str], asked: Asked, *, now: datetime | None = None
) -> RequestFailed:
    """The failure that a frame in mid-stream tells of. status: of the reply that carried the stream."""
    complaint = complaint_of(frame, causes.KNOWN_CODES)
    return _failure(complaint, status, headers, asked, now or datetime.now(UTC))


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that `Retry-After` asks to wait, given as seconds or as a date; None without one."""
    if (milliseconds := number(headers.get("retry-after-ms"))) is not None:
        return max(0.0, milliseconds / 1000)
    value = headers.get("retry-after")
    if value is None:
        return None
    if (seconds := number(value)) is not None:
        return max(0.0, seconds)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def _failure(
    complaint: Complaint, status: int, headers: Mapping[str, str], asked: Asked, now: datetime
) -> RequestFailed:
    code = complaint.code if _is_makers_number(complaint.code) else None
    trusted = asked.door is not Door.SERVER
    told = status
    if status < 300 and complaint.code and 400 <= complaint.code < 600:
        told = complaint.code  # in mid-stream the HTTP status comes as the code
    maker = _maker(complaint, code, asked)
    cause = _cause(complaint, code if trusted else None, told, maker, asked)
    replacement = ""
    if cause.failure in (Failure.MODEL_NOT_FOUND, Failure.MODEL_RETIRED) and asked.model:
        replacement = asked.replacement_of(asked.model) or ""
        if replacement:
            cause = causes.RETIRED
    maker = cause.maker or maker
    names = {
        "model": asked.model or "this model",
        "place": asked.place,
        "provider": _provider(headers, maker, asked),
        "midnight": _until_midnight(now),
    }
    return RequestFailed(
        _sentence(cause.what.format_map(names)),
        why=asked.mask(_why(cause.why.format_map(names), complaint, status, _speaker(maker, asked))),
        fix=f"Use “{replacement}” instead." if replacement else cause.fix.format_map(names),
        failure=cause.failure,
        maker=maker,
        status=status,
        code=code,
        retry_after_s=retry_after_s(headers, now),
        replacement=replacement,
    )


def _is_makers_number(code: int | None) -> bool:
    """Providers repeat the HTTP status as their code; that is no number of their own."""
    return code is not None and code >= 1000


def _maker(complaint: Complaint, code: int | None, asked: Asked) -> Maker:
    if asked.door is Door.SERVER:
        return Maker.PROVIDER
    if complaint.named_gateway or complaint.shape is Shape.GATEWAY or code in _GATEWAY_CODES:
        return Maker.GATEWAY
    if complaint.shape is Shape.API:
        return Maker.WORKERS_AI
    if complaint.shape is Shape.PROVIDER:
        return Maker.WORKERS_AI if asked.for_workers_ai else Maker.PROVIDER
    return Maker.WORKERS_AI if asked.door is Door.API else Maker.GATEWAY


def _cause(complaint: Complaint, code: int | None, status: int, maker: Maker, asked: Asked) -> Cause:
    by_words = next((cause for words, cause in causes.BY_WORDS if words.search(complaint.message)), None)
    if code is not None and (cause := causes.BY_CODE.get(code)) is not None:
        return _in_context(cause, code, complaint, maker, asked, by_words)
    if complaint.spent is not None and maker is Maker.GATEWAY:
        return causes.SPEND_LIMIT
    if (cause := causes.BY_KIND.get(complaint.kind.lower())) is not None:
        return _unauthorised(maker, asked) if cause.failure is Failure.UNAUTHORIZED else cause
    if by_words is not None and status != 401:
        return by_words
    if status == 401:
        return _unauthorised(maker, asked)
    if status == 429 and maker is Maker.GATEWAY:
        return causes.GATEWAY_LIMIT
    if (cause := causes.BY_STATUS.get(status)) is not None:
        return cause
    if status < 300:
        return causes.IN_STREAM
    return causes.OTHER_5XX if status >= 500 else causes.OTHER_4XX if status >= 400 else causes.OTHER_3XX


def _in_context(
    cause: Cause, code: int, complaint: Complaint, maker: Maker, asked: Asked, by_words: Cause | None
) -> Cause:
    """What a code means here, where it means two things."""
    if code == 7003:
        account = "route to" in complaint.message.lower() or "/accounts/" in complaint.message
        return causes.BAD_ACCOUNT if account or not asked.model else causes.NO_SUCH_MODEL
    if code == 3030 and _FLAGGED.search(complaint.message):
        return causes.FLAGGED
    if code == 3030 and by_words is not None and by_words in (causes.SILENT, causes.UNDECODABLE):
        return by_words
    if code == 5006 and by_words is causes.JSON_UNMET:
        return causes.JSON_UNMET
    if (
        code == 2009
        and asked.door is Door.API
        and asked.model
        and not asked.for_workers_ai
        and not asked.local
    ):
        return causes.BAD_PROVIDER_KEY  # on /ai/run since 2026-10-06
    if cause.failure is Failure.UNAUTHORIZED and code not in (6003, 6111):
        return causes.LOCAL_TOKEN if asked.local else cause
    return cause


def _unauthorised(maker: Maker, asked: Asked) -> Cause:
    if asked.door is Door.SERVER:
        return causes.BAD_SERVER_KEY
    if maker is Maker.PROVIDER:
        return causes.BAD_PROVIDER_KEY
    if asked.local:
        return causes.LOCAL_TOKEN
    return causes.BAD_GATEWAY_TOKEN if maker is Maker.GATEWAY else causes.BAD_API_TOKEN


def _provider(headers: Mapping[str, str], maker: Maker, asked: Asked) -> str:
    """The provider's name where one is known: from the reply, else from the model's name."""
    if maker is not Maker.PROVIDER or asked.door is Door.SERVER:
        return asked.place
    author, slash, _ = asked.model.partition("/")
    named = author if slash and author not in ("dynamic", "cloudflare") else ""
    return headers.get("cf-aig-provider") or named or "The provider"


def _speaker(maker: Maker, asked: Asked) -> str:
    if asked.door is Door.SERVER:
        return "The server"
    if asked.local:
        return "The local gateway"  # which may be telling what its upstream said
    return {Maker.GATEWAY: "The gateway", Maker.WORKERS_AI: "Workers AI"}.get(maker, "The provider")


def _why(reason: str, complaint: Complaint, status: int, speaker: str) -> str:
    parts = [reason] if reason else []
    if complaint.spent is not None and complaint.limit is not None:
        parts.append(f"${complaint.spent:,.2f} of ${complaint.limit:,.2f} is spent.")
    if complaint.message:
        parts.append(f"{speaker} said: “{complaint.message}”")
    if complaint.pointers and not all(pointer in complaint.message for pointer in complaint.pointers):
        parts.append(f"It is about {', '.join(complaint.pointers)}.")
    return " ".join(parts) or f"The reply was HTTP {status} without a reason."


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _until_midnight(now: datetime) -> str:
    """How long until 00:00 UTC: "5 h 12 min"."""
    today = now.astimezone(UTC)
    midnight = (today + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    minutes = max(1, round((midnight - today).total_seconds() / 60))
    hours, minutes = divmod(minutes, 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
