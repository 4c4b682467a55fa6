"""Checksums of many rows at once are those of the rows one by one: what was written stays readable."""

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from thalweg.landscape.database import schema
from thalweg.landscape.database.row_layout import layout_of

TABLES = (schema.minima, schema.transition_states, schema.hits, schema.runs, schema.tasks)

OF_TYPE = {
    float: st.floats(allow_nan=False) | st.just(-0.0) | st.integers(-5, 5),
    int: st.integers(-(2**63), 2**63 - 1),
    bool: st.booleans(),
    str: st.text(st.characters(), max_size=5),
    bytes: st.binary(max_size=9),
}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
@settings(max_examples=25)
@given(data=st.data())
def test_many_rows_at_once_have_the_checksums_of_each(table, data):
    layout = layout_of(table)
    columns = [{c.key: c for c in table.c}[key] for key in layout.keys]
    values = [
        OF_TYPE[c.type.python_type] | st.none() if c.nullable else OF_TYPE[c.type.python_type]
        for c in columns
    ]
    rows = data.draw(st.lists(st.tuples(*values), min_size=1, max_size=3))
    at_once = layout.checksums(list(zip(*rows, strict=True)))
    assert at_once == [layout.checksum(row) for row in rows]
