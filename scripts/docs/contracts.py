"""Reference of the contracts: their interfaces are the manual, read from the source with their NatSpec."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

INTERFACES = Path(__file__).parents[2] / "contracts" / "interfaces"
KINDS = {"enum": "Enums", "struct": "Structs", "event": "Events", "error": "Errors", "function": "Functions"}
_DECLARATION = re.compile(r"^ {4}(enum|struct|event|error|function)\b")


def contracts_page() -> str:
    """Every interface, with what its NatSpec says."""
    pages = [_interface(path) for path in sorted(INTERFACES.glob("I*.sol"))]
    return "# Contracts\n\nThe interfaces are the manual; this page is made from them.\n\n" + "\n".join(pages)


def _interface(path: Path) -> str:
    lines = path.read_text().splitlines()
    head = next(index for index, line in enumerate(lines) if line.startswith("interface "))
    said = [_said(line) for line in lines[:head] if line.startswith("///")]
    parts = [f"## {path.stem}", _prose(said)]
    members = list(_members(lines[head + 1 :]))
    for kind, title in KINDS.items():
        chosen = [(said, code) for found, said, code in members if found == kind]
        told = [f"{_block(code)}\n\n{_prose(said)}" for said, code in chosen if said]
        plain = [code for said, code in chosen if not said]
        parts += [f"### {title}"] if chosen else []
        parts += told + ([_block("\n".join(plain))] if plain else [])
    return "\n\n".join(parts) + "\n"


def _members(lines: list[str]) -> Iterator[tuple[str, list[str], str]]:
    """Each declaration with its kind and the comment before it."""
    said: list[str] = []
    code: list[str] = []
    for line in lines:
        if not code and line.startswith("    ///"):
            said.append(_said(line))
        elif code or _DECLARATION.match(line):
            code.append(line.removeprefix("    "))
            opened = code[0].split(" ")[0] in ("enum", "struct")
            if line == "    }" if opened else line.endswith(";"):
                yield code[0].split(" ")[0], said, "\n".join(code)
                said, code = [], []
        elif not line.strip():
            said = []


def _said(line: str) -> str:
    """A line of a comment; its own indentation stays."""
    return line.strip().removeprefix("///").removeprefix(" ").rstrip()


def _block(code: str) -> str:
    return f"```solidity\n{code}\n```"


def _prose(said: list[str]) -> str:
    """NatSpec as Markdown: tags become words, an indented block stays as it is."""
    text = "\n".join(said)
    text = re.sub(r"^@(title|notice|dev) ", "", text, flags=re.M)
    text = re.sub(r"^@param (\w+) ", r"\n`\1`: ", text, flags=re.M)
    text = re.sub(r"^@return (\w+) ", r"\nReturns `\1`: ", text, flags=re.M)
    return re.sub(r"^Warning:", "\n**Warning:**", text, flags=re.M).strip()
