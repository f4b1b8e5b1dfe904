from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.images.abilities import Range
from workbench.ui.images.form.offer import Offer
from workbench.ui.images.form.sizes import Preset, presets, ratio_of

limits = st.builds(
    lambda low, more, default: Range(low, low + more, default),
    st.integers(1, 512),
    st.integers(64, 3000),
    st.none() | st.integers(64, 2048),
)


@given(limits, limits)
def test_every_preset_is_within_the_limits(width: Range, height: Range) -> None:
    for one in presets(Offer(width=width, height=height)):
        assert width.minimum <= one.width <= width.maximum
        assert height.minimum <= one.height <= height.maximum


def test_presets_are_about_as_large_as_the_model_likes() -> None:
    made = presets(Offer(width=Range(256, 1920, 1024), height=Range(256, 1920, 768)))
    assert Preset("4:3", 1024, 768) in made
    assert Preset("16:9", 1184, 672) in made


def test_sizes_that_are_listed_are_the_only_ones() -> None:
    assert presets(Offer(sizes=("1024x1024", "1536x1024", "800x10"))) == (
        Preset("1:1", 1024, 1024),
        Preset("3:2", 1536, 1024),
        Preset("", 800, 10),
    )


def test_a_ratio_is_recognised_in_spite_of_rounding() -> None:
    assert ratio_of(1184, 672) == "16:9"
    assert ratio_of(1000, 777) == ""
