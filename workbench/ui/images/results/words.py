"""Calls, pictures and batches in the user's words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from workbench.domain.images.jobs import ImageBatch
from workbench.domain.images.settings import Axis, AxisField
from workbench.domain.models import Cost, short_name
from workbench.ui.images.results.result import Counts, Phase, Result
from workbench.ui.support import figures

_MINUTE, _HOUR = 60, 3600
ICONS = {
    Phase.WAITING: ("clock", "muted"),
    Phase.HELD: ("timer", "warn"),
    Phase.RUNNING: ("loader-circle", "accent"),
    Phase.COMING: ("image", "muted"),
    Phase.DONE: ("circle-check", "good"),
    Phase.GONE: ("trash-2", "muted"),
    Phase.FAILED: ("circle-x", "bad"),
    Phase.CANCELLED: ("ban", "muted"),
}
"""Lucide name and role of each phase; the word stands beside it."""


def state(result: Result, now: float, *, paused: bool = False) -> str:
    """The word of a phase, with its time where one passes: “Running · try 2 · 12 s”, “Again in 8 s”."""
    tr = QCoreApplication.translate
    job = result.job
    match result.phase:
        case Phase.WAITING:
            return tr("ImageResults", "Paused") if paused else tr("ImageResults", "Waiting")
        case Phase.HELD:
            left = job.not_before - now
            if paused:
                return tr("ImageResults", "Paused")
            if left <= 0:
                return tr("ImageResults", "Again any moment")
            return tr("ImageResults", "Again in {0}").format(span(left))
        case Phase.RUNNING:
            parts = [tr("ImageResults", "Running")]
            if job.attempts > 1:
                parts.append(tr("ImageResults", "try {0}").format(figures.count(job.attempts)))
            if job.started_at:
                parts.append(span(now - job.started_at))
            return " · ".join(parts)
        case Phase.COMING:
            return tr("ImageResults", "Reading…")
        case Phase.DONE:
            return tr("ImageResults", "Done")
        case Phase.GONE:
            return tr("ImageResults", "Deleted from the gallery")
        case Phase.FAILED:
            return tr("ImageResults", "Failed")
        case Phase.CANCELLED:
            return tr("ImageResults", "Cancelled")


def brief_state(result: Result, now: float, *, paused: bool = False) -> str:
    """The same where there is little room: of what runs or is held up the time alone, for an icon stands beside it."""
    job = result.job
    if result.phase is Phase.RUNNING and job.started_at:
        return span(now - job.started_at)
    if result.phase is Phase.HELD and not paused and job.not_before > now:
        return span(job.not_before - now)
    return state(result, now, paused=paused)


def reasons(result: Result) -> tuple[str, ...]:
    """What went wrong or is waited for, why, and what to do, as far as it is known; also of pictures that came damaged."""
    told = result.phase in (Phase.FAILED, Phase.HELD, Phase.DONE)
    trouble = result.job.trouble
    return tuple(filter(None, (trouble.what, trouble.why, trouble.fix))) if told and trouble else ()


def span(seconds: float) -> str:
    """A time that passes, in whole seconds: 8 s, 2 min 5 s, 1 h 3 min."""
    tr = QCoreApplication.translate
    whole = max(0, round(seconds))
    if whole < _MINUTE:
        return tr("ImageResults", "{0} s").format(figures.count(whole))
    if whole < _HOUR:
        minutes, rest = divmod(whole, _MINUTE)
        return tr("ImageResults", "{0} min {1} s").format(figures.count(minutes), figures.count(rest))
    hours, rest = divmod(whole, _HOUR)
    return tr("ImageResults", "{0} h {1} min").format(figures.count(hours), figures.count(rest // _MINUTE))


def took(seconds: float) -> str:
    return figures.seconds(seconds * 1000)


def cost(amount: Cost | None) -> str:
    """“$0.0021”; “≈ $0.0021” where it is worked out from the price list; "" where nobody knows."""
    if amount is None or amount.usd is None:
        return ""
    return figures.usd(amount.usd) if amount.charged else figures.about_usd(amount.usd)


def seed(result: Result) -> str:
    """As it was sent, for not every model takes one; while nothing is sent, as it is wished."""
    settings = result.job.settings if result.image is None else result.image.settings
    return "" if settings.seed is None else str(settings.seed)


def metrics(result: Result) -> tuple[str, ...]:
    """What is told in a small line under a picture: size, cost, time."""
    parts = []
    if result.image is not None:
        parts.append(f"{result.image.width} × {result.image.height}")
        parts.append(cost(result.image.cost))
    if result.took_s is not None:
        parts.append(took(result.took_s))
    return tuple(figure(part) for part in parts if part)


def figure(text: str) -> str:
    """Figures with their signs and units, kept from left to right in any language."""
    return f"\u2066{text}\u2069"


def axis(field: AxisField) -> str:
    tr = QCoreApplication.translate
    return {
        AxisField.MODEL: tr("ImageResults", "Model"),
        AxisField.SEED: tr("ImageResults", "Seed"),
        AxisField.STEPS: tr("ImageResults", "Steps"),
        AxisField.GUIDANCE: tr("ImageResults", "Guidance"),
        AxisField.STRENGTH: tr("ImageResults", "Strength"),
        AxisField.SIZE: tr("ImageResults", "Size"),
        AxisField.PROMPT: tr("ImageResults", "Prompt"),
    }[field]


def axis_name(one: Axis) -> str:
    """What changes along it: “Steps”; for a part of the prompt, that part: “Prompt: a cat”."""
    name = axis(one.field)
    return f"{name}: {one.part}" if one.part else name


def value(field: AxisField, written: str) -> str:
    """A value of an axis, as short as a header wants it."""
    if field is AxisField.MODEL:
        return short_name(written)
    return written.replace("x", " × ") if field is AxisField.SIZE else written


def title(batch: ImageBatch) -> str:
    """What a batch is called: its title, else its prompt, in one line."""
    return " ".join((batch.title or batch.draft.settings.prompt).split()) or moment(batch.created_at)


def moment(created_at: float) -> str:
    """The time of day; with the day where it is not today."""
    at = QDateTime.fromMSecsSinceEpoch(round(created_at * 1000))
    today = QDateTime.currentDateTime().date()
    if at.date() == today:
        return QLocale().toString(at, "HH:mm")
    return QLocale().toString(at, "d MMM HH:mm" if at.date().year() == today.year() else "d MMM yyyy HH:mm")


def facts(counts: Counts) -> tuple[str, ...]:
    """How a batch is doing, in parts: “7 of 9 done”, “1 failed”, “1 cancelled”, “$0.012”, “2 waiting”."""
    tr = QCoreApplication.translate
    parts = [
        tr("ImageResults", "{0} of {1} done").format(figures.count(counts.done), figures.count(counts.total))
    ]
    for number, words in (
        (counts.failed, tr("ImageResults", "{0} failed")),
        (counts.cancelled, tr("ImageResults", "{0} cancelled")),
    ):
        if number:
            parts.append(words.format(figures.count(number)))
    parts += [money] if (money := costs(counts)) else []
    for number, words in (
        (counts.running, tr("ImageResults", "{0} running")),
        (counts.waiting, tr("ImageResults", "{0} waiting")),
    ):
        if number:
            parts.append(words.format(figures.count(number)))
    return tuple(parts)


def costs(counts: Counts) -> str:
    """What it has cost, and while it runs what all of it may cost."""
    tr = QCoreApplication.translate
    parts = []
    if counts.charged is not None:
        parts.append(cost(Cost(counts.charged, counts.exact)))
    if counts.estimated is not None and counts.busy:
        whole = figures.usd(counts.estimated)
        parts.append(tr("ImageResults", "about {0} in all").format(whole))
    return " · ".join(parts)


def spoken(result: Result, now: float, *, paused: bool = False) -> str:
    """A result as a screen reader says it: what, whose, how it ended."""
    job = result.job
    parts = [state(result, now, paused=paused), short_name(job.model)]
    if number := seed(result):
        parts.append(QCoreApplication.translate("ImageResults", "seed {0}").format(number))
    parts += reasons(result)
    parts += metrics(result)
    parts.append(job.settings.prompt)
    return ", ".join(part for part in parts if part)
