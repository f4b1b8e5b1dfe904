from __future__ import annotations

import io
import json

import pytest

from tests.cli.route.desk import ELEMENTS, FakeSession, document, model, options
from tests.conftest import Run
from tests.services.test_deployments import CLOUDFLARE
from workbench.cli.route.deploying import deployed, listed, rolled_back
from workbench.domain.errors import InvalidInput
from workbench.domain.routes.codec import read_route
from workbench.domain.routes.elements import Route

SUPPORT = read_route(document()).route
NEWER = read_route(
    {"name": "support", "elements": [*ELEMENTS[:2], model("small", "openai/gpt-5-mini"), *ELEMENTS[3:]]}
).route


def deploy(run_async: Run, session: FakeSession, route: Route = SUPPORT, *arguments: str) -> str:
    out = io.StringIO()
    given = options("deploy", "support.json", "--target", "local", *arguments)
    assert run_async(deployed(given, route, session.open, out)) == 0
    return out.getvalue()


def test_deploying_says_what_runs_now_and_what_ran_before(run_async: Run) -> None:
    session = FakeSession()
    first = "“support” runs at Local gateway, gateway “default”: version v-0001.\n"
    assert deploy(run_async, session) == first
    assert deploy(run_async, session, NEWER).splitlines() == [
        'small: model "gpt-4o-mini" → "gpt-5-mini"',
        "“support” runs at Local gateway, gateway “default”: version v-0002.",
        "Before it ran v-0001, which stays and can be rolled back to.",
    ]
    assert "already" in deploy(run_async, session, NEWER)


def test_a_dry_run_does_nothing(run_async: Run) -> None:
    session = FakeSession()
    assert "would be created" in deploy(run_async, session, SUPPORT, "--dry-run")
    assert session.gateway.routes_kept == {}
    deploy(run_async, session)
    assert "would be given a new version" in deploy(run_async, session, NEWER, "--dry-run")
    assert len(session.gateway.routes_kept["r-support"].versions) == 1


def test_json_tells_it_all(run_async: Run) -> None:
    session = FakeSession()
    dry = json.loads(deploy(run_async, session, SUPPORT, "--dry-run", "--json"))
    assert (dry["step"], dry["done"], dry["version"]) == ("create", False, None)
    done = json.loads(deploy(run_async, session, SUPPORT, "--json"))
    assert (done["done"], done["version"], done["elements"]) == (True, "v-0001", ELEMENTS)


def test_errors_stop_it_and_force_goes_on_with_a_warning(
    run_async: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    session = FakeSession(target=CLOUDFLARE)
    broken = read_route(document(name="my route")).route
    with pytest.raises(InvalidInput, match="not deployed"):
        deploy(run_async, session, broken)
    deploy(run_async, session, broken, "--force")
    assert "route-name" in capsys.readouterr().err


def test_versions_are_a_line_each_and_the_one_that_runs_is_marked(run_async: Run) -> None:
    session = FakeSession()
    deploy(run_async, session)
    deploy(run_async, session, NEWER)
    out = io.StringIO()
    assert run_async(listed(options("versions", "support", "--target", "local"), session.open, out)) == 0
    lines = [line.split() for line in out.getvalue().splitlines()]
    assert [(line[0], "runs" in line, line[-1]) for line in lines] == [
        ("2", True, "v-0002"),
        ("1", False, "v-0001"),
    ]


def test_a_roll_back_says_what_runs(run_async: Run) -> None:
    session = FakeSession()
    deploy(run_async, session)
    deploy(run_async, session, NEWER)
    given = options("rollback", "support", "1", "--target", "local")
    out = io.StringIO()
    assert run_async(rolled_back(given, session.open, out)) == 0
    assert run_async(rolled_back(given, session.open, out)) == 0
    assert out.getvalue().splitlines() == [
        "“support” at Local gateway: version 1 (v-0001) runs again.",
        "“support” at Local gateway: version 1 (v-0001) runs already.",
    ]


def test_versions_and_roll_backs_as_json(run_async: Run) -> None:
    session = FakeSession()
    deploy(run_async, session)
    out = io.StringIO()
    run_async(listed(options("versions", "support", "--target", "local", "--json"), session.open, out))
    run_async(
        rolled_back(options("rollback", "support", "1", "--target", "local", "--json"), session.open, out)
    )
    told, back = (json.loads(line) for line in out.getvalue().splitlines())
    assert told["versions"][0]["live"] is True
    assert back == {
        "route": "support",
        "target": "Local gateway",
        "version": "v-0001",
        "number": 1,
        "done": False,
    }
