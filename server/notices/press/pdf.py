"""Join PDFs that typst made into one: objects renumbered, page trees hung under a new root.

Only what typst writes without tags is read (plain objects, one cross-reference table, no object streams);
anything else raises ValueError. The catalogue, and with it PDF/A's metadata and colour, is the first file's.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

_REF = re.compile(rb"\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f]*>|\b(\d+) 0 R\b")
_TRAILER = re.compile(rb"trailer\s*<<(.*?)>>\s*startxref", re.DOTALL)
_HEAD = b"%PDF-1.7\n%\x80\x80\x80\x80\n\n"


class Part:
    """One parsed file: the bodies of its objects by number, and the numbers of its catalogue and page tree."""

    def __init__(self, data: bytes) -> None:
        found = _TRAILER.search(data[-2000:])
        if not data.startswith(b"%PDF-") or found is None:
            raise ValueError("not a PDF as typst writes it")
        self.trailer = found.group(1)
        self.objects = _objects(data)
        self.root = self._number(self.trailer, b"Root")
        self.info = self._number(self.trailer, b"Info")
        self.pages = self._number(self.objects[self.root], b"Pages")
        self.count = self._plain(self.objects[self.pages], b"Count")

    @staticmethod
    def _number(text: bytes, key: bytes) -> int:
        found = re.search(rb"/" + key + rb" (\d+) 0 R", text)
        if found is None:
            raise ValueError(f"no {key.decode()} in the PDF")
        return int(found.group(1))

    @staticmethod
    def _plain(text: bytes, key: bytes) -> int:
        found = re.search(rb"/" + key + rb" (\d+)", text)
        if found is None:
            raise ValueError(f"no {key.decode()} in the PDF")
        return int(found.group(1))


def pages(data: bytes) -> int:
    """How many pages a file of typst's has."""
    return Part(data).count


def join(files: Sequence[bytes]) -> bytes:
    """All pages of the files in their order, as one PDF."""
    if len(files) == 1:
        return files[0]
    bodies: list[bytes] = []
    parts: list[tuple[int, Part]] = []
    for data in files:
        part = Part(data)
        shift = len(bodies)
        parts.append((shift, part))
        bodies.extend(_shifted(part.objects[number], shift) for number in range(1, len(part.objects) + 1))
    root = len(bodies) + 1
    for shift, part in parts:
        bodies[shift + part.pages - 1] = _under(bodies[shift + part.pages - 1], root)
    kids = b" ".join(b"%d 0 R" % (shift + part.pages) for shift, part in parts)
    total = sum(part.count for _, part in parts)
    bodies.append(b"<</Type/Pages/Count %d/Kids[%s]>>" % (total, kids))
    first = parts[0][1]
    catalogue = bodies[first.root - 1]
    bodies[first.root - 1] = catalogue.replace(b"/Pages %d 0 R" % first.pages, b"/Pages %d 0 R" % root, 1)
    return _written(bodies, first)


def _objects(data: bytes) -> dict[int, bytes]:
    start = int(data[data.rindex(b"startxref") + 9:].split(None, 1)[0])
    if data[start:start + 4] != b"xref":
        raise ValueError("the PDF has no plain cross-reference table")
    rows = data[start:data.index(b"trailer", start)].split(b"\n")[2:]
    offsets = [int(row[:10]) for row in rows if row[17:18] == b"n"]
    ends = [*offsets[1:], start]
    found: dict[int, bytes] = {}
    for offset, end in zip(offsets, ends, strict=True):
        head, body = data[offset:end].split(b" 0 obj\n", 1)
        found[int(head)] = body[: body.rindex(b"endobj")].rstrip(b"\n")
    if sorted(found) != list(range(1, len(found) + 1)):
        raise ValueError("the PDF's objects are not numbered in a row")
    return found


def _shifted(body: bytes, shift: int) -> bytes:
    """The object with its references moved; strings and streams stay as they are."""
    if not shift:
        return body
    words, mark, stream = body.partition(b"\nstream\n")

    def moved(found: re.Match[bytes]) -> bytes:
        number = found.group(1)
        return found.group(0) if number is None else b"%d 0 R" % (int(number) + shift)

    return _REF.sub(moved, words) + mark + stream


def _under(tree: bytes, parent: int) -> bytes:
    return tree.replace(b"<</Type/Pages", b"<</Type/Pages/Parent %d 0 R" % parent, 1)


def _written(bodies: Sequence[bytes], first: Part) -> bytes:
    out = bytearray(_HEAD)
    offsets = []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f\r\n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n\r\n" % offset for offset in offsets)
    mark = hashlib.sha256(bytes(out[:start])).hexdigest()[:32].encode()
    out += b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]>>\nstartxref\n%d\n%%%%EOF" % (
        len(bodies) + 1, first.root, first.info, mark, mark, start,
    )
    return bytes(out)
