"""The table of rules: what is looked for, and how grave it is on the desk and at Cloudflare."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.domain.routes.findings import Severity

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


@dataclass(frozen=True, slots=True)
class Rule:
    """desk: how grave on the local gateway, None where it is nothing there. deploy: how grave where the route is to be deployed."""

    code: str
    desk: Severity | None
    deploy: Severity
    about: str


_TABLE = (
    # the graph
    Rule("no-start", ERROR, ERROR, "A request enters at the start element."),
    Rule("several-starts", ERROR, ERROR, "There is one start; no request would choose between two."),
    Rule("duplicate-id", ERROR, ERROR, "Outputs name elements by id, so an id belongs to one element."),
    Rule("dangling-output", ERROR, ERROR, "An output leads to an element that is there."),
    Rule("open-output", ERROR, ERROR, "An output that requests take leads somewhere."),
    Rule("unknown-output", ERROR, ERROR, "An element has the outputs of its kind and no others."),
    Rule("unknown-type", ERROR, WARNING, "An element is of a type that the desk knows."),
    Rule("cycle", ERROR, ERROR, "A request meets an element once at most."),
    Rule("end-with-outputs", ERROR, ERROR, "Nothing comes after an end."),
    Rule("unreachable-element", WARNING, WARNING, "Every element is met by some request."),
    Rule("no-model", ERROR, ERROR, "A route has a model that answers."),
    Rule("path-without-model", WARNING, WARNING, "Each way through the route meets a model."),
    Rule("missing-fallback", WARNING, WARNING, "A model or a limit says where to go when it fails."),
    # percentages
    Rule("percent-sum", ERROR, ERROR, "The shares make 100 %, or else takes the rest."),
    Rule("too-many-shares", WARNING, ERROR, "A percentage element has five shares at most, besides else."),
    Rule("idle-output", WARNING, WARNING, "Each output is taken by some request."),
    # limits
    Rule("limit-range", ERROR, ERROR, "A limit and its window are greater than zero."),
    Rule("no-such-field", ERROR, ERROR, "A limit or a sticky split looks at a field that requests have."),
    Rule("limit-key", WARNING, ERROR, "A limit's key is a field of the metadata."),
    Rule("key-never-sent", WARNING, WARNING, "Requests carry the metadata that the route looks at."),
    Rule("too-many-keys", WARNING, WARNING, "A request carries five metadata entries at most."),
    # models
    Rule("unnamed-model", ERROR, ERROR, "A model element names its provider and its model."),
    Rule("unknown-provider", ERROR, ERROR, "A model's provider is a slug that the gateway knows."),
    Rule("unknown-model", WARNING, WARNING, "The provider's catalogue lists the model."),
    Rule("deprecated-model", WARNING, WARNING, "The provider keeps the model."),
    Rule("replaced-model", WARNING, WARNING, "A model that has a successor is named by it."),
    Rule("provider-in-model", WARNING, WARNING, "A model element names the provider once, in its own field."),
    Rule("timeout-range", ERROR, ERROR, "A timeout is zero, for none, or more."),
    Rule("retries-range", ERROR, ERROR, "A model is tried again five times at most."),
    # conditions
    Rule("broken-condition", ERROR, ERROR, "A condition can be evaluated."),
    Rule("undocumented-operator", INFO, WARNING, "Cloudflare documents $eq and no other operator."),
    Rule("undocumented-field", INFO, WARNING, "Cloudflare documents conditions on metadata only."),
    Rule("desk-only-field", INFO, ERROR, "What the desk works out about a request is known on the desk only."),
    # the file
    Rule("broken-test", WARNING, WARNING, "The tests in the file can be run."),
    # deploying
    Rule("custom-provider", None, ERROR, "Cloudflare's routes do not reach custom providers."),
    Rule("loopback-provider", None, ERROR, "Cloudflare cannot reach a server on this machine."),
    Rule("sticky-split", None, WARNING, "Cloudflare splits by dice, not by key."),
    Rule("sliding-limit", None, WARNING, "Cloudflare's limits have fixed windows."),
    Rule("route-name", WARNING, ERROR, "A route is called by a name of letters, digits, hyphens and underscores."),
    Rule("unknown-key", INFO, ERROR, "The file holds what a route can hold."),
)  # fmt: skip

RULES = {rule.code: rule for rule in _TABLE}
"""By code, in the order findings of one element are listed."""
