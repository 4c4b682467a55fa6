"""Archives of arrays: read as NumPy reads them, and nothing more than they hold."""

import io
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest

from thalweg.archive import ArchiveError, read_arrays

ARRAYS = {
    "numbers": np.arange(6.0).reshape(2, 3),
    "columns": np.asfortranarray(np.arange(6).reshape(2, 3)),
    "one": np.array(3.0, dtype=">f4"),
    "none": np.zeros((0, 4)),
    "booleans": np.array([True, False]),
    "text": np.array("héllo"),
    "words": np.array(["a", "bcd"]),
}


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_arrays_come_back_as_they_were_saved(save, tmp_path):
    save(tmp_path / "a.npz", **ARRAYS)
    with open(tmp_path / "a.npz", "rb") as file:
        for arrays in (read_arrays(tmp_path / "a.npz"), read_arrays(file, ARRAYS)):
            assert arrays.keys() == ARRAYS.keys()
            for name, array in ARRAYS.items():
                assert arrays[name].dtype == array.dtype
                np.testing.assert_array_equal(arrays[name], array)


def archive(content, **zip_options):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", **zip_options) as file:
        file.writestr("x.npy", content)
    return buffer


def array_bytes(array):
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array)
    return buffer.getvalue()


def stating(shape):
    """Three numbers under a header that states another shape."""
    return array_bytes(np.zeros(3)).replace(b"(3,), }" + b" " * 20, shape.ljust(27).encode())


@pytest.mark.parametrize(
    "content",
    [
        stating("(1000000000000,), }"),
        stating("(10**9,), }"),
        array_bytes(np.array([object()])),
        array_bytes(np.zeros(2, dtype=[("a", "f8")])),
        array_bytes(np.zeros(2, dtype=complex)),
        array_bytes(np.zeros(3))[:-1],
        array_bytes(np.zeros(3)) + b"more",
        array_bytes(np.array("ab"))[:-4] + b"\xff\xff\xff\xff",
        b"\x93NUMPY\x01\0\xff\xff{",
        b"",
    ],
)
def test_what_is_no_array_of_numbers_or_text_is_refused(content):
    with pytest.raises(ArchiveError, match="or is damaged"):
        read_arrays(archive(content))


def test_what_is_no_archive_is_refused(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.zeros(2))
    with pytest.raises(ArchiveError, match="holds no array 'y'"):
        read_arrays(tmp_path / "a.npz", ["y"])
    with pytest.raises(ArchiveError, match="No such file"):
        read_arrays(tmp_path / "b.npz")
    with pytest.raises(ArchiveError, match="does not use"):
        read_arrays(archive(array_bytes(np.zeros(9)), compression=zipfile.ZIP_LZMA))


def bomb(n_bytes):
    """An archive of some kilobytes that unpacks to that many zeros."""
    header = array_bytes(np.zeros(0, dtype=np.uint8)).replace(
        b"(0,), }", f"({n_bytes},), }}".encode()
    )
    header = header[: 10 + struct.unpack("<H", header[8:10])[0]]
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file,
        file.open("x.npy", "w") as member,
    ):
        member.write(header)
        for _ in range(n_bytes // 2**20):
            member.write(bytes(2**20))
    return buffer


def test_what_unpacks_to_far_more_than_it_holds_is_refused_before_it_is_unpacked():
    packed = bomb(300 * 2**20)
    assert packed.tell() < 2**19
    tracemalloc.start()
    try:
        with pytest.raises(ArchiveError, match=r"would unpack to 0\.3 GiB"):
            read_arrays(packed)
        # The same with a stated size of a few bytes: no more is unpacked than is stated.
        data = bytearray(packed.getvalue())
        at = data.rindex(b"PK\x01\x02")
        data[at + 24 : at + 28] = struct.pack("<I", 4096)
        with pytest.raises(ArchiveError, match="Bad CRC"):
            read_arrays(io.BytesIO(data))
        assert tracemalloc.get_traced_memory()[1] < 2**24
    finally:
        tracemalloc.stop()
