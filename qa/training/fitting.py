"""Fit what turns scores into probabilities, on questions that nothing was trained on; print what it does to others."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from qa.assemble import make_reader, open_library
from qa.ports import Reader
from qa.settings import Settings
from qa.training import calibrate, train_yes_no
from qa.training.examples import read_examples, read_yes_no_examples
from qa.training.recipe import read_questions
from qa.training.train_yes_no import is_for_fitting
from qa.training.written import is_for_calibration, is_held_out, read_written
from qa.yes_no import READER_FEATURES, WORD_FEATURES, VerdictModels


def build_calibration(data: Path, output: Path, questions: int) -> None:
    """Fit the calibration on half of what is held out from training and print what it does to the other half."""
    settings = Settings()
    reader = make_reader(settings.reader)
    fitting, held_out = (
        {name: ask_in_a_library(settings, reader, cases) for name, cases in half.items()}
        for half in (calibration_cases(data, True, questions), calibration_cases(data, False, questions // 2))
    )
    everything = [asked for listed in fitting.values() for asked in listed]
    calibration = calibrate.fit(everything)
    threshold = calibrate.best_threshold(everything, calibration)
    calibrate.write_calibration(output, calibration, threshold)
    print(f"intercept {calibration.intercept}, weights {calibration.weights}; threshold {threshold}")
    for name, asked in (("fit", everything), *held_out.items()):
        error = calibrate.expected_calibration_error(asked, calibration)
        print(f"{name}, {len(asked)} questions: expected calibration error {error:.3f}")
        for shown in sorted({threshold, 0.2, 0.3, 0.4, 0.5, 0.6}):
            print("   ", calibrate.outcome(asked, calibration, shown))


def calibration_cases(data: Path, fitting: bool, questions: int) -> dict[str, list[calibrate.Case]]:
    """The cases of one half: so many questions of each public set, and four times as many of the written documents."""
    sets = read_questions(data)
    judgments = [
        replace(e, title="") for e in read_examples(data, "cjrc/dev") if train_yes_no.is_for_fitting(e.context)
    ]
    written = [one for one in read_written() if is_held_out(one) and is_for_calibration(one) == fitting]
    cases = {"written": calibrate.choose(calibrate.written_cases(written), 4 * questions, 1)}
    for name, examples in (("CMRC", sets.cmrc_held_out), ("DRCD", sets.drcd_held_out), ("cjrc", judgments)):
        # By article where there are articles, for several contexts of one may be alike.
        half = [e for e in examples if calibrate.is_in_first_half(e.title or e.context) == fitting]
        cases[name] = calibrate.public_cases(calibrate.choose(half, questions, 1))
    return cases


def ask_in_a_library(settings: Settings, reader: Reader, cases: Sequence[calibrate.Case]) -> list[calibrate.Asked]:
    """Every case, of a library of their documents that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        return calibrate.ask_all(open_library(settings.model_copy(update={"data_dir": Path(folder)})), reader, cases)


def build_yes_no(data: Path, output: Path, questions: int) -> None:
    """Fit the yes/no verdict, with and without what the reader says, and print what it does to questions held out."""
    reader = make_reader(Settings().reader)
    fitting, held_out = (
        {name: list(train_yes_no.ask_yes_no(cases, reader)) for name, cases in half.items()}
        for half in (yes_no_cases(data, True, questions), yes_no_cases(data, False, questions // 2))
    )
    everything = [item for items in fitting.values() for item in items]
    by_words = [replace(item, readings=()) for item in everything]
    words = train_yes_no.fit_yes_no(by_words, WORD_FEATURES)
    reading = train_yes_no.fit_yes_no(everything, (*WORD_FEATURES, *READER_FEATURES)) if reader.judges else words
    train_yes_no.write_verdict_models(output, VerdictModels(reading, words))
    for name, items in held_out.items():
        plain = [replace(item, readings=()) for item in items]
        for kind, model, judged in (("reader", reading, items), ("words", words, plain)):
            for shown in sorted({model.threshold, 0.0, 0.5, 0.6, 0.7, 0.8}):
                print(
                    name,
                    kind,
                    len(judged),
                    train_yes_no.verdict_outcome(train_yes_no.judge_all(judged, model), shown),
                    flush=True,
                )


def yes_no_cases(data: Path, fitting: bool, questions: int) -> dict[str, list[train_yes_no.Case]]:
    """The cases of one half: so many questions on judgments, and three times as many of the written documents."""
    judgments = [example for name in train_yes_no.SETS for example in read_yes_no_examples(data, name)]
    judgments = [example for example in judgments if is_for_fitting(example.context) == fitting]
    written = [one for one in read_written() if is_held_out(one) and is_for_calibration(one) == fitting]
    return {
        "judgments": calibrate.choose(train_yes_no.cases_of(judgments), questions, 1),
        "written": calibrate.choose(train_yes_no.written_cases(written), 3 * questions, 1),
    }
