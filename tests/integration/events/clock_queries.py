"""What depends on the database in a number of queries.

Asking for the time is a question to PostgreSQL, and nothing on SQLite. Counting seats is two
questions; PostgreSQL is asked them at once, and for the time with them.
"""

ASKING_THE_SERVER_FOR_THE_TIME = {"postgresql": 1, "sqlite": 0}
COUNTING_SEATS = {"postgresql": 1, "sqlite": 2}
