"""Weights of the coordination score from worlds whose truth is known.

Of a cluster with a campaign the group that is mostly campaign counts, of any other cluster the
group that scores highest: what a reader of the product would be shown. As weights change, so does
who scores highest; a few rounds settle it. A signal can only speak in the direction that it was
made for: a heavy user never for a campaign.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from anonymuse.evals.coordination.cases import Case, Floats
from anonymuse.stages.coordinate import FEWEST, shipped_weights
from anonymuse.stats.weighed import Weights

AGAINST = ("one_organisation", "one_account")
"""signals that can only speak against a campaign"""
PRIOR = 0.02
"""share of clusters with a campaign for which scores are calibrated"""
LEFT_OUT = "homework"
"""the hard case has no part in fitting: a shared task and a template are the same thing"""
_ROUNDS, _STEPS, _RATE, _SHRINK = 8, 4000, 0.05, 0.0002


def fit(cases: Sequence[Case]) -> Weights:
    """Fit weights on cases, from the shipped ones on; bounds of signals stay as they are."""
    weights = shipped_weights()
    for _ in range(_ROUNDS):
        rows, truth = _examples(cases, weights)
        weights = _fitted(weights, rows, truth)
    share = float(truth.mean())
    shift = np.log(PRIOR / (1 - PRIOR)) - np.log(share / (1 - share))
    return replace(weights, bias=round(weights.bias + float(shift), 3))


def _examples(cases: Sequence[Case], weights: Weights) -> tuple[Floats, Floats]:
    found = [one for case in cases for one in _of(case, weights)]
    rows = np.stack([row for row, _ in found])
    return weights.bounded(rows), np.array([float(truth) for _, truth in found])


def _of(case: Case, weights: Weights) -> Iterator[tuple[Floats, bool]]:
    scores = weights.score(weights.points(case.excess))
    _, best = case.best(weights)
    campaign = case.overlap[:, case.campaigns]
    touched, shared = case.touched(), case.of_kind(LEFT_OUT)
    for place, leaf in enumerate(case.leaves):
        if best[place] < 0 or shared[place]:
            continue
        if not touched[place]:
            yield case.excess[best[place]], False
            continue
        own = np.flatnonzero(case.leaf == leaf)
        most = campaign[own].max(axis=1)
        good = own[(most >= FEWEST) & (2 * most >= case.sizes[own])]
        if len(good):
            yield case.excess[good[scores[good].argmax()]], True


def _fitted(weights: Weights, rows: Floats, truth: Floats) -> Weights:
    """Return a logistic regression whose signs are given (projected gradient, Adam's steps)."""
    sign = np.array([-1.0 if name in AGAINST else 1.0 for name in weights.weight])
    scale = np.maximum(np.array([weights.most[name] for name in weights.weight]), 1e-9)
    x = np.concatenate([rows / scale, np.ones((len(rows), 1))], axis=1)
    signs = np.append(sign, 0.0)
    w, mean, square = np.append(sign * 0.5, -3.0), np.zeros(x.shape[1]), np.zeros(x.shape[1])
    shrink = np.append(np.full(len(sign), _SHRINK), 0.0)
    for step in range(1, _STEPS + 1):
        off = 1.0 / (1.0 + np.exp(-(x @ w))) - truth
        gradient = x.T @ off / len(x) + shrink * w
        mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
        w = w - _RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
        w = np.where(signs * w < 0.0, 0.0, w)
    own = {name: round(float(v), 4) for name, v in zip(weights.weight, w[:-1] / scale, strict=True)}
    return replace(weights, bias=round(float(w[-1]), 4), weight=own)


def as_toml(weights: Weights) -> str:
    """Return weights as the file that the product reads."""
    about = [f'{key} = "{value}"' for key, value in weights.about.items()]
    signals = [
        f"{name} = {{ weight = {weight:g}, most = {weights.most[name]:g} }}"
        for name, weight in weights.weight.items()
    ]
    parts = [f"bias = {weights.bias:g}", "", "[about]", *about, "", "[signals]", *signals, ""]
    return "\n".join(parts)
