"""Why a target does not answer: one check after the other, up to the first that fails."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from enum import StrEnum

from workbench.client.sockets import Sockets as PlainSockets
from workbench.domain.errors import InvalidInput, WorkbenchError
from workbench.services.doctor_steps import (
    STEPS,
    Case,
    Finding,
    Models,
    Outcome,
    Probe,
    Sockets,
    Step,
    Targets,
    Tools,
    Wire,
)

CHECK_S = 15.0
REQUEST_S = 60.0

_log = logging.getLogger(__name__)


class CheckState(StrEnum):
    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Check:
    """One step and what came of it. label: what was looked at, a few words. ms: how long it took, None when skipped.

    what: what was found. why, fix: as in WorkbenchError, when it FAILED or is a WARNING; why also tells why it was SKIPPED.
    failure: a domain.errors.Failure, "" if none. replacement: the model to use instead of a retired one.
    """

    name: str
    label: str
    state: CheckState
    what: str = ""
    why: str = ""
    fix: str = ""
    ms: float | None = None
    failure: str = ""
    replacement: str = ""


class Doctor:
    """Asks a target the way a chat does, from the outside in. Each check has a time limit; close the generator to stop."""

    def __init__(
        self,
        targets: Targets,
        models: Models,
        probe: Probe,
        wire: Wire,
        *,
        sockets: Sockets | None = None,
        clock: Callable[[], float] = time.monotonic,
        check_s: float = CHECK_S,
        request_s: float = REQUEST_S,
    ) -> None:
        self._tools = Tools(targets, models, probe, wire, sockets or PlainSockets())
        self._clock = clock
        self._check_s = check_s
        self._request_s = request_s

    async def run(self, target_id: str = "", model: str = "") -> AsyncGenerator[Check, None]:
        """Every check in order, also those that were skipped. model: the one to ask; "" is the usual one of the target.

        Raises InvalidInput when there is no such target.
        """
        case = Case(self._tools, target_id, model)
        stopped_by = ""
        for step in STEPS:
            if stopped_by:
                yield _skipped(step, f"“{stopped_by}” must be mended first.")
                continue
            check = await self._check(step, case)
            if check.state is CheckState.FAILED:
                stopped_by = check.label
            yield check

    async def _check(self, step: Step, case: Case) -> Check:
        began = self._clock()
        finding = await self._finding(step, case)
        if finding.outcome is Outcome.SKIPPED:
            return _skipped(step, finding.why)
        return Check(
            step.name,
            step.label,
            CheckState(finding.outcome.value),
            finding.what,
            finding.why,
            finding.fix,
            (self._clock() - began) * 1000,
            finding.failure,
            finding.replacement,
        )

    async def _finding(self, step: Step, case: Case) -> Finding:
        limit_s = self._request_s if step.slow else self._check_s
        try:
            async with asyncio.timeout(limit_s):
                return await step.look(case)
        except TimeoutError:
            return Finding.failed(
                f"{step.label}: no answer within {limit_s:g} seconds.",
                "Something on the way swallows the request, or the other side is overloaded.",
                "Try again; look for a firewall or a proxy in between.",
            )
        except InvalidInput:
            raise
        except WorkbenchError as error:
            return Finding.of(error)
        except Exception as error:  # noqa: BLE001  the edge: a bug in one check is that check's result
            _log.exception("The check “%s” failed", step.name)
            return Finding.failed(
                f"{step.label}: the check itself failed.",
                f"{type(error).__name__}: {error}",
                "Report it; the log file has the details.",
            )


def first_failure(checks: list[Check]) -> Check | None:
    """The step to mend, None when all is well."""
    return next((check for check in checks if check.state is CheckState.FAILED), None)


def _skipped(step: Step, why: str) -> Check:
    return Check(step.name, step.label, CheckState.SKIPPED, why=why)
