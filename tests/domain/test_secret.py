from __future__ import annotations

import copy
import json
import pickle
from dataclasses import dataclass

import pytest

from workbench.domain.secret import MASK, Secret
from workbench.domain.targets import Connection, Credentials, SecretKind, Target, TargetKind, secret_name


@dataclass
class Holder:
    token: Secret


@pytest.mark.parametrize(
    "shown",
    [
        str,
        repr,
        "{}".format,
        "{:>40}".format,
        lambda secret: f"{secret!s} {secret!r}",
        lambda secret: f"{Holder(secret)} {[secret]}",
    ],
)
def test_a_secret_never_prints_itself(shown: object) -> None:
    try:
        text = shown(Secret("canary"))  # type: ignore[operator]  # each is callable
    except TypeError:
        return  # a format it does not take shows nothing either
    assert "canary" not in text
    assert MASK in text


def test_a_secret_is_neither_pickled_nor_written_as_json() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret("canary"))
    with pytest.raises(TypeError):
        json.dumps(Secret("canary"))
    with pytest.raises(TypeError):
        copy.deepcopy(Secret("canary"))


def test_secrets_compare_by_value_and_only_with_secrets() -> None:
    assert Secret("a") == Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1
    assert not Secret("")
    assert Secret("a").reveal() == "a"


def test_a_connection_does_not_print_its_secrets() -> None:
    target = Target("t", "n", TargetKind.CLOUDFLARE)
    text = repr(
        Connection(target, Credentials(Secret("canary"), Secret("canary"), {"openai": Secret("canary")}))
    )
    assert "canary" not in text


def test_each_secret_of_a_target_has_a_name_of_its_own() -> None:
    names = {secret_name(target, kind) for target in "ab" for kind in (*SecretKind, "provider:openai")}
    assert len(names) == 6


def test_what_a_target_can_do_follows_from_its_kind_and_gateway() -> None:
    local = Target("local", "", TargetKind.LOCAL).can
    assert local.sandbox
    assert not local.editable
    assert not Target("t", "", TargetKind.CLOUDFLARE).can.gateway
    assert Target("t", "", TargetKind.CLOUDFLARE, gateway="g").can.gateway
    server = Target("t", "", TargetKind.OPENAI).can
    assert server.openai_models
    assert not server.needs_token
