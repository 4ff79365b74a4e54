"""Tokens: 18 characters that prove themselves without a database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.pay.rules import token


class Ring:
    """A key ring with one secret."""

    def __init__(self, secret: str = "a") -> None:
        self.secret = secret

    def key(self, purpose: str) -> bytes:
        return f"{self.secret}/{purpose}".encode().ljust(32, b".")


handles = st.integers(0, 32**5 - 1).map(lambda n: "001" + token.encode(n, 5))
versions = st.integers(0, 31)


@given(handles, versions)
def test_a_token_says_its_handle_and_version(handle: str, version: int) -> None:
    made = token.make(Ring(), version, handle)
    assert len(made) == 18
    assert token.read(Ring(), made) == token.Handle(version, handle)


@given(handles)
def test_the_same_handle_gives_the_same_token_again(handle: str) -> None:
    assert token.make(Ring(), 1, handle) == token.make(Ring(), 1, handle)


@given(handles, st.integers(0, 17), st.sampled_from(token.ALPHABET))
def test_one_wrong_character_is_always_found(handle: str, place: int, sign: str) -> None:
    made = token.make(Ring(), 1, handle)
    typo = made[:place] + sign + made[place + 1:]
    assert (token.read(Ring(), typo) is None) == (typo != made)


@given(st.text(max_size=60))
def test_garbage_is_refused(text: str) -> None:
    assert token.read(Ring(), text) is None


@given(handles)
def test_a_token_of_another_key_is_refused(handle: str) -> None:
    assert token.read(Ring("b"), token.make(Ring("a"), 1, handle)) is None


@given(handles)
def test_each_version_has_a_key_of_its_own(handle: str) -> None:
    assert token.tag(Ring(), 1, handle) != token.tag(Ring(), 2, handle)


@pytest.mark.parametrize("typed", ["{0}", " {0} ", "{1}", "{2}", "{3}"])
def test_a_person_may_type_it_in_groups_small_and_with_look_alikes(typed: str) -> None:
    made = next(t for n in range(99) if "0" in (t := token.make(Ring(), 1, "001" + token.encode(n, 5)))[9:])
    forms = (made, made.lower(), token.groups(made), made.replace("0", "O").replace("1", "l"))
    assert token.read(Ring(), typed.format(*forms)) is not None


def test_a_handle_begins_with_the_communitys_number() -> None:
    assert token.new_handle("00Z").startswith("00Z")
    assert len(token.new_handle("001")) == 8


def test_groups_hold_all_characters_four_or_five_at_a_time() -> None:
    made = token.make(Ring(), 1, "00100000")
    assert token.groups(made).replace(" ", "") == made
    assert {len(group) for group in token.groups(made).split()} <= {4, 5}


def test_a_prefix_is_eight_bytes_and_does_not_hold_the_token() -> None:
    made = token.make(Ring(), 1, "00100000")
    assert len(bytes.fromhex(token.prefix(made))) == 8
    assert made not in token.prefix(made)


def test_a_match_code_has_four_digits() -> None:
    assert all(len(m) == 4 and m.isdecimal() for m in (token.new_match() for _ in range(50)))
