from __future__ import annotations

import pytest

from workbench.domain.gateways import is_retried, is_route


@pytest.mark.parametrize(
    ("statuses", "again"),
    [
        ((408, 409, 429, 500, 502, 503, 504, 529), True),
        ((200, 400, 401, 402, 403, 404, 413, 422, 424), False),
    ],
)
def test_what_may_pass_is_sent_again(statuses: tuple[int, ...], again: bool) -> None:
    assert {is_retried(status) for status in statuses} == {again}


def test_a_route_is_known_by_its_name() -> None:
    assert is_route("dynamic/support")
    assert is_route("cloudflare/auto")
    assert not is_route("openai/dynamic/support")
