"""What is wrong, or odd, about a route: findings, and the edits that put them right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from workbench.domain.gateways import CUSTOM
from workbench.domain.models import Model
from workbench.domain.routes.elements import Route
from workbench.domain.urls import PROVIDERS

WORKERS_AI = "workers-ai"
_OWN = ("@cf/", "@hf/")
"""What the ids of Workers AI's models begin with."""
_AUTHORS = {"google-ai-studio": "google", "google-vertex-ai": "google", "grok": "xai"}


class Severity(StrEnum):
    """ERROR: the route cannot do what it says. WARNING: it runs, and some request will surprise. INFO: good to know."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Fix:
    """An edit that makes a finding go away. apply: pure; for the very route the finding is about."""

    title: str
    apply: Callable[[Route], Route]


@dataclass(frozen=True, slots=True)
class Finding:
    """code: a rule's, see routing.lint.rules. element, port: where it is, "" for the whole route or element.

    pointer: JSON pointer into the document the API takes ("/elements/2/outputs/true"), "" for the whole of it.
    what, why: sentences. fixes: the most likely one first.
    """

    code: str
    severity: Severity
    what: str
    why: str = ""
    element: str = ""
    port: str = ""
    pointer: str = ""
    fixes: tuple[Fix, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class LintFacts:
    """What is known from outside the route; what is left empty is not looked at.

    models: the catalogue, by id. providers: slugs that exist. custom: base URL of each custom provider, by slug without
    `custom-`; None where nobody knows which there are. metadata_seen: keys of the metadata that requests have carried.
    for_deploy: the route is to run at Cloudflare.
    """

    models: Mapping[str, Model] = field(default_factory=dict)
    providers: frozenset[str] = PROVIDERS
    custom: Mapping[str, str] | None = None
    metadata_seen: frozenset[str] = frozenset()
    for_deploy: bool = False

    def model(self, provider: str, model: str) -> Model | None:
        """The catalogue's entry for a model element, however the catalogue spells its id (ai-gateway §1.2)."""
        if provider == WORKERS_AI:
            names = [model] if model.startswith(_OWN) else []
        else:
            names = [f"{provider}/{model}", f"{author_of(provider)}/{model}"]
        return next((found for name in names if (found := self.models.get(name)) and found.known), None)

    def models_of(self, provider: str) -> tuple[str, ...]:
        """The provider's own ids of what the catalogue lists and keeps; empty where it knows none of this provider's."""
        known = (id for id, model in self.models.items() if model.known and not model.deprecated)
        if provider == WORKERS_AI:
            return tuple(id for id in known if id.startswith(_OWN))
        prefixes = (f"{provider}/", f"{author_of(provider)}/")
        return tuple(id.split("/", 1)[1] for id in known if id.startswith(prefixes))

    def knows_provider(self, provider: str) -> bool:
        if provider.startswith(CUSTOM):
            return self.custom is None or provider.removeprefix(CUSTOM) in self.custom
        return provider in self.providers


def author_of(provider: str) -> str:
    """The name that a provider's models carry in the REST family (ai-gateway §1.2)."""
    return _AUTHORS.get(provider, provider)
