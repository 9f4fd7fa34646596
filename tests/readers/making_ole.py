"""OLE2 files and Outlook messages for tests: no library on PyPI writes them. The layout is that of [MS-CFB] and [MS-OXMSG]."""

from __future__ import annotations

import datetime as dt
import struct
from dataclasses import dataclass, field
from typing import TypeAlias

Tree: TypeAlias = "dict[str, bytes | Tree]"

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_FREE, _END, _FAT, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_UNICODE, _BINARY, _OBJECT = 0x001F, 0x0102, 0x000D
_EPOCH = dt.datetime(1601, 1, 1, tzinfo=dt.UTC)


@dataclass
class _Sectors:
    """A run of sectors, and the table that says which follows which."""

    size: int
    content: bytearray = field(default_factory=bytearray)
    table: list[int] = field(default_factory=list)

    def add(self, data: bytes) -> int:
        """Add a stream and return its first sector."""
        if not data:
            return _END
        first = len(self.table)
        number = -(-len(data) // self.size)
        self.table += [*range(first + 1, first + number), _END]
        self.content += data.ljust(number * self.size, b"\0")
        return first


@dataclass
class _Entry:
    name: str
    kind: int
    first: int = _END
    size: int = 0
    right: int = _NONE
    child: int = _NONE

    def packed(self) -> bytes:
        name = self.name.encode("utf-16-le")
        return struct.pack(
            "<64sHBBIII16sIQQIQ", name, len(name) + 2, self.kind, 1, _NONE, self.right, self.child, b"", 0, 0, 0, self.first, self.size
        )


def ole_bytes(tree: Tree) -> bytes:
    """Return an OLE2 file with these streams (bytes) and storages (trees)."""
    large, small = _Sectors(_SECTOR), _Sectors(_MINI)
    entries = [_Entry("Root Entry", _ROOT)]
    _add(tree, entries[0], entries, large, small)
    entries[0].first, entries[0].size = large.add(bytes(small.content)), len(small.content)
    small_table = _packed(small.table)
    small_first = large.add(small_table)
    directory = large.add(b"".join(entry.packed() for entry in entries))
    tables = _table_sectors(len(large.table))
    first_table = len(large.table)
    large.table += [_FAT] * tables
    table = _packed(large.table).ljust(tables * _SECTOR, b"\xff")
    places = [*range(first_table, first_table + tables)]
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b"", 0, tables, directory, 0, _CUTOFF),
        *(small_first, -(-len(small_table) // _SECTOR), _END, 0),
    )
    return header + _packed(places).ljust(436, b"\xff") + bytes(large.content) + table


def _add(tree: Tree, parent: _Entry, entries: list[_Entry], large: _Sectors, small: _Sectors) -> None:
    before: _Entry | None = None
    for name in sorted(tree, key=lambda name: (len(name), name.upper())):
        content = tree[name]
        entry = _Entry(name, _STREAM if isinstance(content, bytes) else _STORAGE)
        if before is None:
            parent.child = len(entries)
        else:
            before.right = len(entries)
        entries.append(entry)
        if isinstance(content, bytes):
            entry.first, entry.size = (small if len(content) < _CUTOFF else large).add(content), len(content)
        else:
            _add(content, entry, entries, large, small)
        before = entry


def _packed(numbers: list[int]) -> bytes:
    return struct.pack(f"<{len(numbers)}I", *numbers)


def _table_sectors(sectors: int) -> int:
    tables = 1
    while tables * _SECTOR // 4 < sectors + tables:
        tables += 1
    assert tables <= 109, "the header lists no more"
    return tables


def message(
    body: str | None = None,
    *,
    html: bytes | None = None,
    rtf: bytes | None = None,
    headers: str = "",
    subject: str = "Your complaint",
    attached: tuple[Tree, ...] = (),
    inner: bool = False,
    code_page: int | None = None,
) -> Tree:
    """Return the tree of a message as Outlook saves it; `inner` one is to be attached to another. `code_page` sets 8-bit strings."""
    sent = int((dt.datetime(2025, 3, 14, 23, 30, tzinfo=dt.UTC) - _EPOCH) / dt.timedelta(microseconds=1)) * 10
    numbers = {0x0039: (0x0040, sent)} | ({0x3FFD: (0x0003, code_page), 0x3FDE: (0x0003, code_page)} if code_page else {})
    texts = {0x001A: "IPM.Note", 0x0037: subject, 0x0C1A: "Jo Clarke", 0x5D01: "jo@hexley.example", 0x0E04: "Mrs A Okafor"}
    texts |= {0x1000: body} if body is not None else {}
    texts |= {0x007D: headers} if headers else {}
    binaries = {number: data for number, data in ((0x1013, html), (0x1009, rtf)) if data is not None}
    tree = _storage(24 if inner else 32, texts, binaries, numbers, code_page)
    return tree | {f"__attach_version1.0_#{number:08X}": one for number, one in enumerate(attached)}


def attached_file(name: str, content: bytes, kind: str = "") -> Tree:
    """Return the tree of a file attached to a message."""
    return _storage(8, {0x3707: name, 0x370E: kind}, {0x3701: content}, {0x3705: (0x0003, 1)})


def attached_message(inner: Tree, name: str = "") -> Tree:
    """Return the tree of a message attached to a message."""
    return _storage(8, {0x3001: name, 0x3707: name}, {}, {0x3705: (0x0003, 5)}) | {f"__substg1.0_3701{_OBJECT:04X}": inner}


def _storage(
    header: int, texts: dict[int, str], binaries: dict[int, bytes], numbers: dict[int, tuple[int, int]], code_page: int | None = None
) -> Tree:
    kind = 0x001E if code_page else _UNICODE
    encoding = f"cp{code_page}" if code_page else "utf-16-le"
    streams = {(number, kind): text.encode(encoding) for number, text in texts.items() if text}
    streams |= {(number, _BINARY): data for number, data in binaries.items()}
    fixed = [struct.pack("<HHIQ", kind, number, 6, value) for number, (kind, value) in numbers.items()]
    fixed += [struct.pack("<HHIQ", kind, number, 6, len(data)) for (number, kind), data in streams.items()]
    named: Tree = {f"__substg1.0_{number:04X}{kind:04X}": data for (number, kind), data in streams.items()}
    return named | {"__properties_version1.0": bytes(header) + b"".join(fixed)}
