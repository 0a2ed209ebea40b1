"""Arrow objects as DuckDB reads them without pyarrow: each becomes a stream of the Arrow C interface.

Layouts of the three C structures: https://arrow.apache.org/docs/format/CStreamInterface.html
"""

import ctypes
from typing import Any

_GET = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
_ERROR = ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.c_void_p)
_RELEASE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
# size of the structure and where its `release` stands, in bytes
_SCHEMA = (b"arrow_schema", 72, 56)
_ARRAY = (b"arrow_array", 80, 64)

_pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
_pointer_of.restype, _pointer_of.argtypes = ctypes.c_void_p, (ctypes.py_object, ctypes.c_char_p)
_capsule_of = ctypes.pythonapi.PyCapsule_New
_capsule_of.restype, _capsule_of.argtypes = ctypes.py_object, (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)


class ArrowStream:
    """Only the Arrow side of a frame, so that DuckDB does not take it for something it knows better."""

    def __init__(self, frame: Any) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


class _Stream(ctypes.Structure):
    _fields_ = (
        ("get_schema", _GET),
        ("get_next", _GET),
        ("get_last_error", _ERROR),
        ("release", _RELEASE),
        ("private_data", ctypes.c_void_p),
    )


class OneBatch:
    """An object that has `__arrow_c_array__` alone (a sheet of fastexcel) as a stream of one batch.

    It must outlive every stream taken from it, which it does while it is registered.
    """

    def __init__(self, batch: Any) -> None:
        self._batch = batch
        self._streams: list[_Stream] = []

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        left = [self._batch.__arrow_c_array__()[1]]

        def get_schema(_: int, out: int) -> int:
            _move(self._batch.__arrow_c_schema__(), out, *_SCHEMA)
            return 0

        def get_next(_: int, out: int) -> int:
            if left:
                _move(left.pop(), out, *_ARRAY)
            else:
                ctypes.memset(out, 0, _ARRAY[1])  # released: the end of the stream
            return 0

        def release(stream: int) -> None:
            left.clear()
            _Stream.from_address(stream).release = _RELEASE()

        self._streams.append(_Stream(_GET(get_schema), _GET(get_next), _ERROR(lambda _: None), _RELEASE(release)))
        return _capsule_of(ctypes.addressof(self._streams[-1]), b"arrow_array_stream", None)


def _move(capsule: object, out: int, name: bytes, size: int, release: int) -> None:
    """Hands a structure over; the capsule no longer owns it."""
    source = _pointer_of(capsule, name)
    ctypes.memmove(out, source, size)
    ctypes.c_void_p.from_address(source + release).value = None
