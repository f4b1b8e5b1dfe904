"""Options of models that hear, in the user's words."""

from __future__ import annotations

import math

from workbench.domain.models import Model
from workbench.domain.speech.abilities import HearingAbilities, OptionKind, SpeechOption
from workbench.domain.speech.takes import Part, Take, TakeState
from workbench.ui.speech import words as speech
from workbench.ui.speech.options.outlook import Outlook
from workbench.ui.speech.words import length, ltr, span, translate
from workbench.ui.support import figures
from workbench.ui.support.sentences import in_words

USUAL = (
    "speaker", "voice", "lang", "language", "task", "detect_language", "diarize", "punctuate", "smart_format", "initial_prompt", "prompt",
    "vad_filter", "keyterm",
)  # fmt: skip
"""Options that are shown at once; the others are folded."""


def label(name: str) -> str:
    """An option by its wire name; one that nobody translated as it is, with spaces."""
    return {
        "language": translate("SpeechOptions", "Language"),
        "task": translate("SpeechOptions", "Task"),
        "detect_language": translate("SpeechOptions", "Detect the language"),
        "diarize": translate("SpeechOptions", "Tell speakers apart"),
        "punctuate": translate("SpeechOptions", "Punctuation"),
        "smart_format": translate("SpeechOptions", "Figures, dates and times"),
        "initial_prompt": translate("SpeechOptions", "Context"),
        "prompt": translate("SpeechOptions", "Context"),
        "vad_filter": translate("SpeechOptions", "Leave out silence"),
        "keyterm": translate("SpeechOptions", "A word to listen for"),
        "prefix": translate("SpeechOptions", "Begins with"),
        "beam_size": translate("SpeechOptions", "Beam size"),
        "condition_on_previous_text": translate("SpeechOptions", "Mind what was said before"),
        "utterances": translate("SpeechOptions", "Utterances"),
        "paragraphs": translate("SpeechOptions", "Paragraphs"),
        "filler_words": translate("SpeechOptions", "Keep “uh” and “um”"),
        "profanity_filter": translate("SpeechOptions", "Hide swearing"),
        "numerals": translate("SpeechOptions", "Numbers as figures"),
        "mode": translate("SpeechOptions", "Field"),
        "temperature": translate("SpeechOptions", "Temperature"),
        "lang": translate("SpeechOptions", "Language"),
        "speaker": translate("SpeechOptions", "Voice"),
        "voice": translate("SpeechOptions", "Voice"),
        "encoding": translate("SpeechOptions", "Encoding"),
        "container": translate("SpeechOptions", "Container"),
        "sample_rate": translate("SpeechOptions", "Sample rate"),
        "bit_rate": translate("SpeechOptions", "Bit rate"),
        "response_format": translate("SpeechOptions", "Format"),
        "speed": translate("SpeechOptions", "Speed"),
        "instructions": translate("SpeechOptions", "How to say it"),
    }.get(name, name.replace("_", " ").capitalize())


def hint(name: str) -> str:
    """What an option is for; "" where its label says it."""
    return {
        "initial_prompt": translate("SpeechOptions", "Names and terms that occur, to be spelt like this."),
        "prompt": translate("SpeechOptions", "Names and terms that occur, to be spelt like this."),
        "vad_filter": translate("SpeechOptions", "Finds speech first; helps against invented words."),
        "condition_on_previous_text": translate("SpeechOptions", "Turn it off when words repeat in loops."),
        "beam_size": translate("SpeechOptions", "Higher is slower and a little better."),
        "sample_rate": translate("SpeechOptions", "Hertz"),
        "bit_rate": translate("SpeechOptions", "Bits a second"),
    }.get(name, "")


def choice(value: str) -> str:
    return {
        "transcribe": translate("SpeechOptions", "Transcribe"),
        "translate": translate("SpeechOptions", "Translate into English"),
        "general": translate("SpeechOptions", "General"),
        "medical": translate("SpeechOptions", "Medicine"),
        "finance": translate("SpeechOptions", "Finance"),
    }.get(value, value)


def default_text(option: SpeechOption) -> str:
    """What an empty field stands for."""
    if option.default is None or option.default == "":
        return translate("SpeechOptions", "auto")
    if option.kind is OptionKind.NUMBER:
        return number(option.default)
    return str(option.default)


def number(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float) and not isinstance(value, bool) else ""


def read_number(text: str) -> float | None:
    """A finite number, with a point or a comma for the decimals; None for anything else."""
    try:
        found = float(text.strip().replace("\N{MINUS SIGN}", "-").replace(",", ".").replace("_", "x"))
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def problem(option: SpeechOption) -> str:
    """What a value has to be."""
    if option.kind is not OptionKind.NUMBER:
        return translate("SpeechOptions", "Choose one of the values.")
    low, high = option.minimum, option.maximum
    if low is not None and high is not None:
        return translate("SpeechOptions", "A number from {0} to {1}.").format(number(low), number(high))
    return translate("SpeechOptions", "A number.")


def price(model: Model) -> str:
    """“$0.0005/min”."""
    usd = next((one.usd for one in model.prices if one.unit == "per audio minute"), None)
    return ltr(translate("SpeechOptions", "{0}/min").format(figures.usd(usd))) if usd else ""


def facts(model: Model, abilities: HearingAbilities) -> tuple[str, ...]:
    """What sets it apart, a phrase for each."""
    if model.deprecated:
        return (translate("SpeechOptions", "Retired"),)
    found = []
    if len(abilities.languages) == 1:
        found.append(translate("SpeechOptions", "{0} only").format(speech.language(abilities.languages[0])))
    for has, said in (
        (abilities.words, translate("SpeechOptions", "times of words")),
        (abilities.speakers, translate("SpeechOptions", "speakers")),
        (abilities.translates, translate("SpeechOptions", "translates")),
        (not abilities.known, translate("SpeechOptions", "little is known of it")),
    ):
        if has:
            found.append(said)
    return tuple(found)


def cutting(outlooks: tuple[Outlook, ...]) -> str:
    """“In about 12 parts of at most 5 min, each overlapping the next by 2 s”; one line for each kind of cutting."""
    lines = []
    for one in outlooks:
        if one.parts == 1:
            line = translate("SpeechOptions", "In one call.")
        else:
            line = translate(
                "SpeechOptions", "In about {0} parts of at most {1}, overlapping by {2}, cut at silences."
            ).format(one.parts, ltr(span(one.most_s)), ltr(span(one.overlap_s)))
        name = f"{ltr(one.model.short_name)}: " if len(outlooks) > 1 else ""
        lines.append(name + line)
    return "\n".join(lines)


def total(outlooks: tuple[Outlook, ...], seconds: float) -> str:
    """“12:30 · about $0.006 · about 40 s”."""
    if not outlooks:
        return ""
    parts = [ltr(length(seconds))]
    known = [one.usd for one in outlooks if one.usd is not None]
    if not known:
        parts.append(translate("SpeechOptions", "price not known"))
    else:
        about = translate("SpeechOptions", "about {0}").format(ltr(figures.usd(sum(known))))
        if len(known) < len(outlooks):
            about = translate("SpeechOptions", "{0} and more").format(about)
        parts.append(about)
    times = [one.takes_s for one in outlooks if one.takes_s is not None]
    if times and len(times) == len(outlooks):
        parts.append(translate("SpeechOptions", "about {0}").format(ltr(span(max(1.0, *times)))))
    return " · ".join(parts)


def part_tip(part: Part, now: float) -> str:
    """“Part 17 · 8:00 to 8:32 · Failed”, and why."""
    head = translate("SpeechOptions", "Part {0} · {1} to {2} · {3}").format(
        part.number + 1, ltr(length(part.start)), ltr(length(part.end)), part_state(part, now)
    )
    facts = [speech.cost(part.cost)]
    if part.took_ms is not None:
        facts.append(ltr(figures.seconds(part.took_ms)))
    if part.attempts > 1:
        facts.append(translate("SpeechOptions", "{0} attempts").format(part.attempts))
    lines = [head, " · ".join(fact for fact in facts if fact)]
    if part.trouble is not None and part.state is not TakeState.DONE:
        lines.append(in_words(part.trouble))
    if part.exchange_id:
        lines.append(translate("SpeechOptions", "Click shows what was sent and came back."))
    return "\n".join(line for line in lines if line)


def part_state(part: Part, now: float) -> str:
    if part.state is TakeState.WAITING and part.not_before > now:
        return translate("SpeechOptions", "Again in {0}").format(ltr(span(part.not_before - now)))
    if part.state is TakeState.DONE and not part.exchange_id:
        return translate("SpeechOptions", "Silent, not sent")
    return speech.state(part.state)


def progress(take: Take, preparing: float | None, now: float) -> str:
    """How far it is, in a few words."""
    if preparing is not None:
        return translate("SpeechOptions", "Reading the file, {0}").format(ltr(speech.percent(preparing)))
    if not take.parts and not take.state.over:
        return translate("SpeechOptions", "Looking for silences…")
    if (held := held_until(take)) > now:
        return translate("SpeechOptions", "Again in {0}").format(ltr(span(held - now)))
    done = sum(part.state is TakeState.DONE for part in take.parts)
    word = speech.state(take.state)
    if len(take.parts) <= 1:
        return word
    counts = translate("SpeechOptions", "{0} of {1} parts").format(done, len(take.parts))
    return f"{word} · {counts}"


def held_until(take: Take) -> float:
    """Unix seconds, where nothing runs and a limit is waited out; 0 otherwise."""
    if take.state is not TakeState.WAITING:
        return 0.0
    return min((part.not_before for part in take.parts if part.state is TakeState.WAITING), default=0.0)


def spent(take: Take) -> str:
    """“$0.006 · 34 s · 22× as fast as speech”."""
    parts = [speech.cost(take.cost)]
    if take.took_ms:
        parts.append(ltr(figures.seconds(take.took_ms)))
        if take.heard_s:
            rate = take.heard_s / (take.took_ms / 1000)
            parts.append(translate("SpeechOptions", "{0}× real time").format(ltr(figures.rate(rate))))
    if take.sandbox:
        parts.append(translate("SpeechOptions", "sandbox"))
    return " · ".join(part for part in parts if part)
