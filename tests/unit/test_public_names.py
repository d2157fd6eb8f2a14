"""What `import anonymuse` offers is pinned: a new name is a decision."""

import anonymuse as am

NAMES = {
    "AnonymuseError", "Cell", "Cluster", "FacetRecord", "Outcome", "Plan", "Receipt",
    "ReleasePolicy", "Report", "ReportView", "RunConfig", "SafeCell", "SafeTable", "Withheld",
    "__version__", "arun", "doctor", "edit", "facet", "open_report", "plan", "run", "safe_table",
    "settings", "show_progress", "watch", "Comparison", "assign", "compare",
}  # fmt: skip


def test_the_public_names_are_these() -> None:
    assert set(am.__all__) == NAMES
    assert dir(am) == sorted(NAMES)


def test_they_are_functions_and_values_not_modules() -> None:
    kinds = {type(getattr(am, name)).__name__ for name in NAMES}
    assert "module" not in kinds
