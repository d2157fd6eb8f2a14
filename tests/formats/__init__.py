"""Hand-made samples of every format, and what has to become of each."""

from tests.formats import basics, chat_datasets, chatgpt, claude, langfuse, request_logs, spans
from tests.formats.sample import Sample

SAMPLES: list[Sample] = [
    *basics.SAMPLES,
    *chatgpt.SAMPLES,
    *claude.SAMPLES,
    *chat_datasets.SAMPLES,
    *spans.SAMPLES,
    *langfuse.SAMPLES,
    *request_logs.SAMPLES,
]
"""a row of the table of formats each; the page `docs/formats.md` shows it"""
