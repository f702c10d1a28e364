"""Compare the product with a stock form page and a plain form: ``python -m bench.run``.

See README.md for what is measured.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from .load import AT_ONCE, Target, throng
from .questions import THRONGS
from .sites import PRODUCT, STOCK, TUNED, postgres, served

NAMES = (PRODUCT.name, STOCK.name, TUNED.name)
CONTENDERS, CONTENDERS_AT_ONCE = 200, 32
YOUNG = 4.0
"""Seconds a page must have been open, or the product takes the sender for a machine."""


def measure(folder: Path, database: dict[str, str], *, rounds: int, posts: int) -> None:
    """Serve both sites and print what came out."""
    with (
        served(PRODUCT, folder / "product", database["product"]) as product,
        served(STOCK, folder / "stock", database["stock"]) as stock,
        served(TUNED, folder / "tuned", database["tuned"]) as tuned,
    ):
        targets = [
            Target("product", product, "/open/", 303),
            Target("stock", stock, "/form/", 200),
            Target("tuned", tuned, "/form/", 200),
            Target("limit", tuned, "/plain/", 302),
        ]
        fifties = [Target("product", product, f"/fifty-{n}/", 303) for n in range(THRONGS)]
        for target in (*targets, *fifties):
            target.open()
        time.sleep(YOUNG)
        for target in targets:
            throng(target, 4 * AT_ONCE, follows=True)  # warm
        for title, follows in (("POST", False), ("POST and the page after it", True)):
            rates: dict[str, list[float]] = defaultdict(list)
            for _round in range(rounds):
                for target in targets:
                    rates[target.name].append(throng(target, posts, follows=follows))
            _print(title, rates)
        rates = defaultdict(list)
        for fifty in fifties:
            for target in (fifty, *targets[1:]):
                rate = throng(target, CONTENDERS, follows=False, at_once=CONTENDERS_AT_ONCE)
                rates[target.name].append(rate)
        _print(f"{CONTENDERS} contenders for 50 seats, POST", rates)
        turned_away = sum(target.turned_away for target in (*targets, *fifties))
        print(f"  told to try again in a moment: {turned_away} times")


def _print(title: str, rates: dict[str, list[float]]) -> None:
    middle = {name: statistics.median(found) for name, found in rates.items()}
    print(f"  {title}")
    for name, found in rates.items():
        all_of_them = " ".join(f"{rate:.1f}" for rate in found)
        print(f"    {name:8} {middle[name]:7.1f}/s   ({all_of_them})")
    ratios = [f"product/{name} {middle['product'] / middle[name]:.2f}" for name in middle]
    print("    " + "   ".join(ratios[1:]))


def main() -> None:
    """Compare on the databases that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgres"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--posts", type=int, default=200)
    options = parser.parse_args()
    for name in options.databases:
        print(name)
        with tempfile.TemporaryDirectory(prefix="bench-") as path, contextlib.ExitStack() as stack:
            folder = Path(path)
            if name == "postgres":
                server = stack.enter_context(postgres(folder))
                database = {kind: f"{server}/{kind}" for kind in NAMES}
            else:
                database = {k: f"sqlite:///{folder}/{k}.sqlite3" for k in NAMES}
            measure(folder, database, rounds=options.rounds, posts=options.posts)


if __name__ == "__main__":
    main()
