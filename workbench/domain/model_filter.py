"""Searching and narrowing a list of models: what the model picker shows, and in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from workbench.domain.models import Model


@dataclass(frozen=True, slots=True)
class ModelFilter:
    """What the user is looking for; the empty filter lets every current model through.

    text: words that must all occur in the id, the author, the task or the description. task: "" for any.
    max_input_usd: dollars per million input tokens; a model without a price is not "cheap" and is left out.
    min_context: tokens. tools, vision, reasoning, favourites: True keeps only those that have it.
    beta: True keeps only those in beta. free_plan: leave out what needs the paid plan.
    retired: also show models that are gone. chats: only models that can hold a conversation.
    """

    text: str = ""
    task: str = ""
    max_input_usd: float | None = None
    min_context: int | None = None
    tools: bool = False
    vision: bool = False
    reasoning: bool = False
    favourites: bool = False
    beta: bool = False
    free_plan: bool = False
    retired: bool = False
    chats: bool = False


def narrowed(
    models: Iterable[Model], wanted: ModelFilter, favourites: Collection[str] = ()
) -> tuple[Model, ...]:
    """The models that fit, best first: favourites, then the closest match of the text, then by name."""
    words = wanted.text.casefold().split()
    kept = [model for model in models if _fits(model, wanted, favourites) and _has_words(model, words)]
    return tuple(sorted(kept, key=lambda model: _order(model, words, favourites)))


def tasks_of(models: Iterable[Model]) -> tuple[tuple[str, int], ...]:
    """The tasks that occur, with the number of models of each, most common first."""
    counts = Counter(model.task for model in models if model.task)
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _fits(model: Model, wanted: ModelFilter, favourites: Collection[str]) -> bool:
    price = model.price_per_m("input")
    return (
        (wanted.retired or not model.deprecated)
        and (not wanted.chats or model.chats)
        and (not wanted.task or model.task == wanted.task)
        and (wanted.max_input_usd is None or (price is not None and price <= wanted.max_input_usd))
        and (wanted.min_context is None or (model.context_window or 0) >= wanted.min_context)
        and (not wanted.tools or model.function_calling)
        and (not wanted.vision or model.vision)
        and (not wanted.reasoning or model.reasoning)
        and (not wanted.beta or model.beta)
        and not (wanted.free_plan and model.requires_workers_paid)
        and (not wanted.favourites or model.id in favourites)
    )


def _has_words(model: Model, words: list[str]) -> bool:
    if not words:
        return True
    text = f"{model.id} {model.author} {model.task} {model.description}".casefold()
    return all(word in text for word in words)


def _order(model: Model, words: list[str], favourites: Collection[str]) -> tuple[bool, bool, int, str, str]:
    name = model.short_name.casefold()
    closeness = 0
    if words:
        closeness = (
            0 if name.startswith(words[0]) else 1 if any(word in model.id.casefold() for word in words) else 2
        )
    return (model.id not in favourites, model.deprecated, closeness, name, model.id)
