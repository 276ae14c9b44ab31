"""Elements of HTML and SVG as text; whatever is not an element is escaped (pure)."""

from __future__ import annotations

from html import escape

Attribute = str | float | int


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


def element(name: str, *children: str, **attributes: Attribute) -> Markup:
    """An element. In the names of attributes `_` stands for `-`, and a last `_` is dropped (`class_`)."""
    said = "".join(f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"' for key, value in attributes.items())
    return Markup(f"<{name}{said}>{joined(*children)}</{name}>")


def joined(*children: str) -> Markup:
    """The children one after another."""
    return Markup("".join(child if isinstance(child, Markup) else escape(child) for child in children))


def _value(value: Attribute) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return escape(str(value))
