"""Versions are in the order in which they come out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import InvalidVersion, Version

from workbench.domain.releases import is_newer, is_preview, order_of

IN_ORDER = [
    "0.9",
    "1.0.dev1",
    "1.0a1.dev2",
    "1.0a1",
    "1.0b2",
    "1.0rc1",
    "1.0",
    "1.0+local",
    "1.0+local.2",
    "1.0.post1.dev1",
    "1.0.post1",
    "1.0.1",
    "1.2",
    "1.10",
    "2026.1",
    "1!0.1",
]

PART = st.sampled_from(
    ["1", "2", "10", "0", ".", "-", "_", "a", "b1", "rc", "c2", "alpha", "preview", "post", "r3", "dev", "+x", "+1.a", "v", "1!", " "]
)  # fmt: skip


@pytest.mark.parametrize("older", range(len(IN_ORDER) - 1))
def test_each_is_newer_than_the_one_before(older: int) -> None:
    assert is_newer(IN_ORDER[older + 1], IN_ORDER[older])
    assert not is_newer(IN_ORDER[older], IN_ORDER[older + 1])


@pytest.mark.parametrize(
    ("one", "same"), [("1.0", "1"), ("v1.0.0", "1.0"), ("1.0-rc.1", "1.0RC1"), (" 1 ", "1")]
)
def test_ways_of_writing_the_same(one: str, same: str) -> None:
    assert order_of(one) == order_of(same) is not None


@pytest.mark.parametrize(
    "text", ["", "latest", "1..2", "1.0 final", "1.0\n2.0", "١.٠", "1." * 100 + "1", "9" * 5000]
)
def test_what_is_no_version_is_never_newer(text: str) -> None:
    assert order_of(text) is None
    assert not is_newer(text, "0.1")
    assert not is_newer("9", text)
    assert not is_preview(text)


def test_previews_are_known() -> None:
    assert [v for v in IN_ORDER if is_preview(v)] == [v for v in IN_ORDER if Version(v).is_prerelease]


def read(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


@given(st.lists(PART, max_size=7).map("".join), st.lists(PART, max_size=7).map("".join))
def test_it_is_the_order_of_pythons_packages(one: str, other: str) -> None:
    known, known_other = read(one), read(other)
    assert (order_of(one) is None) == (known is None)
    if known is not None and known_other is not None:
        assert is_newer(one, other) == (known > known_other)
        assert is_preview(one) == known.is_prerelease


versions = st.builds(
    "{}{}{}{}{}".format,
    st.lists(st.integers(0, 3), min_size=1, max_size=3).map(lambda parts: ".".join(map(str, parts))),
    st.sampled_from(["", "a1", "b0", "rc2"]),
    st.sampled_from(["", ".post0", ".post1"]),
    st.sampled_from(["", ".dev0", ".dev3"]),
    st.sampled_from(["", "+a", "+1", "+a.1"]),
)


@given(versions, versions)
def test_every_pair_of_versions_is_in_the_order_of_pythons_packages(one: str, other: str) -> None:
    assert is_newer(one, other) == (Version(one) > Version(other))
