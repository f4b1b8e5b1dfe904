"""A route and its elements (ai-gateway §7.2): what each decides, and where its outputs lead.

The classes hold what both published dialects say and what the desk adds (`sticky`, `technique`); the codec knows the
spellings. An element is a value: an edit makes a new one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

NEXT = "next"
TRUE, FALSE = "true", "false"
SUCCESS, FALLBACK = "success", "fallback"
ELSE = "else"

MAX_SHARES = 5
"""Named outputs of a percentage element (ai-gateway §7.5)."""
MAX_RETRIES = 5
MAX_METADATA = 5


class Kind(StrEnum):
    """The element types as the API spells them; UNKNOWN stands for every other."""

    START = "start"
    CONDITIONAL = "conditional"
    PERCENTAGE = "percentage"
    RATE = "rate"
    MODEL = "model"
    END = "end"
    UNKNOWN = "unknown"


class LimitType(StrEnum):
    """count: requests. cost: US dollars (inferred)."""

    COUNT = "count"
    COST = "cost"


class Technique(StrEnum):
    FIXED = "fixed"
    SLIDING = "sliding"


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """outputs: port name to the id of the element it leads to, in the order written. A port that leads nowhere is left out,
    unless it would be lost with it: an open share of a split, or a port of an unknown type, leads to "".

    unknown: keys of the element's JSON that nobody here understands, kept so that writing never loses them.
    """

    id: str
    outputs: Mapping[str, str] = field(default_factory=dict)
    unknown: Mapping[str, Any] = field(default_factory=dict)
    kind: ClassVar[Kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Start(Element):
    kind: ClassVar[Kind] = Kind.START


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditional(Element):
    """conditions: a query object (ai-gateway §7.3), such as {"metadata.plan": {"$eq": "free"}}."""

    conditions: Mapping[str, Any]
    kind: ClassVar[Kind] = Kind.CONDITIONAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Percentage(Element):
    """Its ports are its shares: "70%", "else". sticky: a field whose value decides instead of dice, "" for dice."""

    sticky: str = ""
    kind: ClassVar[Kind] = Kind.PERCENTAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate(Element):
    """A limit with a bucket for each value of key. limit: requests, or US dollars. window_s: seconds."""

    limit_type: LimitType
    key: str
    limit: float
    window_s: int
    technique: Technique = Technique.FIXED
    kind: ClassVar[Kind] = Kind.RATE


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCall(Element):
    """provider: a gateway slug. model: the provider's own id. timeout_ms: to the first byte; 0 for none. retries: 0–5."""

    provider: str
    model: str
    timeout_ms: int = 0
    retries: int = 0
    kind: ClassVar[Kind] = Kind.MODEL


@dataclass(frozen=True, slots=True, kw_only=True)
class End(Element):
    kind: ClassVar[Kind] = Kind.END


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown(Element):
    """An element of a type that nobody here knows, of a newer Cloudflare's perhaps: kept as it was written, and not run.

    type: as it is written. properties: all of them.
    """

    type: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    kind: ClassVar[Kind] = Kind.UNKNOWN


AnyElement = Start | Conditional | Percentage | Rate | ModelCall | End | Unknown


@dataclass(frozen=True, slots=True)
class Route:
    """name: what is called as `dynamic/{name}`. sidecar: the "workbench" key of the file as it was read, without what the
    elements hold (sticky keys and techniques): positions, notes, tests (design §5). unknown: other keys of the document.
    """

    name: str
    elements: tuple[AnyElement, ...]
    sidecar: Mapping[str, Any] = field(default_factory=dict)
    unknown: Mapping[str, Any] = field(default_factory=dict)

    def find(self, element_id: str) -> AnyElement | None:
        return next((element for element in self.elements if element.id == element_id), None)

    @property
    def start(self) -> Start | None:
        return next((element for element in self.elements if isinstance(element, Start)), None)

    def links(self) -> Iterator[tuple[str, str, str]]:
        """(from element, port, to element) for every output that leads somewhere."""
        for element in self.elements:
            for port, target in element.outputs.items():
                if target:
                    yield element.id, port, target
