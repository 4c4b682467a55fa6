"""Pickled arrays are read without being unpickled, and nothing else is read."""

import pickle
import struct

import numpy as np
import pytest

from thalweg.landscape.exchange.array_pickle import array_from_pickle


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("dtype", ["<f8", ">f8", "<f4", "<i8", "u1", "?"])
def test_arrays_of_numbers_are_read_in_every_protocol(protocol, dtype):
    for shape in ((5,), (2, 3), (), (0,)):
        values = np.arange(np.prod(shape, dtype=int)).reshape(shape)
        for array in (values.astype(dtype), np.asfortranarray(values).astype(dtype)):
            data = pickle.dumps(array, protocol)
            # As NumPy 1 writes it, on which pele runs; the text has a length in later protocols.
            former = data.replace(b"numpy._core.", b"numpy.core.") if protocol < 4 else data
            for pickled in (data, former):
                numbers = array_from_pickle(pickled)
                assert numbers.dtype == np.float64
                np.testing.assert_array_equal(numbers, array.ravel())


def test_arrays_of_python_2_are_read():
    """Its bytes are text of the protocol: one of two numbers, as Python 2.7 and NumPy 1.6 wrote it."""
    numbers = struct.pack("<2d", 1.5, -2.0)
    data = (
        b"\x80\x02cnumpy.core.multiarray\n_reconstruct\nq\x01cnumpy\nndarray\nq\x02K\0\x85U\x01b\x87Rq\x03"
        b"(K\x01K\x02\x85cnumpy\ndtype\nq\x04U\x02f8K\0K\x01\x87Rq\x05(K\x03U\x01<NNNJ\xff\xff\xff\xff"
        b"J\xff\xff\xff\xffK\0tb\x89U\x10" + numbers + b"tb."
    )
    assert array_from_pickle(data).tolist() == [1.5, -2.0]


class Harm:
    def __reduce__(self):
        return (print, ("run",))


POINTERS = (
    b"cnumpy\nndarray\n((I3\ntcnumpy\ndtype\n(S'O'\ntRB"
    + struct.pack("<I", 24)
    + b"A" * 24
    + b"tR."
)
NUMBERS = pickle.dumps(np.arange(3.0), 2)


@pytest.mark.parametrize(
    "data",
    [
        # An array of objects over bytes of the file's own choice: pointers, to a process that unpickles it.
        POINTERS,
        NUMBERS.replace(b"f8", b"O8"),
        NUMBERS.replace(b"f8", b"V8"),
        # Three numbers in the bytes of two and of four, and of a length that no memory has.
        NUMBERS.replace(b"K\x03\x85", b"K\x02\x85"),
        NUMBERS.replace(b"K\x03\x85", b"K\x04\x85"),
        NUMBERS.replace(b"K\x03\x85", b"J\xff\xff\xff\x7f\x85"),
        NUMBERS.replace(b"K\x03\x85", b"J\xff\xff\xff\xff\x85"),
        NUMBERS.replace(b"_reconstruct", b"scalar"),
        NUMBERS[:-1],
        NUMBERS[:40],
        pickle.dumps(Harm()),
        pickle.dumps([1.0, 2.0]),
        pickle.dumps(np.array(["text"])),
        pickle.dumps(np.array([None, 1.0])),
        pickle.dumps(np.zeros(2, dtype=complex)),
        pickle.dumps(np.zeros(2, dtype=[("a", "f8")])),
        pickle.dumps(np.zeros(2, dtype="M8[s]")),
        b"",
        b".",
        b"(" * 10**5 + b".",
        b"N" + b"\x85" * 10**5 + b".",
    ],
)
def test_everything_else_is_refused(data, capsys):
    with pytest.raises(ValueError, match=r"pickle|array|stream"):
        array_from_pickle(data)
    assert capsys.readouterr().out == ""
