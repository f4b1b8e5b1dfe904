from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Run
from tests.fakes.pixels import png
from workbench.domain.errors import StorageFailed
from workbench.domain.images.gallery import GalleryImage
from workbench.domain.images.jobs import ImageBatch, ImageJob, JobState
from workbench.domain.images.settings import Axis, AxisField, Draft, ImageSettings
from workbench.domain.models import Cost
from workbench.domain.trouble import Trouble
from workbench.services.images import grid_export

AXES = (
    Axis(AxisField.STEPS, ("4", "8")),
    Axis(AxisField.PROMPT, ("fox", "<b>ox</b>"), "fox"),
    Axis(AxisField.MODEL, ("@cf/a/one", "@cf/b/two")),
)
VOID = {"meta", "img", "br"}


class Page(HTMLParser):
    """rows: of each table, the text of each cell. pictures: what is inline. Fails where tags do not match."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.headings: list[str] = []
        self.pictures: list[bytes] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(page.decode())
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        values = dict(attrs)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
        elif tag == "h2":
            self.headings.append("")
        elif tag == "img":
            kind, _, data = (values["src"] or "").partition(";base64,")
            assert kind == "data:image/png"
            self.pictures.append(b64decode(data))
        elif tag == "a":
            self.links.append(values["href"] or "")
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" in self._open:
            return
        self.text += data
        if "h2" in self._open:
            self.headings[-1] += data
        if {"td", "th"} & set(self._open):
            self.tables[-1][-1][-1] += data


class FakeGallery:
    """Thumbnails of pictures whose digest is not in `gone`."""

    def __init__(self, *images: GalleryImage) -> None:
        self._images = {image.id: image for image in images}
        self.gone: set[str] = set()

    async def images(self, ids: Sequence[str]) -> list[GalleryImage]:
        return [self._images[id] for id in ids if id in self._images]

    async def thumbnail(self, digest: str, side: int = 256) -> bytes:
        if digest in self.gone:
            raise StorageFailed("Gone.")
        return png(colour=int(digest))


def grid() -> tuple[ImageBatch, list[ImageJob], list[GalleryImage]]:
    """2×2×2, all done but the last, which failed."""
    batch = ImageBatch("b", 1.0, Draft((), ImageSettings("a fox & co"), axes=AXES), title="a fox & co")
    jobs, images = [], []
    for number in range(8):
        cell = (number & 1, number >> 1 & 1, number >> 2)
        model = AXES[2].values[cell[2]]
        settings = ImageSettings(f"a {AXES[1].values[cell[1]]}", steps=int(AXES[0].values[cell[0]]), seed=7)
        image = GalleryImage(
            f"i{number}",
            1.0,
            str(number),
            "image/png",
            640,
            480,
            model=model,
            settings=settings,
            cost=Cost(0.001, charged=True),
            took_ms=1500.0,
        )
        images.append(image)
        jobs.append(
            ImageJob(
                f"j{number}",
                "b",
                model,
                settings,
                cell=cell,
                state=JobState.DONE,
                images=(image.id,),
                attempts=1,
            )
        )
    jobs[7] = replace(
        jobs[7], state=JobState.FAILED, images=(), trouble=Trouble("Refused <now>.", "Flagged.", "Reword.")
    )
    return batch, jobs, images[:7]


def test_a_grid_becomes_a_labelled_table_for_each_value_of_its_third_axis(run_async: Run) -> None:
    batch, jobs, images = grid()
    page = Page(run_async(grid_export.html(batch, jobs, FakeGallery(*images))))
    assert page.headings == ["Model: @cf/a/one", "Model: @cf/b/two"]
    first, second = page.tables
    assert [len(row) for row in first + second] == [3] * 6
    assert first[0] == ["Steps →Prompt “fox” ↓", "4", "8"]
    assert [row[0] for row in first[1:]] == ["fox", "<b>ox</b>"]
    assert page.pictures == [png(colour=number) for number in range(7)]
    cell = first[2][2]
    for fact in ("one", "640×480", "$0.001", "1.5 s", "a <b>ox</b>", "@cf/a/one"):
        assert fact in cell
    assert "≈" not in cell
    failed = second[2][2]
    assert "Failed" in failed
    assert "Refused <now>. Flagged." in failed
    assert "7 done · 1 failed · $0.007 in all" in page.text


def test_one_and_two_axes_make_one_table(run_async: Run) -> None:
    batch, jobs, images = grid()
    for axes, shape in ((1, [3, 3]), (2, [3, 3, 3])):
        less = replace(batch, draft=replace(batch.draft, axes=AXES[:axes]))
        cut = [replace(job, cell=job.cell[:axes]) for job in jobs[: 2**axes]]
        page = Page(run_async(grid_export.html(less, cut, FakeGallery(*images))))
        (table,) = page.tables
        assert [len(row) for row in table] == shape
        assert page.pictures == [png(colour=number) for number in range(2**axes)]


def test_several_pictures_of_a_cell_stand_in_it(run_async: Run) -> None:
    batch, jobs, images = grid()
    twice = [job for job in jobs[:4] for _ in range(2)]
    page = Page(run_async(grid_export.html(batch, twice, FakeGallery(*images))))
    assert page.tables[0][1][1].count("Settings") == 2


def test_what_is_no_grid_becomes_a_list_in_the_order_planned(run_async: Run) -> None:
    batch, jobs, images = grid()
    plain = replace(batch, draft=replace(batch.draft, axes=()))
    flat = [replace(job, cell=()) for job in jobs]
    page = Page(run_async(grid_export.html(plain, flat, FakeGallery(*images))))
    assert page.tables == []
    assert page.pictures == [png(colour=number) for number in range(7)]


def test_a_missing_file_and_a_deleted_picture_leave_a_place_that_says_so(run_async: Run) -> None:
    batch, jobs, images = grid()
    gallery = FakeGallery(*images[1:])
    gallery.gone.add("1")
    page = Page(run_async(grid_export.html(batch, jobs, gallery)))
    assert "Deleted" in page.tables[0][1][1]
    assert "not there any more" in page.tables[0][1][2]
    assert len(page.pictures) == 5


def test_pictures_can_lead_to_files_beside_the_page(run_async: Run) -> None:
    batch, jobs, images = grid()
    page = Page(
        run_async(
            grid_export.html(
                batch, jobs[:1], FakeGallery(*images), file_of=lambda image: f'p/"{image.id}".png'
            )
        )
    )
    assert page.links == ['p/"i0".png']


def test_the_page_asks_nobody_for_anything(run_async: Run) -> None:
    batch, jobs, images = grid()
    page = run_async(grid_export.html(batch, jobs, FakeGallery(*images)))
    assert b"http://" not in page
    assert b"https://" not in page
    assert b"default-src 'none'" in page
    assert "script" not in Page(page).tags


def page_with(text: str) -> Page:
    """One with this text wherever the user, a model or a server can put some."""
    batch, jobs, images = grid()
    axes = (Axis(AxisField.PROMPT, (text or "x",), text),)
    batch = ImageBatch("b", 1.0, Draft((text,), ImageSettings(text), axes=axes), title=text)
    job = replace(jobs[0], cell=(0,), model=text, trouble=Trouble(text, text))
    image = replace(images[0], model=text, settings=ImageSettings(text, text), said=text, target=text)
    bare = replace(job, id="j9", images=(), state=JobState.FAILED)
    shown = {"j0": [grid_export._figure(image, png(), text)], "j9": [grid_export._without_picture(bare)]}
    return Page(grid_export._page(batch, (job, bare), {image.id: image}, shown))


@given(st.text(st.characters(exclude_characters="\r\x00"), max_size=40))
def test_no_text_becomes_markup(text: str) -> None:
    assert set(page_with(text).tags) <= set(page_with("fox").tags)


def test_the_manifest_tells_every_call_by_its_place_and_is_json() -> None:
    batch, jobs, images = grid()
    manifest = json.loads(json.dumps(grid_export.manifest(batch, jobs, images)))
    assert (manifest["format"], manifest["version"]) == ("ai-workbench-image-grid", 1)
    assert manifest["created_at"] == "1970-01-01T00:00:01Z"
    assert manifest["axes"][1] == {"field": "prompt", "part": "fox", "values": ["fox", "<b>ox</b>"]}
    assert manifest["models"] == ["@cf/a/one", "@cf/b/two"]
    assert round(manifest["cost_usd"], 6) == 0.007
    call = manifest["calls"][3]
    assert (call["cell"], call["at"]) == ([1, 1, 0], ["8", "<b>ox</b>", "@cf/a/one"])
    assert call["settings"] == {"prompt": "a <b>ox</b>", "steps": 8, "seed": 7}
    assert (call["state"], call["took_ms"], call["trouble"]) == ("done", 1500.0, None)
    assert call["images"][0]["digest"] == "3"
    failed = manifest["calls"][7]
    assert failed["trouble"] == {"what": "Refused <now>.", "why": "Flagged.", "fix": "Reword."}
    assert failed["images"] == []


def test_a_cost_that_is_not_known_makes_no_sum() -> None:
    batch, jobs, images = grid()
    assert grid_export.manifest(batch, jobs, [*images, replace(images[0], cost=None)])["cost_usd"] is None
