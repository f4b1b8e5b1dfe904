"""`workbench route replay`: the requests of a log through a route, and through another beside it."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TextIO

from workbench.cli.route import files
from workbench.cli.route.prices import dollars, duration, prices_of
from workbench.domain.errors import InvalidInput
from workbench.routing.flow import Prices
from workbench.routing.logfile import read_log
from workbench.routing.replay import Replay, Side
from workbench.routing.replay import replay as replayed_rows

MOST_LISTED = 20
"""Changes in the text; --json has more."""


def replay(options: Namespace) -> int:
    from workbench.storage.catalogue import offline_models

    return replayed(options, prices_of(offline_models()), sys.stdout)


def replayed(options: Namespace, prices: Prices, out: TextIO) -> int:
    """That requests would change is a result like another: 0."""
    sources = [options.file, options.log, options.against]
    if sources.count(files.STANDARD) > 1:
        raise InvalidInput("Only one of the files can come from standard input.", fix="Name the others.")
    route = files.read(options.file).route
    other = files.read(options.against).route if options.against else None
    name = options.log if options.log == files.STANDARD else Path(options.log).name
    log = read_log(files.content_of(options.log), name)
    found = replayed_rows(log.rows, route, other, prices, unused=log.unused)
    if options.json:
        out.write(json.dumps(as_json(found), ensure_ascii=False, default=str) + "\n")
    else:
        out.write(in_words(found, options.file, options.against))
    return 0


def in_words(found: Replay, file: str, against: str | None) -> str:
    lines = [f"Requests of the log: {found.rows:,}. Nobody was asked."]
    sides: Mapping[str, Side | None] = {file: found.draft, (against or ""): found.deployed}
    for name, side in sides.items():
        if side is not None:
            lines += _side(name, side)
    if found.deployed is not None:
        lines.append(f"{found.changed:,} requests would be answered by another model.")
        for change in found.changes[:MOST_LISTED]:
            lines.append(f"  {change.id}  {change.before or 'error'} → {change.after or 'error'}")
            lines.append(f"      before: {change.why_before}")
            lines.append(f"      after:  {change.why_after}")
        if found.changed > MOST_LISTED:
            lines.append(f"  and {found.changed - MOST_LISTED:,} more")
    lines += [f"Not used: {one.count:,} because {one.why}." for one in found.unused]
    lines += found.caveats
    return "\n".join(lines) + "\n"


def _side(name: str, side: Side) -> list[str]:
    lines = [name]
    rows = [*side.answers.items(), *([("error", side.errors)] if side.errors else [])]
    lines += [f"  {count / side.requests:>7.2%}  {count:>7,}  {model}" for model, count in rows]
    unpriced = f", without {side.unpriced:,} requests that have no price" if side.unpriced else ""
    lines.append(f"  cost {dollars(side.cost_usd)}{unpriced}")
    lines.append(
        f"  {side.error_exposure:.1%} go to models that failed in this log; "
        f"{side.expected_failures:.1f} failures expected"
    )
    if side.mean_ms is not None:
        lines.append(f"  {duration(side.mean_ms)} on average, known for {side.timed:,} requests")
    return lines


def as_json(found: Replay) -> dict[str, Any]:
    """The object that `--json` prints."""
    plain = asdict(replace(found, draft=_without_wires(found.draft), deployed=None))
    plain["draft"] |= {"wires": _wires(found.draft), "error_exposure": found.draft.error_exposure}
    if found.deployed is not None:
        other = asdict(_without_wires(found.deployed))
        plain["deployed"] = other | {
            "wires": _wires(found.deployed),
            "error_exposure": found.deployed.error_exposure,
        }
    return plain


def _without_wires(side: Side) -> Side:
    return replace(side, wires={})


def _wires(side: Side) -> list[dict[str, Any]]:
    return [{"element": id, "port": port, "count": count} for (id, port), count in side.wires.items()]
