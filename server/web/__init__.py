"""What the surfaces share: tokens, base page, filters, charts, spreadsheets out. `install(app)` adds it."""

from flask import Flask

from server.web import assets, charts, words


def install(app: Flask) -> None:
    """Filters, template helpers, the shared templates and the door for static files."""
    app.jinja_env.filters.update(words.FILTERS)
    app.jinja_env.globals.update(
        qr=charts.qr,
        asset=assets.url, bars=charts.bars, progress=charts.progress, strip=charts.strip, line=charts.line,
        timeline=charts.timeline,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.register_blueprint(assets.bp)
