"""A frame with axes, in which plots are drawn in the units of their figures (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.html.markup import Markup, element

WIDTH, HEIGHT = 480, 270
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 14, 12, 42


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: where it stands, and what it says."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis from `low` to `high`, which differ; `label` says what it measures."""

    low: float
    high: float
    label: str
    ticks: tuple[Tick, ...]

    def share(self, value: float) -> float:
        """Where `value` stands between the ends, 0 to 1."""
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Frame:
    """Both axes, and the place of figures on the drawing (pixels, y downwards)."""

    horizontal: Axis
    vertical: Axis

    def x(self, value: float) -> float:
        """From the left."""
        return _LEFT + self.horizontal.share(value) * (WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        """From the top."""
        return HEIGHT - _BOTTOM - self.vertical.share(value) * (HEIGHT - _TOP - _BOTTOM)

    def line(self, points: Sequence[tuple[float, float]], class_: str) -> Markup:
        """A line through the points."""
        places = " ".join(f"{self.x(x):.1f},{self.y(y):.1f}" for x, y in points)
        return element("polyline", points=places, class_=class_)

    def dot(self, x: float, y: float, radius: float, title: str) -> Markup:
        """A dot that says what it is."""
        return element("circle", element("title", title), cx=self.x(x), cy=self.y(y), r=radius, class_="dot")

    def bar(self, left: float, right: float, height: float, class_: str, title: str) -> Markup:
        """A bar that stands on the horizontal axis."""
        top, bottom = self.y(height), self.y(self.vertical.low)
        return element(
            "rect",
            element("title", title),
            x=self.x(left) + 0.5,
            y=top,
            width=max(0.0, self.x(right) - self.x(left) - 1),
            height=max(0.0, bottom - top),
            class_=class_,
        )

    def drawn(self, title: str, *shapes: str) -> Markup:
        """The drawing: the axes, then the shapes; `title` is read out in its place."""
        return element(
            "svg",
            *self._horizontal_axis(),
            *self._vertical_axis(),
            *shapes,
            viewBox=f"0 0 {WIDTH} {HEIGHT}",
            role="img",
            aria_label=title,
        )

    def _horizontal_axis(self) -> list[Markup]:
        low = self.vertical.low
        middle = (self.horizontal.low + self.horizontal.high) / 2
        ends = [(self.horizontal.low, low), (self.horizontal.high, low)]
        ticks = [_text(tick.label, self.x(tick.at), self.y(low) + 16, "middle") for tick in self.horizontal.ticks]
        return [
            self.line(ends, "axis"),
            *ticks,
            _text(self.horizontal.label, self.x(middle), HEIGHT - 8, "middle", "axis-label"),
        ]

    def _vertical_axis(self) -> list[Markup]:
        left, right = self.horizontal.low, self.horizontal.high
        grid = [self.line([(left, tick.at), (right, tick.at)], "grid") for tick in self.vertical.ticks]
        labels = [_text(tick.label, self.x(left) - 7, self.y(tick.at) + 4, "end") for tick in self.vertical.ticks]
        middle = self.y((self.vertical.low + self.vertical.high) / 2)
        name = element(
            "text",
            self.vertical.label,
            x=0,
            y=0,
            text_anchor="middle",
            class_="axis-label",
            transform=f"translate(11 {middle:.1f}) rotate(-90)",
        )
        return [*grid, *labels, name]


def percent_axis(label: str, low: float = 0.0, high: float = 1.0) -> Axis:
    """From `low` to `high` (shares), marked in per cent at five places between the ends and at them."""
    places = [low + (high - low) * step / 5 for step in range(6)]
    return Axis(low, high, label, tuple(Tick(place, f"{place * 100:.0f}") for place in places))


def number_axis(label: str, high: float, steps: int = 4) -> Axis:
    """From 0 to a round number not below `high`."""
    step = round_step(high / steps)
    count = max(1, -int(-high // step))
    return Axis(0.0, step * count, label, tuple(Tick(step * place, f"{step * place:g}") for place in range(count + 1)))


def round_step(least: float) -> float:
    """The smallest of 1, 2, 5, 10, 20, 50, … that is not below `least`."""
    size = 1
    while True:
        for digit in (1, 2, 5):
            if digit * size >= least:
                return float(digit * size)
        size *= 10


def _text(said: str, x: float, y: float, anchor: str, class_: str = "tick") -> Markup:
    return element("text", said, x=x, y=y, text_anchor=anchor, class_=class_)
