"""Two smaller vocabularies cut out of multilingual-e5-small's 250,002 pieces.

The encoder keeps whole Chinese words (they carry its retrieval quality). The reader keeps single Chinese characters
only, with digits and punctuation split off, so that an answer can start and end at any character.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram
from transformers import PreTrainedTokenizerFast

from qa.training.packed_e5 import PackedE5

SPECIAL_PIECES = ("<s>", "<pad>", "</s>", "<unk>")
WORD_START = "▁"
ENCODER_LATIN_RANK = 5_000
READER_LATIN_RANK = 20_000

_HAN = r"\u2e80-\u2fdf\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KANA_OR_HANGUL = re.compile(r"[\u3040-\u30ff\u1100-\u11ff\uac00-\ud7af]")
_CHINESE = re.compile(rf"[{_HAN}]")
_READER_CHARACTER = re.compile(rf"[{_HAN}\u3040-\u30ff\u0000-\u04ff]|[^\w\s]|[0-9]")
_LATIN = re.compile(r"▁?[A-Za-z]+")
_SYMBOLS = re.compile(r"▁?[^\w\s]+|▁?[0-9]+|▁")
# Split before and after every one of these; ▁ itself is a symbol and must stay attached to its Latin word.
_READER_SPLIT = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{N}\p{P}]|[\p{S}&&[^▁]]"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Pieces to keep: `ids[i]` is the row of piece i in the packed model."""

    ids: tuple[int, ...]
    pieces: tuple[str, ...]
    scores: tuple[float, ...]


def encoder_vocabulary(packed: PackedE5) -> Vocabulary:
    """Chinese words, punctuation and digits, and the frequent Latin pieces."""

    def keep(rank: int, piece: str) -> bool:
        if _KANA_OR_HANGUL.search(piece):
            return False
        if _CHINESE.search(piece) or _SYMBOLS.fullmatch(piece):
            return True
        return bool(_LATIN.fullmatch(piece)) and (rank < ENCODER_LATIN_RANK or len(piece) == 1)

    return _select(packed, keep)


def reader_vocabulary(packed: PackedE5) -> Vocabulary:
    """Single characters (Chinese, kana, European letters, digits, symbols), and the frequent Latin pieces."""

    def keep(rank: int, piece: str) -> bool:
        if len(piece) == 1:
            return bool(_READER_CHARACTER.match(piece))
        return bool(_LATIN.fullmatch(piece)) and rank < READER_LATIN_RANK

    return _select(packed, keep)


def _select(packed: PackedE5, keep: Callable[[int, str], bool]) -> Vocabulary:
    special = (packed.bos, packed.pad, packed.eos, packed.unk)
    chosen = [i for i, piece in enumerate(packed.pieces) if i not in special and piece != "<mask>" and keep(i, piece)]
    ids = (*special, *chosen)
    return Vocabulary(
        ids=ids,
        pieces=(*SPECIAL_PIECES, *(packed.pieces[i] for i in chosen)),
        scores=tuple(float(packed.scores[i]) for i in ids),
    )


def encoder_tokenizer(vocabulary: Vocabulary, max_length: int) -> PreTrainedTokenizerFast:
    """Unigram tokenizer in the manner of XLM-RoBERTa: NFKC, runs of white space folded, ▁ before each word."""
    tokenizer = _unigram(vocabulary)
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(WORD_START, prepend_scheme="always")
    tokenizer.post_processor = _template(vocabulary, "<s> $A </s>", "<s> $A </s> </s> $B </s>")
    return _wrap(tokenizer, max_length, ["input_ids", "attention_mask"])


def reader_tokenizer(vocabulary: Vocabulary, max_length: int) -> PreTrainedTokenizerFast:
    """Character-level tokenizer: one token per Chinese character, digit and punctuation mark; Latin stays in pieces."""
    tokenizer = _unigram(vocabulary)
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(r"\s"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Metaspace(WORD_START, prepend_scheme="never"),
            pre_tokenizers.Split(Regex(_READER_SPLIT), behavior="isolated"),
        ]
    )
    tokenizer.post_processor = _template(vocabulary, "<s> $A </s>", "<s> $A </s> </s>:1 $B:1 </s>:1")
    return _wrap(tokenizer, max_length, ["input_ids", "token_type_ids", "attention_mask"])


def _unigram(vocabulary: Vocabulary) -> Tokenizer:
    entries = list(zip(vocabulary.pieces, vocabulary.scores, strict=True))
    return Tokenizer(Unigram(entries, unk_id=vocabulary.pieces.index("<unk>"), byte_fallback=False))


def _template(vocabulary: Vocabulary, single: str, pair: str) -> processors.TemplateProcessing:
    special = [(piece, vocabulary.pieces.index(piece)) for piece in ("<s>", "</s>")]
    return processors.TemplateProcessing(single=single, pair=pair, special_tokens=special)


def _wrap(tokenizer: Tokenizer, max_length: int, inputs: Sequence[str]) -> PreTrainedTokenizerFast:
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
        pad_token="<pad>",
        cls_token="<s>",
        sep_token="</s>",
        model_max_length=max_length,
        model_input_names=list(inputs),
    )
