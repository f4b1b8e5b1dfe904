"""What a screen reader hears of the canvas: what is selected, where it leads, what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from workbench.domain.routes import canvas
from workbench.domain.routes.edits import ports_of
from workbench.domain.routes.elements import Route
from workbench.domain.routes.findings import Finding
from workbench.ui.routes import words
from workbench.ui.routes.document import RouteDocument

translate = QCoreApplication.translate


def spoken_selection(document: RouteDocument) -> str:
    """What is selected, in a few sentences; what there is, where nothing is."""
    route = document.route
    if document.selected_wire is not None:
        return spoken_wire(route, *document.selected_wire)
    if len(document.selected) > 1:
        return translate("Routes", "{0} things selected.").format(len(document.selected))
    if document.selected:
        (id,) = document.selected
        return spoken(route, id, document.findings)
    return translate("Routes", "Nothing selected. The route has {0} elements.").format(len(route.elements))


def spoken(route: Route, id: str, findings: Sequence[Finding] = ()) -> str:
    """One element, note or frame."""
    element = route.find(id)
    if element is None:
        frame = canvas.frames(route).get(id)
        if frame is not None:
            return translate("Routes", "Frame: {0}.").format(frame.title)
        return translate("Routes", "Note: {0}").format(canvas.notes(route).get(id, ""))
    parts = [f"{words.kind_name(element)}: {words.title_of(element)}."]
    if detail := words.detail_of(element):
        parts.append(f"{detail}.")
    for port in ports_of(element):
        target = route.find(element.outputs.get(port, ""))
        if target is None:
            parts.append(translate("Routes", "{0} leads nowhere.").format(port))
        else:
            parts.append(translate("Routes", "{0} leads to {1}.").format(port, words.title_of(target)))
    parts += [one.what for one in findings if one.element == id]
    if note := canvas.notes(route).get(id):
        parts.append(translate("Routes", "Note: {0}").format(note))
    return " ".join(parts)


def spoken_wire(route: Route, id: str, port: str) -> str:
    source = route.find(id)
    target = route.find(source.outputs.get(port, "")) if source is not None else None
    names = [words.title_of(one) if one is not None else "?" for one in (source, target)]
    return translate("Routes", "Wire from {0}, {1}, to {2}.").format(names[0], port, names[1])
