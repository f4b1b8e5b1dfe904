"""The try-on's steps and fields in the user's words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from workbench.domain.images.schema_form import SchemaField
from workbench.domain.images.try_on import StepReport, StepState
from workbench.domain.models import short_name
from workbench.services.images.try_on import Prospect
from workbench.ui.images.form.words import ltr
from workbench.ui.images.results import words as results
from workbench.ui.support import figures

STATES = {
    StepState.BLOCKED: ("circle-dashed", "muted"),
    StepState.READY: ("circle", "muted"),
    StepState.RUNNING: ("loader-circle", "accent"),
    StepState.DONE: ("circle-check", "good"),
    StepState.STALE: ("history", "warn"),
    StepState.FAILED: ("circle-x", "bad"),
}
"""Lucide name and role; the word stands beside it."""


def state(of: StepState) -> str:
    tr = QCoreApplication.translate
    return {
        StepState.BLOCKED: tr("TryOn", "Waiting"),
        StepState.READY: tr("TryOn", "Ready"),
        StepState.RUNNING: tr("TryOn", "Running"),
        StepState.DONE: tr("TryOn", "Done"),
        StepState.STALE: tr("TryOn", "Out of date"),
        StepState.FAILED: tr("TryOn", "Failed"),
    }[of]


def title(field: SchemaField) -> str:
    """The schema's own title where nobody translated it."""
    tr = QCoreApplication.translate
    return {
        "summary": tr("TryOn", "In one sentence"),
        "garments": tr("TryOn", "Garments"),
        "style": tr("TryOn", "Style"),
        "kind": tr("TryOn", "Kind"),
        "place": tr("TryOn", "Worn on"),
        "colour": tr("TryOn", "Colour"),
        "material": tr("TryOn", "Material"),
        "pattern": tr("TryOn", "Pattern"),
        "fit": tr("TryOn", "Fit"),
        "details": tr("TryOn", "Details"),
    }.get(field.name, field.title)


def choice(value: str) -> str:
    tr = QCoreApplication.translate
    return {
        "head": tr("TryOn", "head"),
        "upper body": tr("TryOn", "upper body"),
        "lower body": tr("TryOn", "lower body"),
        "whole body": tr("TryOn", "whole body"),
        "feet": tr("TryOn", "feet"),
        "hands": tr("TryOn", "hands"),
        "accessory": tr("TryOn", "accessory"),
    }.get(value, value)


def report(of: StepReport) -> str:
    """`llama-4-scout · 1.2 s · 830 → 120 tokens · $0.0003 · asked twice`."""
    tr = QCoreApplication.translate
    parts = [short_name(of.model)]
    if of.took_ms is not None:
        parts.append(figures.seconds(of.took_ms))
    if of.tokens_in is not None and of.tokens_out is not None:
        counts = ltr(f"{figures.count(of.tokens_in)} → {figures.count(of.tokens_out)}")
        parts.append(tr("TryOn", "{0} tokens").format(counts))
    parts.append(results.cost(of.cost))
    if of.repaired:
        parts.append(tr("TryOn", "asked twice"))
    if of.sandbox:
        parts.append(tr("TryOn", "sandbox"))
    return " · ".join(part for part in parts if part)


def outlook(prospects: tuple[Prospect, ...]) -> str:
    """`4 pictures · ≈ $0.02`."""
    tr = QCoreApplication.translate
    calls = sum(prospect.calls for prospect in prospects)
    if not calls:
        return ""
    words = (
        tr("TryOn", "1 picture") if calls == 1 else tr("TryOn", "{0} pictures").format(figures.count(calls))
    )
    known = [prospect.usd for prospect in prospects if prospect.usd is not None]
    if not known:
        return f"{words} · {tr('TryOn', 'cost not known')}"
    cost = f"≈ {figures.usd(sum(known))}"
    if len(known) < len(prospects):
        cost = tr("TryOn", "{0} or more").format(cost)
    return f"{words} · {cost}"
