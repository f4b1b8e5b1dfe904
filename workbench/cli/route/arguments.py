"""What can be typed after `workbench route`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from workbench.cli.chosen import done_by

if TYPE_CHECKING:
    from workbench.cli.arguments import Commands, Parser

_FILE = "a route file; - reads it from standard input"
_SIMPLEST = "or one of the simple shapes people write by hand"


def add_route(commands: Commands[Parser]) -> None:
    command = commands.add_parser(
        "route",
        help="check, test, trace and deploy routes",
        description=f"Routes between models, as files: graphs as Cloudflare writes them, {_SIMPLEST}.",
        example="workbench route lint support.json",
    )
    parts = command.add_subparsers(metavar="PART", required=True, parser_class=type(command))
    _add_lint(parts)
    _add_test(parts)
    _add_trace(parts)
    _add_simulate(parts)
    _add_replay(parts)
    _add_import(parts)
    _add_export(parts)
    _add_deploy(parts)
    _add_versions(parts)
    _add_rollback(parts)
    _add_diff(parts)


def _add_lint(parts: Commands[Parser]) -> None:
    part = _part(
        parts,
        "lint",
        "say what is wrong or odd about a route",
        "Say what is wrong or odd about a route, and how to mend it. Exit code 1 where there is an error.",
        "workbench route lint support.json --deploy",
    )
    part.add_argument("--deploy", action="store_true", help="for a route that is to run at Cloudflare")
    part.add_argument(
        "--sent",
        type=_words,
        default=(),
        metavar="KEYS",
        help="metadata keys that callers send: plan,user_id",
    )
    part.add_argument(
        "--fix", action="store_true", help="mend what can be mended, in the file (with -: to standard output)"
    )


def _add_test(parts: Commands[Parser]) -> None:
    part = _part(
        parts,
        "test",
        "run the tests that a route file carries",
        "Run the tests under “workbench”, “tests” in the file. Exit code 1 where one fails.",
        "workbench route test support.json",
    )
    part.add_argument(
        "--live", metavar="T", help="send a small request for each test to this target, and see who answers"
    )
    _add_gateway(part)


def _add_trace(parts: Commands[Parser]) -> None:
    part = _part(
        parts,
        "trace",
        "follow one request through a route",
        "Follow one request through a route: what each element saw, and why it chose. Nobody is asked.",
        "workbench route trace support.json --request request.json --outcome m1=429",
    )
    part.add_argument(
        "--request",
        metavar="R",
        help='JSON with "metadata", "headers", "body", or a chat body (default: empty)',
    )
    _add_outcomes(part)
    part.add_argument("--seed", type=int, default=0, metavar="N", help="of the dice (default: %(default)s)")


def _add_simulate(parts: Commands[Parser]) -> None:
    part = _part(
        parts,
        "simulate",
        "send many requests through a route and count",
        "Draw many requests through a route with nobody behind it, and count who would answer. With a population, from a "
        "file or in the route's own, its exact odds are told beside it.",
        "workbench route simulate support.json --population population.json",
    )
    part.add_argument(
        "--requests",
        type=_count,
        metavar="N",
        help="how many (default: 1000 of requests given, 1000000 of a population)",
    )
    which = part.add_mutually_exclusive_group()
    which.add_argument("--request", metavar="R", help="JSON of the request that is sent each time")
    which.add_argument(
        "--requests-file", metavar="F", help="JSON list, or a JSON object a line, of requests to draw from"
    )
    which.add_argument(
        "--population",
        metavar="P",
        help="JSON that describes who sends requests (default: the route file's own)",
    )
    _add_outcomes(part)
    part.add_argument("--seed", type=int, default=0, metavar="N", help="of the dice (default: %(default)s)")


def _add_replay(parts: Commands[Parser]) -> None:
    part = _part(
        parts,
        "replay",
        "send the requests of a log through a route",
        "Send the requests of a log through a route, and through another beside it: who would answer, what it would cost, "
        "which requests would change. Nobody is asked.",
        "workbench route replay draft.json --log export.json --against deployed.json",
    )
    part.add_argument(
        "--log",
        required=True,
        metavar="LOG",
        help="exported from Cloudflare or from here: JSON, JSONL or CSV",
    )
    part.add_argument("--against", metavar="OTHER", help="the route file to compare with")


def _add_import(parts: Commands[Parser]) -> None:
    part = _part(
        parts,
        "import",
        "write a route as a route file",
        f"Read a route, in either dialect, {_SIMPLEST}, and write it as a route file.",
        "workbench route import rules.json -o support.json",
        as_json=False,
    )
    _add_output(part)


def _add_export(parts: Commands[Parser]) -> None:
    part = _part(
        parts,
        "export",
        "write a route as others take it",
        "Write a route as a file with all the desk knows, or as the API's call takes it. What would be lost is refused.",
        "workbench route export support.json --dialect api",
        as_json=False,
    )
    part.add_argument(
        "--dialect", choices=("file", "api"), default="file", help="which of the two (default: %(default)s)"
    )
    _add_output(part)


def _add_deploy(parts: Commands[Parser]) -> None:
    part = _part(
        parts,
        "deploy",
        "let a route run at a target",
        "Create the route at the target, or add a version and let it run. Older versions stay.",
        "workbench route deploy support.json --target local",
    )
    _add_target(part)
    part.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    part.add_argument("--force", action="store_true", help="deploy in spite of errors that lint finds")


def _add_versions(parts: Commands[Parser]) -> None:
    part = _part(
        parts,
        "versions",
        "list the versions of a deployed route",
        "List the versions of a route at a target, newest first.",
        "workbench route versions support --target local",
        file="NAME",
    )
    _add_target(part)


def _add_rollback(parts: Commands[Parser]) -> None:
    part = _part(
        parts,
        "rollback",
        "let an earlier version run again",
        "Deploy an earlier version of a route. Newer ones stay.",
        "workbench route rollback support 2 --target local",
        file="NAME",
    )
    part.add_argument("version", metavar="VERSION", help="its number, or its id")
    _add_target(part)


def _add_diff(parts: Commands[Parser]) -> None:
    part = _part(
        parts,
        "diff",
        "tell what differs between two routes",
        "Tell what differs between two routes, or between a file and what runs. Exit code 1 where something does.",
        "workbench route diff before.json after.json",
    )
    part.add_argument(
        "other", nargs="?", metavar="B", help="the newer one; without it, what runs at --target"
    )
    part.add_argument("--target", metavar="T", help="compare with what runs there under the route's name")
    _add_gateway(part)
    part.set_defaults(usage_error=part.error)


def _part(
    parts: Commands[Parser],
    name: str,
    help: str,
    description: str,
    example: str,
    *,
    file: str = "FILE",
    as_json: bool = True,
) -> Parser:
    part = parts.add_parser(name, help=help, description=description, example=example)
    if file == "FILE":
        part.add_argument("file", metavar="FILE", help=_FILE)
    else:
        part.add_argument("name", metavar=file, help="the route's name")
    if as_json:
        part.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    function = "import_" if name == "import" else name  # the word is Python's own
    part.set_defaults(do=done_by(f"route.{_MODULES[name]}", function))
    return part


_MODULES = {
    "lint": "linting", "test": "testing", "trace": "tracing", "simulate": "simulating", "replay": "replaying", "import": "converting",
    "export": "converting", "diff": "comparing", "deploy": "deploying", "versions": "deploying", "rollback": "deploying",
}  # fmt: skip


def _add_outcomes(part: Parser) -> None:
    part.add_argument(
        "--outcome",
        action="append",
        default=[],
        type=_outcome,
        metavar="NAME=HOW",
        help="how a model ends: m1=429, openai/gpt-4o=timeout, *=500; or a limit: r1=over",
    )


def _add_target(part: Parser) -> None:
    part.add_argument(
        "--target", required=True, metavar="T", help="a target of the window, by name or id, such as local"
    )
    _add_gateway(part)


def _add_gateway(part: Parser) -> None:
    part.add_argument("--gateway", default="", metavar="G", help="its gateway (default: the target's own)")


def _add_output(part: Parser) -> None:
    part.add_argument("-o", "--output", metavar="OUT", help="the file to write (default: standard output)")


def _outcome(text: str) -> tuple[str, str]:
    name, found, how = text.rpartition("=")
    if not found or not name or not how:
        raise argparse.ArgumentTypeError("an outcome is written NAME=HOW, such as m1=429")
    return name, how


def _words(text: str) -> tuple[str, ...]:
    return tuple(
        word for word in (part.strip().removeprefix("metadata.") for part in text.split(",")) if word
    )


def _count(text: str) -> int:
    count = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if count < 1:
        raise argparse.ArgumentTypeError("a number of requests is 1 or more")
    return count
