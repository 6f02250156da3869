"""Reading what strangers wrote on a chain: packed bytes in order, and text that may be none."""

from __future__ import annotations

from app.errors import InputError


class Stream:
    """Bytes that are read from the front. `what` they are is told when they end too soon or too late."""

    def __init__(self, data: bytes, what: str) -> None:
        self._data = data
        self._what = what
        self._position = 0

    def take(self, count: int) -> bytes:
        """The next bytes.

        Raises: InputError if there are not as many.
        """
        end = self._position + count
        if end > len(self._data):
            raise InputError(f"{self._what} has {len(self._data)} bytes: expected at least {end}")
        taken = self._data[self._position : end]
        self._position = end
        return taken

    def number(self, width: int) -> int:
        """The next `width` bytes as a number, big-endian."""
        return int.from_bytes(self.take(width), "big")

    def signed(self, width: int) -> int:
        """The next `width` bytes as a signed number, big-endian."""
        return int.from_bytes(self.take(width), "big", signed=True)

    def finish(self) -> None:
        """Makes sure that all was read.

        Raises: InputError if bytes are left over.
        """
        if self._position != len(self._data):
            raise InputError(f"{self._what} has {len(self._data)} bytes: expected {self._position}")


def readable(data: bytes) -> str:
    """Text that every database can hold: what is no UTF-8, and zero bytes, becomes U+FFFD."""
    return data.decode("utf-8", "replace").replace("\0", "\ufffd")
