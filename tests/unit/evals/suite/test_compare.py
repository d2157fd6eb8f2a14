import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from anonymuse.errors import InputError
from anonymuse.evals.suite.compare import compare_with, read_stored
from anonymuse.evals.suite.run import as_json, as_result
from anonymuse.evals.suite.section import Better, Figure, Number, Section


def section(value: float, *, by_seed: tuple[float, ...] = (), better: Better = "higher") -> Section:
    figure = Figure(
        "purity", "purity", Number(value, value - 0.02, value + 0.02), better=better, rows=100,
        by_seed=by_seed,
    )  # fmt: skip
    return Section("parts", "Parts", "About parts.", figures=(figure,))


def stored(tmp_path: Path, *sections: Section) -> Path:
    path = tmp_path / "result.json"
    path.write_text(as_json(as_result(sections, {"date": "2026-01-02", "data": "d"})))
    return path


@pytest.mark.parametrize(
    ("now", "better", "verdict"),
    [
        (0.90, "higher", "better"),
        (0.70, "higher", "worse"),
        (0.70, "lower", "better"),
        (0.81, "higher", "no difference beyond noise"),
    ],
)
def test_a_change_counts_beyond_both_intervals(
    tmp_path: Path, now: float, better: Better, verdict: str
) -> None:
    before = read_stored(stored(tmp_path, section(0.8, better=better)))
    (change,) = compare_with([section(now, better=better)], before, data="d")
    assert change.verdict == verdict
    assert not change.paired
    assert change.change.value == pytest.approx(now - 0.8)


def test_pairs_of_seeds_see_smaller_changes(tmp_path: Path) -> None:
    seeds = (0.79, 0.80, 0.81, 0.78, 0.82)
    before = read_stored(stored(tmp_path, section(0.80, by_seed=seeds)))
    later = tuple(seed + 0.01 + 0.001 * (i % 2) for i, seed in enumerate(seeds))
    (change,) = compare_with([section(0.8104, by_seed=later)], before, data="d")
    assert change.paired
    assert change.verdict == "better"
    (other,) = compare_with([section(0.8104, by_seed=later)], before, data="another file")
    assert not other.paired
    assert other.verdict == "no difference beyond noise"


def test_zero_may_be_best(tmp_path: Path) -> None:
    before = read_stored(stored(tmp_path, section(-0.01, better="zero")))
    (change,) = compare_with([section(-0.2, better="zero")], before, data="d")
    assert change.verdict == "worse"


def test_without_an_interval_nothing_is_better(tmp_path: Path) -> None:
    def bare(value: float) -> Section:
        return Section("parts", "Parts", "", (Figure("purity", "purity", Number(value)),))

    (change,) = compare_with([bare(0.9)], read_stored(stored(tmp_path, bare(0.8))), data="d")
    assert (change.verdict, change.change.low) == ("no interval", None)


def test_figures_that_only_one_has_are_passed_over(tmp_path: Path) -> None:
    before = read_stored(stored(tmp_path, section(0.8)))
    other = Section("others", "Others", "About others.", figures=section(0.9).figures)
    assert compare_with([other], before, data="d") == ()


def test_what_another_judge_said_is_not_compared(tmp_path: Path) -> None:
    said = replace(section(0.8), figures=tuple(replace(f, judge="a") for f in section(0.8).figures))
    before = read_stored(stored(tmp_path, said))
    assert len(compare_with([said], before, data="d")) == 1
    assert compare_with([section(0.8)], before, data="d") == ()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"sections": [{"figures": [{}]}]}', "\x00"])
def test_other_files_are_refused_in_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(text)
    with pytest.raises(InputError, match="no stored evaluation"):
        read_stored(path)
    with pytest.raises(InputError, match="no stored evaluation"):
        read_stored(tmp_path / "missing.json")


def test_what_is_stored_is_what_was_measured(tmp_path: Path) -> None:
    found = json.loads(stored(tmp_path, section(0.8, by_seed=(0.1, 0.2))).read_text())
    assert found["date"] == "2026-01-02"
    assert found["sections"][0]["figures"][0]["ours"] == asdict(
        Number(0.8, 0.78, 0.8200000000000001)
    )
    assert found["sections"][0]["figures"][0]["by_seed"] == [0.1, 0.2]


def test_another_number_of_clusters_is_said() -> None:
    def sized(k: int) -> Section:
        figure = Figure("purity", f"purity, k = {k}", Number(0.8, 0.7, 0.9))
        return Section("parts", "Parts", "About parts.", figures=(figure,))

    stored = json.loads(as_json(as_result([sized(8)], {"data": "d"})))
    (change,) = compare_with([sized(12)], stored, data="d")
    assert change.label == "purity, k = 12 (before: 8)"
    assert change.renamed
    (same,) = compare_with([sized(8)], stored, data="d")
    assert same.label == "purity, k = 8"
    assert not same.renamed
