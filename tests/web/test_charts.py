"""Charts print their number beside the mark, escape what people typed, and need no inline style."""

from xml.etree import ElementTree

from server.web import charts
from server.web.charts import Bar

ROWS = [Bar("人员", 410000, "4 角 1 分"), Bar("<b>电梯&", 180000, "1 角 8 分"), Bar("无", 0, "0")]


def test_every_bar_has_its_label_and_number():
    text = charts.bars(ROWS, "支出")
    tree = ElementTree.fromstring(text)
    said = [node.text for node in tree.iter() if node.tag.endswith("text")]
    assert said == ["人员", "4 角 1 分", "<b>电梯&", "1 角 8 分", "无", "0"]


def test_the_longest_bar_fills_the_room_and_none_is_longer():
    tree = ElementTree.fromstring(charts.bars(ROWS, "支出", width=700, label_width=100, text_width=100))
    widths = [int(node.get("width", "0")) for node in tree.iter() if node.tag.endswith("rect")]
    assert widths[0] == 500
    assert max(widths) == 500
    assert min(widths) >= 1


def test_no_chart_needs_inline_style():
    drawn = [charts.bars(ROWS, "x"), charts.progress(3, 4, "x"), charts.strip(ROWS, "x"), charts.line(ROWS, "x")]
    assert not any("style=" in str(svg) for svg in drawn)
    for svg in drawn:
        assert ElementTree.fromstring(svg).get("aria-label") == "x"


def test_progress_stays_inside_its_bar():
    for done, whole in [(0, 0), (5, 4), (-1, 4), (4, 4)]:
        tree = ElementTree.fromstring(charts.progress(done, whole, "进度", width=200))
        widths = [int(node.get("width", "0")) for node in tree]
        assert 0 <= widths[1] <= 200


def test_a_strip_covers_the_whole_width():
    tree = ElementTree.fromstring(charts.strip(ROWS[:2], "构成", width=590))
    last = list(tree)[-1]
    assert int(last.get("x", "0")) + int(last.get("width", "0")) == 589


def test_a_line_names_its_ends_and_the_highest_where_there_is_room():
    points = [Bar(f"{m} 月", fen, str(fen)) for m, fen in enumerate([10, 90, 30, 20], 1)]
    tree = ElementTree.fromstring(charts.line(points, "到账"))
    said = {node.text for node in tree.iter() if node.tag.endswith("text")}
    assert said == {"1 月", "10", "2 月", "90", "4 月", "20"}
    close = [Bar(f"{m} 月", fen, str(fen)) for m, fen in enumerate([10, 90, *[30] * 9, 20], 1)]
    tree = ElementTree.fromstring(charts.line(close, "到账"))
    assert "90" not in {node.text for node in tree.iter() if node.tag.endswith("text")}


def test_a_number_at_the_end_stands_above_what_the_line_does_there():
    points = [Bar(f"{m} 月", fen, f"{fen} 元") for m, fen in enumerate([0, 99, 90, 1], 1)]
    tree = ElementTree.fromstring(charts.line(points, "x", width=280))
    tops = {node.text: int(node.get("y", "0")) for node in tree.iter() if node.tag.endswith("text")}
    path = next(node.get("d", "") for node in tree.iter() if node.get("class") == "c-line")
    third = int(path.split()[5])
    assert tops["1 元"] < third


def test_empty_charts_are_valid():
    for svg in (charts.bars([], "空"), charts.strip([], "空"), charts.line([], "空")):
        ElementTree.fromstring(svg)


def test_a_qr_code_is_one_path_with_a_quiet_zone():
    tree = ElementTree.fromstring(charts.qr([[True, False], [False, True]], "码"))
    assert tree.get("viewBox") == "0 0 10 10"
    assert [node.get("d") for node in tree if node.tag.endswith("path")] == ["M4 4h1v1h-1zM5 5h1v1h-1z"]


def test_an_evening_shows_each_stay_and_what_lies_beyond_its_end():
    stays = [charts.Stay("3-1", 67_000, 67_400, "18:36 <3-1-101>"), charts.Stay("3-1", 67_500, 67_900, "b"),
             charts.Stay("9-2", 71_900, 72_300, "c")]
    svg = charts.timeline(stays, 66_600, 72_400, 72_000, "小闫")
    assert svg.count("<rect") == 3
    assert svg.count("c-bar brick") == 1, "only the last one goes on after eight"
    assert (svg.count(">3-1<"), svg.count(">9-2<")) == (1, 1)
    assert "18:36 &lt;3-1-101&gt;" in svg
    assert ">19:00<" in svg
    assert "style=" not in svg


def test_an_empty_evening_is_drawn_all_the_same():
    assert "c-limit" in charts.timeline([], 66_600, 66_600, 72_000, "x")
