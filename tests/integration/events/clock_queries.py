"""What asking for the time costs: a question to PostgreSQL, and nothing on SQLite."""

ASKING_THE_SERVER_FOR_THE_TIME = {"postgresql": 1, "sqlite": 0}
