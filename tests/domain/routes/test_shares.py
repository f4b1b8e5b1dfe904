from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.routes.shares import named_sum, port_of, share_of


@pytest.mark.parametrize(
    ("port", "share"),
    [("70%", 70.0), ("12.5%", 12.5), ("0%", 0.0), (" 5 %", 5.0), ("100%", 100.0), ("250%", 250.0)],
)
def test_a_share_is_read(port: str, share: float) -> None:
    assert share_of(port) == share


@pytest.mark.parametrize("port", ["else", "", "%", "-5%", "five%", "1e2%", "٥%", "5", "5%%", "99999%"])
def test_what_is_no_share_is_none(port: str) -> None:
    assert share_of(port) is None


def test_the_sum_leaves_out_what_is_no_share() -> None:
    assert named_sum(["0.1%", "0.2%", "else", "other"]) == pytest.approx(0.3)


def test_equal_shares_are_spelled_apart() -> None:
    ports: list[str] = []
    for _ in range(4):
        ports.append(port_of(25.0, ports))
    assert ports == ["25%", "25.0%", "25.00%", "25.000%"]


@given(st.floats(0, 100).map(lambda percent: round(percent, 4)))
def test_what_is_written_is_read_again(percent: float) -> None:
    assert share_of(port_of(percent)) == pytest.approx(percent, abs=1e-3)
