"""Real names of firms, and names put together from their parts, for whoever measures how names are compared.

Nothing real is kept here: the folder of public data is named by REAL_DATA_DIR.
"""

import csv
import os
import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from crm.base.names import match_key

# One name written in two ways. Of the rest, `partial` shares a word at most and `rename-or-miskeyed` none.
WRITTEN_TWICE = ("case", "punctuation", "legal-suffix", "subset/extra-words", "typo/truncation")
APART = ("partial", "rename-or-miskeyed")
HARD_NEGATIVE = "hard-negative"
_REGISTERS = {  # file: its column of names
    "gender-pay-gap/gpg_2017-18_yh_ne_em_old_layout.csv": "EmployerName",
    "gender-pay-gap/gpg_2021-22_yh_ne_em.csv": "EmployerName",
    "gender-pay-gap/gpg_2022-23_yh_ne_em.csv": "EmployerName",
    "council-spend/supplier_register_bradford.csv": "supplier_name",
    "council-spend/calderdale_2022-08.csv": "Supplier(Beneficiary) Name",
    "council-spend/leeds_raw_2012-07.csv": "Supplier name ",
    "council-spend/wakefield_2016-Q4.csv": "Supplier Name",
}


@dataclass(frozen=True)
class Pair:
    """Two names and the company numbers they stand for: one and the same unless it is a hard negative."""

    name_a: str
    name_b: str
    number_a: str
    number_b: str
    kind: str


def folder() -> Path | None:
    """The public data, or None when nobody said where it is."""
    named = os.environ.get("REAL_DATA_DIR")
    return Path(named) if named and (Path(named) / "duplicate-pairs").is_dir() else None


def labelled_pairs(data: Path) -> list[Pair]:
    """Pairs of names labelled by official numbers."""
    with (data / "duplicate-pairs" / "company_pairs_dev.csv").open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    numbers = ((row, row["company_number"].split("|")) for row in rows)
    return [Pair(row["name_a"][:200], row["name_b"][:200], n[0], n[-1], row["kind"]) for row, n in numbers]


def real_names(data: Path) -> list[str]:
    """Every name of the registers and of the pairs, in order."""
    names = {name for pair in labelled_pairs(data) for name in (pair.name_a, pair.name_b)}
    for file, column in _REGISTERS.items():
        with (data / file).open(newline="", encoding="cp1252", errors="replace") as lines:
            reader = csv.DictReader(lines)
            column = next(name for name in reader.fieldnames or () if name.endswith(column))  # behind a byte order mark
            names.update((row[column] or "").strip()[:200] for row in reader)
    return sorted(names - {""})


def names_of_parts(names: Iterable[str], *, how_many: int, seed: int) -> list[str]:
    """So many names put together from the parts of `names`: first, middle and last words as often as they occur there,
    in as many words and with the legal forms they have there. None is, but for its legal form, one of `names`.
    """
    rng = random.Random(seed)
    first, middle, last, shapes, known = [], [], [], [], set()
    for name in names:
        known.add(match_key(name))
        words = match_key(name).split()
        if len(words) > 1:
            first.append(words[0])
            middle += words[1:-1]
            last.append(words[-1])
            shapes.append((len(words), _legal_form(name)))
    made: set[str] = set()
    while len(made) < how_many:
        length, form = rng.choice(shapes)
        words = [rng.choice(first), *(rng.choice(middle) for _ in range(length - 2)), rng.choice(last)]
        if match_key(" ".join(words)) not in known:
            made.add(" ".join([*words, form]).strip().title()[:200])
    return sorted(made)


def _legal_form(name: str) -> str:
    last = name.split()[-1]
    return last if last.casefold().strip(".") in ("ltd", "limited", "plc", "llp", "cic") else ""
