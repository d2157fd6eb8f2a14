"""Hand-made samples of every format, and what has to become of each."""

from tests.formats.sample import Sample

SAMPLES: list[Sample] = []
"""a row of the table of formats each; the page `docs/formats.md` shows it"""
