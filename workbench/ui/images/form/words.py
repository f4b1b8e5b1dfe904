"""Settings and what becomes of them, in the user's words."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication, QLocale

from workbench.domain.images.abilities import Abilities
from workbench.domain.images.fitting import Change, ChangeKind
from workbench.domain.images.settings import AxisField
from workbench.ui.images.form.outlook import Outlook, Receipt, Size
from workbench.ui.support import figures

translate = QCoreApplication.translate
_LTR, _END = "\u2066", "\u2069"
_SHOWN = 3


def field_name(name: str) -> str:
    """name: an attribute of ImageSettings, or "size", "models", "count"."""
    return {
        "prompt": translate("ImageForm", "prompt"),
        "negative_prompt": translate("ImageForm", "negative prompt"),
        "size": translate("ImageForm", "size"),
        "steps": translate("ImageForm", "steps"),
        "guidance": translate("ImageForm", "guidance"),
        "seed": translate("ImageForm", "seed"),
        "strength": translate("ImageForm", "strength"),
        "source": translate("ImageForm", "source picture"),
        "mask": translate("ImageForm", "mask"),
        "references": translate("ImageForm", "reference pictures"),
    }.get(name, name)


def axis_name(field: AxisField) -> str:
    return {
        AxisField.MODEL: translate("ImageForm", "Model"),
        AxisField.SEED: translate("ImageForm", "Seed"),
        AxisField.STEPS: translate("ImageForm", "Steps"),
        AxisField.GUIDANCE: translate("ImageForm", "Guidance"),
        AxisField.STRENGTH: translate("ImageForm", "Strength"),
        AxisField.SIZE: translate("ImageForm", "Size"),
        AxisField.PROMPT: translate("ImageForm", "Part of the prompt"),
    }[field]


def ltr(text: str) -> str:
    """Figures and ids, which read from left to right in every language."""
    return f"{_LTR}{text}{_END}"


def size_text(size: Size) -> str:
    return ltr(f"{size[0]}×{size[1]}")


def changes_text(changes: Iterable[Change]) -> tuple[str, ...]:
    """One phrase for each field: “negative prompt dropped”, “steps 20 → 8”."""
    by_field: dict[tuple[str, ChangeKind, str], list[str]] = {}
    for change in changes:
        by_field.setdefault((change.field, change.kind, change.sent), []).append(change.wanted)
    return tuple(_phrase(name, kind, wanted, sent) for (name, kind, sent), wanted in by_field.items())


def remark_on(field: str, receipts: Iterable[Receipt]) -> str:
    """What the models get of one field, where it is not what is wished: “flux-1-schnell gets 8.”"""
    without, said = [], []
    for receipt in receipts:
        mine = [change for change in receipt.changes if change.field == field]
        name = ltr(receipt.model.short_name)
        if mine and all(change.kind is ChangeKind.DROPPED for change in mine):
            without.append(name)
        elif mine and field == "source":
            said.append(translate("ImageForm", "{0} gets it as a reference.").format(name))
        elif mine:
            sent = list(dict.fromkeys(change.sent for change in mine if change.sent))
            said.append(translate("ImageForm", "{0} gets {1}.").format(name, _listed(_written(field, sent))))
    if without:
        said.append(translate("ImageForm", "Not sent to {0}.").format(", ".join(without)))
    return " ".join(said)


def outlook_text(seen: Outlook) -> str:
    """“27 pictures: 3 × 3 × 3, about $0.12”."""
    text = pictures_text(seen.count)
    if len(seen.lengths) > 1:
        text = f"{text}: {ltr(' × '.join(map(str, seen.lengths)))}"
    cost = cost_text(seen)
    return f"{text}, {cost}" if cost else text


def pictures_text(count: int) -> str:
    if count == 1:
        return translate("ImageForm", "1 picture")
    return translate("ImageForm", "{0} pictures").format(figures.count(count))


def cost_text(seen: Outlook) -> str:
    if not seen.count:
        return ""
    about = translate("ImageForm", "about {0}").format(ltr(figures.usd(seen.usd)))
    if not seen.unpriced:
        return about
    if seen.unpriced == seen.count:
        return translate("ImageForm", "price not known")
    return translate("ImageForm", "{0} and some without a known price").format(about)


def _phrase(name: str, kind: ChangeKind, wanted: list[str], sent: str) -> str:
    words = field_name(name)
    if kind is ChangeKind.DROPPED:
        if name in ("steps", "guidance", "strength", "seed", "size"):
            return translate("ImageForm", "{0} {1} dropped").format(words, _listed(_written(name, wanted)))
        return translate("ImageForm", "{0} dropped").format(words)
    if name == "source":
        return translate("ImageForm", "source picture sent as a reference")
    return f"{words} {ltr(f'{_listed(_written(name, wanted))} → {_written(name, [sent])[0]}')}"


def _written(name: str, values: list[str]) -> list[str]:
    if name == "size":
        return [value.replace("x", "×") for value in values]
    return [_local(value) for value in values]


def _local(value: str) -> str:
    """A number in the digits and with the decimal sign of the user's language."""
    try:
        number = float(value)
    except ValueError:
        return value
    return QLocale().toString(number, "g", 10) if "." in value else value


def _listed(values: list[str]) -> str:
    shown = ", ".join(values[:_SHOWN])
    return f"{shown} …" if len(values) > _SHOWN else shown


def price_text(usd: float | None) -> str:
    """Of one picture as a list shows it; "" where it is not known."""
    return "" if usd is None else ltr(figures.about_usd(usd))


def facts_text(abilities: Abilities) -> tuple[str, ...]:
    """What a model takes, a phrase for each."""
    if not abilities.known:
        return (translate("ImageForm", "Not known what it takes; everything is offered"),)
    facts = []
    if abilities.width is not None and abilities.height is not None:
        largest = (int(abilities.width.maximum), int(abilities.height.maximum))
        facts.append(translate("ImageForm", "up to {0} pixels").format(size_text(largest)))
    elif abilities.sizes:
        facts.append(translate("ImageForm", "{0} sizes").format(len(abilities.sizes)))
    elif abilities.aspect_ratios:
        facts.append(translate("ImageForm", "{0} aspect ratios").format(len(abilities.aspect_ratios)))
    if abilities.fixed_steps is not None:
        facts.append(translate("ImageForm", "always {0} steps").format(abilities.fixed_steps))
    elif abilities.steps is not None:
        facts.append(translate("ImageForm", "up to {0} steps").format(int(abilities.steps.maximum)))
    able = (
        (abilities.guidance is not None, translate("ImageForm", "guidance")),
        (abilities.seed, translate("ImageForm", "seed")),
        (abilities.negative_prompt, translate("ImageForm", "negative prompt")),
        (
            abilities.source,
            translate("ImageForm", "needs a source picture")
            if abilities.source_required
            else translate("ImageForm", "source picture"),
        ),
        (
            abilities.mask,
            translate("ImageForm", "needs a mask")
            if abilities.mask_required
            else translate("ImageForm", "mask"),
        ),
    )
    facts += [words for has, words in able if has]
    if abilities.references == 1:
        facts.append(translate("ImageForm", "1 reference picture"))
    elif abilities.references:
        facts.append(translate("ImageForm", "{0} reference pictures").format(abilities.references))
    return tuple(facts)
