"""A text as a column of boxes: what is kept, what is made again, how it is laid out."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from workbench.ui.chat.transcript.boxes import Setting, TextBox
from workbench.ui.chat.transcript.codebox import KEPT_LINES, CodeBox
from workbench.ui.chat.transcript.flow import Flow
from workbench.ui.chat.transcript.look import Look
from workbench.ui.chat.transcript.tablebox import TableBox
from workbench.ui.support.theme import Theme

WIDTH = 480.0


@pytest.fixture
def look(theme: Theme) -> Look:
    return Look(theme)


def made(look: Look, text: str, setting: Setting | None = None) -> Flow:
    flow = Flow(look, setting or Setting(), text)
    flow.set_width(WIDTH)
    flow.read_all()
    flow.ensure(0, 1e9)
    return flow


def painted(flow: Flow, height: int = 400, top: float = 0.0) -> QImage:
    image = QImage(int(WIDTH) + 20, height, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFF)
    painter = QPainter(image)
    flow.paint(painter, 10, -top, QRectF(0, 0, WIDTH + 20, height), None)
    painter.end()
    return image


def ink(image: QImage) -> QRectF:
    """The rectangle that is not white."""
    points = [
        (x, y)
        for y in range(image.height())
        for x in range(image.width())
        if image.pixelColor(x, y).lightness() < 200
    ]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return QRectF(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def test_only_the_last_leaf_is_made_again_while_text_comes(look: Look) -> None:
    flow = made(look, "One.\n\n- two\n- three\n\nFour")
    before = [flow.box(n) for n in range(len(flow.cells))]
    flow.feed(" goes on")
    flow.read_all()
    flow.ensure(0, 1e9)
    after = [flow.box(n) for n in range(len(flow.cells))]
    assert after[:-1] == before[:-1]
    assert after[-1] is not before[-1]
    assert after[-1].plain(0, 99) == "Four goes on"


def test_open_code_grows_in_its_box(look: Look) -> None:
    flow = made(look, "```py\n")
    box = flow.box(0)
    for number in range(500):
        flow.feed(f"x{number} = {number}\n")
        flow.read_all()
        flow.ensure(0, 1e9)
        assert flow.box(0) is box
    assert isinstance(box, CodeBox)
    assert box.plain(0, 1 << 30).count("\n") == 499
    assert box.length == len(box.leaf.content)
    assert flow.cells[0].height == box.height


def test_long_code_lays_out_only_the_lines_that_are_seen(look: Look) -> None:
    flow = made(look, "```py\n" + "x = 1\n" * 3000 + "```")
    box = flow.box(0)
    assert isinstance(box, CodeBox)
    assert box._layouts == {}
    for top in range(0, 50_000, 5_000):
        painted(flow, top=top)
    assert 0 < len(box._layouts) <= KEPT_LINES + 60


def test_code_is_coloured_as_far_as_it_is_seen(look: Look) -> None:
    flow = made(look, "```py\n" + "return 'x'\n" * 1000 + "```")
    box = flow.box(0)
    assert isinstance(box, CodeBox)
    while flow.colour(0, 400):
        pass
    assert box._highlighter.knows(10)
    assert not box._highlighter.knows(900)


def test_a_definition_that_comes_late_makes_the_link(look: Look) -> None:
    flow = made(look, "See [it].\n\n")
    assert flow.box(0).run_at(flow.box(0).place_of(5).x(), 5) is None
    flow.feed("[it]: https://example.com\n")
    flow.read_all()
    flow.ensure(0, 1e9)
    place = flow.box(0).place_of(5)
    run = flow.box(0).run_at(place.x(), place.center().y())
    assert run is not None
    assert run.href == "https://example.com"


def test_evicted_boxes_are_made_again_with_the_same_height(look: Look) -> None:
    flow = made(look, "\n\n".join("Words and words. " * 12 for _ in range(40)))
    heights = [cell.height for cell in flow.cells]
    flow.evict(0, 100)
    assert flow.live_boxes < 5
    flow.ensure(0, 1e9)
    assert [cell.height for cell in flow.cells] == heights


@pytest.mark.parametrize("text", ["word " * 200, "w" * 900, "слово " * 200, "كلمة " * 200, "漢字" * 300])
def test_text_never_leaves_its_column(look: Look, text: str) -> None:
    image = painted(made(look, text), 900)
    assert ink(image).left() >= 8
    assert ink(image).right() <= WIDTH + 12


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("مرحبا", True),
        ("hello", False),
        ("- عنصر", True),
        ("> اقتباس", True),
        ("`code` مرحبا", True),
        ("Привет", False),
    ],
)
def test_each_text_starts_at_its_own_side(look: Look, text: str, right: bool) -> None:
    found = ink(painted(made(look, text), 60))
    assert (found.right() > WIDTH - 20) is right
    assert (found.left() < 60) is not right


def test_a_list_runs_as_its_first_item_does(look: Look) -> None:
    flow = made(look, "- عنصر\n- item\n- عنصر")
    assert [cell.rtl for cell in flow.cells] == [True, True, True]
    other = flow.box(1)
    assert isinstance(other, TextBox)
    assert not other.rtl


def test_code_runs_left_to_right_everywhere(look: Look) -> None:
    flow = made(look, "```\nname = 'مرحبا'\n```\n\n- عنصر\n\n  ```\n  x = 1\n  ```", Setting(rtl=True))
    for index, words in ((0, 8), (2, 5)):
        box = flow.box(index)
        assert isinstance(box, CodeBox)
        assert box.place_of(0).x() < 40 < box.place_of(words).x() < 120


def test_the_columns_of_a_long_table_stand_under_each_other(look: Look) -> None:
    rows = "".join(f"| {'wide word ' * (number % 4 + 1)}| {number} |\n" for number in range(30))
    flow = made(look, "| a | b |\n|---|--:|\n" + rows)
    boxes = [flow.box(n) for n in range(len(flow.cells))]
    assert len(boxes) == 4
    columns = {
        tuple(cell.left for cell in row) for box in boxes if isinstance(box, TableBox) for row in box._rows
    }
    assert len(columns) == 1
    assert all(cell.space == 0 for cell in flow.cells[1:])


def test_a_column_of_code_is_as_wide_as_the_code(look: Look) -> None:
    flow = made(look, "| a |\n|---|\n| `@cf/some-author/a-model` |\n")
    plain = made(look, "| a |\n|---|\n| short |\n")
    assert flow.box(0).height == plain.box(0).height


def test_a_table_wraps_in_its_cells_before_it_scrolls(look: Look) -> None:
    flow = made(look, "| a | b |\n|---|---|\n| x | " + "some words " * 30 + "|")
    box = flow.box(0)
    assert isinstance(box, TableBox)
    assert box.shape.total <= WIDTH
    assert box.height > 100
    assert not box.scroll_across(50)
    many = "|".join("unbreakable" for _ in range(14))
    wide = made(look, f"|{many}|\n|{'---|' * 14}\n|{many}|").box(0)
    assert isinstance(wide, TableBox)
    assert wide.shape.total > WIDTH
    assert wide.scroll_across(50)


def test_a_growing_table_lays_out_its_parts_again_when_columns_change(look: Look) -> None:
    flow = made(look, "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 10)
    first = flow.box(0)
    assert isinstance(first, TableBox)
    left = first._rows[0][1].left
    flow.feed("| a much longer text | 2 |\n")
    flow.read_all()
    flow.ensure(0, 1e9)
    assert flow.box(0) is first
    assert first._rows[0][1].left > left


def test_places_and_offsets_agree(look: Look) -> None:
    text = "Some *words* that go on over a line, so that it must break.\n\n- item `code`\n\n```py\na = 1\nbb = 2\n```\n\n| x | y |\n|---|---|\n| one | two |"
    flow = made(look, text)
    for index in range(len(flow.cells)):
        box = flow.box(index)
        for offset in range(box.length + 1):
            place = box.place_of(offset)
            found = box.offset_at(place.x(), place.center().y())
            assert abs(found - offset) <= 1 or box.place_of(found).x() == pytest.approx(place.x(), abs=1)


def test_empty_items_and_tasks_show_their_marks(look: Look) -> None:
    flow = made(look, "- \n- [x] done\n- [ ] open\n\n1.\n2. two")
    assert [cell.leaf.content for cell in flow.cells] == ["", "done", "open", "", "two"]
    assert ink(painted(flow, 200)).left() < 40
