"""What is typed into a field of the inspector, as the value that is sent, and back."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from workbench.domain.errors import InvalidInput
from workbench.domain.parameters import ParameterKind, ParameterSpec

translate = QCoreApplication.translate
Value = int | float | str | tuple[str, ...] | None


def parsed(spec: ParameterSpec, text: str) -> Value:
    """The value of what was typed; None (an empty tuple for a list) for nothing, which means "not sent".

    Raises InvalidInput, naming the field, where it is no such value or lies outside the range.
    """
    text = text.strip() if spec.kind is not ParameterKind.LIST else text
    match spec.kind:
        case ParameterKind.INT | ParameterKind.FLOAT:
            return _number(spec, text) if text else None
        case ParameterKind.LIST:
            return _entries(spec, text)
        case ParameterKind.TEXT | ParameterKind.CHOICE:
            return text or None


def written(spec: ParameterSpec, value: Value) -> str:
    """A value as the field shows it."""
    if value is None or value == ():
        return ""
    if isinstance(value, tuple):
        return "\n".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def hint(spec: ParameterSpec) -> str:
    """What an empty field shows: the model's own default, where it is known."""
    if spec.default is None or spec.default == "":
        return translate("Values", "Not sent")
    default = f"{spec.default:g}" if isinstance(spec.default, int | float) else spec.default
    return translate("Values", "{0} (the model's default)").format(default)


def _number(spec: ParameterSpec, text: str) -> int | float:
    whole = spec.kind is ParameterKind.INT
    try:
        number: int | float = int(text) if whole else float(text.replace(",", "."))
    except ValueError:
        kind = translate("Values", "a whole number") if whole else translate("Values", "a number")
        raise InvalidInput(translate("Values", "This must be {0}.").format(kind), field=spec.name) from None
    low = spec.minimum is not None and number < spec.minimum
    high = spec.maximum is not None and number > spec.maximum
    if low or high or number != number:
        raise InvalidInput(_range(spec), field=spec.name)
    return number


def _range(spec: ParameterSpec) -> str:
    locale = QLocale()
    low = "" if spec.minimum is None else locale.toString(float(spec.minimum), "g", 10)
    high = "" if spec.maximum is None else locale.toString(float(spec.maximum), "g", 10)
    if low and high:
        return translate("Values", "This must be from {0} to {1}.").format(low, high)
    return (
        translate("Values", "This must be at least {0}.").format(low)
        if low
        else translate("Values", "This must be at most {0}.").format(high)
    )


def _entries(spec: ParameterSpec, text: str) -> tuple[str, ...]:
    entries = tuple(line for line in text.split("\n") if line)
    if spec.maximum is not None and len(entries) > spec.maximum:
        raise InvalidInput(
            translate("Values", "At most {0} lines.").format(int(spec.maximum)), field=spec.name
        )
    return entries
