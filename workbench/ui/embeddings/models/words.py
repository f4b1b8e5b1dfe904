"""Models, plans and runs of embeddings, in the user's words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QCoreApplication, QLocale

from workbench.domain.embeddings.abilities import EmbeddingAbilities
from workbench.domain.embeddings.runs import BadRows, ModelRun, RunState
from workbench.domain.models import Cost, Model
from workbench.domain.trouble import Trouble
from workbench.services.embeddings.planning import ModelPlan
from workbench.services.waiting import Hold
from workbench.ui.support import figures
from workbench.ui.support.sentences import in_words

translate = QCoreApplication.translate
_LTR, _END = "\u2066", "\u2069"
_NO_BREAK = "\N{NO-BREAK SPACE}"
_MINUTE, _HOUR = 60, 3600
_MUCH_MEMORY = 500_000_000
"""Bytes; below it nobody needs to think of them."""
STATES = {
    RunState.WAITING: ("clock", "muted"),
    RunState.RUNNING: ("loader-circle", "accent"),
    RunState.DONE: ("circle-check", "good"),
    RunState.FAILED: ("circle-x", "bad"),
    RunState.STOPPED: ("ban", "muted"),
}
"""Lucide name and role of each state; the word stands beside it."""


def ltr(text: str) -> str:
    """Figures and ids, which read from left to right in every language and stay in one line."""
    return f"{_LTR}{text.replace(' ', _NO_BREAK)}{_END}"


def state(of: RunState) -> str:
    return {
        RunState.WAITING: translate("EmbeddingModels", "Waiting"),
        RunState.RUNNING: translate("EmbeddingModels", "Embedding"),
        RunState.DONE: translate("EmbeddingModels", "Done"),
        RunState.FAILED: translate("EmbeddingModels", "Failed"),
        RunState.STOPPED: translate("EmbeddingModels", "Stopped"),
    }[of]


def price(model: Model) -> str:
    """“$0.012 / M tokens”; "" where there is none."""
    usd = model.price_per_m("input")
    return ltr(translate("EmbeddingModels", "{0} / M tokens").format(figures.price(usd))) if usd else ""


def facts(model: Model, abilities: EmbeddingAbilities) -> str:
    """“1,024 dimensions · reads 8,192 tokens”."""
    found = []
    if model.deprecated:
        found.append(translate("EmbeddingModels", "Retired"))
    if abilities.dimensions:
        found.append(dimensions(abilities.dimensions))
    if abilities.most_tokens:
        tokens = ltr(figures.count(abilities.most_tokens))
        found.append(translate("EmbeddingModels", "reads {0} tokens").format(tokens))
    if not found or not abilities.known:
        found.append(translate("EmbeddingModels", "little is known of it"))
    return " · ".join(found)


def dimensions(many: int) -> str:
    return translate("EmbeddingModels", "{0} dimensions").format(ltr(figures.count(many)))


def calls(many: int) -> str:
    if many == 1:
        return translate("EmbeddingModels", "1 call")
    return translate("EmbeddingModels", "{0} calls").format(ltr(figures.count(many)))


# before


def plan(found: ModelPlan, *, free: bool) -> str:
    """What one model takes: “3 calls · ≈ 5,120 tokens · ≈ $0.0002”; what is kept is told first. free: nobody charges for it."""
    if found.kept is not None and found.kept == found.distinct:
        return translate("EmbeddingModels", "All vectors are kept: nothing to pay.")
    parts = []
    if found.kept:
        kept = ltr(f"{figures.count(found.kept)} / {figures.count(found.distinct)}")
        parts.append(translate("EmbeddingModels", "{0} kept").format(kept))
    parts.append(calls(found.calls))
    parts.append(translate("EmbeddingModels", "{0} tokens").format(ltr(f"≈ {figures.count(found.tokens)}")))
    parts.append(translate("EmbeddingModels", "free") if free else _about(found.usd))
    return " · ".join(parts)


def cut(found: ModelPlan, abilities: EmbeddingAbilities) -> str:
    """How many texts the model will not read to their end."""
    most = ltr(figures.count(abilities.most_tokens or 0))
    if len(found.cut) == 1:
        return translate("EmbeddingModels", "1 text is longer than {0} tokens and will be cut.").format(most)
    text = translate("EmbeddingModels", "{0} texts are longer than {1} tokens and will be cut.")
    return text.format(ltr(figures.count(len(found.cut))), most)


def total(plans: Sequence[ModelPlan], *, free: bool) -> str:
    """“2 models · 624 vectors · 8 calls · ≈ $0.0004”. free: nobody charges for it; what it would cost elsewhere is told all the same."""
    if not plans:
        return ""
    parts = []
    if len(plans) > 1:
        parts.append(translate("EmbeddingModels", "{0} models").format(ltr(figures.count(len(plans)))))
    vectors = sum(each.rows for each in plans)
    if vectors == 1:
        parts.append(translate("EmbeddingModels", "1 vector"))
    else:
        parts.append(translate("EmbeddingModels", "{0} vectors").format(ltr(figures.count(vectors))))
    many = sum(each.calls for each in plans)
    if not many:
        return " · ".join((*parts, translate("EmbeddingModels", "all kept, nothing to pay")))
    parts.append(calls(many))
    known = [each.usd for each in plans if each.usd is not None]
    told = _about(sum(known) if known else None)
    if known and len(known) < len(plans):
        told = translate("EmbeddingModels", "{0} and more").format(told)
    if free:
        elsewhere = translate("EmbeddingModels", "free here, elsewhere {0}").format(told)
        told = elsewhere if known else translate("EmbeddingModels", "free here")
    return " · ".join((*parts, told))


def memory(plans: Iterable[ModelPlan]) -> str:
    """What the vectors will need, where that is much; "" where it is not."""
    plans = tuple(plans)
    held = sum(each.memory_bytes or 0 for each in plans)
    if held < _MUCH_MEMORY:
        return ""
    disk = sum(each.disk_bytes or 0 for each in plans)
    text = translate("EmbeddingModels", "They will need about {0} of memory and {1} on the disk.")
    return text.format(ltr(_gigabytes(held)), ltr(_gigabytes(disk)))


def _gigabytes(number: int) -> str:
    if number < 1_000_000_000:
        return figures.size(number)
    return f"{QLocale().toString(number / 1e9, 'f', 1)} GB"


def _about(usd: float | None) -> str:
    if usd is None:
        return translate("EmbeddingModels", "price not known")
    return ltr(figures.about_usd(usd) if usd else figures.usd(usd))


# during and after


def progress(model: ModelRun, hold: Hold | None, now: float) -> str:
    """How far it is, in a few words."""
    if not model.state.over and hold is not None and hold.until > now:
        again = translate("EmbeddingModels", "Again in {0}").format(ltr(span(hold.until - now)))
        return f"{again}: {hold.trouble.what}" if hold.trouble is not None else again
    if model.state is RunState.WAITING:
        return translate("EmbeddingModels", "Looking for vectors that are kept…")
    if not model.rows:
        return state(model.state)  # it failed before they were counted
    counts = ltr(f"{figures.count(model.done)} / {figures.count(model.rows)}")
    if model.state is RunState.DONE and model.done == model.rows:
        counts = ltr(figures.count(model.done))
    if model.state is RunState.RUNNING and model.trouble is not None:
        return translate("EmbeddingModels", "{0} · Trying again: {1}").format(counts, model.trouble.what)
    return f"{state(model.state)} · {counts}"


def spent(model: ModelRun) -> str:
    """“1,024 dimensions · 12 calls · 5,020 tokens · $0.0001 · 20 kept”."""
    parts = [dimensions(model.dimensions) if model.dimensions else ""]
    if model.calls:
        parts.append(calls(model.calls))
    if model.tokens:
        parts.append(translate("EmbeddingModels", "{0} tokens").format(ltr(figures.count(model.tokens))))
    if model.calls:
        parts.append(cost(model.cost, sandbox=model.sandbox))
    elif model.done:
        parts.append(translate("EmbeddingModels", "all kept, nothing paid"))
    if model.kept and model.calls:
        parts.append(translate("EmbeddingModels", "{0} kept").format(ltr(figures.count(model.kept))))
    return " · ".join(part for part in parts if part)


def cost(amount: Cost | None, *, sandbox: bool) -> str:
    """What was paid: as it was charged, else as it follows from the price list. The sandbox is free."""
    if sandbox:
        return translate("EmbeddingModels", "sandbox, free")
    if amount is None or amount.usd is None:
        return translate("EmbeddingModels", "price not known")
    return ltr(figures.usd(amount.usd) if amount.charged else figures.about_usd(amount.usd))


def bad(of: BadRows) -> str:
    """“3 texts have no vector: The model refused it.”"""
    if len(of.rows) == 1:
        return translate("EmbeddingModels", "1 text has no vector: {0}").format(trouble(of.trouble))
    text = translate("EmbeddingModels", "{0} texts have no vector: {1}")
    return text.format(ltr(figures.count(len(of.rows))), trouble(of.trouble))


def trouble(of: Trouble) -> str:
    """What happened, why, and what to do; what is not known is left out."""
    return in_words(of)


def span(seconds: float) -> str:
    """A time that passes, in whole seconds: 8 s, 2 min 5 s, 1 h 3 min."""
    whole = max(0, round(seconds))
    if whole < _MINUTE:
        return translate("EmbeddingModels", "{0} s").format(figures.count(whole))
    if whole < _HOUR:
        minutes, rest = divmod(whole, _MINUTE)
        if not rest:
            return translate("EmbeddingModels", "{0} min").format(figures.count(minutes))
        text = translate("EmbeddingModels", "{0} min {1} s")
        return text.format(figures.count(minutes), figures.count(rest))
    hours, rest = divmod(whole, _HOUR)
    text = translate("EmbeddingModels", "{0} h {1} min")
    return text.format(figures.count(hours), figures.count(rest // _MINUTE))
