"""The file that names the newest version: one small JSON object, fetched on its own, with nothing that tells who asks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from urllib.parse import urlsplit

from workbench.client.connection import Call, HttpClient, Timeouts
from workbench.client.failures import Asked, Door
from workbench.client.network import is_loopback, silent
from workbench.domain.errors import Failure, Maker, RequestFailed
from workbench.domain.releases import Release, order_of

MAX_BYTES = 64 * 1024
LONGEST_NOTES = 400
_TIMEOUTS = Timeouts(connect_s=10.0, first_byte_s=10.0, idle_s=10.0)
_WHOLE_S = 20.0
_HEADERS = (("accept", "application/json"), ("accept-encoding", "identity"))


class UpdateClient:
    """new_http: a client for one request, which is closed after it: no cookie and no connection outlives it."""

    def __init__(self, new_http: Callable[[], HttpClient] = HttpClient) -> None:
        self._new_http = new_http

    async def newest(self, url: str) -> Release:
        """What the file at url says. Raises RequestFailed, also for an address that is neither https nor this computer's own."""
        if not (url.startswith("https://") or (url.startswith("http://") and is_loopback(url))):
            raise RequestFailed(
                "The address of the version file cannot be used.",
                failure=Failure.NOT_CONFIGURED,
                maker=Maker.WORKBENCH,
                why="It does not begin with https://.",
                fix="Correct it in the settings.",
            )
        place = urlsplit(url).netloc.rpartition("@")[2]
        return _read(await self._fetch(url, place), place)

    async def _fetch(self, url: str, place: str) -> bytes:
        http = self._new_http()
        try:
            async with asyncio.timeout(_WHOLE_S):
                call = Call("GET", url, Asked(Door.SERVER, place), _HEADERS)
                async with http.open(call, timeouts=_TIMEOUTS) as reply:
                    if reply.status != 200:
                        raise _not_given(place, reply.status)
                    content = await reply.read(limit=MAX_BYTES + 1)
        except TimeoutError:
            raise _with_our_fix(silent(place, _WHOLE_S)) from None
        except RequestFailed as error:
            raise _with_our_fix(error) from error
        finally:
            await http.aclose()
        if len(content) > MAX_BYTES:
            raise _no_version(place, f"It has more than {MAX_BYTES // 1024} kB.")
        return content


def _read(content: bytes, place: str) -> Release:
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        raise _no_version(place, "It is no JSON.") from None
    version = told.get("version") if isinstance(told, dict) else None
    if not isinstance(version, str) or order_of(version) is None:
        raise _no_version(place, "It names no version.")
    url, notes = told.get("url"), told.get("notes")
    return Release(
        version.strip(),
        url if isinstance(url, str) and _is_page(url) else "",
        _words(notes) if isinstance(notes, str) else "",
    )


def _is_page(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and url.isprintable() and " " not in url
    except ValueError:
        return False


def _words(notes: str) -> str:
    """In one line, without what cannot be seen."""
    shown = "".join(letter if letter.isprintable() else " " for letter in notes[: 4 * LONGEST_NOTES])
    words = " ".join(shown.split())
    return words if len(words) <= LONGEST_NOTES else f"{words[: LONGEST_NOTES - 1]}…"


def _with_our_fix(error: RequestFailed) -> RequestFailed:
    """Where nobody was reached: there is no connection in this whose address could be checked, and no model."""
    fixes = {
        Failure.DNS: "Check the network, and the address in the settings.",
        Failure.CONNECT: "Check the network, the proxy if there is one, and the address in the settings.",
        Failure.TIMEOUT: "Try again later.",
    }
    if error.failure not in fixes:
        return error
    return RequestFailed(
        error.what, failure=error.failure, maker=error.maker, why=error.why, fix=fixes[error.failure]
    )


def _not_given(place: str, status: int) -> RequestFailed:
    moved = 300 <= status < 400
    return RequestFailed(
        f"{place} did not give the version file.",
        failure=Failure.NOT_FOUND if moved or status in (404, 410) else Failure.SERVER,
        maker=Maker.PROVIDER,
        why="It says that the file is elsewhere." if moved else f"It answered with status {status}.",
        fix="Check the address in the settings." if status < 500 else "Try again later.",
        status=status,
    )


def _no_version(place: str, why: str) -> RequestFailed:
    return RequestFailed(
        f"What {place} has there is no version file.",
        failure=Failure.PROTOCOL,
        maker=Maker.PROVIDER,
        why=why,
        fix="Check the address in the settings.",
    )
