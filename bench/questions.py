"""The eight questions that every form of the comparison asks, and what every visitor answers."""

from __future__ import annotations

QUESTIONS: tuple[tuple[str, str, bool, str], ...] = (
    ("organisation", "singleline", True, ""),
    ("title", "singleline", False, ""),
    ("phone", "singleline", False, ""),
    ("food", "dropdown", False, "everything,vegetarian,vegan"),
    ("comments", "multiline", False, ""),
    ("heard", "singleline", False, ""),
)
"""Besides name and e-mail: key, type in the words of Wagtail's form builder, required, choices."""

ANSWERS = {
    "organisation": "Municipality",
    "title": "Consultant",
    "phone": "12 34 56 78",
    "food": "vegetarian",
    "comments": "I look forward to it.",
    "heard": "From a colleague",
}

THRONGS = 3
"""How often 200 come for 50 seats, each time to an event of their own."""
