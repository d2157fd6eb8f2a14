from pathlib import Path

import numpy as np

from anonymuse.pipeline.steps import drawn
from anonymuse.vectors.draws import Draw


def test_draws_are_read_as_they_were_written(tmp_path: Path) -> None:
    grains = (np.array([0, 1, 2, 1], np.int32), np.array([1, 0, 0, 1], np.int32))
    draws = [
        Draw(np.arange(4) + i, own, np.full((int(own.max()) + 1, 3), i, np.float32))
        for i, own in enumerate(grains)
    ]
    drawn.write(tmp_path, draws)
    for one, again in zip(draws, drawn.read(tmp_path), strict=True):
        assert np.array_equal(one.rows, again.rows)
        assert np.array_equal(one.grains, again.grains)
        assert np.array_equal(one.points, again.points)


def test_where_nothing_was_drawn_nothing_is_read(tmp_path: Path) -> None:
    drawn.write(tmp_path, ())
    assert list(tmp_path.iterdir()) == []
    assert drawn.read(tmp_path) == []
