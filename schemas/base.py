"""Fields and schemas everyone shares: fen, days, instants, text without traps."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

FEN_MAX = 99_999_999_999_99
SURROGATE = re.compile("[\ud800-\udfff]")


MISSING = "缺少这一项"


def _in_chinese() -> None:
    """marshmallow's own sentences in the words of the house: every reason may reach a person."""
    words: dict[type[fields.Field[Any]], dict[str, str]] = {
        fields.Field: {"required": MISSING, "null": "不能为空", "validator_failed": "内容不对"},
        fields.String: {"invalid": "应为文字", "invalid_utf8": "含有无法保存的字符"},
        fields.Number: {"invalid": "应为数字", "too_large": "数字太大"},
        fields.Integer: {"invalid": "应为整数"},
        fields.Boolean: {"invalid": "应为 true 或 false"},
        fields.List: {"invalid": "应为列表"},
        fields.Tuple: {"invalid": "应为列表"},
        fields.Mapping: {"invalid": "应为对象（键和值）"},
        fields.Nested: {"type": "应为对象（键和值）"},
    }
    for kind, sentences in words.items():
        kind.default_error_messages = {**kind.default_error_messages, **sentences}
    validate.OneOf.default_message = "应为其中之一：{choices}"
    validate.Equal.default_message = "应为 {other}"
    validate.Range.message_min, validate.Range.message_max = "不能小于 {{min}}", "不能大于 {{max}}"
    validate.Length.message_min, validate.Length.message_max = "至少 {min} 个", "最多 {max} 个"
    validate.Length.message_all, validate.Length.message_equal = "应为 {min} 到 {max} 个", "应为 {equal} 个"
    validate.Range.message_all = "应在 {{min}} 到 {{max}} 之间"
    validate.Regexp.default_message = "写法不对"


_in_chinese()


class Words(Schema):
    """A shape. Fields it does not know are passed over: older and newer programs can talk."""

    error_messages = {"type": "应为对象（键和值）"}

    class Meta:
        unknown = EXCLUDE


class Fen(fields.Integer):
    """An amount in fen: a whole number, never a float, a text or a boolean."""

    def __init__(self, *, low: int = 0, high: int = FEN_MAX, **kwargs: Any) -> None:
        bounds = validate.Range(low, high, error=f"应为 {low} 到 {high} 之间的整数（分）")
        super().__init__(strict=True, validate=bounds, **kwargs)

    def _validated(self, value: Any) -> Any:
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValidationError("金额应为整数（分）")
        return value


class Text(fields.String):
    """Text of bounded length without U+0000 and lone surrogates, which no database keeps alike."""

    def __init__(self, high: int = 500, low: int = 0, **kwargs: Any) -> None:
        super().__init__(validate=validate.Length(low, high, error=f"应为 {low} 到 {high} 个字"), **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if "\x00" in text or SURROGATE.search(text):
            raise ValidationError("含有无法保存的字符")
        return text


class Id(Text):
    """An id as we or a phone made it: 1 to 64 plain characters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(high=64, low=1, **kwargs)


class Day(fields.String):
    """A business day in Shanghai, YYYY-MM-DD, that the calendar has."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            if date.fromisoformat(text).isoformat() == text:
                return text
        except ValueError:
            pass
        raise ValidationError("应为存在的日期，例如 2026-11-21")


class Instant(fields.String):
    """An instant with its offset, ISO 8601, kept as it came."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        from datetime import datetime

        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            if len(text) <= 40 and datetime.fromisoformat(text).tzinfo is not None:
                return text
        except ValueError:
            pass
        raise ValidationError("应为带时区的时间，例如 2026-11-21T09:41:02+08:00")
