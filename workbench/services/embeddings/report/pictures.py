"""What is found as pictures: SVG to stand within a page, PNG within that where there are too many points."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

from workbench.domain.embeddings.compression import Compression, Storing
from workbench.domain.embeddings.cuts import PairScores
from workbench.domain.embeddings.maps import Colouring, View
from workbench.domain.embeddings.retrieval import Interval
from workbench.domain.embeddings.texts import TextRow
from workbench.services.embeddings.maps import Dots, PointMap
from workbench.services.embeddings.report.png import data_uri, indexed_png, rgba_png

MOST_POINTS = 3000
"""Of a map; more are drawn as a picture, in which no point can be asked for its text."""
_WIDE, _HIGH = 520, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 12, 10, 34
_SIDE = 520
_LONGEST = 160
"""Characters of a text that is told of a point."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as #rrggbb. groups: many, for labels and models. far, close: ends of a scale."""

    canvas: str
    text: str
    muted: str
    line: str
    good: str
    bad: str
    far: str
    close: str
    groups: tuple[str, ...]

    def group(self, place: int) -> str:
        return self.groups[place % len(self.groups)]


_INKS = ("canvas", "text", "muted", "line", "good", "bad")
CANVAS, TEXT, MUTED, LINE, GOOD, BAD = (f"var(--{name})" for name in _INKS)


@dataclass(frozen=True, slots=True)
class Palettes:
    """By day and by night, with as many groups. Drawings name their colours, and the page says which those are: see `style`."""

    light: Palette
    dark: Palette

    def group(self, place: int) -> str:
        return f"var(--g{place % len(self.light.groups)})"

    def style(self) -> str:
        """Of the page. What is printed is light."""
        dark = f":root{{{_inks(self.dark)}}}.by-day{{display:none}}.by-night{{display:inline}}"
        return (
            f":root{{color-scheme:light dark;{_inks(self.light)}}}.by-night{{display:none}}"
            f"@media screen and (prefers-color-scheme:dark){{{dark}}}"
        )

    def images(self, draw: Callable[[Palette], bytes], place: str) -> str:
        """A picture of pixels, which cannot name its colours, for either. draw: as PNG. place: attributes."""
        return "".join(
            f'<image class="{name}" {place} href="{data_uri(draw(palette))}"/>'
            for name, palette in (("by-day", self.light), ("by-night", self.dark))
        )


def _inks(palette: Palette) -> str:
    known = [(name, getattr(palette, name)) for name in _INKS]
    known += [(f"g{place}", colour) for place, colour in enumerate(palette.groups)]
    return "".join(f"--{name}:{colour};" for name, colour in known)


class _Chart:
    """A drawing with axes. across, down: turn values into places."""

    def __init__(
        self,
        title: str,
        x: tuple[float, float],
        y: tuple[float, float],
        *,
        log: bool = False,
    ) -> None:
        self._log = log
        self._x = (math.log10(x[0]), math.log10(x[1])) if log else x
        self._y = y
        self._parts = [
            f'<svg viewBox="0 0 {_WIDE} {_HIGH}" role="img" aria-label="{escape(title)}" class="chart">',
            f"<title>{escape(title)}</title>",
        ]

    def across(self, value: float) -> float:
        low, high = self._x
        value = math.log10(value) if self._log else value
        return _LEFT + (value - low) / ((high - low) or 1.0) * (_WIDE - _LEFT - _RIGHT)

    def down(self, value: float) -> float:
        low, high = self._y
        return _HIGH - _BOTTOM - (value - low) / ((high - low) or 1.0) * (_HIGH - _TOP - _BOTTOM)

    def axes(
        self, x_ticks: Iterable[float], y_ticks: Iterable[float], x_name: str, told: Callable[[float], str]
    ) -> None:
        bottom = _HIGH - _BOTTOM
        for value in y_ticks:
            y = self.down(value)
            self.add(f'<line x1="{_LEFT}" x2="{_WIDE - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{LINE}"/>')
            self.word(_LEFT - 6, y + 3.5, f"{value:g}", "end")
        for value in x_ticks:
            self.word(self.across(value), bottom + 14, told(value), "middle")
        self.word((_LEFT + _WIDE - _RIGHT) / 2, _HIGH - 4, x_name, "middle")

    def word(self, x: float, y: float, text: str, anchor: str = "start", colour: str = "") -> None:
        fill = colour or MUTED
        self.add(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}" font-size="11">{escape(text)}</text>'
        )

    def add(self, part: str) -> None:
        self._parts.append(part)

    def whole(self) -> str:
        return "".join((*self._parts, "</svg>"))


def heat_map(cells: bytes, side: int, shades: Sequence[int], palettes: Palettes, title: str) -> str:
    """cells: as `likeness.shaded` gives them. shades: the group of each row, -1 for none, told at the edges."""
    band = 8
    inner = _SIDE - band - 2
    size = inner / max(side, 1)
    parts = [
        f'<svg viewBox="0 0 {_SIDE} {_SIDE}" role="img" aria-label="{escape(title)}" class="square">',
        f"<title>{escape(title)}</title>",
        palettes.images(
            lambda palette: indexed_png(side, side, cells, _scale(palette)),
            f'x="{band + 2}" y="{band + 2}" width="{inner}" height="{inner}" style="image-rendering:pixelated"',
        ),
    ]
    for start, end, shade in _runs(shades):
        if shade >= 0:
            at, long = band + 2 + start * size, (end - start) * size
            fill = palettes.group(shade)
            parts.append(f'<rect x="{at:.2f}" y="0" width="{long:.2f}" height="{band}" fill="{fill}"/>')
            parts.append(f'<rect y="{at:.2f}" x="0" height="{long:.2f}" width="{band}" fill="{fill}"/>')
    return "".join((*parts, "</svg>"))


def point_map(
    made: PointMap, rows: Sequence[TextRow], colouring: Colouring, palettes: Palettes, title: str
) -> str:
    """Every point tells its text, as long as there are not too many."""
    bounds = made.bounds
    if bounds is None:
        return ""
    wide, high = bounds.right - bounds.left, bounds.top - bounds.bottom
    scale = (_SIDE - 24) / (max(wide, high) or 1.0)
    left = bounds.left - (_SIDE / scale - wide) / 2
    top = bounds.top + (_SIDE / scale - high) / 2
    head = (
        f'<svg viewBox="0 0 {_SIDE} {_SIDE}" role="img" aria-label="{escape(title)}" class="square">'
        f"<title>{escape(title)}</title>"
    )
    if len(rows) > MOST_POINTS:
        return f"{head}{_raster(made, colouring, palettes, View(left, top, scale, _SIDE, _SIDE))}</svg>"
    parts = [head]
    for number, row in enumerate(rows):
        place, shade = made.place(number), colouring.shades[number]
        if place is None:
            continue
        fill = palettes.group(shade) if shade >= 0 else MUTED
        x, y = (place[0] - left) * scale, (top - place[1]) * scale
        told = escape(" · ".join(part for part in (row.label, row.text[:_LONGEST]) if part))
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.2" fill="{fill}" fill-opacity=".8"><title>{told}</title></circle>'
        )
    return "".join((*parts, "</svg>"))


def histogram(scores: PairScores, title: str) -> str:
    """Pairs by their score: similar above the line, dissimilar below it; all of them above where nobody knows which they are."""
    similar, dissimilar, unlabelled = scores.counts
    above, below = (similar, dissimilar) if any(similar) or any(dissimilar) else (unlabelled, ())
    most, least = max(above, default=0) or 1, max(below, default=0)
    chart = _Chart(title, (scores.least, scores.most), (-least, most))
    ticks = [scores.least + (scores.most - scores.least) * step / 4 for step in range(5)]
    chart.axes(ticks, (), "score", lambda value: f"{value:.2f}")
    zero = chart.down(0)
    for heights, colour, sign in ((above, GOOD, 1), (below, BAD, -1)):
        for place, height in enumerate(heights):
            if height:
                x, end = chart.across(scores.edges[place]), chart.across(scores.edges[place + 1])
                y = chart.down(sign * height)
                chart.add(
                    f'<rect x="{x:.1f}" y="{min(y, zero):.1f}" width="{max(end - x - 0.5, 0.5):.1f}"'
                    f' height="{abs(zero - y):.1f}" fill="{colour}" fill-opacity=".75"><title>{height}</title></rect>'
                )
    chart.add(f'<line x1="{_LEFT}" x2="{_WIDE - _RIGHT}" y1="{zero:.1f}" y2="{zero:.1f}" stroke="{MUTED}"/>')
    middle = (_LEFT + _WIDE - _RIGHT) / 2
    cut = None if scores.best is None else chart.across(scores.best.score)
    if below:
        x, anchor = (_WIDE - _RIGHT, "end") if cut is not None and cut < middle else (_LEFT, "start")
        chart.word(x, _TOP + 10, "similar", anchor, GOOD)
        chart.word(x, _HIGH - _BOTTOM - 4, "dissimilar", anchor, BAD)
    if scores.best is not None and cut is not None:
        chart.add(
            f'<line x1="{cut:.1f}" x2="{cut:.1f}" y1="{_TOP}" y2="{_HIGH - _BOTTOM}" stroke="{TEXT}" stroke-width="1.5"/>'
        )
        x, anchor = (cut + 4, "start") if cut < middle else (cut - 4, "end")
        chart.word(x, _TOP + 10, f"{scores.best.score:.3f}", anchor, TEXT)
    return chart.whole()


def recall_curve(found: Compression, palettes: Palettes, title: str) -> str:
    """Of each way of storing, what is still found against its bytes."""
    sizes = [each.bytes_per_row for each in found.forms]
    chart = _Chart(title, (min(sizes), max(sizes)), (0, 1), log=True)
    chart.axes(
        _powers(min(sizes), max(sizes)),
        (0, 0.25, 0.5, 0.75, 1),
        "bytes of a vector",
        lambda value: f"{value:g}",
    )
    for place, storing in enumerate(Storing):
        line = [
            (chart.across(each.bytes_per_row), chart.down(each.recall), each)
            for each in found.forms
            if each.storing is storing and not math.isnan(each.recall)
        ]
        if not line:
            continue
        colour = palettes.group(place)
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in line)
        chart.add(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for x, y, each in line:
            told = f"{storing}, {each.dimensions} dimensions, {each.bytes_per_row} bytes: {each.recall:.3f}"
            chart.add(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"><title>{escape(told)}</title></circle>'
            )
        chart.word(_LEFT + 8 + 90 * place, _TOP + 10, str(storing), colour=colour)
    return chart.whole()


def quality_and_cost(
    points: Sequence[tuple[str, float, float]], quality: str, palettes: Palettes, title: str
) -> str:
    """points: title, dollars for a million tokens, quality. A logarithmic scale, on which what costs nothing stands at the left end."""
    paid = [usd for _, usd, _ in points if usd > 0] or [0.01]
    low, high = min(paid) / 2, max(paid) * 2
    worth = [value for _, _, value in points]
    floor, ceiling = -_round(-min(worth)) if min(worth) < 0 else 0.0, _round(max(worth))
    chart = _Chart(title, (low, high), (floor, ceiling), log=True)
    chart.axes(
        _prices(low, high),
        [floor + (ceiling - floor) * step / 4 for step in range(5)],
        "US dollars for a million tokens",
        lambda value: f"{value:g}",
    )
    chart.word(_WIDE - _RIGHT, _HIGH - _BOTTOM - 6, quality, "end")
    taken: list[_Box] = []
    for _, usd, value in points:
        x, y = chart.across(max(usd, low)), chart.down(value)
        taken.append((x - 5, y - 5, x + 5, y + 5))
    for place, (name, usd, value) in enumerate(points):
        x, y = chart.across(max(usd, low)), chart.down(value)
        colour = palettes.group(place)
        chart.add(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{colour}"/>')
        wide = len(name) * _LETTER
        offered: list[tuple[_Box, float, str]] = [
            *(((x + 8, y + by - 6, x + 8 + wide, y + by + 6), x + 8, "start") for by in _BESIDE),
            *(((x - 8 - wide, y + by - 6, x - 8, y + by + 6), x - 8, "end") for by in _BESIDE),
        ]
        inside = [each for each in offered if each[0][0] >= _LEFT and each[0][2] <= _WIDE] or offered
        free = [each for each in inside if not any(_overlap(each[0], other) for other in taken)]
        box, at, anchor = (free or inside)[0]
        taken.append(box)
        chart.word(at, box[1] + 10, name, anchor, TEXT)
    return chart.whole()


def intervals(found: Sequence[tuple[str, Interval]], palettes: Palettes, title: str) -> str:
    """A mean and its interval for each name, 0 to 1."""
    high, name = 26, 180
    wide = _WIDE - name - 60
    parts = [
        f'<svg viewBox="0 0 {_WIDE} {high * len(found) + 4}" role="img" aria-label="{escape(title)}" class="chart">',
        f"<title>{escape(title)}</title>",
    ]
    for place, (label, each) in enumerate(found):
        y = high * place + high / 2 + 2
        short = label if len(label) < 29 else f"{label[:28]}…"
        parts.append(f'<text x="0" y="{y + 4:.1f}" fill="{TEXT}" font-size="12">{escape(short)}</text>')
        parts.append(f'<line x1="{name}" x2="{name + wide}" y1="{y:.1f}" y2="{y:.1f}" stroke="{LINE}"/>')
        if math.isnan(each.mean):
            continue
        low, end, mean = (name + wide * value for value in (each.low, each.high, each.mean))
        colour = palettes.group(place)
        parts.append(
            f'<line x1="{low:.1f}" x2="{end:.1f}" y1="{y:.1f}" y2="{y:.1f}" stroke="{colour}" stroke-width="4"/>'
            f'<circle cx="{mean:.1f}" cy="{y:.1f}" r="5" fill="{colour}"/>'
            f'<text x="{_WIDE}" y="{y + 4:.1f}" text-anchor="end" fill="{TEXT}" font-size="12">{each.mean:.3f}</text>'
        )
    return "".join((*parts, "</svg>"))


def _raster(made: PointMap, colouring: Colouring, palettes: Palettes, view: View) -> str:
    doubled = View(view.left, view.top, view.scale * 2, view.width * 2, view.height * 2)
    many = max(colouring.count, 1)
    shades = array("i", (shade if shade >= 0 else many for shade in colouring.shades))
    dots = Dots(made, shades, many + 1, None)

    def draw(palette: Palette) -> bytes:
        colours = [*(palette.group(place) for place in range(many)), palette.muted]
        drawn = dots.drawn(doubled, [int(colour[1:], 16) for colour in colours], 2.2)
        return rgba_png(doubled.width, doubled.height, _rgba(drawn))

    return palettes.images(draw, f'width="{view.width}" height="{view.height}"')


def _rgba(drawn: bytes | bytearray) -> bytes:
    """Of premultiplied ARGB."""
    import numpy as np

    argb = np.frombuffer(drawn, np.uint32)
    opacity = (argb >> 24).astype(np.float32)
    pixels = np.empty((len(argb), 4), np.uint8)
    for place, shift in enumerate((16, 8, 0)):
        own = ((argb >> shift) & 255).astype(np.float32)
        pixels[:, place] = np.minimum(own * 255 / np.maximum(opacity, 1), 255).astype(np.uint8)
    pixels[:, 3] = opacity.astype(np.uint8)
    return pixels.tobytes()


def _runs(shades: Sequence[int]) -> Iterable[tuple[int, int, int]]:
    start = 0
    for place in range(1, len(shades) + 1):
        if place == len(shades) or shades[place] != shades[start]:
            yield start, place, shades[start]
            start = place


_Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
_LETTER = 6.4
"""About how wide a letter is in a drawing."""
_BESIDE = (0, -13, 13, -26, 26)
"""How far above or below a point its name may stand, the likeliest first."""


def _overlap(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _round(value: float) -> float:
    """The next 1, 2 or 5 with zeros, at least 0.05."""
    for power in range(-2, 12):
        for digit in (1, 2, 5):
            if (found := digit * 10.0**power) >= max(value, 0.05):
                return found
    return value


def _prices(low: float, high: float) -> list[float]:
    """1, 2 and 5 with zeros, for people read them more easily than powers of two."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    found = [digit * 10.0**power for power in powers for digit in (1, 2, 5)]
    within = [value for value in found if low <= value <= high]
    return within[:: max(1, len(within) // 6)]


def _powers(low: float, high: float) -> list[float]:
    """Of ten, or of two where those are too few."""
    tens = [10.0**power for power in range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1)]
    if len(tens) > 2:
        return tens
    twos = [2.0**power for power in range(math.ceil(math.log2(low)), math.floor(math.log2(high)) + 1)]
    return twos[:: max(1, len(twos) // 6)]


def _scale(palette: Palette) -> list[tuple[int, int, int]]:
    """Of a heat map; first what has no value."""
    return [
        _rgb(palette.canvas),
        *(_mixed(palette.far, palette.close, step / 254) for step in range(255)),
    ]


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _mixed(one: str, other: str, share: float) -> tuple[int, int, int]:
    red, green, blue = (
        round(left + (right - left) * share) for left, right in zip(_rgb(one), _rgb(other), strict=True)
    )
    return red, green, blue
