"""`workbench route diff`: what differs between two routes, or between a file and what runs."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict
from typing import TextIO

from workbench.cli.edge import finish
from workbench.cli.route import files
from workbench.cli.route.sessions import OpenSession
from workbench.domain.errors import InvalidInput
from workbench.domain.routes.codec import deployable, read_route
from workbench.domain.routes.elements import Route
from workbench.routing.difference import Change, difference, in_words

DIFFERENT = 1


def diff(options: Namespace) -> int:
    if bool(options.other) is bool(options.target):
        options.usage_error("give a second file, or --target")
    if options.other:
        if options.file == options.other == files.STANDARD:
            raise InvalidInput("Two routes cannot come from standard input.", fix="Put one in a file.")
        return told(
            difference(files.read(options.file).route, files.read(options.other).route), options, sys.stdout
        )
    from workbench.cli.headless import open_session

    return finish(compared_with_live(options, open_session, sys.stdout))


async def compared_with_live(options: Namespace, open_session: OpenSession, out: TextIO) -> int:
    """From what runs to the file: what deploying it would change."""
    route = files.read(options.file).route
    async with open_session() as session:
        target = await session.target(options.target)
        live = await session.deployments.live(target.id, route.name, options.gateway)
    after = route if target.can.desk_routes else _as_there(route)
    return told(difference(live, after), options, out)


def _as_there(route: Route) -> Route:
    """What Cloudflare would be given; the desk's own is no difference there."""
    return read_route({"name": route.name, "elements": deployable(route).elements}).route


def told(changes: Sequence[Change], options: Namespace, out: TextIO) -> int:
    """As diff does: silence and 0 where they are the same."""
    if options.json:
        document = {"different": bool(changes), "changes": [asdict(change) for change in changes]}
        out.write(json.dumps(document, ensure_ascii=False, default=str) + "\n")
    elif changes:
        out.write(in_words(tuple(changes)) + "\n")
    return DIFFERENT if changes else 0
