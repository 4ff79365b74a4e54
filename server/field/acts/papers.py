"""Handing a notice over: the one place where the field tells notices and, through them, cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.db import Pen
from server.field.rules.fold import delivery_id
from server.notices import acts as notices


def record_delivery(pen: Pen, op: str, home: str, said: Mapping[str, Any], at: str, source: str) -> bool:
    """Keep a delivery once per source, notice and proof; False when the notice is not this home's."""
    if notices.homes_of(pen, pen.community, [said["notice"]]).get(said["notice"]) != home:
        return False
    if not notices.delivered(pen, pen.community, said["notice"], said["proof"], source):
        notices.record_delivery(
            pen, id=delivery_id(op), notice=said["notice"], home=home, proof=said["proof"], signer=said["signer"],
            at=at, source=source)
        pen.touch("household", home)
    return True
