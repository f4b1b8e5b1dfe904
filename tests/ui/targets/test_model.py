from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.ui.targets.conftest import Desk, Do
from tests.ui.targets.fakes import ACCOUNT, CLOUDFLARE
from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.secret import Secret
from workbench.domain.targets import Reach, Target, TargetKind, TargetStatus
from workbench.ui.targets.model import ConnectionsModel

GW = f"https://gateway.ai.cloudflare.com/v1/{ACCOUNT}/my-gw"


def names(model: ConnectionsModel) -> list[str]:
    return [one.name for one in model.connections]


def test_the_current_connection_is_shown_first(desk: Desk, after: Do) -> None:
    after(desk.model.open_first)
    assert desk.model.draft is not None
    assert desk.model.draft.target.id == "local"
    assert desk.model.draft.target.gateway_base == "http://127.0.0.1:8787/v1"


def test_an_edit_is_saved_under_the_same_id(desk: Desk, after: Do) -> None:
    model = desk.model
    after(lambda: model.open("cf"), lambda: model.set_text("name", "  Renamed "), model.save)
    assert [one.name for one in desk.backend.targets] == ["Local gateway", "Renamed"]
    assert not model.is_dirty("cf")


def test_edits_wait_while_another_connection_is_shown(desk: Desk, after: Do) -> None:
    model = desk.model
    after(lambda: model.open("cf"), lambda: model.set_text("name", "Half"), lambda: model.open("local"))
    assert model.is_dirty("cf")
    assert names(model) == ["Local gateway", "Half"]
    after(lambda: model.open("cf"))
    assert model.draft is not None
    assert model.draft.target.name == "Half"
    after(model.revert)
    assert names(model) == ["Local gateway", CLOUDFLARE.name]


def test_a_new_connection_can_be_left_and_dropped(desk: Desk, after: Do) -> None:
    model = desk.model
    after(model.open_new, lambda: model.set_text("name", "New"))
    assert names(model)[-1] == "New"
    after(model.revert)
    assert names(model) == ["Local gateway", CLOUDFLARE.name]
    assert model.draft is not None
    assert model.draft.target.id == "local"


def test_problems_show_only_where_the_user_has_been_until_they_save(desk: Desk, after: Do) -> None:
    model = desk.model
    after(model.open_new)
    assert model.problems == {}
    after(lambda: model.set_text("account", "short"))
    assert list(model.problems) == ["account"]
    after(model.save)
    assert set(model.problems) == {"name", "account"}
    assert len(desk.backend.targets) == 2


def test_a_name_that_is_taken_is_refused_as_one_types(desk: Desk, after: Do) -> None:
    after(desk.model.open_new, lambda: desk.model.set_text("name", CLOUDFLARE.name.upper()))
    assert "Another connection" in desk.model.problems["name"]


def test_what_only_the_service_refuses_stands_beside_its_field(desk: Desk, after: Do) -> None:
    model = desk.model
    desk.backend.refuse = InvalidInput("No such account.", field="account")
    after(lambda: model.open("cf"), lambda: model.set_text("name", "x"), model.save)
    assert model.problems["account"] == "No such account."
    after(lambda: model.set_text("account", "f" * 32))
    assert model.problems == {}


def test_a_failed_save_is_told_and_the_edit_stays(desk: Desk, after: Do) -> None:
    model = desk.model
    desk.backend.refuse = StorageFailed("The disk is full.")
    after(lambda: model.open("cf"), lambda: model.set_text("name", "x"), model.save)
    assert desk.notices[-1].text == "The disk is full."
    assert model.is_dirty("cf")


def test_a_typed_secret_is_stored_tidied_and_an_untouched_one_stays(desk: Desk, after: Do) -> None:
    model = desk.model
    after(lambda: model.open("cf"))
    assert model.draft is not None
    assert model.draft.stored == {"api-token"}
    after(lambda: model.set_secret("gateway-token", " Bearer gw-secret\n"), model.save)
    assert desk.backend.secrets["cf"] == {
        "api-token": Secret("stored-canary"),
        "gateway-token": Secret("gw-secret"),
    }
    assert model.draft.stored == {"api-token", "gateway-token"}
    assert not model.draft.typed


def test_a_secret_is_removed_only_when_the_connection_is_saved(desk: Desk, after: Do) -> None:
    model = desk.model
    after(lambda: model.open("cf"), lambda: model.remove_secret("api-token"))
    assert "api-token" in desk.backend.secrets["cf"]
    after(lambda: model.remove_secret("api-token", removed=False))
    assert not model.is_dirty("cf")
    after(lambda: model.remove_secret("api-token"), model.save)
    assert desk.backend.secrets["cf"] == {}
    assert model.draft is not None
    assert model.draft.stored == frozenset()


def test_a_secret_that_cannot_be_one_is_refused_beside_its_field(desk: Desk, after: Do) -> None:
    model = desk.model
    after(lambda: model.open("cf"), lambda: model.set_secret("api-token", "two words"), model.save)
    assert "no spaces" in model.problems["api-token"]
    assert desk.backend.secrets["cf"] == {"api-token": Secret("stored-canary")}


def test_a_draft_does_not_print_the_secrets_in_it(desk: Desk, after: Do) -> None:
    after(lambda: desk.model.open("cf"), lambda: desk.model.set_secret("api-token", "typed-canary"))
    assert "canary" not in repr(desk.model.draft)


def test_a_pasted_address_fills_the_form(desk: Desk, after: Do) -> None:
    model = desk.model
    after(model.open_new, lambda: model.fill_from(f"{GW}/compat/chat/completions"))
    assert model.draft is not None
    assert (model.draft.target.account, model.draft.target.gateway) == (ACCOUNT, "my-gw")
    assert model.draft.target.name == "Cloudflare, my-gw"
    after(lambda: model.fill_from("localhost:11434"))
    assert model.draft.target.kind is TargetKind.OPENAI
    assert model.fill_from("ftp://x").startswith("The address must start")


def test_testing_an_edited_connection_saves_it_first(desk: Desk, after: Do) -> None:
    model = desk.model
    desk.backend.statuses["cf"] = TargetStatus(Reach.UNAUTHORISED, what="No.")
    after(lambda: model.open("cf"), lambda: model.set_text("name", "x"), model.test)
    assert desk.backend.targets[1].name == "x"
    assert model.status("cf").reach is Reach.UNAUTHORISED


def test_a_deleted_connection_comes_back_with_undo(desk: Desk, after: Do) -> None:
    model = desk.model
    after(lambda: model.open("cf"), model.delete)
    assert names(model) == ["Local gateway"]
    notice = desk.notices[-1]
    assert CLOUDFLARE.name in notice.text
    assert notice.action is not None
    after(notice.action)
    assert names(model) == ["Local gateway", CLOUDFLARE.name]


def test_the_local_connection_cannot_be_deleted(desk: Desk, after: Do) -> None:
    after(lambda: desk.model.open("local"), desk.model.delete)
    assert len(desk.backend.targets) == 2


def test_a_duplicate_is_opened(desk: Desk, after: Do) -> None:
    after(lambda: desk.model.open("cf"), desk.model.duplicate)
    assert desk.model.draft is not None
    assert desk.model.draft.target.name == f"{CLOUDFLARE.name} 2"


def test_using_a_connection_makes_it_current(desk: Desk, after: Do) -> None:
    after(lambda: desk.model.open("cf"), desk.model.use)
    assert desk.model.current_id == "cf"


def test_the_local_gateway_can_pass_requests_on(desk: Desk, after: Do) -> None:
    after(lambda: desk.model.set_upstream("cf"))
    assert desk.model.upstream_id == "cf"
    after(lambda: desk.model.set_upstream("nobody"))
    assert desk.model.upstream_id == "cf"
    assert desk.notices


def test_a_change_from_elsewhere_is_followed_unless_it_is_being_edited(desk: Desk, after: Do) -> None:
    model = desk.model
    after(lambda: model.open("cf"))
    desk.backend.targets[1] = replace(CLOUDFLARE, name="Elsewhere")
    after(desk.targets.reload)
    assert model.draft is not None
    assert model.draft.target.name == "Elsewhere"
    after(lambda: model.set_text("name", "Mine"))
    desk.backend.targets[1] = CLOUDFLARE
    after(desk.targets.reload)
    assert model.draft.target.name == "Mine"


ENV = f"GATEWAY_URL={GW}\nGATEWAY_TOKEN=gw-canary\nOPENAI_API_KEY=sk-canary\nnonsense\n"


def test_an_import_is_shown_before_anything_is_stored(desk: Desk, after: Do, tmp_path: Path) -> None:
    path = tmp_path / ".dev.vars"
    path.write_text(ENV, encoding="utf-8-sig")
    after(lambda: desk.model.import_file(str(path)))
    review = desk.model.review
    assert review is not None
    assert review.origin == ".dev.vars"
    assert review.found.problems == ("Line 4 is not of the form NAME=value.",)
    assert "canary" not in repr(review)
    assert len(desk.backend.targets) == 2


def test_an_accepted_import_is_stored_with_its_secrets_and_tested(desk: Desk, after: Do) -> None:
    model = desk.model
    after(lambda: model.import_text(ENV, ".env"), model.accept_review)
    added = desk.backend.targets[-1]
    assert (added.name, added.account) == ("Cloudflare, my-gw", ACCOUNT)
    assert desk.backend.secrets[added.id]["gateway-token"] == Secret("gw-canary")
    assert desk.backend.secrets[added.id]["provider:openai"] == Secret("sk-canary")
    assert model.status(added.id).reach is Reach.READY
    assert model.review is None


def test_an_import_can_be_edited_or_discarded_first(desk: Desk, after: Do) -> None:
    model = desk.model
    after(lambda: model.import_text(ENV, ".env"), lambda: model.accept_review(edit_first=True))
    assert len(desk.backend.targets) == 2
    assert model.draft is not None
    assert model.draft.new
    after(lambda: model.import_text("", ".env"), model.accept_review)
    assert model.review is not None
    after(model.discard_review)
    assert model.review is None


def test_importing_twice_makes_two_names(desk: Desk, after: Do) -> None:
    model = desk.model
    for _ in range(2):
        after(lambda: model.import_text(ENV, ".env"), model.accept_review)
    assert names(model)[-2:] == ["Cloudflare, my-gw", "Cloudflare, my-gw 2"]


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00binary\x81"])
def test_a_file_that_cannot_be_read_is_told(
    desk: Desk, after: Do, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "some.env"
    if content is not None:
        path.write_bytes(content)
    after(lambda: desk.model.import_file(str(path)))
    assert "some.env" in desk.notices[-1].text
    assert desk.model.review is None


def test_a_found_server_becomes_a_new_connection(desk: Desk, after: Do) -> None:
    found = Target("o", "Ollama", TargetKind.OPENAI, base_url="http://127.0.0.1:11434/v1")
    after(lambda: desk.model.open_new(target=found), desk.model.save)
    assert found in desk.backend.targets
