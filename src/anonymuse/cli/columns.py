"""The options that say which column holds what, and what they mean to a reader."""

from __future__ import annotations

from typing import Annotated

import typer

from anonymuse.ports.reader import ColumnMapping

PANEL = "Input"

Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        help="messages, sharegpt, parquet, csv or rows; left out: looked at.",
        rich_help_panel=PANEL,
    ),
]
IdColumn = Annotated[
    str | None,
    typer.Option("--id-column", help="Column of the conversation id.", rich_help_panel=PANEL),
]
MessagesColumn = Annotated[
    str | None,
    typer.Option(
        "--messages-column", help="Column of the list of messages.", rich_help_panel=PANEL
    ),
]
TextColumn = Annotated[
    str | None,
    typer.Option(
        "--text-column",
        help="Column of the user's text, or of a message's with --role-column.",
        rich_help_panel=PANEL,
    ),
]
RoleColumn = Annotated[
    str | None,
    typer.Option(
        "--role-column", help="Column of the role, one row per message.", rich_help_panel=PANEL
    ),
]
UserColumn = Annotated[
    str | None, typer.Option("--user-column", help="Column of the user.", rich_help_panel=PANEL)
]
OrgColumn = Annotated[
    str | None,
    typer.Option("--org-column", help="Column of the organisation.", rich_help_panel=PANEL),
]
TimeColumn = Annotated[
    str | None, typer.Option("--time-column", help="Column of the time.", rich_help_panel=PANEL)
]


def column_mapping(
    *,
    id_column: str | None = None,
    messages_column: str | None = None,
    text_column: str | None = None,
    role_column: str | None = None,
    user_column: str | None = None,
    org_column: str | None = None,
    time_column: str | None = None,
) -> ColumnMapping:
    """Return what the options say; a column ``a.b`` reaches into nested columns."""
    return ColumnMapping(
        id=id_column,
        messages=messages_column,
        text=text_column,
        role=role_column,
        user=user_column,
        organisation=org_column,
        time=time_column,
    )
