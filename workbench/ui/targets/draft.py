"""A connection while it is being edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from workbench.domain.connection_rules import problems_with, secret_problem, tidied, tidied_secret
from workbench.domain.secret import Secret
from workbench.domain.targets import Credentials, SecretKind, Target, TargetKind

TEXT_FIELDS = ("name", "account", "gateway", "api_base", "gateway_base", "base_url")
_KEY = "provider:"


@dataclass(frozen=True, slots=True)
class Draft:
    """target: as the form has it. saved: as it is stored, None for a new one. Immutable; each edit makes another.

    stored: kinds of secrets in the keychain. typed: what stands in the secret fields. removed: kinds to be removed.
    touched: fields the user has been in, whose problems may be shown.
    """

    target: Target
    saved: Target | None = None
    stored: frozenset[str] = frozenset()
    typed: Mapping[str, Secret] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()
    touched: frozenset[str] = frozenset()

    @property
    def new(self) -> bool:
        return self.saved is None

    @property
    def dirty(self) -> bool:
        """There is something to save."""
        return self.target != self.saved or any(self.typed.values()) or bool(self.removed & self.stored)

    def with_text(self, name: str, text: str) -> Draft:
        assert name in TEXT_FIELDS
        changes = {name: text}
        return replace(
            self,
            target=replace(self.target, **changes),  # type: ignore[arg-type]  # text fields, checked above
            touched=self.touched | {name},
        )

    def with_kind(self, kind: TargetKind) -> Draft:
        return replace(self, target=replace(self.target, kind=kind), touched=frozenset())

    def with_secret(self, kind: str, text: str) -> Draft:
        """text: what stands in the field; "" leaves what is stored."""
        return replace(
            self,
            typed={**self.typed, kind: Secret(text)},
            removed=self.removed - {kind} if text else self.removed,
            touched=self.touched | {kind},
        )

    def with_removal(self, kind: str, removed: bool) -> Draft:
        typed = {name: value for name, value in self.typed.items() if name != kind}
        return replace(self, typed=typed, removed=self.removed | {kind} if removed else self.removed - {kind})

    def all_touched(self) -> Draft:
        return replace(self, touched=frozenset((*TEXT_FIELDS, *self.typed)))

    def problems(self, other_names: frozenset[str] = frozenset()) -> dict[str, str]:
        """A sentence for each field that cannot be saved."""
        found = problems_with(self.target, other_names)
        for kind, secret in self.typed.items():
            if problem := secret_problem(secret.reveal()):
                found[kind] = problem
        return found

    def to_save(self) -> tuple[Target, dict[str, Secret | None]]:
        """The tidied target, and what happens to its secrets."""
        secrets: dict[str, Secret | None] = {kind: None for kind in self.removed & self.stored}
        secrets |= {
            kind: Secret(tidied_secret(secret.reveal())) for kind, secret in self.typed.items() if secret
        }
        return tidied(self.target), secrets


def kinds_in(credentials: Credentials) -> frozenset[str]:
    """Which secrets there are, without their values."""
    found = {f"{_KEY}{slug}" for slug in credentials.provider_keys}
    if credentials.api_token:
        found.add(SecretKind.API_TOKEN)
    if credentials.gateway_token:
        found.add(SecretKind.GATEWAY_TOKEN)
    return frozenset(found)


def provider_keys(secrets: Mapping[str, Secret | None]) -> dict[str, Secret | None]:
    """Those of the secrets that are keys of providers, by provider."""
    return {kind.removeprefix(_KEY): secret for kind, secret in secrets.items() if kind.startswith(_KEY)}
