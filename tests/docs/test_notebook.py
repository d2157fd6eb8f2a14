"""The example notebook runs as it is stored, in a real kernel; an interrupt leaves it resumable."""

from __future__ import annotations

import json
import os
import time
import warnings
from pathlib import Path
from typing import Any

import pytest

from anonymuse.web import built
from tests.docs.tree import ROOT

NOTEBOOK = ROOT / "examples" / "first_report.ipynb"

pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")


@pytest.fixture(autouse=True)
def _a_home_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    # A kernel is another process: it takes the tests' thread caps from the environment.
    assert os.environ["OMP_NUM_THREADS"] == "1"


def execute(notebook: Any, folder: Path) -> None:
    import nbclient

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of the messaging libraries are not ours to mend
        nbclient.NotebookClient(
            notebook, timeout=60, resources={"metadata": {"path": str(folder)}}
        ).execute()


def printed(cell: Any) -> str:
    found = []
    for output in cell.outputs:
        assert output.output_type != "error"
        data = output.get("data", {})
        found.append(output.get("text", "") + data.get("text/html", data.get("text/plain", "")))
    return "".join(found)


def test_the_notebook_is_stored_without_outputs() -> None:
    stored = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    code = [cell for cell in stored["cells"] if cell["cell_type"] == "code"]
    assert code
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    ids = [cell["id"] for cell in stored["cells"]]
    assert len(set(ids)) == len(ids)


def test_the_notebook_runs(tmp_path: Path) -> None:
    import nbformat

    # the kernel is a process of its own: the interface that stands in elsewhere is not there
    if not (ROOT / "src" / "anonymuse" / "web" / "static" / "index.html").is_file():
        pytest.skip(built.MISSING)

    notebook = nbformat.read(NOTEBOOK, as_version=4)
    started = time.monotonic()
    execute(notebook, tmp_path)
    assert time.monotonic() - started < 60
    shown = [printed(cell) for cell in notebook.cells if cell.cell_type == "code"]
    assert "600 conversations" in shown[1]
    assert "Releasing" in shown[2]
    assert "<details>" in shown[2]
    assert "((), True)" in shown[3]
    assert " MB" in shown[4]
    assert "anonymuse-data" in shown[4]
    assert "95 % interval" in shown[5]
    assert "not shown" in shown[7]
    assert "note:" in shown[10]
    assert (tmp_path / "first-report" / "run" / "export" / "report.html").is_file()


RUN = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
import anonymuse as am
from tests import town

data = town.write(Path("town.jsonl"), town.people())

def tell(event):
    print(event, flush=True)
    if type(event).__name__ == "StageStarted" and event.stage == {stage!r}:
        import os, signal, threading
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

report = am.run(data, "out", policy="demo", chat="none", embed="hashing", emit=tell)
print(report.ran)
"""


@pytest.mark.slow
def test_an_interrupted_cell_leaves_a_folder_that_goes_on(tmp_path: Path) -> None:
    import nbformat
    from nbclient.exceptions import CellExecutionError

    def cell(stage: str) -> Any:
        source = RUN.format(root=str(ROOT), stage=stage)
        return nbformat.v4.new_code_cell(source)

    first = nbformat.v4.new_notebook(cells=[cell("cluster")])
    with pytest.raises(CellExecutionError, match="KeyboardInterrupt"):
        execute(first, tmp_path)
    second = nbformat.v4.new_notebook(cells=[cell("no such stage")])
    execute(second, tmp_path)
    told = printed(second.cells[0])
    assert "StageReused(stage='embed')" in told
    assert "StageStarted(stage='release')" in told
