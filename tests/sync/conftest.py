"""The world of the field, for tests of sync as a whole."""

from tests.field.conftest import phone, watch, world

__all__ = ["phone", "watch", "world"]
