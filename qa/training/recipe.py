"""The reader's training stages: which questions, in windows of which length, learned how."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from transformers import PreTrainedTokenizerFast

from qa.training.cloze import cloze_examples
from qa.training.examples import Example, in_traditional, read_examples, read_texts, without_sentence_marks
from qa.training.features import Feature, WindowMaker, make_features, with_noise
from qa.training.held_out import drcd_held_out_titles
from qa.training.loop import TrainingPlan
from qa.training.near_misses import names_of, near_miss
from qa.training.negatives import HardNegatives
from qa.training.service_windows import ServiceWindows
from qa.training.train_encoder import Pair, make_pairs
from qa.training.written import is_held_out, number_of, read_written

VALIDATION_CONTEXTS = 40
NEWS_ARTICLES = 9000
_FIRST_DOCUMENTS = 20
"""Of each genre; the others came later."""
_SEED = 20261122


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: its name, its plan and its windows.

    `halfway` says that the stage ends at the mean of the weights before and after it, which keeps what it had unlearned
    on other texts. Source: Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022.
    """

    name: str
    plan: TrainingPlan
    features: list[Feature]
    halfway: bool = False


@dataclass(frozen=True, slots=True)
class Questions:
    """The sets allowed for training, with what is held out from all stages taken away."""

    cmrc: list[Example]
    cmrc_held_out: list[Example]
    drcd: list[Example]
    drcd_held_out: list[Example]
    squad_answerable: list[Example]
    squad_unanswerable: list[Example]
    mlqa: list[Example]
    news: list[str]


def read_questions(data: Path) -> Questions:
    """All sets of shared/data that may be trained on; answers without the sentence marks around them.

    Held out: the first contexts of CMRC train, and whole articles of DRCD, in both scripts.
    """

    def read(name: str) -> list[Example]:
        return [without_sentence_marks(example) for example in read_examples(data, name)]

    cmrc = read("cmrc2018/train")
    contexts = set(sorted({example.context for example in cmrc})[:VALIDATION_CONTEXTS])
    simplified, traditional = read("drcd/dev_simplified"), read("drcd/dev_traditional")
    titles = drcd_held_out_titles(example.title for example in simplified)
    held_out = {example.id for example in simplified if example.title in titles}
    chance = random.Random(_SEED)
    other_script = {example.id: example for example in traditional}
    drcd = [example for example in simplified if example.id not in held_out]
    squad = read("squad_zh/squad20_dev_zh") + read("squad_zh/squad11_dev_zh")
    squad = list({(example.context, example.question): example for example in squad}.values())
    return Questions(
        cmrc=[example for example in cmrc if example.context not in contexts] + read("cmrc2018/trial"),
        cmrc_held_out=[example for example in cmrc if example.context in contexts],
        drcd=[example if chance.random() < 0.5 else other_script[example.id] for example in drcd],
        drcd_held_out=[example for example in simplified if example.id in held_out],
        squad_answerable=[example for example in squad if example.start is not None],
        squad_unanswerable=[example for example in squad if example.start is None],
        mlqa=read("mlqa_zh/dev"),
        news=read_texts(data, "news/part0", NEWS_ARTICLES),
    )


def stages(questions: Questions, tokenizer: PreTrainedTokenizerFast) -> list[Stage]:
    """The stages in order."""
    chance = random.Random(_SEED)
    return [make(questions, tokenizer, chance) for make in _STAGES]


def validation(questions: Questions, tokenizer: PreTrainedTokenizerFast) -> list[Feature]:
    """Windows of the CMRC and of some of the DRCD questions held out, some of them without the answer."""
    maker = WindowMaker(tokenizer, 192, 256, random.Random(_SEED))
    held_out = questions.cmrc_held_out + questions.drcd_held_out[::16]
    return make_features(held_out, maker, 0.25, HardNegatives(held_out).passages)


def _first(questions: Questions, tokenizer: PreTrainedTokenizerFast, chance: random.Random) -> Stage:
    """CMRC with some unanswerable questions, in short windows: from the encoder to a reader."""
    examples = questions.cmrc + chance.sample(questions.squad_unanswerable, 1500)
    maker = WindowMaker(tokenizer, 192, 192, chance)
    plan = TrainingPlan(batch_tokens=1536, warmup_share=0.06, cooldown_share=0.94)
    return Stage("stage1", plan, make_features(examples, maker, 0.2, HardNegatives(questions.cmrc).passages))


def _mixture(questions: Questions, tokenizer: PreTrainedTokenizerFast, chance: random.Random) -> Stage:
    """Every set, windows of many lengths, hard negatives."""
    sets = (
        _Set(questions.cmrc, (128, 320), 0.25),
        _Set(questions.drcd, (128, 256), 0.25),
        _Set(chance.sample(questions.squad_answerable, 3500), (128, 192), 0.25),
        _Set(chance.sample(questions.squad_unanswerable, 2000), (128, 192), 0.0),
        _Set(questions.mlqa, (128, 256), 0.25),
    )
    plan = TrainingPlan(steps=1000, warmup_share=0.1, cooldown_share=0.0)
    return Stage("mixture", plan, _windows(sets, tokenizer, chance))


def _finish(questions: Questions, tokenizer: PreTrainedTokenizerFast, chance: random.Random) -> Stage:
    """Only what people asked in Chinese, while the learning rate falls to nothing."""
    sets = (
        _Set(chance.sample(questions.cmrc, 7000), (160, 320), 0.2),
        _Set(chance.sample(questions.drcd, 1400), (128, 256), 0.2),
    )
    plan = TrainingPlan(warmup_share=0.03, cooldown_share=0.97, checkpoint_every=300)
    return Stage("finish", plan, _windows(sets, tokenizer, chance))


def _news(questions: Questions, tokenizer: PreTrainedTokenizerFast, chance: random.Random) -> Stage:
    """News, with questions made from it, among what people asked; near misses of both; noise, and layers left out.

    After `_finish` the reader refused too much outside Wikipedia and was misled by near misses; and more of the same
    questions only made it learn them by heart (the validation loss rose from 1.23 to 1.26 in 2,700 further steps).
    """
    news = list(cloze_examples(questions.news, chance))
    names = names_of([example.context for example in [*news, *questions.cmrc][::5]])
    asked = [*chance.sample(questions.cmrc, 6000), *questions.drcd[::2]]
    changed = [*chance.sample(asked, 1800), *chance.sample(news, 2400)]
    missed = [near_miss(example, names, chance) for example in changed]
    sets = (
        _Set([in_traditional(e) if chance.random() < 0.08 else e for e in asked], (128, 320), 0.12),
        _Set(chance.sample(questions.squad_answerable, 2000), (128, 224), 0.1),
        _Set(chance.sample(questions.squad_unanswerable, 1000), (128, 224), 0.0),
        _Set(questions.mlqa, (128, 256), 0.1),
        _Set(chance.sample(news, 6000), (128, 288), 0.12),
        _Set([example for example in missed if example is not None], (256, 320), 0.0),
    )
    features = [with_noise(feature, 0.06, chance) for feature in _windows(sets, tokenizer, chance)]
    plan = TrainingPlan(steps=1400, warmup_share=0.05, cooldown_share=0.8, checkpoint_every=200, layer_drop=0.1)
    return Stage("news", plan, features, halfway=True)


def _documents(questions: Questions, tokenizer: PreTrainedTokenizerFast, chance: random.Random) -> Stage:
    """The first of the written documents, read as the service reads them, among what people asked elsewhere."""
    written = [w for w in read_written() if not is_held_out(w) and number_of(w) <= _FIRST_DOCUMENTS]
    features = ServiceWindows(written, tokenizer, chance).spans() + _asked_elsewhere(questions, tokenizer, chance)
    plan = TrainingPlan(steps=600, warmup_share=0.06, cooldown_share=0.0, layer_drop=0.05)
    return Stage("documents", plan, _noisy(features, chance))


def _more_documents(questions: Questions, tokenizer: PreTrainedTokenizerFast, chance: random.Random) -> Stage:
    """The others, and the yes/no questions of all, while the learning rate falls to nothing."""
    written = [w for w in read_written() if not is_held_out(w)]
    first = [w for w in written if number_of(w) <= _FIRST_DOCUMENTS]
    more = ServiceWindows([w for w in written if number_of(w) > _FIRST_DOCUMENTS], tokenizer, chance)
    spans, verdicts = more.spans(), more.verdicts() + ServiceWindows(first, tokenizer, chance).verdicts()
    elsewhere = _asked_elsewhere(questions, tokenizer, chance, 0.5)
    # No noise where a window may point at nearly all of itself, which noise spares: it would tell which is settled.
    features = [*_noisy(spans, chance), *verdicts, *_noisy(elsewhere, chance)]
    plan = TrainingPlan(steps=1560, warmup_share=0.02, cooldown_share=0.9, layer_drop=0.05)
    return Stage("more-documents", plan, features)


_STAGES = (_first, _mixture, _finish, _news, _documents, _more_documents)


def _noisy(features: Sequence[Feature], chance: random.Random) -> list[Feature]:
    return [with_noise(feature, 0.04, chance) for feature in features]


def _asked_elsewhere(
    questions: Questions, tokenizer: PreTrainedTokenizerFast, chance: random.Random, share: float = 1.0
) -> list[Feature]:
    """A `share` of a mixture of all other sets, half of it with the titles after the questions, as in use."""
    news = list(cloze_examples(questions.news[: NEWS_ARTICLES // 3], chance))
    asked = [*chance.sample(questions.cmrc, round(2600 * share)), *chance.sample(questions.drcd, round(700 * share))]
    chance.shuffle(asked)
    titled, plain = asked[: len(asked) // 2], asked[len(asked) // 2 :]
    names = names_of([example.context for example in [*news, *questions.cmrc][::5]])
    changed = (near_miss(e, names, chance) for e in chance.sample(questions.cmrc, round(500 * share)))
    sets = (
        _Set([replace(e, question=f"{e.question} | {e.title}") for e in titled], (160, 320), 0.1, within=True),
        _Set([in_traditional(e) if chance.random() < 0.08 else e for e in plain], (160, 320), 0.2),
        _Set(chance.sample(questions.squad_unanswerable, round(300 * share)), (128, 224), 0.0),
        _Set(chance.sample(news, round(700 * share)), (128, 288), 0.1),
        _Set([example for example in changed if example is not None], (256, 320), 0.0),
    )
    return _windows(sets, tokenizer, chance)


@dataclass(frozen=True, slots=True)
class _Set:
    """Examples, the least and the most tokens of a window, and the share that also gives one without the answer.

    Those are cut from the same context or found with BM25; only the former when they are `within`.
    """

    examples: Sequence[Example]
    tokens: tuple[int, int]
    negative_share: float
    within: bool = False


def _windows(sets: Sequence[_Set], tokenizer: PreTrainedTokenizerFast, chance: random.Random) -> list[Feature]:
    features = []
    for part in sets:
        maker = WindowMaker(tokenizer, *part.tokens, chance)
        wrong = _none if part.within else HardNegatives(part.examples).passages
        features += make_features(part.examples, maker, part.negative_share, wrong)
    return features


def _none(_: Example) -> Sequence[str]:
    return ()


def encoder_pairs(questions: Questions) -> tuple[list[Pair], list[Pair]]:
    """Pairs to train the encoder on, from all sets, and pairs of the questions held out from CMRC and DRCD."""
    chance = random.Random(_SEED)
    sets = (questions.cmrc, questions.drcd, questions.squad_answerable, questions.mlqa)
    training = [pair for examples in sets for pair in make_pairs(examples, HardNegatives(examples).passages, chance)]
    held_out = questions.cmrc_held_out + questions.drcd_held_out
    return training, make_pairs(held_out, HardNegatives(held_out).passages, chance)
