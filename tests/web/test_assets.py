"""Static files carry their hash, are kept by browsers, and lead nowhere else."""

import re

import pytest


def test_a_file_with_its_hash_is_kept_for_a_year(app, client):
    from server.web import assets

    url = assets.url("web/tokens.css")
    assert re.fullmatch(r"/static/web/tokens\.css\?v=[0-9a-f]{10}", url)
    answer = client.get(url)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Type"].startswith("text/css")


def test_without_its_hash_a_file_is_asked_again_and_answered_briefly(client):
    first = client.get("/static/web/tokens.css")
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get("/static/web/tokens.css", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path",
    ["/static/web/../words.py", "/static/web/..%2fwords.py", "/static/web//etc/passwd", "/static/nope/x.css",
     "/static/web/templates", "/static/web/"],
)  # fmt: skip
def test_nothing_outside_the_folders_is_served(app, client, path):
    app.config["RAISE"] = False
    assert client.get(path).status_code in (404, 308)


def test_shared_styles_stay_small():
    from server.web.assets import HERE

    assert sum(path.stat().st_size for path in (HERE / "static").iterdir()) < 10_000
