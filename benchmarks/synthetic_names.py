"""Invented names and descriptions of clusters, also such as are hard to draw."""

from __future__ import annotations

import numpy as np

KINDS = ("plain", "hostile", "rtl", "long")

_VERBS = (
    "Draft", "Explain", "Compare", "Translate", "Debug", "Summarise", "Plan", "Polish", "Check",
    "Design", "Practise", "Outline", "Review", "Convert", "Repair", "Learn",
)  # fmt: skip
_KINDS_OF = (
    "short", "formal", "weekly", "simple", "technical", "everyday", "historical", "playful",
    "seasonal", "public", "first", "shared", "regional", "modern", "careful", "open",
)  # fmt: skip
_THINGS = (
    "letters", "recipes", "spreadsheets", "lesson plans", "poems", "contracts", "travel routes",
    "database queries", "web pages", "exam questions", "speeches", "garden plans", "songs",
    "budgets", "reports", "study notes", "small programs", "machine parts", "maps", "stories",
    "workouts", "posters", "proofs", "interviews", "surveys", "board games", "photographs",
    "house repairs", "bread and cakes", "bicycle tours", "school essays", "chord progressions",
)  # fmt: skip
_FOR = (
    "beginners", "children", "small shops", "a move abroad", "the office", "a club", "teachers",
    "nurses", "a family", "a museum", "farmers", "musicians", "new neighbours", "students",
    "engineers", "a festival",
)  # fmt: skip
_RTL = (
    "المساعدة في كتابة الرسائل الرسمية", "وصفات للمطبخ اليومي", "تعلّم اللغات بالحوار",
    "כתיבת מכתבים רשמיים", "תכנון טיולים למשפחה", "برنامه‌ریزی سفر", "خلاصه کردن متن‌های بلند",
)  # fmt: skip
_HOSTILE = (
    '<script>alert("1")</script>',
    "<img src=x onerror=alert(1)>",
    "</script><svg onload=alert(1)>",
    "=SUM(A1:A9)+cmd|' /C calc'!A0",
    "javascript:alert(1)",
    "{{constructor.constructor('alert(1)')()}}",
    "${7*7} and `backticks` and \\u0000",
    "a\u2028line separator and a \u202ebackward turn",
    "A very" + " very" * 50 + " long name, three hundred characters or so in all of its length",
    "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenpoliturverordnung",
    "القائمة <b>الطويلة</b> rtl and ltr 123",
    "&lt;b&gt; &amp; &quot;entities&quot;",
)


class Namer:
    """Gives one name and description after the other."""

    def __init__(self, kind: str, seed: int) -> None:
        self._kind = kind
        self._rng = np.random.default_rng([seed, 1])
        self._given = 0

    def next(self, level: int) -> tuple[str, str]:
        """Return the name and the description of one more cluster."""
        self._given += 1
        plain = self._plain(level)
        below = f"People asked how to {plain[0].lower()}{plain[1:]}, mostly in a few turns."
        if self._kind == "hostile":
            name = _HOSTILE[self._given % len(_HOSTILE)]
            return name, f"{below} {name}"
        if self._kind == "rtl":
            return f"{_RTL[self._given % len(_RTL)]} {self._given}", _RTL[self._given % 3]
        if self._kind == "long":
            name = plain
            while len(name) < 300:
                name += f", {self._plain(0).lower()}"
            return name[:300], below * 4
        return plain, below

    def _plain(self, level: int) -> str:
        verb, kind, thing, who = (
            words[int(self._rng.integers(len(words)))]
            for words in (_VERBS, _KINDS_OF, _THINGS, _FOR)
        )
        if level > 1:
            return f"{thing[0].upper()}{thing[1:]} for {who}"
        if level == 1:
            return f"{verb} {thing} for {who}"
        return f"{verb} {kind} {thing} for {who}"
