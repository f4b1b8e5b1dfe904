"""Figures as people read them."""

from __future__ import annotations

import pytest

from workbench.ui.support import figures


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "$0"),
        (2e-9, "< $0.000001"),
        (0.00021, "$0.00021"),
        (0.0000371, "$0.000037"),
        (0.0371, "$0.037"),
        (4.4, "$4.40"),
    ],
)
def test_money_has_as_many_digits_as_it_needs(amount: float, text: str) -> None:
    assert figures.usd(amount) == text


@pytest.mark.parametrize(("amount", "text"), [(0.0371, "≈ $0.037"), (2e-9, "< $0.000001")])
def test_what_is_worked_out_says_so(amount: float, text: str) -> None:
    assert figures.about_usd(amount) == text


@pytest.mark.parametrize(("amount", "text"), [(4, "$4.00"), (0.06, "$0.06"), (0.351, "$0.351")])
def test_prices_read_as_in_price_lists(amount: float, text: str) -> None:
    assert figures.price(amount) == text


@pytest.mark.parametrize(("ms", "text"), [(420, "0.42 s"), (12_345, "12.3 s"), (75_000, "75 s")])
def test_times_lose_digits_as_they_grow(ms: float, text: str) -> None:
    assert figures.seconds(ms) == text


@pytest.mark.parametrize(
    ("tokens", "text"),
    [(131_072, "128k"), (128_000, "128k"), (1_310_720, "1.25M"), (1_000_000, "1M"), (7_968, "7968")],
)
def test_context_windows_are_named_as_people_name_them(tokens: int, text: str) -> None:
    assert figures.context(tokens).replace(",", "") == text


@pytest.mark.parametrize(
    ("number", "text"), [(512, "512 B"), (3_400, "3.4 kB"), (1_200_000, "1.2 MB"), (5_600_000_000, "5.6 GB")]
)
def test_sizes_are_in_bytes_and_thousands_of_them(number: int, text: str) -> None:
    assert figures.size(number) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0 %"),
        (0.00001, "< 0.01 %"),
        (0.00025, "0.03 %"),
        (0.042, "4.2 %"),
        (0.38, "38 %"),
        (0.9996, "99.96 %"),
        (0.99999, "> 99.99 %"),
        (0.1 + 0.2 + 0.7 - 2e-16, "100 %"),
        (1, "100 %"),
    ],
)
def test_shares_are_never_rounded_to_none_or_all(share: float, text: str) -> None:
    assert figures.percent(share) == text
