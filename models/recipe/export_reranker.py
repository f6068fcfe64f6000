"""Export the trained reranker for onnxruntime: models/reranker-lower.onnx, -upper.onnx, -tokenizer.npz.

The vocabulary of E5 (250,000 pieces of a hundred languages) is reduced to pieces
of Russian and of the Latin alphabet. Matrices become integers with a scale for
each block of weights (MatMulNBits of onnxruntime), embeddings 8-bit integers
with a scale for each row.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from alignment.encoders.cross_encoder import (
    DESCRIPTION_FILE,
    LOWER_FILE,
    MAX_TOKENS,
    TOKENIZER_FILE,
    UPPER_FILE,
    Description,
)
from models.recipe.e5_net import EPSILON, Layer
from models.recipe.reranker_net import BELOW, RerankerNet
from models.recipe.teachers.e5_image import Image

# Pieces of Russian are kept whole, of the Latin alphabet only this many of the likeliest, beside all that texts use
# (models/reranker.card.md): 7 MB of the file. What is left out is read as smaller pieces.
LATIN = 18_000
RUSSIAN = re.compile(r"▁?[а-яё]+")
LATIN_LETTERS = re.compile(r"▁?[a-zà-öø-ÿß]+")
# The oldest set of ONNX operators that has LayerNormalization, which the graph uses.
OPSET = 17
# Bits of a weight and weights that share a scale. The lower layers are in 4 bits in the package: nothing is lost.
OF_LOWER, OF_UPPER = (4, 32), (8, 128)
# onnxruntime's accuracy level of products of 8-bit integers.
INTEGERS = 4
# The largest 8-bit integer with a sign: the vocabulary keeps a scale for each piece and codes from it.
MAX_CODE = np.iinfo(np.int8).max
# Tokens of the texts with which the graphs are recorded; any number would do, a length is free in a graph.
TRACED = 5


def cut_vocabulary(image: Image, used: Iterable[int]) -> list[int]:
    """The numbers of the pieces that are kept, in ascending order.

    These are special pieces, single characters, pieces of the two alphabets, and ``used``. Texts are in lower case, so
    pieces with capitals are dropped.
    """
    pieces, scores = image.vocabulary.pieces, image.vocabulary.scores
    kept = {image.start, image.end, image.vocabulary.unknown, *used}
    kept |= {number for number, piece in enumerate(pieces) if len(piece) == 1 or RUSSIAN.fullmatch(piece)}
    latin = [number for number, piece in enumerate(pieces) if LATIN_LETTERS.fullmatch(piece)]
    kept |= set(sorted(latin, key=lambda number: -scores[number])[:LATIN])
    return sorted(kept)


def cut_tokenizer(image: Image, kept: list[int]) -> bytes:
    """The unigram tokenizer with only the pieces ``kept``, as a serialized SentencePiece model."""
    # protobuf generates this module when it is loaded, so a type checker sees nothing in it.
    proto: Any = import_module("sentencepiece.sentencepiece_model_pb2")
    words = image.vocabulary
    place = {number: new for new, number in enumerate(kept)}
    model = proto.ModelProto()
    special = {words.unknown: "UNKNOWN", image.start: "CONTROL", image.end: "CONTROL"}
    for number in kept:
        kind = proto.ModelProto.SentencePiece.Type.Value(special.get(number, "NORMAL"))
        model.pieces.add(piece=words.pieces[number], score=words.scores[number], type=kind)
    spec = model.trainer_spec
    spec.model_type = proto.TrainerSpec.ModelType.UNIGRAM
    spec.vocab_size, spec.pad_id = len(kept), -1
    spec.unk_id, spec.bos_id, spec.eos_id = (place[n] for n in (words.unknown, image.start, image.end))
    spec.unk_piece, spec.bos_piece, spec.eos_piece = (
        words.pieces[number] for number in (words.unknown, image.start, image.end)
    )
    # E5's own character map does Unicode's NFKC normalization; our code applies that before.
    model.normalizer_spec.name = "identity"
    model.normalizer_spec.add_dummy_prefix = model.normalizer_spec.remove_extra_whitespaces = True
    result: bytes = model.SerializeToString()
    return result


def _layers(rows: Tensor, layers: Iterable[Layer]) -> Tensor:
    """The rows of one text or pair, (1, tokens, width), after some layers; written without a mask for the export."""
    for layer in layers:
        value = layer.values
        # A constant, not a shape in the graph, so that only the number of tokens is variable.
        heads, width = layer.heads, len(value["q_b"])

        def dense(name: str, inputs: Tensor, value: nn.ParameterDict = value) -> Tensor:
            return torch.matmul(inputs, value[f"{name}_w"].T) + value[f"{name}_b"]

        def split(name: str, rows: Tensor = rows, heads: int = heads, width: int = width) -> Tensor:
            return dense(name, rows).view(1, -1, heads, width // heads).transpose(1, 2)

        query, key, values = split("q") * (width // heads) ** -0.5, split("k"), split("v")
        mixed = torch.matmul(torch.softmax(torch.matmul(query, key.transpose(-2, -1)), dim=-1), values)
        added = dense("ao", mixed.transpose(1, 2).reshape(1, -1, width))
        rows = functional.layer_norm(rows + added, (width,), value["aln_w"], value["aln_b"], eps=EPSILON)
        inner = dense("fo", functional.gelu(dense("fi", rows)))
        rows = functional.layer_norm(rows + inner, (width,), value["oln_w"], value["oln_b"], eps=EPSILON)
    return rows


class _Lower(nn.Module):
    """Token ids, (1, tokens) → rows, (tokens, width)."""

    def __init__(self, image: Image, kept: list[int]) -> None:
        super().__init__()
        words = image.tensor("emb.word").reshape(-1, image.width)[kept]
        step = np.maximum(np.abs(words).max(axis=1, keepdims=True), 1e-9) / MAX_CODE
        self.codes = nn.Parameter(torch.from_numpy(np.round(words / step).astype(np.int8)), requires_grad=False)
        self.step = nn.Parameter(torch.from_numpy(step.astype(np.float32)), requires_grad=False)
        places = image.tensor("emb.pos").reshape(-1, image.width)[: MAX_TOKENS + 2]
        places = places + image.tensor("emb.type")[: image.width]
        self.places = nn.Parameter(torch.from_numpy(places), requires_grad=False)
        self.weight, self.bias = (
            nn.Parameter(torch.from_numpy(image.tensor(f"emb.ln.{name}")), requires_grad=False) for name in "wb"
        )
        self.layers = nn.ModuleList(Layer(image, number) for number in range(BELOW))

    def forward(self, ids: Tensor) -> Tensor:
        rows = self.codes[ids].float() * self.step[ids] + self.places[: ids.shape[1]]
        rows = functional.layer_norm(rows, (len(self.weight),), self.weight, self.bias, eps=EPSILON)
        return _layers(rows, self.layers)[0]  # type: ignore[arg-type]


class _Upper(nn.Module):
    """Rows of the requirement and of the statement, (tokens, width) each → log-odds, (1, 2)."""

    def __init__(self, net: RerankerNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, requirement: Tensor, statement: Tensor) -> Tensor:
        rows = torch.cat([requirement + self.net.side[0], statement + self.net.side[1]])[None]
        rows = _layers(rows, self.net.layers)[0]  # type: ignore[arg-type]
        tokens = requirement.shape[0]
        return self.net.scored(torch.stack([rows[:tokens].mean(dim=0), rows[tokens:].mean(dim=0)])[None])


def export(image: Image, net: RerankerNet, used: Iterable[int], trained_on: str, folder: Path) -> Description:
    """Write the files of the reranker into ``folder``.

    Args:
        image: weights of E5.
        net: the trained network.
        used: numbers of vocabulary pieces that texts use; they are kept.
        trained_on: what it was trained on, for the description.
        folder: where to.
    """
    kept = cut_vocabulary(image, used)
    np.savez_compressed(folder / TOKENIZER_FILE, model=np.frombuffer(cut_tokenizer(image, kept), dtype=np.uint8))
    net.eval()
    rows = torch.zeros(TRACED, image.width)
    _quantized(_Lower(image, kept), {"ids": torch.zeros(1, TRACED, dtype=torch.int64)}, folder / LOWER_FILE, *OF_LOWER)
    _quantized(_Upper(net), {"requirement": rows, "statement": rows[:-1]}, folder / UPPER_FILE, *OF_UPPER)
    digest = hashlib.blake2b(digest_size=4)
    for name in (TOKENIZER_FILE, LOWER_FILE, UPPER_FILE):
        digest.update((folder / name).read_bytes())
    description = Description(version=f"1-{digest.hexdigest()}", base="multilingual-e5-small", trained_on=trained_on)
    (folder / DESCRIPTION_FILE).write_bytes(msgspec.json.format(msgspec.json.encode(description), indent=1) + b"\n")
    return description


def _quantized(module: nn.Module, inputs: dict[str, Tensor], path: Path, bits: int, block: int) -> None:
    """Write a module as ONNX with integer matrices of ``bits`` bits; only the number of tokens is variable."""
    import onnx
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

    axes = {name: {1 if name == "ids" else 0: f"tokens_{name}"} for name in inputs}
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        with torch.no_grad():
            torch.onnx.export(
                module,
                tuple(inputs.values()),
                str(plain),
                input_names=list(inputs),
                output_names=["found"],
                dynamic_axes=axes,
                opset_version=OPSET,
                dynamo=False,
            )
        # MatMulNBits scales activations for each token and block, which changes the log-odds by 0.05.
        # `quantize_dynamic` has one scale for a whole text, which changes them by 0.5.
        quantizer = MatMulNBitsQuantizer(
            onnx.load(str(plain)), bits=bits, block_size=block, is_symmetric=True, accuracy_level=INTEGERS
        )
        quantizer.process()
        quantizer.model.save_model_to_file(str(path), False)
