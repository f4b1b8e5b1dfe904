"""Recordings and takes in the user's words."""

from __future__ import annotations

from workbench.domain.models import short_name
from workbench.domain.speech.takes import Recording, Take, TakeState
from workbench.ui.speech.words import (
    cost,
    length,
    ltr,
    percent,
    state,
    translate,
)
from workbench.ui.support import figures
from workbench.ui.support.moments import moment
from workbench.ui.support.sentences import in_words


def facts(recording: Recording, takes: int) -> str:
    """“3:05 · 14:32 · 2 takes”."""
    parts = [ltr(length(recording.seconds)) if recording.seconds else "", moment(recording.created_at)]
    if takes:
        parts.append(
            translate("SpeechLibrary", "1 take")
            if takes == 1
            else translate("SpeechLibrary", "{0} takes").format(figures.count(takes))
        )
    return " · ".join(part for part in parts if part)


def mishap(recording: Recording) -> str:
    """What is wrong with its file, "" when nothing is."""
    if recording.missing:
        return translate("SpeechLibrary", "File not found")
    return translate("SpeechLibrary", "File has changed") if recording.changed else ""


def take_title(take: Take) -> str:
    return short_name(take.model)


def share(take: Take) -> float:
    """How much of it is done, 0–1, by time."""
    whole = sum(part.seconds for part in take.parts)
    return sum(part.seconds for part in take.parts if part.state is TakeState.DONE) / whole if whole else 0.0


def take_state(take: Take) -> str:
    """“Hearing 42 %”, “Edited”; of what is done and as it was heard, when that was."""
    match take.state:
        case TakeState.DONE:
            return translate("SpeechLibrary", "Edited") if take.edited else moment(take.created_at)
        case TakeState.RUNNING if take.parts:
            return ltr(percent(share(take)))
    return state(take.state)


def tip(entry: Recording | Take) -> str:
    if isinstance(entry, Recording):
        parts = [entry.name, entry.path, figures.size(entry.size), entry.media_type, mishap(entry)]
        return "\n".join(part for part in parts if part)
    facts = " · ".join(part for part in (state(entry.state), cost(entry.cost), options(entry)) if part)
    parts = [entry.model, facts]
    if entry.span is not None:
        start, end = (ltr(length(seconds)) for seconds in entry.span)
        parts.append(translate("SpeechLibrary", "Only {0} to {1}").format(start, end))
    if entry.trouble is not None:
        parts.append(in_words(entry.trouble))
    return "\n".join(part for part in parts if part)


def options(take: Take) -> str:
    """As they were sent."""
    return ", ".join(f"{name} {value}" for name, value in take.options.items())


def spoken(entry: Recording | Take, takes: int) -> str:
    """As a screen reader says it."""
    if isinstance(entry, Recording):
        parts = [entry.name, facts(entry, takes), mishap(entry)]
    else:
        parts = [take_title(entry), state(entry.state), take_state(entry)]
    return ", ".join(dict.fromkeys(part for part in parts if part))
