"""Numbers and hashes of the ledger: what they cover is fixed for good, however they are made."""

from __future__ import annotations

import hashlib
import json

from hypothesis import given
from hypothesis import strategies as st

from server.ledger.rules.numbers import FACTS, chain_hash, entry_hash, payload_hash

TEXT = st.text(max_size=12)
CELLS = st.one_of(st.none(), st.integers(-(10**13), 10**13), TEXT)


@given(TEXT, st.integers(0, 10**13), TEXT, st.lists(TEXT, max_size=4))
def test_a_payload_is_hashed_as_the_json_it_is(home: str, fen: int, day: str, bills: list[str]) -> None:
    said = json.dumps([home, fen, day, bills]).encode()
    assert payload_hash(home, fen, day, bills) == hashlib.sha256(said).hexdigest()


@given(st.lists(st.tuples(*[CELLS] * 5), max_size=4), st.data())
def test_rows_of_the_database_and_bare_values_give_one_hash(
    lines: list[tuple[object, ...]], data: st.DataObject
) -> None:
    facts = []
    for table in ("allocation", "bill"):
        ids = data.draw(st.lists(TEXT, max_size=3, unique=True))
        facts.append((table, [(id_, *data.draw(st.tuples(*[CELLS] * (len(FACTS[table]) - 1)))) for id_ in ids]))
    rows = [(table, [dict(zip(FACTS[table], values, strict=True)) for values in mine]) for table, mine in facts]
    head = (1, "2026-11-20", "bill", None, 7, "2026-11-20T00:00:00Z", "")
    assert entry_hash("C1", None, head, lines, rows) == chain_hash("C1", None, head, lines, reversed(facts))


def test_the_hash_of_a_known_entry_stays_what_it_was() -> None:
    head = (1, "2026-11-20", "bill", None, 7, "2026-11-20T00:00:00Z", "")
    lines = [("1122", 100, "h", "b00000001", None), ("6051", -100, None, None, None)]
    text = "\x1f".join(("1", "2026-11-20", "bill", "None", "7", "2026-11-20T00:00:00Z", ""))
    said = "\x1e".join("\x1f".join(map(str, line)) for line in lines)
    wanted = hashlib.sha256(f"koumen journal C1{text}{said}".encode()).hexdigest()
    assert chain_hash("C1", None, head, lines, []) == wanted
