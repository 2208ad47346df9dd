"""Contacts that cannot be reached, on both databases."""

from __future__ import annotations

import pytest

from lsplan_workflow.store import suspects
from tests.store.rows import HOUR, NOW, NOW_UTC, a_notice, put

KEY, WHO = a_notice().key, a_notice().contact


@pytest.fixture
def held(database):
    """A database with a notice that failed, and a function that suspects its recipient."""
    put(database, a_notice())

    def suspect(address="an@x.example", at=NOW):
        with database.writing() as session:
            return suspects.suspect(session, WHO, address=address, key=KEY, at=at)

    database.suspect = suspect
    return database


def look(database):
    with database.reading() as session:
        return [(row.contact, row.since, row.address_hash) for row in suspects.suspects(session)]


def test_the_first_refusal_of_an_address_is_kept_whatever_follows(held):
    assert held.suspect()
    assert not held.suspect("AN@x.example", NOW + HOUR)
    assert look(held) == [(WHO, NOW_UTC, suspects.hash_of("an@x.example"))]


def test_another_address_that_is_refused_takes_its_place(held):
    held.suspect()
    assert held.suspect("binh@x.example", NOW + HOUR)
    assert look(held) == [(WHO, NOW_UTC + HOUR, suspects.hash_of("binh@x.example"))]


def test_whoever_is_trusted_is_suspected_no_more_and_told_apart_from_who_never_was(held):
    held.suspect()
    with held.writing() as session:
        assert suspects.trust(session, WHO)
        assert not suspects.trust(session, WHO)
        assert not suspects.trust(session, "SCT/focal")
    assert look(held) == []


def test_an_address_that_is_forgotten_leaves_no_hash(held):
    held.suspect()
    with held.writing() as session:
        suspects.forget_addresses(session, ["other@x.example"])
    assert len(look(held)) == 1
    with held.writing() as session:
        suspects.forget_addresses(session, ["An@x.example"])
    assert look(held) == []


def test_no_address_is_kept(held):
    held.suspect()
    assert "an@x.example" not in str(look(held))
