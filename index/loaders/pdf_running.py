"""Running headers, footers and page numbers: what printing puts on every page, in the middle of sentences."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from index.loaders.pdf_lines import Line

_MARGIN = 0.12
"""Share of a page's height, at its top and at its bottom, where such lines stand."""
_FEWEST_PAGES = 3
_REPEATED = 0.4
"""Share of the pages that must have a line for it to be a running one; left and right pages may differ."""
_DASHES = r"[-–—·.\s]*"
_COUNT = r"(?:[/，,共of\s]*\d{1,4}\s*[页頁]?)?"
_NUMBER = r"(?:第\s*)?(\d{1,4}|[ivxlc]{1,7})\s*[页頁]?"
_PAGE_NUMBER = re.compile(f"{_DASHES}{_NUMBER}{_DASHES}{_COUNT}{_DASHES}", re.IGNORECASE)
_PAGE_WORD = re.compile(r"第\s*\d+\s*[页頁]|\d+\s*/\s*\d+|^[-–—]\s*\d+\s*[-–—]$|page\s+\d+", re.I)
_SAME_HEIGHT = 6.0


def without_running_lines(pages: list[list[Line]]) -> list[list[Line]]:
    """The pages without page numbers, and with each running line once, at the end of the last page that has it.

    There it parts no sentence that goes on from one page to the next, and nothing is lost. Only lines in the margins
    that repeat on many pages at the same height count, page numbers also when they say so (“第 3 页”, “- 3 -”).
    """
    numbers = _page_numbers(pages)
    repeated = _repeated(pages)
    last_page = {key: number for number, lines in enumerate(pages) for key in map(_key, lines) if key in repeated}
    kept: list[list[Line]] = []
    for number, lines in enumerate(pages):
        counted = [line for line in lines if id(line) not in numbers]
        body = [line for line in counted if _key(line) not in repeated]
        running = {_key(line): line for line in counted if last_page.get(_key(line)) == number}
        kept.append([*body, *running.values()])
    return kept


def _in_margin(line: Line) -> bool:
    near_edge = not _MARGIN * line.page_height < line.top < (1 - _MARGIN) * line.page_height
    return near_edge and not line.text.endswith(("。", "；", "，"))


def _key(line: Line) -> tuple[str, int]:
    # Only the page's number may differ: a table's row at the foot of each page differs in other numbers.
    return "".join(_PAGE_WORD.sub("#", line.text).split()), round(line.top / _SAME_HEIGHT)


def _repeated(pages: list[list[Line]]) -> set[tuple[str, int]]:
    counts = Counter(key for lines in pages for key in {_key(line) for line in lines if _in_margin(line)})
    filled = sum(bool(lines) for lines in pages)
    return {key for key, count in counts.items() if count >= max(_FEWEST_PAGES, _REPEATED * filled)}


def _page_numbers(pages: list[list[Line]]) -> set[int]:
    """The identities of the lines that number their pages."""
    plain: dict[int, list[Line]] = defaultdict(list)
    found: set[int] = set()
    for lines in pages:
        for line in lines:
            if not _in_margin(line):
                continue
            match = _PAGE_NUMBER.fullmatch(line.text)
            if match is None:
                continue
            if _PAGE_WORD.search(line.text):
                found.add(id(line))
            elif match.group(1).isdigit():
                # Bare numbers must count along with the pages.
                plain[int(match.group(1)) - line.page].append(line)
            else:
                plain[-1_000_000].append(line)
    for lines in plain.values():
        if len(lines) >= _FEWEST_PAGES:
            found.update(id(line) for line in lines)
    return found
