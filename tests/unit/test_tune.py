"""``align tune``: labels in, a profile out."""

import re
from pathlib import Path

import msgspec
import numpy as np
import pytest

from alignment.errors import InputError, NotFoundError, SettingsError
from alignment.matching.profile import FORMAT, Profile, Shift, apply_profile, load_profile, profile_path
from alignment.matching.texts import Side
from alignment.matching.verdict import load_model
from alignment.model import Kind, Thresholds
from alignment.settings import Settings
from alignment.tuning.gold import Pair, read_pairs
from alignment.tuning.tune import Aim, checked, fitted, levels, tune

SHIPPED = Thresholds(covered=0.8, partial=0.4)


def labelled(count: int, *, shift: float = 0.0, seed: int = 0) -> tuple[list[Pair], np.ndarray]:
    """Pairs of ``count`` requirements whose log-odds tell the label, moved by ``shift``."""
    random = np.random.default_rng(seed)
    pairs, odds = [], []
    for number in range(count):
        for label, centre in (("covered", (3.0, 5.0)), ("partial", (-3.0, 3.0)), ("none", (-5.0, -3.0))):
            pairs.append(
                Pair(
                    group=f"g{number}",
                    requirement_id=f"r{number}",
                    requirement=Side(text=f"requirement {number}", kind=Kind.SKILL, context="f"),
                    statement=Side(text=f"{label} {number}", kind=Kind.SKILL, context="d"),
                    label=label,
                )
            )
            odds.append(np.asarray(centre) + random.normal(scale=1.5, size=2) + shift)
    return pairs, np.stack(odds)


def test_a_shifted_model_is_shifted_back() -> None:
    pairs, odds = labelled(100, shift=4.0)
    tuned = tune(pairs, odds, SHIPPED, Aim())
    assert tuned.after["agreement"].value > tuned.before["agreement"].value + 0.1
    assert tuned.better > tuned.worse
    assert tuned.p_value < 0.01
    assert tuned.after["agreement"].low <= tuned.after["agreement"].value <= tuned.after["agreement"].high
    assert tuned.fit.covers.offset < -1


def test_few_labels_move_the_model_less_than_many() -> None:
    few, many = labelled(10, shift=3.0), labelled(200, shift=3.0)
    near = fitted(few[1], levels(few[0]), SHIPPED, Aim())
    far = fitted(many[1], levels(many[0]), SHIPPED, Aim())
    assert abs(near.covers.offset) < abs(far.covers.offset)


def test_thirty_labels_say_how_unsure_they_are() -> None:
    thirty, many = (tune(*labelled(count), SHIPPED, Aim()) for count in (10, 200))
    width = [item.after["macro-F1"].high - item.after["macro-F1"].low for item in (thirty, many)]
    assert width[0] > 2 * width[1]


def test_the_wanted_precision_is_kept_where_it_can_be() -> None:
    pairs, odds = labelled(150)
    loose, strict = (tune(pairs, odds, SHIPPED, Aim(kind="precision", precision=value)) for value in (0.6, 0.97))
    assert strict.fit.thresholds.covered > loose.fit.thresholds.covered
    assert strict.after["precision covered"].value >= 0.93


def test_labels_of_one_requirement_stay_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every fold's training part is free of the requirements that it is measured on."""
    from alignment.tuning import tune as module

    seen: list[tuple[set[str], set[str]]] = []
    original = module.GroupKFold

    class Spy(original):  # type: ignore[misc, valid-type]
        def split(self, x, y, groups):  # type: ignore[no-untyped-def]
            for train, test in super().split(x, y, groups):
                seen.append((set(groups[train]), set(groups[test])))
                yield train, test

    monkeypatch.setattr(module, "GroupKFold", Spy)
    tune(*labelled(20), SHIPPED, Aim())
    assert len(seen) == 5
    assert all(not train & test for train, test in seen)


def test_labels_that_cannot_be_used_are_refused_with_counts() -> None:
    pairs, _ = labelled(20)
    assert len(checked([*pairs, pairs[0]], "f")) == 60
    against = msgspec.structs.replace(pairs[0], label="none")
    with pytest.raises(InputError, match="1 pairs have two different labels"):
        checked([*pairs, against], "f")
    with pytest.raises(InputError, match="9 labels are too few"):
        checked(pairs[:9], "f")
    with pytest.raises(InputError, match="nothing to tell apart"):
        checked([pair for pair in labelled(40)[0] if pair.label == "covered"], "f")
    own = [pair for pair in labelled(40)[0] if pair.label != "none"]
    told = ", ".join(f"{label} {sum(pair.label == label for pair in own)}" for label in ("covered", "partial", "none"))
    with pytest.raises(InputError, match=re.escape(f"nothing to tell apart ({told})")):
        checked(own, "f")


def test_a_corrected_report_is_read_as_labels(tmp_path: Path) -> None:
    head = "program,standard,general_function,function,function_name,kind,requirement,verdict,discipline,statement\n"
    path = tmp_path / "r.csv"
    path.write_text(head + "p,06.005,A,A/01.5,Ремонт,skill,Ремонтировать,покрыто,Пайка,уметь ремонтировать\n")
    (pair,) = read_pairs(path)
    assert (pair.label, pair.requirement.context, pair.statement.text) == ("covered", "06.005: Ремонт", "ремонтировать")
    path.write_text(head + "p,06.005,A,A/01.5,Ремонт,skill,Ремонтировать,может быть,Пайка,уметь\n")
    with pytest.raises(InputError, match="line 2"):
        read_pairs(path)


def profile(**changes: object) -> Profile:
    fields: dict[str, object] = {
        "format": FORMAT,
        "name": "mine",
        "revision": 2,
        "engine": "default",
        "engine_version": "1",
        "verdict": "4",
        "created": "",
        "aim": "f1",
        "labels": {},
        "covers": Shift(slope=2.0, offset=-1.0),
        "touches": Shift(slope=1.0, offset=0.5),
        "covered": 0.7,
        "partial": 0.3,
    }
    return Profile(**{**fields, **changes})  # type: ignore[arg-type]


def test_a_profile_recalibrates_the_model(settings: Settings) -> None:
    model = load_model(settings.data_path("models"))
    features = np.random.default_rng(0).random((5, len(model.features)), dtype=np.float32)
    applied, warning = apply_profile(profile(), model, "default", "1")
    before, after = model.log_odds(features), applied.log_odds(features)
    assert after[:, 0] == pytest.approx(2 * before[:, 0] - 1)
    assert after[:, 1] == pytest.approx(before[:, 1] + 0.5)
    assert (applied.covered, applied.version) == (0.7, f"{model.version}+mine.2")
    assert not warning or "other weights" in str(warning)


def test_a_profile_of_another_engine_or_version(settings: Settings) -> None:
    model = load_model(settings.data_path("models"))
    with pytest.raises(
        SettingsError, match="made for the engine adapted, not default. Tune again: align tune --engine default"
    ):
        apply_profile(profile(engine="adapted"), model, "default", "1")
    assert "other weights" in str(apply_profile(profile(verdict="0"), model, "default", "1")[1])


def test_profiles_are_found_by_name_or_path(tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_bytes(msgspec.json.encode(profile()))
    assert load_profile("mine", tmp_path) == load_profile(str(tmp_path / "mine.json"), Path("elsewhere")) == profile()
    with pytest.raises(NotFoundError, match="Choose one:\n  --profile mine"):
        load_profile("yours", tmp_path)
    with pytest.raises(SettingsError, match="no name"):
        profile_path("../x", tmp_path)
    (tmp_path / "bad.json").write_text("{")
    with pytest.raises(SettingsError, match="no profile"):
        load_profile("bad", tmp_path)
    (tmp_path / "old.json").write_bytes(msgspec.json.encode(profile(format=99)))
    with pytest.raises(SettingsError, match="another version"):
        load_profile("old", tmp_path)
