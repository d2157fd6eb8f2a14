"""The shared world of the tests: 180 small conversations in three languages with known topics."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

TOPICS: dict[str, dict[str, tuple[str, str]]] = {
    "cooking": {
        "en": ("How do I bake bread with {x} flour in a small oven", "Mix flour, water and salt"),
        "es": ("Cómo hago pan con harina de {x} en un horno pequeño", "Mezcla harina, agua y sal"),
        "de": ("Wie backe ich Brot mit {x} Mehl in einem kleinen Ofen", "Mische Mehl und Wasser"),
    },
    "code": {
        "en": ("My Python function fails with a {x} error, please fix the code", "The loop is off"),
        "es": ("Mi función de Python falla con un error {x}, corrige el código", "El bucle falla"),
        "de": ("Meine Python Funktion bricht mit {x} Fehler ab, repariere sie", "Die Schleife ist"),
    },
    "travel": {
        "en": ("Plan a weekend trip by train with {x} stops and cheap hotels", "Start on Friday"),
        "es": ("Planea un viaje de fin de semana en tren con {x} paradas", "Empieza el viernes"),
        "de": ("Plane eine Wochenendreise mit dem Zug und {x} Stationen", "Fahre am Freitag los"),
    },
    "letters": {
        "en": ("Write a polite {x} email to my manager about a late project", "Dear manager"),
        "es": ("Escribe un correo {x} y amable a mi jefe sobre un proyecto", "Estimado jefe"),
        "de": ("Schreibe eine höfliche {x} E-Mail an meinen Chef zum Projekt", "Sehr geehrter"),
    },
    "maths": {
        "en": ("Explain how to solve a {x} equation step by step for homework", "Move the terms"),
        "es": ("Explica cómo resolver una ecuación {x} paso a paso", "Mueve los términos"),
        "de": ("Erkläre Schritt für Schritt, wie man eine {x} Gleichung löst", "Bringe alles auf"),
    },
    "garden": {
        "en": (
            "When should I plant {x} tomatoes and how much water do they need",
            "After the frost",
        ),
        "es": ("Cuándo debo plantar tomates {x} y cuánta agua necesitan", "Después del frío"),
        "de": ("Wann soll ich {x} Tomaten pflanzen und wie viel Wasser brauchen sie", "Nach Frost"),
    },
}
FILLERS = (
    "simple", "double", "second", "extra", "early", "common", "single", "normal", "large", "plain",
)  # fmt: skip
START = datetime(2026, 3, 2, tzinfo=UTC)


def people(*, each: int = 10, users: int = 60) -> list[dict[str, Any]]:
    """Return rows in OpenAI-style messages form with user, organisation and time."""
    rows: list[dict[str, Any]] = []
    for topic, languages in TOPICS.items():
        for language, (question, answer) in languages.items():
            for i in range(each):
                number = len(rows)
                text = question.format(x=FILLERS[i % len(FILLERS)])
                rows.append(
                    {
                        "id": f"c{number:04d}",
                        "user": f"user-{number * 7 % users}",
                        "organisation": f"org-{number % 5}",
                        "timestamp": (START + timedelta(hours=5 * number)).isoformat(),
                        "topic": topic,
                        "lang": language,
                        "messages": [
                            {"role": "user", "content": text + ("?" * (i // len(FILLERS)))},
                            {"role": "assistant", "content": f"{answer}. ({i})"},
                        ],
                    }
                )
    return rows


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    """Write rows as JSONL, without their truth."""
    lines = [
        json.dumps({k: v for k, v in row.items() if k not in {"topic", "lang"}}, ensure_ascii=False)
        for row in rows
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
