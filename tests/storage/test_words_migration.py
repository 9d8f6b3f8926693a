"""What was indexed with PostgreSQL's own words is found by the product's after the change."""

from __future__ import annotations

import pytest
from sqlalchemy import make_url, text

from contactcenter.storage import migrations
from contactcenter.storage.database import create_engine
from contactcenter.storage.search import words_of

pytestmark = [pytest.mark.usefixtures("real_migrations"), pytest.mark.e2e]

SAID = "t-000002 zoe@shop.example.com foo_bar-baz -42 3.14 it's a\\b straße 日本 http://example.org/a/b?c=1"


async def test_words_are_cut_anew(postgres_url: str) -> None:
    engine = create_engine(make_url(postgres_url))
    try:
        await migrations.upgrade(postgres_url, "0030")
        async with engine.begin() as connection:
            old = "INSERT INTO ticket_search VALUES (:key, to_tsvector('simple', :said))"
            await connection.execute(text(old), [{"key": 7, "said": SAID}, {"key": 8, "said": ""}])
        await migrations.upgrade(postgres_url)
        async with engine.connect() as connection:
            query = text("SELECT serial, tsvector_to_array(document) FROM ticket_search")
            found = {row[0]: set(row[1]) for row in await connection.execute(query)}
            indexes = text("SELECT indexname FROM pg_indexes WHERE tablename = 'ticket_search'")
            assert set(await connection.scalars(indexes)) == {"ticket_search_pkey", "ix_ticket_search_document"}
    finally:
        await engine.dispose()
    # What its parser left out of an address is not there to be found.
    assert found[7] >= {*words_of(SAID, None)} - {"http"}
    assert all(word.isalnum() for word in found[7])
    assert found[8] == set()
