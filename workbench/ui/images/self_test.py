"""The tab proves itself: pictures are made, a grid is filled, a mask edited, an outfit tried on, settings read back from a file."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPointF

from workbench.domain.images.jobs import JobState
from workbench.domain.images.settings import Axis, AxisField, Draft, ImageSettings, SeedMode
from workbench.ui.images.model import PageId
from workbench.ui.images.tab import ImagesTab
from workbench.ui.images.try_on.start import ExampleTile
from workbench.ui.support.self_test import SelfTestFailed, Until, wait_until

_PROMPT = "A lighthouse on a cliff at dusk"
_GRID_MODEL = "@cf/stabilityai/stable-diffusion-xl-base-1.0"
_MASK_MODEL = "@cf/runwayml/stable-diffusion-v1-5-inpainting"


async def self_test(tab: ImagesTab) -> None:
    """Through the tab's own models and widgets; raises SelfTestFailed. The pictures stay in the gallery."""
    until = partial(wait_until, seen=partial(_seen, tab))

    async def made(step: str, draft: Draft) -> None:
        """Generate what the draft asks for, and see that all of it is there."""
        form, results = tab.form_model, tab.results_model
        before = results.batch.id if results.batch is not None else ""
        form.set_draft(draft)
        await until(f"{step}: it can be asked for", lambda: not form.hindrance)
        tab.form.generate.click()
        await until(
            f"{step}: the batch opens", lambda: results.batch is not None and results.batch.id != before
        )
        await until(f"{step}: it ends", lambda: results.jobs and all(job.state.over for job in results.jobs))
        if any(job.state is not JobState.DONE for job in results.jobs):
            raise SelfTestFailed(f"{step}: every picture comes", _seen(tab))
        await until(
            f"{step}: the pictures are shown", lambda: len(tab.results.image_ids()) == len(results.jobs)
        )

    tab.show_page(PageId.CREATE)
    kept = tab.form_model.draft
    seeded = ImageSettings(_PROMPT, width=512, height=512, seed=7)
    grid = Draft(
        (_GRID_MODEL,),
        seeded,
        SeedMode.FIXED,
        axes=(Axis(AxisField.STEPS, ("4", "8")), Axis(AxisField.SEED, ("1", "2"))),
    )
    await made("a grid", grid)
    first = tab.results.image_ids()[0]
    tab.open_viewer(tab.results.image_ids(), first)
    await until("a picture is looked at", lambda: tab.viewer.ready)
    tab.uncover()
    image = await tab.desk.gallery.get(first)
    if image is None:
        raise SelfTestFailed("the picture is in the gallery")
    await _paint(tab, image.digest, until)
    mask = tab.form_model.draft.settings.mask
    painted = replace(seeded, prompt="A red balloon", source=image.digest, mask=mask, strength=0.8)
    await made("a mask edit", Draft((_MASK_MODEL,), painted, SeedMode.FIXED))
    await _read_back(tab, image.digest)
    tab.form_model.set_draft(kept)
    await _dress(tab, until)
    tab.show_page(PageId.GALLERY)
    await until("the gallery lists them", lambda: first in tab.gallery.model.ids)
    tab.show_page(PageId.CREATE)


async def _paint(tab: ImagesTab, digest: str, until: Until) -> None:
    tab.form_model.set_draft(Draft((_MASK_MODEL,), ImageSettings("A red balloon", source=digest)))
    tab.paint_mask(digest)
    await until("the mask page opens", lambda: tab.mask_page.ready)
    painting = tab.mask_page.painting
    middle = QPointF(painting.size.width() / 2, painting.size.height() / 2)
    painting.begin(middle, 120, erase=False)
    painting.end("Self-test")
    tab.mask_page.finish()
    await until("the mask is in the form", lambda: tab.form_model.draft.settings.mask)


async def _read_back(tab: ImagesTab, digest: str) -> None:
    """A file that this tab made tells its settings."""
    from workbench.domain.images.recipes import recipe_in

    recipe = recipe_in(await tab.desk.gallery.data(digest))
    if recipe is None or recipe.settings.prompt != _PROMPT or recipe.model != _GRID_MODEL:
        raise SelfTestFailed("a picture's file tells its settings", repr(recipe))


async def _dress(tab: ImagesTab, until: Until) -> None:
    """An example: its photos are taken in, described by a vision model, and an image model makes the picture."""
    tab.show_page(PageId.TRY_ON)
    page, results = tab.try_on, tab.try_on.model.results
    page.start.findChildren(ExampleTile)[0].click()
    await until(
        "both steps of the try-on end", lambda: results.jobs and all(job.state.over for job in results.jobs)
    )
    if any(job.state is not JobState.DONE for job in results.jobs):
        raise SelfTestFailed(
            "the try-on brings a picture", "; ".join(str(job.trouble) for job in results.jobs)
        )


def _seen(tab: ImagesTab) -> str:
    parts = [tab.form_model.hindrance]
    parts += [
        f"{job.model}: {job.state} {job.trouble.what if job.trouble else ''}"
        for job in tab.results_model.jobs
    ]
    return "; ".join(part for part in parts if part)[:500]
