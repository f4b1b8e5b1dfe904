"""A message: what it shows in each state, and the words that count seconds."""

from __future__ import annotations

from tests.ui.chat.transcript.conftest import Seconds
from tests.ui.chat.transcript.stage import answer, entry, flow, question, settle, shown
from workbench.domain.chat import ToolCall
from workbench.domain.trouble import Trouble
from workbench.ui.chat.transcript.codebox import CodeBox
from workbench.ui.chat.transcript.foot import TroublePart
from workbench.ui.chat.transcript.making import REASONING, TOOLS
from workbench.ui.chat.transcript.parts import LinePart, Part, ReasoningPart, TextPart
from workbench.ui.chat.transcript.view import TranscriptView


def parts(view: TranscriptView, message_id: str) -> list[Part]:
    made = entry(view, message_id)
    made.build()
    found: list[Part] = []
    while made.has_part(len(found)):
        found.append(made.part(len(found)))
    return found


def one(view: TranscriptView, kind: type[Part]) -> Part:
    (found,) = [part for part in parts(view, "a") if type(part) is kind]
    return found


def test_an_answer_without_words_says_what_it_waits_for(view: TranscriptView, seconds: Seconds) -> None:
    view.set_messages([question("q"), answer("a", "", streaming=True)])
    settle(view)
    line = one(view, LinePart)
    assert isinstance(line, LinePart)
    assert line.text == "Waiting for the first words"
    assert view._seconds.isActive()
    seconds.now += 5
    view._tick()
    assert line.text == "Waiting for the first words · 5 s"
    view.extend("a", "Here.")
    settle(view)
    assert not [part for part in parts(view, "a") if isinstance(part, LinePart)]
    assert not view._seconds.isActive()


def test_reasoning_is_timed_while_it_comes_and_keeps_its_time(view: TranscriptView, seconds: Seconds) -> None:
    view.set_messages([answer("a", "", streaming=True)])
    settle(view)
    view.extend("a", "", "Let me see.")
    settle(view)
    seconds.now += 2
    view._tick()
    part = one(view, ReasoningPart)
    assert isinstance(part, ReasoningPart)
    assert part.title == "Thinking… 2 s"
    seconds.now += 1.25
    view.extend("a", "It is so.")
    settle(view)
    seconds.now += 10
    view.replace(answer("a", "It is so.", reasoning="Let me see."))
    settle(view)
    part = one(view, ReasoningPart)
    assert isinstance(part, ReasoningPart)
    assert part.title == "Thought for 3.2 s"


def test_folded_reasoning_is_not_read(view: TranscriptView) -> None:
    view.set_messages([answer("a", "Text.", reasoning="One.\n\nTwo.")])
    settle(view)
    part = one(view, ReasoningPart)
    assert part.flow is not None
    assert part.flow.unread > 0
    entry(view, "a").fold()
    view.settle_entry(entry(view, "a"))
    settle(view)
    assert len(flow(view, "a", REASONING).cells) == 2


def test_tool_calls_are_cards_with_readable_arguments(view: TranscriptView) -> None:
    calls = (ToolCall("1", "weather", '{"city":"Köln"}'), ToolCall("2", "odd", '{"broken": ~~~~'))
    view.set_messages([answer("a", "", tool_calls=calls)])
    settle(view)
    text = flow(view, "a", TOOLS)
    boxes = [text.box(index) for index in range(len(text.cells))]
    assert [box.title for box in boxes if isinstance(box, CodeBox)] == [
        "Tool call · weather",
        "Tool call · odd",
    ]
    assert boxes[0].plain(0, 99) == '{\n  "city": "Köln"\n}'
    assert boxes[1].plain(0, 99) == '{"broken": ~~~~'


def test_trouble_stands_under_what_had_arrived(view: TranscriptView) -> None:
    trouble = Trouble("It was cut.", "The line broke.", "Ask again.")
    view.set_messages(
        [answer("a", "Half of", note="Cut off", trouble=trouble, can_retry=True, has_exchange=True)]
    )
    settle(view)
    kinds = [type(part) for part in parts(view, "a")]
    assert kinds.index(TextPart) < kinds.index(LinePart) < kinds.index(TroublePart)
    assert shown(view, "a") == "Half of"
    names = [spot.id for spot in view.spots_of(entry(view, "a"))]
    assert names == ["retry", "details", "copy"]


def test_buttons_under_trouble_go_into_rows_and_stay_on_their_card(view: TranscriptView) -> None:
    trouble = Trouble("It was cut.", "The line broke.", "Ask again.")
    message = answer("a", trouble=trouble, can_retry=True, fix_label="Open the connection", has_exchange=True)
    view.set_messages([message])
    settle(view)
    part = one(view, TroublePart)
    rows = []
    for width in (600.0, 260.0, 120.0):
        part.set_width(width)
        spots = list(part.spots(0, part.height))
        assert [spot.id for spot in spots] == ["retry", "fix", "details"]
        assert all(spot.rect.left() >= 0 and spot.rect.right() <= width for spot in spots)
        assert all(spot.rect.bottom() <= part.height for spot in spots)
        assert not any(a.rect.intersects(b.rect) for a in spots for b in spots if a is not b)
        rows.append(len({spot.rect.top() for spot in spots}))
    assert rows[0] == 1 < rows[1] <= rows[2] == 3


def test_a_question_keeps_its_line_breaks(view: TranscriptView) -> None:
    view.set_messages([question("q", "one\ntwo")])
    settle(view)
    assert shown(view, "q") == "one\ntwo"


def test_markup_and_pictures_in_an_answer_are_words(view: TranscriptView) -> None:
    view.set_messages(
        [answer("a", "<img src=x onerror=y> <b>b</b> ![cat](https://example.com/c.png)\n\n<div>\nx\n</div>")]
    )
    settle(view)
    assert shown(view, "a") == "<img src=x onerror=y> <b>b</b> Picture: cat\n<div> x </div>"
