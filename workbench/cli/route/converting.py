"""`workbench route import` and `export`: routes from and to what others write and take."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import TextIO

from workbench.cli.route import files
from workbench.domain.routes.codec import deployable, route_document


def import_(options: Namespace) -> int:
    return imported(options, sys.stdout)


def imported(options: Namespace, out: TextIO) -> int:
    """What is not as it was written is told beside the result."""
    found = files.read(options.file)
    for change in found.changes:
        files.say(change)
    files.write(route_document(found.route), options.output, out)
    return 0


def export(options: Namespace) -> int:
    return exported(options, sys.stdout)


def exported(options: Namespace, out: TextIO) -> int:
    """The API's dialect is the body of its call, and what behaves otherwise there is told. Raises RouteError rather than lose a key."""
    route = files.read(options.file).route
    if options.dialect == "file":
        files.write(route_document(route), options.output, out)
        return 0
    ready = deployable(route)
    for change in ready.changes:
        files.say(change)
    files.write({"name": route.name, "elements": ready.elements}, options.output, out)
    return 0
