"""A small file from an address that somebody named."""

from __future__ import annotations

import httpx
import pytest

from tests.client.wire import Chunks, Script, http_of
from tests.conftest import Run
from workbench.client.files import FileClient
from workbench.domain.errors import Failure, RequestFailed

URL = "https://example.org/r.json"


async def fetched(script: Script, limit: int = 1000) -> tuple[bytes, list[float | None]]:
    shares: list[float | None] = []
    http = http_of(script)
    try:
        return await FileClient(http).fetch(URL, limit, shares.append), shares
    finally:
        await http.aclose()


def test_it_comes_whole_and_without_credentials(run_async: Run) -> None:
    script = Script(httpx.Response(200, headers={"content-length": "6"}, stream=Chunks([b"abc", b"def"])))
    assert run_async(fetched(script)) == (b"abcdef", [0.5, 1.0])
    (request,) = script.requests
    assert (request.method, str(request.url)) == ("GET", URL)
    assert not {"authorization", "cookie", "cf-aig-authorization"} & set(request.headers)


def test_where_nobody_knows_how_much_there_is_progress_says_so(run_async: Run) -> None:
    script = Script(httpx.Response(200, stream=Chunks([b"abc", b"def"])))
    assert run_async(fetched(script)) == (b"abcdef", [None, None])


@pytest.mark.parametrize("headers", [{"content-length": "5000"}, {}, {"content-length": "1"}])
def test_more_than_the_limit_is_not_read(run_async: Run, headers: dict[str, str]) -> None:
    script = Script(httpx.Response(200, headers=headers, stream=Chunks([b"a" * 600] * 9)))
    with pytest.raises(RequestFailed) as caught:
        run_async(fetched(script))
    assert caught.value.failure is Failure.TOO_LARGE


@pytest.mark.parametrize("status", [301, 302, 307, 401, 403, 404, 410, 429, 500])
def test_anything_but_the_file_is_a_failure_and_nothing_is_followed(run_async: Run, status: int) -> None:
    elsewhere = "http://192.168.0.1/\N{RIGHT-TO-LEFT OVERRIDE}admin".encode()
    reply = httpx.Response(status, headers=[(b"location", elsewhere)])
    script = Script(reply)
    with pytest.raises(RequestFailed) as caught:
        run_async(fetched(script))
    assert caught.value.status == status
    assert caught.value.why.isascii() or status >= 400
    assert len(script.requests) == 1
