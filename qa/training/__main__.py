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
from qa.training.features import WindowMaker, make_features
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
    """Fine-tune the first reader on CMRC 2018 (train and trial) and a part of the translated SQuAD 2.0."""
    plan = TrainingPlan()
    torch.manual_seed(plan.seed)
    packed = read_packed_e5(locate_packed_e5())
    vocabulary = reader_vocabulary(packed)
    tokenizer = reader_tokenizer(vocabulary, packed.positions)
    model = BertForQuestionAnswering(bert_config(packed, vocabulary))
    load_weights(model, bert_weights(packed, vocabulary))

    chance = random.Random(plan.seed)
    cmrc = read_examples(data, "cmrc2018/train")
    held_out = set(sorted({example.context for example in cmrc})[:VALIDATION_CONTEXTS])
    validation = [example for example in cmrc if example.context in held_out]
    training = [example for example in cmrc if example.context not in held_out]
    training += read_examples(data, "cmrc2018/trial")
    unanswerable = [example for example in read_examples(data, "squad_zh/squad20_dev_zh") if example.start is None]
    training += chance.sample(unanswerable, 1500)
    maker = WindowMaker(tokenizer, max_length)
    features = make_features(training, maker, 0.2, chance)
    held_out_features = make_features(validation, maker, 0.2, chance)
    print(f"{len(features)} training windows, {len(held_out_features)} validation windows", flush=True)
    train(model, features, held_out_features, plan, work)
    save_compact(model, output)
    tokenizer.save_pretrained(output)


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
