"""A taxonomy that somebody already has: what conversations are sorted into beside the groups."""

from __future__ import annotations

from dataclasses import dataclass

NOWHERE = "fits nowhere"
"""the value of what belongs to no category"""

TAXONOMY, DETAIL = "taxonomy", "taxonomy_detail"
"""names of the facets that it becomes"""


@dataclass(frozen=True, slots=True)
class Category:
    """One category, or one of the subcategories inside it.

    Attributes:
        name: published as a value of the facet.
        description: what belongs here; decides, and is not published.
        examples: texts that belong here; decide, and are not published.
        subcategories: of a category; theirs are empty.
    """

    name: str
    description: str = ""
    examples: tuple[str, ...] = ()
    subcategories: tuple[Category, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """What is compared with conversations: the name with its description, every example."""
        said = f"{self.name}: {self.description}" if self.description else self.name
        return (said, *self.examples)


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Categories in one or two levels.

    Attributes:
        title: what a report calls the facet.
        categories: at least two; names are there once, in both levels together.
    """

    title: str
    categories: tuple[Category, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the categories, in the file's order."""
        return tuple(category.name for category in self.categories)

    @property
    def details(self) -> tuple[tuple[str, str], ...]:
        """Each subcategory with its category, in the file's order."""
        return tuple(
            (inner.name, category.name)
            for category in self.categories
            for inner in category.subcategories
        )
