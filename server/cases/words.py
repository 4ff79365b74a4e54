"""The scripts as shipped: `scripts.toml` beside this file, read once."""

import tomllib
from pathlib import Path

SHIPPED: dict[str, str] = tomllib.loads((Path(__file__).parent / "scripts.toml").read_text("utf-8"))
