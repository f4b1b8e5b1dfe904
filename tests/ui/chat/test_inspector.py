"""System prompt, parameters and gateway options."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QLineEdit

from tests.conftest import Run
from tests.ui.chat.fakes import KIMI, Desk, conversation
from tests.waiting import until
from workbench.domain.chat import Backoff, ChatParameters, GatewayOptions
from workbench.ui.chat.fields import Field
from workbench.ui.chat.inspector import Inspector
from workbench.ui.support.theme import Theme


def type_into(field: Field, text: str) -> None:
    assert isinstance(field.editor, QLineEdit)
    field.editor.setText(text)


def test_what_is_typed_is_what_the_next_question_is_asked_with(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            inspector = Inspector(desk.model, theme)
            inspector.prompt.setPlainText("Be brief.")
            type_into(inspector.parameters.fields["temperature"], "0.2")
            await desk.ask("Hi")
            asked = desk.chat.settings[-1]
            assert asked.system_prompt == "Be brief."
            assert asked.parameters == ChatParameters(temperature=0.2)
            inspector.deleteLater()

    run_qt(story())


def test_a_bad_value_is_said_beside_its_field_and_not_sent(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            inspector = Inspector(desk.model, theme)
            field = inspector.parameters.fields["temperature"]
            type_into(field, "9")
            assert field.problem == "This must be from 0 to 2."
            assert desk.model.settings.parameters == ChatParameters()
            inspector.deleteLater()

    run_qt(story())


def test_one_click_returns_to_not_sent(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            inspector = Inspector(desk.model, theme)
            field = inspector.parameters.fields["seed"]
            assert field.reset_button.isHidden()
            type_into(field, "7")
            assert desk.model.settings.parameters.seed == 7
            assert not field.reset_button.isHidden()
            field.reset_button.click()
            assert desk.model.settings.parameters == ChatParameters()
            inspector.deleteLater()

    run_qt(story())


def test_another_conversation_shows_its_own_settings(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        first, second = conversation("first", 2.0), conversation("second", 1.0)
        async with Desk(first, second) as desk:
            inspector = Inspector(desk.model, theme)
            inspector.prompt.setPlainText("Be brief.")
            type_into(inspector.parameters.fields["top_p"], "0.5")
            desk.model.select(second.id)
            assert inspector.prompt.toPlainText() == ""
            assert inspector.parameters.fields["top_p"].text == ""
            desk.model.select(first.id)
            assert inspector.parameters.fields["top_p"].text == "0.5"
            await until(lambda: desk.model.loaded)
            inspector.deleteLater()

    run_qt(story())


def test_another_model_offers_its_own_parameters(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            inspector = Inspector(desk.model, theme)
            type_into(inspector.parameters.fields["temperature"], "0.2")
            desk.model.set_model(KIMI.id)
            assert inspector.parameters.fields["temperature"].text == "0.2"
            inspector.deleteLater()

    run_qt(story())


def test_gateway_options_are_checked_as_they_are_typed(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            inspector = Inspector(desk.model, theme)
            fields = inspector.gateway.fields
            type_into(fields["cache_ttl_s"], "5")
            assert fields["cache_ttl_s"].problem
            assert desk.model.settings.options == GatewayOptions()
            type_into(fields["cache_ttl_s"], "3600")
            assert not fields["cache_ttl_s"].problem
            combo = fields["backoff"].editor
            assert isinstance(combo, QComboBox)
            combo.setCurrentText("linear")
            log = fields["collect_log"].editor
            assert isinstance(log, QComboBox)
            log.setCurrentText("off")
            inspector.gateway.skip_cache.setChecked(True)
            assert desk.model.settings.options == GatewayOptions(
                cache_ttl_s=3600, backoff=Backoff.LINEAR, collect_log=False, skip_cache=True
            )
            assert inspector.gateway_section.button.text() == "Gateway · 4 set"
            inspector.deleteLater()

    run_qt(story())


def test_metadata_is_sent_by_its_kind_and_reserved_names_are_refused(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            inspector = Inspector(desk.model, theme)
            rows = inspector.gateway.metadata.rows
            for (name, value), (key, text) in zip(
                rows, (("team", "search"), ("run", "7"), ("paid", "true")), strict=False
            ):
                name.setText(key)
                value.setText(text)
            metadata = {"team": "search", "run": 7, "paid": True}
            assert desk.model.settings.options.metadata == metadata
            rows[3][0].setText("cf.own")
            assert desk.model.settings.options.metadata == metadata
            inspector.deleteLater()

    run_qt(story())


def test_without_a_gateway_its_options_are_not_offered(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            inspector = Inspector(desk.model, theme)
            inspector.show_gateway(False)
            assert inspector.gateway_section.isHidden()
            inspector.deleteLater()

    run_qt(story())
