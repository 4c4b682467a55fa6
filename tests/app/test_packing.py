"""The binary format: what goes in comes out, and what is something else is refused."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from thalweg.app.packing import MAGIC, pack, unpack

_ARRAYS = st.dictionaries(
    st.text(max_size=8),
    st.sampled_from(["f8", "f4", "i4", "u1"]).flatmap(
        lambda dtype: arrays.arrays(
            np.dtype(dtype), arrays.array_shapes(min_dims=1, max_dims=2, min_side=0, max_side=5)
        )
    ),
    max_size=4,
)


@settings(max_examples=10)
@given(_ARRAYS, st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3))
def test_what_was_packed_comes_out_again_bit_by_bit(values, notes):
    read, read_notes = unpack(pack(values, notes))
    assert read_notes == notes and list(read) == list(values)
    for name, array in values.items():
        assert read[name].dtype == array.dtype and read[name].shape == array.shape
        assert read[name].tobytes() == array.tobytes()


def test_every_array_begins_at_a_multiple_of_eight():
    data = pack({"a": np.zeros(3, np.uint8), "b": np.arange(2.0)}, {"title": "é"})
    length = int.from_bytes(data[12:16], "little")
    header = json.loads(data[16 : 16 + length])
    assert (16 + length) % 8 == 0
    assert [one["offset"] % 8 for one in header["arrays"]] == [0, 0]


def test_whole_numbers_become_32_bits_and_those_that_do_not_fit_are_refused():
    read, _ = unpack(pack({"ids": np.array([1, 2**31 - 1])}, {}))
    assert read["ids"].dtype == np.int32 and read["ids"].tolist() == [1, 2**31 - 1]
    with pytest.raises(ValueError, match="ids holds whole numbers that do not fit"):
        pack({"ids": np.array([2**31])}, {})


def test_bytes_of_another_kind_or_a_newer_version_are_refused():
    data = pack({}, {})
    with pytest.raises(ValueError, match="do not begin"):
        unpack(b"PK" + data)
    with pytest.raises(ValueError, match="newer thalweg"):
        unpack(MAGIC + (2).to_bytes(4, "little") + data[12:])
