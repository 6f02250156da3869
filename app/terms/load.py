"""Term sheets from files or texts: everything in them, or every fault that they have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from app.domain.number import TwiceGiven, parse_json
from app.errors import NumberError, TermsError, TermsFaults
from app.terms.read.entries import read_document
from app.terms.read.links import link_faults
from app.terms.read.node import Node
from app.terms.sheet import Entry, Sheet


def read_files(paths: Iterable[str | Path], linked: bool = True) -> Sheet:
    """The term sheet that these files hold together; references are looked up in all of them.

    With several files, every place starts with its file's name. Not `linked`, terms may hang on claims of files that
    were not given.
    Raises: TermsFaults with every fault found.
    """
    texts, faults = [], []
    for path in map(Path, paths):
        try:
            texts.append((str(path), path.read_bytes().decode("utf-8-sig")))
        except OSError as error:
            faults.append(TermsError(str(path), f"cannot be read: {error.strerror}"))
        except UnicodeDecodeError as error:
            faults.append(TermsError(str(path), f"not UTF-8 text at byte {error.start}"))
    if faults:
        raise TermsFaults(faults)
    return read_texts(texts, linked)


def read_texts(texts: Sequence[tuple[str, str]], linked: bool = True) -> Sheet:
    """The term sheet that these texts, each with a name, hold together.

    Raises: TermsFaults with every fault found.
    """
    faults: list[TermsError] = []
    entries: list[Entry] = []
    unreadable = False
    for name, text in texts:
        try:
            entries += _read_text(name, text, f"{name}: " if len(texts) > 1 else "", faults)
        except NumberError as error:
            faults.append(TermsError(name, str(error)))
            unreadable = True
        except RecursionError:
            faults.append(TermsError(name, "nested too deeply: expected schedules at most a dozen levels deep"))
            unreadable = True
    sheet = Sheet(tuple(entries))
    faults += link_faults(sheet, faults) if linked and not unreadable else []
    if faults:
        raise TermsFaults(faults)
    return sheet


def _read_text(name: str, text: str, prefix: str, faults: list[TermsError]) -> list[Entry]:
    value = _once(Node(parse_json(text), prefix, faults))
    if not isinstance(value, dict):
        raise NumberError("not a term sheet: expected an object with cases, derivatives or both")
    return read_document(Node(value, prefix, faults))


def _once(node: Node) -> object:
    """The value without marks; each key that was given twice is noted."""
    if isinstance(node.value, TwiceGiven):
        node.fault(f'the key "{node.value.key}" is given twice: expected once')
        node = Node(node.value.value, node.place, node.faults)
    if isinstance(node.value, dict):
        return {name: _once(node.child(name)) for name in node.value}
    return [_once(member) for member in node.members()] if isinstance(node.value, list) else node.value
