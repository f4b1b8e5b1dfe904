"""A batch as a web page that stands alone, and as a manifest for programs.

The manifest is a JSON object: `format` "ai-workbench-image-grid", `version` 1, `title`, `created_at`, `prompt` as it was typed,
`models`, `axes` (each with `field`, `part` and `values`; x, y, z in this order), `cost_usd` (null where a part of it is not known)
and `calls`: each with its `cell` (a place on every axis, counted from 0), `at` (the values there), `model`, `settings` as wished,
`state`, `attempts`, `took_ms`, `exchange_id`, `trouble` (null, or what, why and fix), and `images` as in the gallery's manifest.
"""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from html import escape
from itertools import product
from typing import Any, Protocol

import msgspec

from workbench.domain.errors import WorkbenchError
from workbench.domain.images.formats import picture_type
from workbench.domain.images.gallery import GalleryImage
from workbench.domain.images.jobs import ImageBatch, ImageJob, JobState
from workbench.domain.images.settings import Axis, AxisField, ImageSettings
from workbench.domain.models import Cost
from workbench.services.images.export import described

FORMAT, VERSION = "ai-workbench-image-grid", 1
SIDE = 256
_AXIS_NAMES = {
    AxisField.MODEL: "Model",
    AxisField.SEED: "Seed",
    AxisField.STEPS: "Steps",
    AxisField.GUIDANCE: "Guidance",
    AxisField.STRENGTH: "Strength",
    AxisField.SIZE: "Size",
    AxisField.PROMPT: "Prompt",
}
_STATES = {
    JobState.WAITING: "Waiting",
    JobState.RUNNING: "Running",
    JobState.DONE: "Done",
    JobState.FAILED: "Failed",
    JobState.CANCELLED: "Cancelled",
}
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --line: #e1e4ea; --muted: #5a6372; --ground: #fff; --text: #1b1f27; --bad: #c0342b; }}
@media (prefers-color-scheme: dark) {{
  :root {{ --line: #333842; --muted: #9aa3b2; --ground: #16181d; --text: #e6e8ec; --bad: #f2776b; }}
}}
body {{ margin: 24px; background: var(--ground); color: var(--text); font: 13px/1.45 system-ui, sans-serif; }}
h1 {{ font-size: 20px; margin: 0 0 4px; }}
h2 {{ font-size: 15px; margin: 24px 0 8px; }}
p {{ margin: 0 0 8px; max-width: 78ch; }}
.muted, figcaption {{ color: var(--muted); font-size: 11px; font-variant-numeric: tabular-nums; }}
.bad {{ color: var(--bad); }}
table {{ border-collapse: collapse; }}
th, td {{ border: 1px solid var(--line); padding: 8px; text-align: start; vertical-align: top; }}
thead th, tbody th {{ position: sticky; background: var(--ground); }}
thead th {{ top: 0; }}
tbody th {{ inset-inline-start: 0; }}
figure {{ margin: 0 0 8px; width: {side}px; }}
.list {{ display: flex; flex-wrap: wrap; gap: 16px; }}
img {{ display: block; max-width: 100%; height: auto; border-radius: 6px; margin-bottom: 4px; }}
dl {{ display: grid; grid-template-columns: max-content 1fr; gap: 2px 8px; margin: 4px 0 0; }}
dt {{ color: var(--muted); }}
dd {{ margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; }}
</style>
</head>
<body>
{body}
</body>
</html>
"""


class Pictures(Protocol):
    """services.images.gallery.Gallery."""

    async def images(self, ids: Sequence[str]) -> list[GalleryImage]: ...
    async def thumbnail(self, digest: str, side: int = SIDE) -> bytes: ...


async def html(
    batch: ImageBatch,
    jobs: Sequence[ImageJob],
    gallery: Pictures,
    *,
    file_of: Callable[[GalleryImage], str] | None = None,
) -> bytes:
    """A page with small pictures in it, which needs nothing else. Raises StorageFailed.

    file_of: where the whole picture lies, seen from the page, so that the small one leads to it; "" where it lies nowhere.
    """
    ids = [image_id for job in jobs for image_id in job.images]
    images = {image.id: image for image in await gallery.images(ids)}
    shown: dict[str, list[str]] = {}
    for job in jobs:
        cell = [
            _figure(image, await _small(gallery, image), file_of(image) if file_of else "")
            for image_id in job.images
            if (image := images.get(image_id)) is not None
        ]
        shown[job.id] = cell or [_without_picture(job)]
    return await asyncio.to_thread(_page, batch, tuple(jobs), images, shown)


def manifest(batch: ImageBatch, jobs: Sequence[ImageJob], images: Sequence[GalleryImage]) -> dict[str, Any]:
    """See the head of this module."""
    by_id = {image.id: image for image in images}
    axes = _axes(batch)
    calls = []
    for job in jobs:
        made = [by_id[image_id] for image_id in job.images if image_id in by_id]
        trouble = job.trouble
        calls.append(
            {
                "cell": list(job.cell),
                "at": [_value(axes, job.cell, place) for place in range(len(job.cell))],
                "model": job.model,
                "settings": _set(job.settings),
                "state": str(job.state),
                "attempts": job.attempts,
                "took_ms": _took_ms(job, made),
                "exchange_id": job.exchange_id,
                "trouble": {"what": trouble.what, "why": trouble.why, "fix": trouble.fix}
                if trouble
                else None,
                "images": [described(image) for image in made],
            }
        )
    return {
        "format": FORMAT,
        "version": VERSION,
        "title": batch.title,
        "created_at": _time(batch.created_at),
        "prompt": batch.draft.settings.prompt,
        "models": list(dict.fromkeys(job.model for job in jobs)),
        "axes": [{"field": str(axis.field), "part": axis.part, "values": list(axis.values)} for axis in axes],
        "cost_usd": _total(images),
        "calls": calls,
    }


def _page(
    batch: ImageBatch,
    jobs: tuple[ImageJob, ...],
    images: dict[str, GalleryImage],
    shown: dict[str, list[str]],
) -> bytes:
    prompt = batch.draft.settings.prompt
    title = escape(batch.title or prompt or "Pictures")
    axes = _axes(batch)
    body = [f'<h1 dir="auto">{title}</h1>', f'<p class="muted">{escape(_summary(batch, jobs, images))}</p>']
    if prompt not in ("", batch.title):
        body.append(f'<p dir="auto">{escape(prompt)}</p>')
    if axes and all(len(job.cell) == len(axes) for job in jobs):
        body.extend(_tables(axes, jobs, shown))
    else:
        body.append('<div class="list">')
        body.extend("".join(shown[job.id]) for job in jobs)
        body.append("</div>")
    return _PAGE.format(title=title, side=SIDE, body="\n".join(body)).encode("utf-8", "replace")


def _tables(axes: tuple[Axis, ...], jobs: tuple[ImageJob, ...], shown: dict[str, list[str]]) -> Iterator[str]:
    """One for each value of the third axis: the first goes across, the second down."""
    cells: defaultdict[tuple[int, ...], list[str]] = defaultdict(list)
    for job in jobs:
        cells[job.cell].extend(shown[job.id])
    across, rest = axes[0], axes[1:]
    down, deep = (rest[0] if rest else None), rest[1:]
    for layer in product(*(range(len(axis.values)) for axis in deep)):
        if layer:
            names = (f"{_name(axis)}: {axis.values[place]}" for axis, place in zip(deep, layer, strict=True))
            yield f'<h2 dir="auto">{escape(" · ".join(names))}</h2>'
        corner = f"{escape(_name(across))} →" + (f"<br>{escape(_name(down))} ↓" if down else "")
        heads = "".join(f'<th scope="col" dir="auto">{escape(value)}</th>' for value in across.values)
        yield f'<table><thead><tr><th dir="auto">{corner}</th>{heads}</tr></thead><tbody>'
        for row, value in enumerate(down.values if down else ("",)):
            places = ((column, row, *layer) if down else (column,) for column in range(len(across.values)))
            data = "".join(f"<td>{''.join(cells[place])}</td>" for place in places)
            yield f'<tr><th scope="row" dir="auto">{escape(value)}</th>{data}</tr>'
        yield "</tbody></table>"


def _figure(image: GalleryImage, small: bytes, file: str) -> str:
    if small:
        kind = picture_type(small) or "application/octet-stream"
        inline = f"data:{kind};base64,{b64encode(small).decode('ascii')}"
        picture = f'<img loading="lazy" alt="{escape(image.settings.prompt)}" src="{inline}">'
        if file:
            picture = f'<a href="{escape(file)}">{picture}</a>'
    else:
        picture = '<p class="bad">The picture’s file is not there any more.</p>'
    facts = [
        _short(image.model),
        f"{image.width}×{image.height}",
        _money(image.cost),
        _seconds(image.took_ms),
    ]
    rows = [
        ("Model", image.model),
        ("Connection", image.target),
        *_rows(image.settings),
        ("Said", image.said),
    ]
    return (
        f"<figure>{picture}<figcaption>{escape(' · '.join(filter(None, facts)))}"
        f"{' · sandbox' if image.sandbox else ''}{_details(rows)}</figcaption></figure>"
    )


def _without_picture(job: ImageJob) -> str:
    lines = [
        f'<p class="bad">{_STATES[job.state]}</p>' if job.state is not JobState.DONE else "<p>Deleted</p>"
    ]
    if job.trouble is not None:
        lines.append(f"<p>{escape(f'{job.trouble.what} {job.trouble.why}'.strip())}</p>")
    rows = [("Model", job.model), *_rows(job.settings)]
    took = _seconds(_took_ms(job, ()))
    facts = " · ".join(filter(None, (_short(job.model), took)))
    return f"<figure>{''.join(lines)}<figcaption>{escape(facts)}{_details(rows)}</figcaption></figure>"


def _details(rows: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        f'<dt>{escape(name)}</dt><dd dir="auto">{escape(value)}</dd>' for name, value in rows if value
    )
    return f"<details><summary>Settings</summary><dl>{listed}</dl></details>"


def _rows(settings: ImageSettings) -> list[tuple[str, str]]:
    size = f"{settings.width or '?'}×{settings.height or '?'}" if settings.width or settings.height else ""
    numbers = (
        ("Steps", settings.steps),
        ("Guidance", settings.guidance),
        ("Seed", settings.seed),
        ("Strength", settings.strength),
    )
    return [
        ("Prompt", settings.prompt),
        ("Negative prompt", settings.negative_prompt),
        ("Size", size or settings.aspect_ratio),
        *(
            (name, f"{value:g}" if isinstance(value, float) else str(value))
            for name, value in numbers
            if value is not None
        ),
        ("Source", settings.source[:16]),
        ("Mask", settings.mask[:16]),
        ("References", ", ".join(digest[:16] for digest in settings.references)),
    ]


async def _small(gallery: Pictures, image: GalleryImage) -> bytes:
    """Empty where it cannot be had: one missing file is no reason to have no page."""
    try:
        return await gallery.thumbnail(image.digest, SIDE)
    except WorkbenchError:
        return b""


def _summary(batch: ImageBatch, jobs: Sequence[ImageJob], images: dict[str, GalleryImage]) -> str:
    counts = Counter(job.state for job in jobs)
    states = [f"{counts[state]} {name.lower()}" for state, name in _STATES.items() if counts[state]]
    total = _total(tuple(images.values()))
    money = [] if total is None or not images else [f"{_dollars(total)} in all"]
    return " · ".join((_time(batch.created_at).replace("T", " ").replace("Z", " UTC"), *states, *money))


def _axes(batch: ImageBatch) -> tuple[Axis, ...]:
    """Those that were planned with (`planning.planned`)."""
    return tuple(axis for axis in batch.draft.axes if axis.values)


def _name(axis: Axis) -> str:
    name = _AXIS_NAMES[axis.field]
    return f"{name} “{axis.part}”" if axis.part else name


def _value(axes: tuple[Axis, ...], cell: tuple[int, ...], place: int) -> str | None:
    """None where the batch's draft does not know the cell."""
    values = axes[place].values if place < len(axes) else ()
    return values[cell[place]] if cell[place] < len(values) else None


def _set(settings: ImageSettings) -> dict[str, Any]:
    """Only what is set."""
    values: dict[str, Any] = msgspec.to_builtins(settings)
    return {name: value for name, value in values.items() if value not in (None, "", ())}


def _took_ms(job: ImageJob, images: Sequence[GalleryImage]) -> float | None:
    """Of the call; where no picture tells, from its beginning to its end."""
    told = next((image.took_ms for image in images if image.took_ms is not None), None)
    if told is None and job.ended_at > job.started_at > 0:
        return (job.ended_at - job.started_at) * 1000
    return told


def _total(images: Sequence[GalleryImage]) -> float | None:
    """None where the cost of one is not known, for that is not nothing."""
    costs = [image.cost.usd for image in images if image.cost is not None and image.cost.usd is not None]
    return sum(costs) if len(costs) == len(images) else None


def _money(cost: Cost | None) -> str:
    if cost is None or cost.usd is None:
        return ""
    return _dollars(cost.usd) if cost.charged else f"≈ {_dollars(cost.usd)}"


def _dollars(usd: float) -> str:
    """To the cent, or as far as the first digits of what is less."""
    if usd >= 0.1 or usd == 0:
        return f"${usd:,.2f}"
    return f"${usd:.6f}".rstrip("0")


def _seconds(ms: float | None) -> str:
    return "" if ms is None else f"{ms / 1000:.1f} s"


def _short(model: str) -> str:
    return model.rsplit("/", 1)[-1]


def _time(unix: float) -> str:
    return datetime.fromtimestamp(unix, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
