"""Which encoding an old file has: western accents are not taken for those of other languages."""

from __future__ import annotations

import io

import pytest

from nashcore.data import read_csv


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1252", ["Fräulein", "Señor"]),
        ("cp1252", ["Zürich", "Genève", "Köln"]),
        ("cp1252", ["José", "María", "Peña", "Íñigo", "Núñez"]),
        ("cp1252", ["Été", "Noël", "François", "Hélène", "œuvre", "à", "où"]),
        ("cp1252", ["São Paulo", "Conceição", "João", "ações"]),
        ("cp1252", ["Åse", "Øyvind", "Bjørn", "Ærø", "Malmö"]),
        ("cp1250", ["muž", "žena"]),
        ("cp1250", ["mężczyzna", "kobieta", "Świnoujście", "Częstochowa"]),
        ("cp1250", ["Plzeň", "Děčín", "Třebíč", "Náchod", "Příbram", "Hořice"]),
        ("cp1250", ["Győr", "Székesfehérvár", "nő", "férfi"]),
        ("cp1251", ["Москва", "Казань", "Тверь", "Омск", "Пермь"]),
        ("cp932", ["男性", "女性"]),
        ("cp1253", ["άνδρας", "γυναίκα"]),
    ],
)
def test_the_words_come_back(encoding: str, words: list[str]) -> None:
    rows = [f"{words[place % len(words)]},{place % 50}\n" for place in range(300)]
    table = read_csv(io.BytesIO(("name,age\n" + "".join(rows)).encode(encoding)), name="people.csv")
    assert table.frame["name"].tolist()[: len(words)] == words
    assert "check that accents look right" in table.notices[0]
