"""The words of screens: adding and pairing them, what they report, what proves that they showed something."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from marshmallow import fields, pre_load, validate

from schemas.base import Id, Text, Words

WISHES = {"": "无", "reload": "重新载入", "identify": "显示屏名"}


class ScreenIn(Words):
    """A new screen: panel diagonal in inches and where people stand, in centimetres."""

    community = Text(64)
    name = Text(20, 1, required=True)
    building = Text(64, load_default="")
    inches = fields.Int(load_default=55, validate=validate.Range(5, 200))
    distance_cm = fields.Int(load_default=300, validate=validate.Range(30, 3000))
    code = fields.Str(load_default="", validate=validate.Regexp(r"^$|^[A-Za-z -]{8,12}$"))


class ScreenChange(Words):
    """A new token, an end, or a wish the screen fulfils with its next beat."""

    community = Text(64)
    revoked = fields.Bool(load_default=False)
    rotate = fields.Bool(load_default=False)
    wish = fields.Str(load_default="", validate=validate.OneOf(list(WISHES)))


class ScreenMade(Words):
    """The token is shown once; `null` when the screen fetches it itself by pairing."""

    screen = fields.Str()
    token = fields.Str(allow_none=True)
    url = fields.Str(allow_none=True)


class ScreenOut(Words):
    """A screen and how it does."""

    id = Id()
    name = fields.Str()
    building = fields.Str()
    inches = fields.Int()
    distance_cm = fields.Int()
    health = fields.Str()
    seen_at = fields.Str(allow_none=True)
    rev = fields.Str(allow_none=True)
    slide = fields.Str(allow_none=True)
    errors = fields.Str(allow_none=True)


class Screens(Words):
    screens = fields.List(fields.Nested(ScreenOut))


class PairIn(Words):
    """Empty to ask for a code; `poll` to fetch the token once the office has entered the code."""

    poll = Text(100)


class Beat(Words):
    """What a screen reports every few seconds. `shown`: seconds each content was on screen since `run_from`.

    A screen that reports is alive: null is as good as absent, `clock` may be an instant,
    `errors` a sentence or a number.
    """

    rev = Text(16, load_default="")
    slide = Text(120, load_default="")
    shown_since = Text(40, load_default="")
    frames = fields.Int(load_default=0, validate=validate.Range(0, 10_000))
    heap = fields.Int(load_default=0, validate=validate.Range(0, 2**45))
    clock = fields.Int(load_default=0, validate=validate.Range(0, 2**53))
    errors = fields.List(Text(200), load_default=list, validate=validate.Length(max=20))
    run = Text(40, load_default="")
    shown = fields.Dict(
        keys=Text(120), values=fields.Int(validate=validate.Range(0, 90_000)), load_default=dict,
        validate=validate.Length(max=200),
    )
    width = fields.Int(load_default=0, validate=validate.Range(0, 20_000))
    height = fields.Int(load_default=0, validate=validate.Range(0, 20_000))

    @pre_load
    def lenient(self, data: Any, **_: Any) -> Any:
        if not isinstance(data, dict):
            return data
        kept = {key: value for key, value in data.items() if value is not None}
        if isinstance(kept.get("clock"), str):
            kept["clock"] = _milliseconds(kept["clock"])
        if isinstance(kept.get("errors"), str | int):
            kept["errors"] = [str(kept["errors"])] if kept["errors"] else []
        for key in {"slide", "shown_since"} & kept.keys():  # a screen may number its slides and its milliseconds
            kept[key] = str(kept[key]) if isinstance(kept[key], int | float) else kept[key]
        if isinstance(kept.get("frames"), int):
            kept["frames"] = min(kept["frames"], 10_000)
        return kept


def _milliseconds(text: str) -> int | str:
    try:
        return int(datetime.fromisoformat(text).timestamp() * 1000)
    except (ValueError, OverflowError):
        return text


class PairOut(Words):
    """First {code, poll, expires_at}; then {state: waiting} until {state: paired, screen, token}."""

    code = fields.Str()
    poll = fields.Str()
    expires_at = fields.Str()
    state = fields.Str()
    screen = fields.Str()
    token = fields.Str()


class BeatOut(Words):
    """The revision to have, seconds to the next report, what to do, the server's instant."""

    rev = fields.Str()
    next_s = fields.Int()
    commands = fields.List(fields.Str())
    now = fields.Str()


class ProofInterval(Words):
    """An interval of display; `hash` covers it and `prev_hash`."""

    seq = fields.Int()
    from_ = fields.Str(data_key="from", attribute="from")
    to = fields.Str()
    seconds = fields.Int()
    rev = fields.Str()
    prev_hash = fields.Str()
    hash = fields.Str()


class ProofScreen(Words):
    screen = fields.Str()
    name = fields.Str()
    seconds = fields.Int()
    broken = fields.Str(allow_none=True)
    intervals = fields.List(fields.Nested(ProofInterval))


class Proof(Words):
    """Proof of publicity of one content."""

    content = fields.Str()
    seconds = fields.Int()
    intact = fields.Bool()
    screens = fields.List(fields.Nested(ProofScreen))
