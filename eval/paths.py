"""Where the evaluation finds its sets and keeps its runs."""

from __future__ import annotations

from pathlib import Path

SETS = Path(__file__).parent / "data"
ARTICLE = SETS / "article.jsonl"
DOCUMENTS = SETS / "documents.jsonl"
DIALOGUES = SETS / "dialogues.jsonl"
LEVELS = SETS / "levels.json"
DATA = Path("../shared/data")
WORK = Path(".work/eval")
