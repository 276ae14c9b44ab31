"""Make the shipped models: `python -m qa.training` with encoder, reader, onnx, calibrate and yes-no, in this order."""

from __future__ import annotations

import argparse
import copy
import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from transformers import BertForQuestionAnswering, BertModel, PreTrainedModel, PreTrainedTokenizerFast

from index.model_folder import open_tokenizer
from qa.assemble import make_encoder, make_reader
from qa.read import OURS
from qa.settings import Settings
from qa.training.calibrate import choose
from qa.training.curve import draw
from qa.training.examples import read_examples
from qa.training.features import Feature
from qa.training.fitting import build_calibration, build_yes_no
from qa.training.loop import TrainingPlan
from qa.training.onnx_export import export_encoder, export_reader, feature_inputs, model_inputs, write_onnx
from qa.training.packed_e5 import locate_packed_e5, read_packed_e5
from qa.training.quantize import quantize
from qa.training.recipe import encoder_pairs, read_questions, stages, validation
from qa.training.service_windows import ServiceWindows
from qa.training.train_encoder import PASSAGE, QUERY, train_encoder
from qa.training.train_reader import mean_weights, train_reader
from qa.training.transplant import bert_config, bert_weights, load_weights, round_mantissa
from qa.training.tune_fusion import tune
from qa.training.tune_length import tune_length
from qa.training.vocabulary import encoder_tokenizer, encoder_vocabulary, reader_tokenizer, reader_vocabulary
from qa.training.written import number_of, read_written

ENCODER = Path("index/models/encoder")
READER = Path("qa/models/reader")
CALIBRATION = Path("qa/models/calibration.json")
VERDICTS = Path("qa/models/yes_no.json")
MANTISSA_BITS = 6
READER_WINDOW = 320
QUANTIZATION_SAMPLES = 24
ENCODER_PLAN = TrainingPlan(learning_rate=2e-5, warmup_share=0.1, cooldown_share=0.9, checkpoint_every=50)
FUSION_SETS = ("cmrc2018/trial", "antiterror_news/train", "mlqa_zh/dev")


def build_encoder(output: Path) -> None:
    """Write multilingual-e5-small, its vocabulary trimmed for Chinese, as a sentence-transformers folder."""
    packed = read_packed_e5(locate_packed_e5())
    vocabulary = encoder_vocabulary(packed)
    model = BertModel(bert_config(packed, vocabulary))
    load_weights(model, bert_weights(packed, vocabulary))
    save_encoder(model, encoder_tokenizer(vocabulary, packed.positions), output)


def tune_encoder(data: Path, encoder: Path, work: Path, bfloat16: bool) -> None:
    """Fine-tune the encoder folder in place by contrast; it goes on from its last checkpoint."""
    tokenizer = PreTrainedTokenizerFast.from_pretrained(encoder)
    model = BertModel.from_pretrained(encoder, dtype=torch.float32, add_pooling_layer=False)
    training, held_out = encoder_pairs(read_questions(data))
    print(f"{len(training)} pairs; {len(held_out)} to validate", flush=True)
    tuned = train_encoder(model, tokenizer, training, held_out, replace(ENCODER_PLAN, bfloat16=bfloat16), work)
    save_encoder(tuned.cpu(), tokenizer, encoder)


def save_encoder(model: BertModel, tokenizer: PreTrainedTokenizerFast, output: Path) -> None:
    """Write a complete sentence-transformers folder: mean pooling, unit length, E5's prompts."""
    with tempfile.TemporaryDirectory() as plain:
        whole_model = BertModel(model.config)
        whole_model.load_state_dict(model.state_dict(), strict=False)
        for tensor in whole_model.pooler.parameters():
            torch.nn.init.zeros_(tensor)  # mean pooling never reads it, but loading expects it
        save_compact(whole_model, Path(plain))
        tokenizer.save_pretrained(plain)
        modules = [
            Transformer(plain, max_seq_length=tokenizer.model_max_length),
            Pooling(model.config.hidden_size, "mean"),
            Normalize(),
        ]
        whole = SentenceTransformer(modules=modules, prompts={"query": QUERY, "passage": PASSAGE}, device="cpu")
        whole.half().save(str(output), create_model_card=False)


def build_reader(data: Path, output: Path, work: Path, bfloat16: bool) -> None:
    """Fine-tune the reader stage by stage (see qa/models/README.md); each goes on from its last checkpoint."""
    torch.manual_seed(TrainingPlan().seed)
    packed = read_packed_e5(locate_packed_e5())
    vocabulary = reader_vocabulary(packed)
    tokenizer = reader_tokenizer(vocabulary, READER_WINDOW)
    model = BertForQuestionAnswering(bert_config(packed, vocabulary))
    load_weights(model, bert_weights(packed, vocabulary))
    questions = read_questions(data)
    held_out = validation(questions, tokenizer)
    for stage in stages(questions, tokenizer):
        tokens = sum(len(feature.input_ids) for feature in stage.features)
        print(f"{stage.name}: {len(stage.features)} windows, {tokens} tokens; {len(held_out)} to validate", flush=True)
        before = copy.deepcopy(model.state_dict())
        model = train_reader(model, stage.features, held_out, replace(stage.plan, bfloat16=bfloat16), work / stage.name)
        if stage.halfway:
            model.load_state_dict(mean_weights(before, model.state_dict()))
    model.config.update({OURS: True})
    save_compact(model.cpu(), output)
    tokenizer.save_pretrained(output)


def build_onnx(data: Path, encoder: Path, reader: Path) -> None:
    """Write the int8 ONNX file of both model folders, next to their weights."""
    examples = choose(read_examples(data, "cmrc2018/train"), QUANTIZATION_SAMPLES, 3)
    encode = open_tokenizer(encoder).encode
    texts = [f"passage: {example.context[:300]}" for example in examples]
    texts += [f"query: {example.question}" for example in examples[::4]]
    samples = [model_inputs(encode(text), ("input_ids", "attention_mask")) for text in texts]
    float_encoder = BertModel.from_pretrained(encoder, dtype=torch.float32, add_pooling_layer=False)
    write_onnx(quantize(export_encoder(float_encoder), samples), encoder)
    windows = open_tokenizer(reader)
    windows.enable_truncation(READER_WINDOW)
    samples = [model_inputs(windows.encode(example.question, example.context)) for example in examples]
    samples += [feature_inputs(feature) for feature in service_samples(PreTrainedTokenizerFast.from_pretrained(reader))]
    float_reader = BertForQuestionAnswering.from_pretrained(reader, dtype=torch.float32)
    write_onnx(quantize(export_reader(float_reader), samples), reader)


def service_samples(tokenizer: PreTrainedTokenizerFast) -> list[Feature]:
    """Windows as they are in use, of some documents of each genre that are trained on."""
    chance = random.Random(TrainingPlan().seed)
    windows = ServiceWindows([one for one in read_written() if number_of(one) == 1], tokenizer, chance)
    return chance.sample(windows.spans(), QUANTIZATION_SAMPLES) + chance.sample(
        windows.verdicts(), QUANTIZATION_SAMPLES
    )


def print_fusion(data: Path, names: Sequence[str]) -> None:
    """Print the recall of several fusion weights on development sets."""
    encoder = make_encoder(Settings().encoder)
    for name in names:
        for found in tune(read_examples(data, name), encoder):
            print(
                f"{name}  weight {found.weight:.3f}  @1 {found.recall_at_1:.4f}  @5 {found.recall_at_5:.4f}", flush=True
            )


def print_length_penalties(data: Path, reader: str) -> None:
    """Print what several length penalties do to the questions held out from training."""
    questions = read_questions(data)
    for name, examples in (("CMRC", questions.cmrc_held_out), ("DRCD", questions.drcd_held_out[::4])):
        for penalty, share in tune_length(examples, make_reader(reader)).items():
            print(f"{name} held out, {len(examples)} questions  penalty {penalty:.2f}  exact {share:.4f}", flush=True)


def save_compact(model: PreTrainedModel, output: Path) -> None:
    """Write `model` in half precision with a short mantissa, which compresses well."""
    rounded = {name: round_mantissa(tensor, MANTISSA_BITS) for name, tensor in model.state_dict().items()}
    model.half().load_state_dict(rounded)
    model.save_pretrained(output)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m qa.training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    encoder = commands.add_parser("encoder", help="the trimmed multilingual-e5-small")
    encoder.add_argument("--output", type=Path, default=ENCODER)
    tune = commands.add_parser("tune-encoder", help="the encoder, fine-tuned by contrast")
    tune.add_argument("--encoder", type=Path, default=ENCODER)
    tune.add_argument("--work", type=Path, default=Path(".work/encoder"), help="checkpoints and the run log")
    reader = commands.add_parser("reader", help="the extractive reader")
    reader.add_argument("--output", type=Path, default=READER)
    reader.add_argument("--work", type=Path, default=Path(".work/reader"), help="checkpoints and the run log")
    curve = commands.add_parser("curve", help="the learning curve of a run, as an SVG")
    curve.add_argument("logs", type=Path, nargs="+", help="run logs, in order")
    curve.add_argument("--output", type=Path, default=Path("qa/models/learning-curve.svg"))
    onnx = commands.add_parser("onnx", help="the int8 ONNX files of the encoder and the reader")
    onnx.add_argument("--encoder", type=Path, default=ENCODER)
    onnx.add_argument("--reader", type=Path, default=READER)
    fusion = commands.add_parser(
        "fusion", help="recall of several weights of BM25, on sets that nothing is reported on"
    )
    fusion.add_argument("--set", dest="names", action="append")
    length = commands.add_parser("length-penalty", help="what a penalty on long spans does to held-out questions")
    length.add_argument("--reader", default=Settings().reader)
    calibration = commands.add_parser("calibrate", help="the calibration of the configured reader and encoder")
    calibration.add_argument("--output", type=Path, default=CALIBRATION)
    calibration.add_argument("--questions", type=int, default=80, help="of each public set; four times as many others")
    verdicts = commands.add_parser("yes-no", help="the verdict of questions that 是 or 否 answers")
    verdicts.add_argument("--output", type=Path, default=VERDICTS)
    verdicts.add_argument("--questions", type=int, default=100, help="on judgments; three times as many others")
    for command in (tune, reader, onnx, fusion, length, calibration, verdicts):
        command.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the public sets")
    for command in (tune, reader):
        command.add_argument("--bfloat16", action="store_true", help="mixed precision, for processors that have it")
    return parser


def main() -> None:
    """Parse the command line and make one model."""
    arguments = _parser().parse_args()
    _COMMANDS[arguments.command](arguments)


_COMMANDS: dict[str, Callable[[argparse.Namespace], None]] = {
    "encoder": lambda given: build_encoder(given.output),
    "tune-encoder": lambda given: tune_encoder(given.data, given.encoder, given.work, given.bfloat16),
    "reader": lambda given: build_reader(given.data, given.output, given.work, given.bfloat16),
    "curve": lambda given: draw(given.logs, given.output),
    "onnx": lambda given: build_onnx(given.data, given.encoder, given.reader),
    "fusion": lambda given: print_fusion(given.data, given.names or FUSION_SETS),
    "length-penalty": lambda given: print_length_penalties(given.data, given.reader),
    "calibrate": lambda given: build_calibration(given.data, given.output, given.questions),
    "yes-no": lambda given: build_yes_no(given.data, given.output, given.questions),
}


if __name__ == "__main__":
    main()
