"""Make the shipped models: `python -m qa.training encoder`, then `reader`, then `calibrate`."""

from __future__ import annotations

import argparse
import random
import tempfile
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from transformers import BertForQuestionAnswering, BertModel, PreTrainedModel

from qa.assemble import open_library
from qa.read import TransformersReader
from qa.settings import Settings
from qa.training.calibrate import ask_all, best_threshold, choose, fit, outcome, write_calibration
from qa.training.examples import read_examples
from qa.training.features import Feature, WindowMaker, make_features
from qa.training.packed_e5 import locate_packed_e5, read_packed_e5
from qa.training.train_reader import TrainingPlan, train
from qa.training.transplant import bert_config, bert_weights, load_weights, round_mantissa
from qa.training.vocabulary import encoder_tokenizer, encoder_vocabulary, reader_tokenizer, reader_vocabulary

ENCODER = Path("index/models/encoder")
READER = Path("qa/models/reader")
CALIBRATION = Path("qa/models/calibration.json")
MANTISSA_BITS = 6
VALIDATION_CONTEXTS = 40


def make_encoder(output: Path) -> None:
    """Write multilingual-e5-small, its vocabulary trimmed for Chinese, as a sentence-transformers folder."""
    packed = read_packed_e5(locate_packed_e5())
    vocabulary = encoder_vocabulary(packed)
    model = BertModel(bert_config(packed, vocabulary))
    load_weights(model, bert_weights(packed, vocabulary))
    with tempfile.TemporaryDirectory() as plain:
        for tensor in model.pooler.parameters():
            torch.nn.init.zeros_(tensor)  # mean pooling never reads it, but loading expects it
        save_compact(model, Path(plain))
        encoder_tokenizer(vocabulary, packed.positions).save_pretrained(plain)
        modules = [Transformer(plain, max_seq_length=packed.positions), Pooling(packed.hidden, "mean"), Normalize()]
        whole = SentenceTransformer(modules=modules, prompts={"query": "query: ", "passage": "passage: "}, device="cpu")
        whole.half().save(str(output), create_model_card=False)


def make_reader(data: Path, output: Path, work: Path, max_length: int) -> None:
    """Fine-tune the reader in two stages (see qa/models/README.md); each goes on from its last checkpoint."""
    stages = (TrainingPlan(), TrainingPlan(learning_rate=6e-5, warmup_share=0.1))
    torch.manual_seed(stages[0].seed)
    packed = read_packed_e5(locate_packed_e5())
    vocabulary = reader_vocabulary(packed)
    tokenizer = reader_tokenizer(vocabulary, max_length)
    model = BertForQuestionAnswering(bert_config(packed, vocabulary))
    load_weights(model, bert_weights(packed, vocabulary))
    maker = WindowMaker(tokenizer, max_length)
    training, validation = reader_features(data, maker, random.Random(stages[0].seed))
    for number, (plan, features) in enumerate(zip(stages, training, strict=True), start=1):
        print(f"stage {number}: {len(features)} windows, {len(validation)} for validation", flush=True)
        train(model, features, validation, plan, work / f"stage{number}")
    save_compact(model, output)
    tokenizer.save_pretrained(output)


def reader_features(
    data: Path, maker: WindowMaker, chance: random.Random
) -> tuple[tuple[list[Feature], list[Feature]], list[Feature]]:
    """Windows of both stages, and for validation windows of CMRC contexts that neither stage sees.

    First all of CMRC 2018 with some unanswerable questions; then a mixture with many near misses.
    """
    cmrc = read_examples(data, "cmrc2018/train")
    held_out = set(sorted({example.context for example in cmrc})[:VALIDATION_CONTEXTS])
    validation = [example for example in cmrc if example.context in held_out]
    kept = [example for example in cmrc if example.context not in held_out]
    kept += read_examples(data, "cmrc2018/trial")
    squad = read_examples(data, "squad_zh/squad20_dev_zh")
    unanswerable = [example for example in squad if example.start is None]
    first = make_features(kept + chance.sample(unanswerable, 1500), maker, 0.2, chance)
    validation_features = make_features(validation, maker, 0.2, chance)
    drcd = read_examples(data, "drcd/dev_simplified")
    answerable = [example for example in squad if example.start is not None]
    mixture = chance.sample(kept, 1400) + chance.sample(drcd, 1400)
    mixture += chance.sample(unanswerable, 900) + chance.sample(answerable, 500)
    return (first, make_features(mixture, maker, 0.5, chance, same_title=True)), validation_features


def make_calibration(data: Path, output: Path, questions: int) -> None:
    """Fit the calibration on half of the questions and print what it does to the other half."""
    settings = Settings()
    news = choose(read_examples(data, "antiterror_news/train"), 2 * questions, 1)
    others = choose(read_examples(data, "cmrc2018/train"), questions, 2)
    reader = TransformersReader(settings.reader)
    halves = []
    for half in range(2):
        with tempfile.TemporaryDirectory() as folder:
            library = open_library(settings.model_copy(update={"data_dir": Path(folder)}))
            halves.append(list(ask_all(library, reader, news[half::2], others[half::2])))
    fitting, held_out = halves
    calibration = fit(fitting)
    threshold = best_threshold(fitting, calibration)
    write_calibration(output, calibration, threshold)
    print(calibration)
    for name, asked in (("fit", fitting), ("held out", held_out)):
        print(name, len(asked), outcome(asked, calibration, threshold))


def save_compact(model: PreTrainedModel, output: Path) -> None:
    """Write `model` in half precision with a short mantissa, which compresses well."""
    rounded = {name: round_mantissa(tensor, MANTISSA_BITS) for name, tensor in model.state_dict().items()}
    model.half().load_state_dict(rounded)
    model.save_pretrained(output)


def main() -> None:
    """Parse the command line and make one model."""
    parser = argparse.ArgumentParser(prog="python -m qa.training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    encoder = commands.add_parser("encoder", help="the trimmed multilingual-e5-small")
    encoder.add_argument("--output", type=Path, default=ENCODER)
    reader = commands.add_parser("reader", help="the extractive reader")
    reader.add_argument("--data", type=Path, default=Path("../shared/data"))
    reader.add_argument("--output", type=Path, default=READER)
    reader.add_argument("--work", type=Path, default=Path(".work/reader"), help="checkpoints and the run log")
    reader.add_argument("--max-length", type=int, default=192, help="tokens per training window")
    calibrate = commands.add_parser("calibrate", help="the calibration of the configured reader and encoder")
    calibrate.add_argument("--data", type=Path, default=Path("../shared/data"))
    calibrate.add_argument("--output", type=Path, default=CALIBRATION)
    calibrate.add_argument("--questions", type=int, default=150, help="questions of each kind in each half")
    arguments = parser.parse_args()
    if arguments.command == "encoder":
        make_encoder(arguments.output)
    elif arguments.command == "calibrate":
        make_calibration(arguments.data, arguments.output, arguments.questions)
    else:
        make_reader(arguments.data, arguments.output, arguments.work, arguments.max_length)


if __name__ == "__main__":
    main()
