"""Rows of the log in the user's words."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale, QObject

from workbench.domain.journal import CostSource, LogRow
from workbench.ui.support import figures

_KNOWN_UPSTREAMS = {
    "sandbox": "flask-conical",
    "stored-key": "key-round",
    "caller-key": "user",
    "cloudflare": "cloud",
    "server": "server",
    "cache": "database-zap",
}


def upstream_icon(row: LogRow) -> str:
    return _KNOWN_UPSTREAMS.get(row.upstream, "")


def took_ms(row: LogRow) -> float:
    """The list tells whole milliseconds; a row that is told as 0 has its last byte more exactly."""
    return row.duration_ms or row.last_byte_ms or 0.0


class Words(QObject):
    """All that a row says, each in its own place."""

    def time(self, row: LogRow) -> str:
        """The time of day; the day and the minute where it is not today."""
        moment = QDateTime.fromMSecsSinceEpoch(round(row.created_at * 1000))
        clock = moment.toString("HH:mm:ss")
        if moment.date() == QDateTime.currentDateTime().date():
            return clock
        return QLocale().toString(moment, "d MMM HH:mm")

    def moment(self, row: LogRow) -> str:
        """Day and time to the millisecond."""
        moment = QDateTime.fromMSecsSinceEpoch(round(row.created_at * 1000))
        day = QLocale().toString(moment.date(), QLocale.FormatType.LongFormat)
        return f"{day}, {moment.toString('HH:mm:ss.zzz')}"

    def model(self, row: LogRow) -> str:
        """Who was asked for what; where nobody was, what was asked for."""
        return row.model or row.path or self.tr("unknown")

    def provider(self, row: LogRow) -> str:
        return row.provider

    def route(self, row: LogRow) -> str:
        return f"dynamic/{row.route}" if row.route else ""

    def status(self, row: LogRow) -> str:
        """A number and what it means here."""
        if row.client_gone:
            return self.tr("caller left")
        if not row.status_code:
            return self.tr("no reply")
        return f"{row.status_code} {self._meaning(row)}"

    def status_icon(self, row: LogRow) -> tuple[str, str]:
        """(icon, role)."""
        if row.client_gone:
            return "log-out", "muted"
        if row.success:
            return "circle-check", "good"
        return ("triangle-alert", "warn") if row.status_code == 429 else ("circle-x", "bad")

    def upstream(self, row: LogRow) -> str:
        """Who really answered."""
        match row.upstream:
            case "sandbox":
                return self.tr("sandbox")
            case "stored-key":
                return self.tr("stored key")
            case "caller-key":
                return self.tr("caller’s key")
            case "cloudflare":
                return self.tr("Cloudflare")
            case "server":
                return self.tr("server")
            case "cache":
                return self.tr("cache")
        return row.upstream or self.tr("nobody")

    def tokens(self, row: LogRow) -> str:
        if row.tokens_in is None and row.tokens_out is None:
            return "–"
        into, out = ("?" if one is None else figures.count(one) for one in (row.tokens_in, row.tokens_out))
        return f"{'≈' if row.tokens_estimated else ''}{into} → {out}"

    def cost(self, row: LogRow) -> str:
        """≈ before what was estimated, * behind what the caller's own prices say."""
        if row.cost is None:
            return "–"
        if row.cost_source is CostSource.CACHED:
            return self.tr("cached")
        charged = row.cost_source is CostSource.CHARGED and row.upstream != "sandbox"
        estimated = (
            row.cost and row.cost_source is not CostSource.CUSTOM and (row.tokens_estimated or not charged)
        )
        own = "*" if row.cost_source is CostSource.CUSTOM else ""
        return f"{(figures.about_usd if estimated else figures.usd)(row.cost)}{own}"

    def cost_source(self, row: LogRow) -> str:
        """How the cost came about, as a sentence."""
        match row.cost_source:
            case CostSource.CHARGED if row.upstream == "sandbox":
                return self.tr("Nothing was charged: this is what the model would have cost.")
            case CostSource.CHARGED:
                return self.tr("As the provider charged it.")
            case CostSource.PRICES if row.tokens_estimated:
                return self.tr("Estimated: the provider told no tokens, and the price list did the rest.")
            case CostSource.PRICES:
                return self.tr("Estimated from the tokens and the price list.")
            case CostSource.CUSTOM:
                return self.tr("By the prices that the request brought along (cf-aig-custom-cost).")
            case CostSource.CACHED:
                return self.tr("An answer from the cache costs nothing.")
        return self.tr("Not known: there is no price for this model, or no count of tokens.")

    def took(self, ms: float | None) -> str:
        if ms is None:
            return "–"
        if ms < 10:
            return f"{QLocale().toString(float(ms), 'f', 1)} ms"
        return figures.milliseconds(ms) if ms < 1000 else figures.seconds(ms)

    def spoken(self, row: LogRow) -> str:
        """The whole row for a screen reader."""
        parts = [self.time(row), self.route(row), self.provider(row), self.model(row), self.status(row)]
        parts.append(self.tr("answered by {0}").format(self.upstream(row)))
        parts.append(row.error)
        return ", ".join(part for part in parts if part)

    def _meaning(self, row: LogRow) -> str:
        if row.success:
            return self.tr("OK")
        known = {
            400: self.tr("bad request"),
            401: self.tr("not allowed in"),
            402: self.tr("not paid for"),
            403: self.tr("refused"),
            404: self.tr("not found"),
            408: self.tr("timed out"),
            413: self.tr("too large"),
            424: self.tr("blocked"),
            429: self.tr("limited"),
            502: self.tr("bad gateway"),
            503: self.tr("unavailable"),
            504: self.tr("timed out"),
        }
        if row.status_code < 400:
            return self.tr("broke off")
        return known.get(row.status_code, self.tr("failed"))
