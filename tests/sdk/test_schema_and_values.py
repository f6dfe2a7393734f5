from __future__ import annotations

from isthmus import Schema, SchemaAndValues


def test_values_of_one_schema_are_a_sequence_of_pairs() -> None:
    batch = SchemaAndValues(Schema.STRING_SCHEMA, ["a", "b", "c"])

    assert len(batch) == 3
    assert list(batch) == [(Schema.STRING_SCHEMA, text) for text in "abc"]
    assert batch[1] == (Schema.STRING_SCHEMA, "b")
    assert list(batch[1:]) == [(Schema.STRING_SCHEMA, "b"), (Schema.STRING_SCHEMA, "c")]
    assert list(SchemaAndValues(None, [])) == []
