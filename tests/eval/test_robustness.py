"""Odd questions and odd documents, through the whole program: a sensible end, and no citation that does not verify."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.runner import verifies
from index.loaders import load
from qa.assemble import Wenqu, assemble
from qa.errors import AskError, EmptyQuestion, QuestionTooLong
from qa.settings import Settings
from qa.types import Answer, Question, Status

# Adding 100,000 characters takes minutes where other things run as well.
pytestmark = [pytest.mark.models, pytest.mark.timeout(900)]

SENTENCE = "青川水库的总库容为4.7亿立方米由市水务局管理"
ONE_LINE = "".join(f"第{number}号泵站的流量是每秒{number % 97}立方米，" for number in range(6000))[:100_000]
NO_PUNCTUATION = SENTENCE + "".join(f"第{number}片林地种了{number + 10}棵树" for number in range(300))
TABLES = "\n".join(
    ["| 型号 | 功率 | 重量 |", "|---|---|---|", *(f"| K{n} | {n * 5} 瓦 | {n} 千克 |" for n in range(1, 80))]
)
DOCUMENTS = {
    "one-line.txt": ONE_LINE,
    "no-punctuation.txt": NO_PUNCTUATION,
    "tables.md": TABLES,
    "spaces.txt": "　\u200b\n\n 甲 \t\u3000\n" * 50,
    "emoji.txt": "🏞️青川水库👨‍👩‍👧‍👦𠮷野家于2019年开业🏞️" * 20,
    "long-word.txt": "a" * 20_000,
    "html.html.txt": "<script>alert(1)</script><b>总投资</b>37亿元<!--",
}
QUESTIONS = {
    "one character": "水",
    "one digit": "4",
    "one letter": "K",
    "English": "What is the capacity of the Qingchuan reservoir?",
    "Japanese": "青川ダムの総貯水容量はいくらですか？",
    "Russian": "Какова вместимость водохранилища?",
    "Arabic": "ما هي سعة الخزان؟",
    "control characters": "青川水库\x00\x07的\x1b[31m总库容\u202e是多少\r\n？",
    "HTML": "<script>alert('1')</script><b>总投资</b>是多少？",
    "500 characters": "青川水库的总库容是多少，" * 41 + "请回答吗？吗",
    "500 without a mark": "库容" * 250,
    "only a question word": "谁",
    "emoji": "🏞️👨‍👩‍👧‍👦青川水库？",
    "lone surrogate": "青川水库\ud800的库容？",
    "SQL": "'; DROP TABLE documents; -- 库容",
    "many numbers": "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15",
    "yes or no of nothing": "是否？是不是？有没有？吗？",
    "list of nothing": "有哪些？",
    "repeated": "的的的的的的的的的的的的",
}


@pytest.fixture(scope="module")
def wenqu(tmp_path_factory: pytest.TempPathFactory) -> Wenqu:
    """A library of odd documents."""
    program = assemble(Settings(data_dir=tmp_path_factory.mktemp("odd"), sample=False))
    for name, text in DOCUMENTS.items():
        program.library.add(load(text.encode(), name), name, name)
    return program


def check(answer: Answer, wenqu: Wenqu) -> None:
    """Hold the promises of an answer."""
    assert (answer.text is None) == (answer.status is Status.NO_ANSWER)
    assert bool(answer.citations) == (answer.status is Status.ANSWERED)
    assert 0.0 <= answer.confidence <= 1.0
    for citation in (*answer.citations, *answer.nearest, *answer.conflicting):
        assert verifies(citation, wenqu.library)
        document = wenqu.library.document(citation.revision.document_id, citation.revision.number)
        around = document.text[citation.start - len(citation.prefix) : citation.end + len(citation.suffix)]
        assert around == citation.prefix + citation.quote + citation.suffix


def ask(wenqu: Wenqu, text: str, documents: tuple[str, ...] | None = None) -> None:
    """Ask as users do, and once more without the freedom to refuse."""
    for threshold in (None, 0.0):
        check(wenqu.answerer.ask(Question(text, documents, threshold=threshold)), wenqu)


@pytest.mark.parametrize("name", QUESTIONS)
def test_an_odd_question_ends_sensibly(wenqu: Wenqu, name: str) -> None:
    assert len(QUESTIONS[name]) <= 512
    ask(wenqu, QUESTIONS[name])


@pytest.mark.parametrize("text", ["？", "。。。！？…", "——", "\x00\x01", " \u3000\t", "🏞️", ""])
def test_a_question_without_a_word_is_refused(wenqu: Wenqu, text: str) -> None:
    with pytest.raises(EmptyQuestion):
        wenqu.answerer.ask(Question(text))


def test_a_question_that_is_too_long_is_refused(wenqu: Wenqu) -> None:
    with pytest.raises(QuestionTooLong) as refusal:
        wenqu.answerer.ask(Question("库" * 513))
    assert isinstance(refusal.value, AskError)


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("text", ["青川水库的总库容是多少？", "K7的重量是多少？", "有哪些型号？", "总投资37亿元吗？"])
def test_an_odd_document_is_cited_exactly(wenqu: Wenqu, name: str, text: str) -> None:
    ask(wenqu, text, (name,))


def test_what_odd_documents_say_is_found(wenqu: Wenqu) -> None:
    for text, document, words in (
        ("第4321号泵站的流量是多少？", "one-line.txt", f"第4321号泵站的流量是每秒{4321 % 97}立方米"),
        ("青川水库的总库容是多少？", "no-punctuation.txt", "4.7亿立方米"),
    ):
        hits = wenqu.library.search(text, 5)
        assert any(hit.passage.revision.document_id == document and words in hit.passage.text for hit in hits), text


def test_documents_that_are_one_line_or_without_marks_are_cut_into_passages(tmp_path: Path, wenqu: Wenqu) -> None:
    for name in ("one-line.txt", "no-punctuation.txt", "long-word.txt"):
        hits = wenqu.library.search("第3号是多少", 5, (name,))
        assert hits
        assert all(len(hit.passage.text) <= 400 for hit in hits)
