"""What is spoken, and how well it is understood, in the user's words."""

from __future__ import annotations

from workbench.domain.models import Model, short_name
from workbench.domain.speech.abilities import SpeakingAbilities
from workbench.domain.speech.scores import Errors
from workbench.domain.speech.spoken import Spoken
from workbench.ui.speech.words import cost, language, ltr, translate
from workbench.ui.support import figures
from workbench.ui.support.moments import moment

VOICES = ("speaker", "voice")
"""Names of options that choose a voice."""


def price(of: Model) -> str:
    """“$0.03/1k characters”, “$0.0002/min”."""
    for unit, said in (
        ("per 1k characters", translate("Speaking", "{0}/1k characters")),
        ("per audio minute", translate("Speaking", "{0}/min")),
    ):
        usd = next((one.usd for one in of.prices if one.unit == unit), None)
        if usd:
            return ltr(said.format(figures.usd(usd)))
    return ""


def able(of: Model, abilities: SpeakingAbilities) -> tuple[str, ...]:
    """What a model can do, a phrase for each."""
    if of.deprecated:
        return (translate("Speaking", "Retired"),)
    found = [", ".join(language(code) for code in abilities.languages[:3])]
    if abilities.voices:
        found.append(translate("Speaking", "{0} voices").format(len(abilities.voices)))
    if abilities.most_characters:
        found.append(
            translate("Speaking", "up to {0} characters").format(figures.count(abilities.most_characters))
        )
    if not abilities.known:
        found.append(translate("Speaking", "little is known of it"))
    return tuple(part for part in found if part)


def counted(characters: int, most: int | None, usd: float | None) -> str:
    """“120 of 2,000 characters · about $0.004”."""
    if most is None:
        said = (
            translate("Speaking", "1 character")
            if characters == 1
            else translate("Speaking", "{0} characters").format(figures.count(characters))
        )
    else:
        said = translate("Speaking", "{0} of {1} characters").format(
            figures.count(characters), figures.count(most)
        )
    if not characters or usd is None:
        return said
    return f"{said} · {translate('Speaking', 'about {0}').format(ltr(figures.usd(usd)))}"


def voice(spoken: Spoken) -> str:
    return next((str(spoken.options[name]) for name in VOICES if name in spoken.options), "")


def facts(spoken: Spoken) -> str:
    """“aura-2-en · luna · 14:32 · $0.0021 · 1.2 s”."""
    parts = [
        ltr(short_name(spoken.model)),
        ltr(voice(spoken)) if voice(spoken) else "",
        moment(spoken.created_at),
    ]
    parts.append(ltr(cost(spoken.cost)) if cost(spoken.cost) else "")
    parts.append(ltr(figures.seconds(spoken.took_ms)) if spoken.took_ms else "")
    parts.append(translate("Speaking", "sandbox") if spoken.sandbox else "")
    return " · ".join(part for part in parts if part)


def errors(of: Errors) -> str:
    """“3 of 42 words wrong (7.1 %): 1 other, 1 more, 1 missing”."""
    if not of.count:
        return translate("Speaking", "All {0} words were understood.").format(figures.count(of.total))
    said = translate("Speaking", "{0} of {1} words wrong").format(
        figures.count(of.count), figures.count(of.total)
    )
    if of.rate is not None:
        said = f"{said} ({ltr(figures.percent(of.rate))})"
    kinds = [
        text.format(figures.count(number))
        for number, text in (
            (of.substituted, translate("Speaking", "{0} other")),
            (of.inserted, translate("Speaking", "{0} more")),
            (of.deleted, translate("Speaking", "{0} missing")),
        )
        if number
    ]
    return f"{said}: {', '.join(kinds)}"
