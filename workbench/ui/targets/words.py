"""Connections in words."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject

from workbench.domain.targets import Reach, Target, TargetKind, TargetStatus

TOKENS_PAGE = "https://dash.cloudflare.com/profile/api-tokens"
TOKENS_HELP = "https://developers.cloudflare.com/ai-gateway/configuration/authentication/"


@dataclass(frozen=True, slots=True)
class Permission:
    """A permission an API token needs, as Cloudflare spells it, and what it is for."""

    name: str
    purpose: str


class Words(QObject):
    """What the page, its list and the welcome card call things."""

    def kind(self, target: Target) -> str:
        match target.kind:
            case TargetKind.LOCAL:
                return self.tr("Runs on this machine")
            case TargetKind.CLOUDFLARE if target.gateway:
                return self.tr("Cloudflare · {0}").format(target.gateway)
            case TargetKind.CLOUDFLARE:
                return self.tr("Cloudflare Workers AI")
            case _:
                return self.tr("OpenAI-compatible server")

    def status(self, status: TargetStatus) -> str:
        match status.reach:
            case Reach.READY:
                words = self.tr("Ready, sandbox") if status.sandbox else self.tr("Ready")
                return f"{words} · {status.latency_ms:.0f} ms" if status.latency_ms is not None else words
            case Reach.UNAUTHORISED:
                return self.tr("Not authorised")
            case Reach.UNREACHABLE:
                return self.tr("Not reachable")
            case Reach.CHECKING:
                return self.tr("Checking…")
            case Reach.STARTING:
                return self.tr("Starting…")
            case _:
                return self.tr("Not tested yet")

    def permissions(self, *, gateway: bool) -> tuple[Permission, ...]:
        """What an API token must be allowed to do (workers-ai §2, ai-gateway §3.1)."""
        found = [
            Permission("Workers AI – Read", self.tr("list models, check the account")),
            Permission("Workers AI – Edit", self.tr("ask models")),
        ]
        if gateway:
            found += [
                Permission("AI Gateway – Run", self.tr("send requests through a gateway")),
                Permission("AI Gateway – Read", self.tr("see which gateways there are")),
            ]
        return tuple(found)


ICONS = {
    Reach.READY: ("circle-check", "good"),
    Reach.UNAUTHORISED: ("shield-alert", "bad"),
    Reach.UNREACHABLE: ("circle-x", "bad"),
    Reach.CHECKING: ("loader-circle", "muted"),
    Reach.STARTING: ("loader-circle", "warn"),
    Reach.UNKNOWN: ("circle-dashed", "muted"),
}
"""Icon and role of each status."""
