"""What the map says in words."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication, QLocale

from workbench.domain.embeddings.maps import ColourBy, Colouring, MapKind
from workbench.domain.embeddings.texts import TextRow
from workbench.services.embeddings.maps import NEIGHBOURS, Effort
from workbench.ui.embeddings.map.model import Shown, Stage
from workbench.ui.embeddings.numbers import number
from workbench.ui.support.figures import count, percent, size


def _tr(text: str) -> str:
    return QCoreApplication.translate("EmbeddingsMap", text)


def way(by: ColourBy) -> str:
    """What colours say, as it is chosen."""
    return {
        ColourBy.LABEL: _tr("Label"),
        ColourBy.LANGUAGE: _tr("Language"),
        ColourBy.CLUSTER: _tr("Clusters"),
        ColourBy.LIKENESS: _tr("Likeness"),
        ColourBy.NOTHING: _tr("One colour"),
    }[by]


def group_name(colours: Colouring, group: int) -> str:
    name = colours.names[group] if group < len(colours.names) else ""
    if group == colours.nameless:
        return _tr("No language") if colours.by is ColourBy.LANGUAGE else _tr("No label")
    if group == colours.others:
        return _tr("Rarer ones")
    if colours.by is ColourBy.CLUSTER:
        number = QLocale().toString(group + 1)
        return f"{number} · {name}" if name else _tr("Cluster {0}").format(number)
    return name


def stage(waiting: Stage) -> str:
    return {
        Stage.READING: _tr("Reading the vectors…"),
        Stage.LAYING_OUT: _tr("Laying out the map…"),
        Stage.COLOURING: _tr("Looking for clusters…"),
    }[waiting]


def takes(effort: Effort) -> str:
    return _tr("The map of {0} texts takes about {1} of memory and {2} minutes.").format(
        count(effort.rows), size(effort.memory_bytes), count(max(2, math.ceil(effort.minutes)))
    )


def told(shown: Shown) -> list[tuple[str, str]]:
    """What is to be known of a map, each with what it means."""
    made, found = shown.made, []
    if made.kind is MapKind.COMPONENTS and made.shares:
        found.append(
            (
                _tr("{0} of the variance").format(percent(sum(made.shares))),
                _tr(
                    "The two directions in which the vectors differ most, and how much of all difference they show."
                    " The rest cannot be seen here: two points may be close on the map and far in truth."
                ),
            )
        )
    trust = made.trust
    if trust is not None and trust.rows > NEIGHBOURS:  # of fewer, each has all others nearest
        found.append(
            (
                _tr("{0} of neighbours kept").format(percent(trust.kept)),
                _tr(
                    "Of each text's ten nearest, so many are among its ten nearest on the map, too."
                    " Trustworthiness {0} (falls with false neighbours), continuity {1} (falls with neighbours torn apart);"
                    " found of {2} texts, by cosine."
                ).format(
                    percent(trust.trustworthiness), percent(trust.continuity), QLocale().toString(trust.rows)
                ),
            )
        )
    if shown.apart is not None:
        found.append(
            (
                _tr("groups apart {0}").format(number(shown.apart, 2)),
                _tr(
                    "The silhouette of the coloured groups in the vectors themselves, not on the map: 1 is clearly apart,"
                    " 0 is overlapping, below 0 is mixed up."
                ),
            )
        )
    if made.disparity is not None:
        found.append(
            (
                _tr("shape differs by {0}").format(percent(made.disparity)),
                _tr(
                    "This map was turned, mirrored and scaled to lie over the first (Procrustes); so much of its shape is"
                    " left that does not fit."
                ),
            )
        )
    if not made.exact:
        found.append(
            (
                _tr("approximate"),
                _tr("Of so many texts the nearest are found approximately: about nine in ten of them."),
            )
        )
    if shown.missing:
        found.append(
            (
                _tr("{0} not on it").format(QLocale().toString(shown.missing)),
                _tr("These texts have no vector that can be compared: see the page Texts for why."),
            )
        )
    return found


def facts(row: TextRow) -> str:
    """What there is to be known of a text beside what it says."""
    return " · ".join(part for part in (row.id, row.label, row.language) if part)
