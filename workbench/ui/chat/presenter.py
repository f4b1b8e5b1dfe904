"""Stored messages as the transcript shows them: names, the metrics line, what can be done about trouble."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject

from workbench.domain.chat import Role
from workbench.domain.conversations import MessageState, ReplyFacts, StoredMessage
from workbench.domain.gateways import ROUTE
from workbench.domain.models import short_name
from workbench.domain.routes.trace import Trace
from workbench.ui.chat.fixes import Fix, FixKind
from workbench.ui.chat.transcript.message import Metric, TranscriptMessage
from workbench.ui.support import figures

_ID_CHARS = 8
NO_FIX = Fix(FixKind.NONE)


class Presenter(QObject):
    """Words for messages. A QObject for its `tr`."""

    def message(
        self,
        message: StoredMessage,
        *,
        latest: bool,
        wait_s: float = 0,
        fix: Fix = NO_FIX,
        way: Trace | None = None,
    ) -> TranscriptMessage:
        """latest: it is the newest question or answer that counts, so it can be asked again. fix: what helps it.

        way: through the route that was asked, where it is known.
        wait_s: seconds the provider still wants to be left alone; until then there is no retry.
        """
        ended = message.state is not MessageState.STREAMING
        answer = message.role is Role.ASSISTANT
        return TranscriptMessage(
            id=message.id,
            role=message.role,
            label=self.label(message),
            text=message.text,
            reasoning=message.reasoning,
            streaming=not ended,
            metrics=self.metrics(message.facts, way) if message.facts and ended and answer else (),
            trouble=message.trouble,
            note=self.note(message, wait_s),
            superseded=message.superseded,
            can_retry=ended
            and latest
            and not message.superseded
            and not wait_s
            and (answer or message.state is MessageState.FAILED),
            has_exchange=bool(message.exchange_id),
            tool_calls=message.tool_calls,
            fix_label=self.fix_label(fix) if latest and not message.superseded else "",
        )

    def label(self, message: StoredMessage) -> str:
        if message.role is Role.USER:
            return self.tr("You")
        model = message.facts.model if message.facts else ""
        return short_name(model) or self.tr("Answer")

    def note(self, message: StoredMessage, wait_s: float = 0) -> str:
        if wait_s:
            return self.tr("Can be tried again in {0} s").format(math.ceil(wait_s))
        if message.state is MessageState.STOPPED:
            return self.tr("Stopped")
        if message.state is MessageState.CUT and message.trouble is None:
            return self.tr("Cut off")
        return ""

    def fix_label(self, fix: Fix) -> str:
        """What the button under the trouble does; "" where the retry button is all there is."""
        match fix.kind:
            case FixKind.USE_MODEL:
                return self.tr("Use {0}").format(short_name(fix.model))
            case FixKind.CHOOSE_MODEL:
                return self.tr("Choose a model")
            case FixKind.OPEN_CONNECTION:
                return self.tr("Open the connection")
            case FixKind.RUN_DOCTOR:
                return self.tr("Run the doctor")
            case FixKind.RETRY | FixKind.NONE:
                return ""

    def metrics(self, facts: ReplyFacts, way: Trace | None = None) -> tuple[Metric, ...]:
        """The line under an answer, only with what is known; none where that is the model alone."""
        parts = (
            self._routed(facts, way) if facts.asked.startswith(ROUTE) else self._model(facts),
            self._provider(facts),
            self._first_token(facts),
            self._speed(facts),
            self._tokens(facts),
            self._cost(facts),
            self._cache(facts),
            self._limit(facts),
            self._request(facts),
        )
        known = tuple(part for part in parts if part is not None)
        return known if len(known) > 1 else ()

    def _model(self, facts: ReplyFacts) -> Metric | None:
        if not facts.model:
            return None
        return Metric(short_name(facts.model), self.tr("Answered by {0}").format(facts.model), facts.model)

    def _routed(self, facts: ReplyFacts, way: Trace | None) -> Metric:
        served = facts.model if facts.model != facts.asked else ""
        tips = [self.tr("Answered by {0}.").format(served)] if served else []
        if way is not None:
            tips.append(self.tr("The way: {0}.").format(" → ".join(visit.element for visit in way.visits)))
        elif facts.trace_id:
            tips.append(self.tr("The way it took is in the details, under “Way”."))
        else:
            tips.append(self.tr("The gateway did not tell the way it took."))
        whole = f"{facts.asked} → {served}" if served else facts.asked
        short = f"{facts.asked} → {served.rsplit('/', 1)[-1]}" if served else facts.asked
        return Metric(short, " ".join(tips), whole)

    def _provider(self, facts: ReplyFacts) -> Metric | None:
        if facts.sandbox:
            return Metric(
                self.tr("sandbox"),
                self.tr(
                    "The sandbox of the local gateway answered: no model was asked, nothing was charged."
                ),
                "sandbox",
            )
        if not facts.provider:
            return None
        return Metric(facts.provider, self.tr("The provider that ran the model"), facts.provider)

    def _first_token(self, facts: ReplyFacts) -> Metric | None:
        if facts.ttft_ms is None:
            return None
        total = self.tr("Time from sending to the first text.")
        if facts.duration_ms is not None:
            total += " " + self.tr("The whole answer took {0}.").format(figures.seconds(facts.duration_ms))
        text = self.tr("{0} to first token").format(figures.seconds(facts.ttft_ms))
        return Metric(text, total, f"{facts.ttft_ms:.0f} ms")

    def _speed(self, facts: ReplyFacts) -> Metric | None:
        if facts.tokens_per_s is None:
            return None
        text = self.tr("{0} tok/s").format(figures.rate(facts.tokens_per_s))
        return Metric(
            text,
            self.tr("Tokens of the answer for each second after the first."),
            f"{facts.tokens_per_s:.1f}",
        )

    def _tokens(self, facts: ReplyFacts) -> Metric | None:
        usage = facts.usage
        if usage.prompt_tokens is None and usage.completion_tokens is None:
            return None
        into = "?" if usage.prompt_tokens is None else figures.count(usage.prompt_tokens)
        out = "?" if usage.completion_tokens is None else figures.count(usage.completion_tokens)
        tip = self.tr("Tokens of the prompt → tokens of the answer, as the provider counted them.")
        if usage.cached_tokens:
            tip += " " + self.tr("{0} of the prompt came from its cache.").format(
                figures.count(usage.cached_tokens)
            )
        copies = f"{usage.prompt_tokens or 0} {usage.completion_tokens or 0}"
        return Metric(self.tr("{0} → {1} tokens").format(into, out), tip, copies)

    def _cost(self, facts: ReplyFacts) -> Metric | None:
        amount = facts.cost.usd
        if amount is None:
            return None
        if facts.cost.charged:
            tip = self.tr("Charged by the provider.")
            if facts.usage.neurons is not None:
                tip += " " + self.tr("{0} neurons.").format(f"{facts.usage.neurons:g}")
            return Metric(figures.usd(amount), tip, f"{amount:.9f}".rstrip("0"))
        tip = self.tr("Estimated from tokens and the price list; nothing charged was reported.")
        if facts.sandbox:
            tip = self.tr(
                "What the model itself would have cost by the price list. The sandbox charges nothing."
            )
        return Metric(figures.about_usd(amount), tip, f"{amount:.9f}".rstrip("0"))

    def _cache(self, facts: ReplyFacts) -> Metric | None:
        match facts.cache:
            case "HIT":
                return Metric(
                    self.tr("cache hit"),
                    self.tr("The gateway answered from its cache; no model was asked."),
                    "HIT",
                )
            case "MISS":
                return Metric(
                    self.tr("cache miss"),
                    self.tr("The gateway had no stored answer and asked the model."),
                    "MISS",
                )
            case _:
                return None

    def _limit(self, facts: ReplyFacts) -> Metric | None:
        if facts.finish_reason != "length":
            return None
        tip = self.tr(
            "The answer reached the longest length allowed. Raise “Longest answer” in the inspector for more."
        )
        return Metric(self.tr("token limit reached"), tip, "length")

    def _request(self, facts: ReplyFacts) -> Metric | None:
        request = facts.log_id or facts.request_id
        if not request:
            return None
        short = request if len(request) <= _ID_CHARS + 1 else f"{request[:_ID_CHARS]}…"
        tip = self.tr("Log id at the gateway: {0}") if facts.log_id else self.tr("Request id: {0}")
        return Metric(self.tr("req {0}").format(short), tip.format(request), request)
