"""The encoder's teacher: whose neighbours are learned, and how far ours are from them."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="extra [train] is not installed")

from alignment.evaluation.links import Links  # noqa: E402
from alignment.settings import load_settings  # noqa: E402
from models.recipe.encoder_net import EncoderNet  # noqa: E402
from models.recipe.train_encoder import Teacher, Trainer, TrainingConfig, distillation_loss, encode  # noqa: E402

LINKS = Links(name="onet", pairs=(("a", "x"), ("b", "y")), groups=("1", "2"), corpus=("x", "y", "z"))


def unit(texts: list[str], shift: int) -> np.ndarray:
    result = np.zeros((len(texts), 4), dtype=np.float32)
    for row, text in enumerate(texts):
        result[row, (ord(text) + shift) % 4] = 1
    return result


def test_teachers_share_the_cosine() -> None:
    teacher = Teacher(
        ["a", "b", "x", "y", "z"],
        [(0.75, lambda texts: unit(list(texts), 0)), (0.25, lambda texts: unit(list(texts), 1))],
    )
    vectors = teacher.vectors_of(["a", "x", "z", "a"])
    assert vectors.shape == (4, 8)
    assert torch.allclose(vectors @ vectors.T, (vectors @ vectors.T).T)
    assert torch.allclose((vectors**2).sum(dim=1), torch.ones(4))
    assert torch.equal(vectors[0], vectors[3])
    with pytest.raises(KeyError):
        teacher.vectors_of(["never seen"])


def test_who_has_the_teachers_neighbours_has_nothing_to_learn() -> None:
    config = TrainingConfig(seed=1, temperature=0.05, teacher_temperature=0.05)
    taught = torch.tensor([[0.9, 0.1, 0.0], [0.2, 0.8, 0.3]])
    assert float(distillation_loss(taught, taught, config)) == pytest.approx(0, abs=1e-6)
    assert float(distillation_loss(taught + 0.3, taught, config)) == pytest.approx(
        0, abs=1e-5
    )  # only the order and gaps count
    near, far = taught + torch.tensor([0.0, 0.05, 0.0]), taught.flip(1)
    assert 0 < float(distillation_loss(near, taught, config)) < float(distillation_loss(far, taught, config))


def test_a_sharper_teacher_is_matched_by_wider_gaps() -> None:
    config = TrainingConfig(seed=1, temperature=0.1, teacher_temperature=0.05)
    taught = torch.tensor([[0.5, 0.2, 0.1]])
    assert float(distillation_loss(2 * taught, taught, config)) == pytest.approx(0, abs=1e-6)
    assert float(distillation_loss(taught, taught, config)) > 0.02


def test_texts_that_nobody_linked_come_to_stand_as_the_teacher_has_them() -> None:
    random = np.random.default_rng(5)
    names = [*"abcdefgh", "x", "y", "z"]
    tokens = {name: [1, 5 + index, 6 + index, 2] for index, name in enumerate(names)}
    net = EncoderNet(random.normal(size=(30, 512)).astype(np.float32), small_weights(random))
    teacher = Teacher(names, [(1.0, lambda texts: unit(list(texts), 0))])
    config = TrainingConfig(seed=1, steps=30, batch=8, anchors=2, unlinked=0.9, warmup=1, renew=5)
    free = [*"abcdefgh"]

    def apart() -> float:
        own, wanted = (encode(net, lookup, free), teacher.vectors_of(free).numpy())
        itself = torch.eye(len(free), dtype=torch.bool)
        both = (torch.from_numpy(rows @ rows.T).masked_fill(itself, -10) for rows in (own, wanted))
        return float(distillation_loss(*both, config))

    def lookup(texts: list[str]) -> list[list[int]]:
        return [tokens[text] for text in texts]

    before = apart()
    losses: list[float] = []
    Trainer(net, lookup, [LINKS], teacher, config, free).run(lambda step, loss: losses.append(loss))
    assert len(losses) == 1
    assert apart() < 0.5 * before


def small_weights(random: np.random.Generator) -> dict[str, np.ndarray]:
    """Random weights in the shapes of the real network."""
    with np.load(load_settings().data_path("models") / "encoder.npz", allow_pickle=False) as stored:
        shapes = {name.removeprefix("dense/"): stored[name].shape for name in stored.files if "dense/" in name}
    return {
        name: (random.normal(size=shape) / np.sqrt(shape[0])).astype(np.float32)
        if len(shape) > 1
        else np.full(shape, name.startswith("ln_g"), dtype=np.float32)
        for name, shape in shapes.items()
    }
