"""Examples, windows, and a run that is interrupted and resumed, over a model small enough to make here."""

from __future__ import annotations

import gzip
import json
import math
import random
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from transformers import BertConfig, BertForQuestionAnswering

from qa.training.calibrate import Asked, best_threshold, fit, outcome
from qa.training.examples import DataError, Example, in_traditional, read_examples, without_sentence_marks
from qa.training.features import UNKNOWN, Feature, WindowMaker, make_features, with_noise
from qa.training.held_out import drcd_held_out_titles
from qa.training.loop import TrainingPlan, learning_rate_factor
from qa.training.negatives import HardNegatives
from qa.training.packed_e5 import PackedE5
from qa.training.train_reader import batches_of, collate, mean_weights, span_loss, train_reader
from qa.training.vocabulary import reader_tokenizer, reader_vocabulary
from qa.types import Span
from tests.fakes import make_hit
from tests.qa.training.test_packed_e5 import packed

__all__ = ["packed"]

CONTEXT = "中国中中国中国。" * 20 + "2020" + "国中国。" * 20
EXAMPLE = Example("1", "题", CONTEXT, "中国2？", "2020", CONTEXT.index("2020"))


def write(folder: Path, *rows: dict[str, object]) -> None:
    with gzip.open(folder / "set.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)


def row(**more: object) -> dict[str, object]:
    answers = [{"text": "120", "start": 2}]
    return {"id": "1", "title": "题", "context": "投资120亿元", "question": "多少？", "answers": answers, **more}


def test_examples(tmp_path: Path) -> None:
    write(tmp_path, row(), row(answers=[]), row(yes_no="YES"), row(multi_span=True))
    answered, unanswered = read_examples(tmp_path, "set")
    assert (answered.answer, answered.start) == ("120", 2)
    assert (unanswered.answer, unanswered.start) == ("", None)


def test_an_answer_that_is_not_at_its_place_is_refused(tmp_path: Path) -> None:
    write(tmp_path, row(answers=[{"text": "120", "start": 3}]))
    with pytest.raises(DataError, match="not at offset 3"):
        read_examples(tmp_path, "set")
    with pytest.raises(DataError, match="--data"):
        read_examples(tmp_path, "missing")


@pytest.fixture
def maker(packed: PackedE5) -> WindowMaker:
    return WindowMaker(reader_tokenizer(reader_vocabulary(packed), 512), 30, 40, random.Random(1))


def answer_of(maker: WindowMaker, feature: Feature) -> list[str]:
    tokens: list[str] = maker.tokenizer.convert_ids_to_tokens(list(feature.input_ids))
    return tokens[feature.start : feature.end + 1]


def test_windows_hold_the_answer_at_changing_places(maker: WindowMaker) -> None:
    windows = [maker.around_answer(EXAMPLE) for _ in range(20)]
    for window in windows:
        assert window is not None
        assert answer_of(maker, window) == ["2", "0", "2", "0"]
        assert 30 <= len(window.input_ids) == len(window.token_type_ids) <= 40
    assert len({window.start for window in windows if window}) > 5
    assert len({len(window.input_ids) for window in windows if window}) > 3


def test_noise_spares_the_answer_and_the_special_tokens(maker: WindowMaker) -> None:
    feature = maker.around_answer(EXAMPLE)
    assert feature is not None
    noisy = with_noise(feature, 0.5, random.Random(3))
    assert len(noisy.input_ids) == len(feature.input_ids)
    assert answer_of(maker, noisy) == ["2", "0", "2", "0"]
    changed = [place for place, (a, b) in enumerate(zip(feature.input_ids, noisy.input_ids, strict=True)) if a != b]
    assert 0 < len(changed) <= len(feature.input_ids) // 2
    assert all(feature.input_ids[place] > UNKNOWN for place in changed)
    assert with_noise(feature, 0.0, random.Random(3)) == feature


def test_an_example_in_traditional_characters_keeps_its_answer() -> None:
    example = Example("1", "题", "计划总投资120亿元。", "投资多少亿元？", "120亿元", 5)
    converted = in_traditional(example)
    assert (converted.context, converted.answer, converted.start) == ("計劃總投資120億元。", "120億元", 5)
    assert converted.context[5:10] == converted.answer


def test_windows_without_the_answer_point_at_the_first_token(maker: WindowMaker) -> None:
    window = maker.without_answer(EXAMPLE)
    assert window is not None
    assert (window.start, window.end) == (0, 0)
    tokens = maker.tokenizer.convert_ids_to_tokens(list(window.input_ids))
    assert "0" not in tokens


def test_negatives_come_in_their_share(maker: WindowMaker) -> None:
    others = [Example(str(n), "题", "国中。" * 40, "国？", "国中", 0) for n in range(200)]
    features = make_features(others, maker, 0.5, lambda _: ["中。" * 9])
    negatives = [feature for feature in features if feature.start == 0]
    assert len(features) - len(negatives) == 200
    assert 70 <= len(negatives) <= 130


def test_sentence_marks_are_cut_off_an_answer_and_quotes_are_not() -> None:
    def trimmed(answer: str) -> tuple[str, int | None]:
        example = without_sentence_marks(Example("1", "题", f"甲{answer}乙", "？", answer, 1))
        if example.start is not None:
            assert example.context[example.start :].startswith(example.answer)
        return example.answer, example.start

    assert trimmed("，120亿元。") == ("120亿元", 2)
    assert trimmed("《论语》") == ("《论语》", 1)
    assert trimmed("“一是”；") == ("“一是”", 1)
    assert trimmed("。") == ("。", 1)  # nothing would be left
    unanswerable = Example("1", "题", "甲", "？", "", None)
    assert without_sentence_marks(unanswerable) is unanswerable


def test_hard_negatives_resemble_the_question_and_lack_the_answer() -> None:
    texts = ["宁德时代项目总投资120亿元。", "宁德时代项目总投资是多少尚未公布。", "鼎湖山在肇庆。"]
    examples = [Example(str(n), "题", text, "宁德时代项目总投资多少？", "120亿元", 8) for n, text in enumerate(texts)]
    assert HardNegatives(examples).passages(examples[0]) == [texts[1]]
    unanswerable = replace(examples[0], answer="", start=None)
    assert set(HardNegatives(examples).passages(unanswerable)) == set(texts[:2])


def test_the_mean_of_two_states() -> None:
    one = {"w": torch.tensor([1.0, 2.0]), "steps": torch.tensor(3)}
    mean = mean_weights(one, {"w": torch.tensor([3.0, 6.0]), "steps": torch.tensor(9)})
    assert mean["w"].tolist() == [2.0, 4.0]
    assert mean["steps"].item() == 3


def test_a_fifth_of_drcd_is_held_out_by_article() -> None:
    titles = [f"题{n}" for n in range(383)]
    held_out = drcd_held_out_titles(titles * 3)
    assert len(held_out) == 77
    assert held_out == drcd_held_out_titles(reversed(titles))


def test_the_learning_rate_rises_stays_and_falls() -> None:
    factors = [learning_rate_factor(step, 10, 0.2, 0.5) for step in range(10)]
    assert factors == pytest.approx([0.5, 1, 1, 1, 1, 1, 0.8, 0.6, 0.4, 0.2])
    assert [learning_rate_factor(step, 4, 0.25, 0.0) for step in range(4)] == [1, 1, 1, 1]


def test_the_loss_leaves_out_the_question_and_the_separators() -> None:
    inputs = collate(FEATURES[:1])
    scores = torch.zeros(1, 8)
    # By hand: four positions may be pointed to (the first token and the context's three), all equally likely.
    assert span_loss(scores, scores, inputs).item() == pytest.approx(math.log(4), abs=1e-5)
    louder = scores.clone()
    louder[0, [1, 2, 3, 7]] = 50.0
    assert span_loss(louder, louder, inputs).item() == pytest.approx(math.log(4), abs=1e-5)


def test_batches_hold_at_most_so_many_tokens_and_every_window_once() -> None:
    features = [Feature(tuple(range(3, 3 + n)), (1,) * n, 0, 0) for n in range(4, 40)]
    batches = list(batches_of(features, TrainingPlan(batch_tokens=80)))
    assert all(len(batch) * max(len(feature.input_ids) for feature in batch) <= 80 for batch in batches)
    assert sorted(feature.input_ids for batch in batches for feature in batch) == [f.input_ids for f in features]


def model() -> BertForQuestionAnswering:
    torch.manual_seed(0)
    return BertForQuestionAnswering(
        BertConfig(
            vocab_size=32,
            hidden_size=8,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=8,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
    )


FEATURES = [Feature((0, 5, 2, 2, 6, 7 + n % 3, 8, 2), (0, 0, 0, 1, 1, 1, 1, 1), 4 + n % 3, 6) for n in range(24)]


class Interrupted(Exception):
    """Stands for the end of a session."""


def interrupt_after(learner: BertForQuestionAnswering, passes: int) -> None:
    """Make `learner` fail after so many forward passes in training."""
    left = iter(range(passes))

    def count(module: torch.nn.Module, _: object) -> None:
        if module.training and next(left, None) is None:
            raise Interrupted

    learner.register_forward_pre_hook(count)


def test_a_resumed_run_ends_where_an_uninterrupted_one_does(tmp_path: Path) -> None:
    plan = TrainingPlan(batch_tokens=16, learning_rate=1e-2, checkpoint_every=3, layer_drop=0.3)
    whole = model()
    train_reader(whole, FEATURES, FEATURES[:4], plan, tmp_path / "whole")

    broken = model()
    interrupt_after(broken, 5)
    with pytest.raises(Interrupted):
        train_reader(broken, FEATURES, FEATURES[:4], plan, tmp_path / "broken")
    resumed = model()
    train_reader(resumed, FEATURES, FEATURES[:4], plan, tmp_path / "broken")
    for name, tensor in whole.state_dict().items():
        assert torch.equal(tensor, resumed.state_dict()[name]), name
    steps = [json.loads(line)["step"] for line in (tmp_path / "whole" / "log.jsonl").read_text().splitlines()]
    assert steps == list(range(1, 13))


def test_training_learns(tmp_path: Path) -> None:
    learner = model()
    train_reader(learner, FEATURES, FEATURES, TrainingPlan(epochs=10, batch_tokens=32, learning_rate=3e-2), tmp_path)
    log = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert log[-1]["loss"] < log[0]["loss"] / 2


def test_another_plan_does_not_continue_a_checkpoint(tmp_path: Path) -> None:
    train_reader(model(), FEATURES, FEATURES[:4], TrainingPlan(batch_tokens=64), tmp_path)
    with pytest.raises(ValueError, match="--work"):
        train_reader(model(), FEATURES, FEATURES[:4], TrainingPlan(batch_tokens=64, learning_rate=1.0), tmp_path)


def asked(margin: float, right: bool, answerable: bool = True) -> Asked:
    return Asked(answerable, (Span(make_hit("甲乙"), 0, 1, margin),), (right,))


def test_the_fitted_calibration_separates_right_from_wrong() -> None:
    chance = random.Random(5)
    questions = [asked(chance.gauss(4, 2), True) for _ in range(300)]
    questions += [asked(chance.gauss(-4, 2), False, answerable=False) for _ in range(300)]
    calibration = fit(questions)
    threshold = best_threshold(questions, calibration)
    found = outcome(questions, calibration, threshold)
    assert found.precision > 0.9
    assert found.rightly_refused > 0.9
    # What is said to be right with probability p should be right about so often.
    probabilities = [calibration.probability(question.spans[0]) for question in questions]
    assert sum(probabilities) / len(probabilities) == pytest.approx(0.5, abs=0.02)


def test_an_outcome_by_hand() -> None:
    questions = [asked(5, True), asked(5, False), asked(-5, True), asked(-5, False, answerable=False)]
    found = outcome(questions, fit([asked(5, True), asked(-5, False), asked(4, False), asked(-4, True)]), 0.5)
    assert found.precision == 0.5
    assert found.answered_right == pytest.approx(1 / 3)
    assert found.wrongly_refused == pytest.approx(1 / 3)
    assert found.rightly_refused == 1.0
