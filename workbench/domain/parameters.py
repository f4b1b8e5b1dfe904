"""What may be set for a chat model, with ranges and defaults (workers-ai §5.1, §5.7)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from workbench.domain.models import Model

MAX_SEED = 9_999_999_999
MAX_STOP_SEQUENCES = 4


class ParameterKind(StrEnum):
    INT = "int"
    FLOAT = "float"
    TEXT = "text"
    LIST = "list"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class ParameterSpec:
    """One field of `ChatParameters` as a model takes it.

    name: the field's name. default: what the model does when nothing is sent; None where it is not declared.
    minimum, maximum: inclusive; None where there is none. step: a sensible step for a slider or spin box.
    choices: for kind CHOICE, in the order to show. maximum of a LIST is its number of entries.
    """

    name: str
    label: str
    kind: ParameterKind
    help: str
    minimum: float | None = None
    maximum: float | None = None
    default: float | str | None = None
    step: float | None = None
    choices: tuple[str, ...] = ()


_MOST_TOKENS = 8192
_UNKNOWN_WINDOW = 8192


def legacy_answer_limit(model: Model | None) -> int:
    """The token limit that legacy models are sent when the user set none: left alone they stop after 256 (workers-ai §5.1)."""
    window = (model.context_window if model else None) or _UNKNOWN_WINDOW
    return max(1, min(_MOST_TOKENS, window // 4))


def parameters_of(model: Model) -> tuple[ParameterSpec, ...]:
    """What may be set for `model`, in the order to show it; empty for a model that does not chat."""
    if not model.chats:
        return ()
    if model.schema_shape == "chat-flat-object":  # a guard model: a verdict, not prose
        specs: tuple[ParameterSpec, ...] = (
            _LEGACY_TEMPERATURE_SPEC,
            _max_tokens(model, legacy_answer_limit(model)),
        )
    elif model.schema_shape.startswith("chat-legacy"):
        specs = (
            _LEGACY_TEMPERATURE_SPEC,
            _top_p(minimum=0.001, default=None),
            _max_tokens(model, legacy_answer_limit(model)),
            _SEED,
        )
    else:  # OpenAI's options; also what an unknown model or a local server most likely takes
        specs = (
            _OPENAI_TEMPERATURE_SPEC,
            _top_p(minimum=0, default=1),
            _max_tokens(model, None),
            _SEED,
            _STOP,
        )
    effort = _reasoning_effort(model)
    return (*specs, effort) if effort else specs


def _temperature(*, maximum: float, default: float) -> ParameterSpec:
    return ParameterSpec(
        "temperature",
        "Temperature",
        ParameterKind.FLOAT,
        "Higher answers are more varied, lower ones more predictable.",
        minimum=0,
        maximum=maximum,
        default=default,
        step=0.1,
    )


def _top_p(*, minimum: float, default: float | None) -> ParameterSpec:
    return ParameterSpec(
        "top_p",
        "Top P",
        ParameterKind.FLOAT,
        "Chooses among the likeliest words that together reach this probability. Change this or the temperature, not both.",
        minimum=minimum,
        maximum=1,
        default=default,
        step=0.05,
    )


def _max_tokens(model: Model, default: int | None) -> ParameterSpec:
    help_text = "The longest answer, in tokens."
    if default is not None:
        help_text += " This model would stop after 256 by itself, so a limit is always sent."
    return ParameterSpec(
        "max_tokens",
        "Longest answer",
        ParameterKind.INT,
        help_text,
        minimum=1,
        maximum=model.context_window,
        default=default,
        step=256,
    )


def _reasoning_effort(model: Model) -> ParameterSpec | None:
    """The levels the catalogue declares, it being the authority (workers-ai §5.7). A pure on/off switch is `none`."""
    effort = model.reasoning_effort
    if effort is None:
        return None
    choices = effort.supported
    if effort.can_disable and "none" not in choices:
        choices = (*choices, "none")
    if not choices:
        return None
    help_text = "How long the model may think before it answers."
    if effort.can_disable:
        help_text += " “none” answers at once."
    return ParameterSpec(
        "reasoning_effort",
        "Reasoning",
        ParameterKind.CHOICE,
        help_text,
        default=effort.default,
        choices=choices,
    )


_LEGACY_TEMPERATURE_SPEC = _temperature(maximum=5, default=0.6)
_OPENAI_TEMPERATURE_SPEC = _temperature(maximum=2, default=1)
_SEED = ParameterSpec(
    "seed",
    "Seed",
    ParameterKind.INT,
    "The same seed with the same question tends to give the same answer.",
    minimum=1,
    maximum=MAX_SEED,
    step=1,
)
_STOP = ParameterSpec(
    "stop",
    "Stop at",
    ParameterKind.LIST,
    f"The answer ends before any of these texts; at most {MAX_STOP_SEQUENCES}.",
    maximum=MAX_STOP_SEQUENCES,
)
