"""`koumen import DIR --community NAME`: the spreadsheets of a folder, with a progress bar and one JSON answer."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from schemas.intake import ROW_STATES
from server.db import Db
from server.errors import Refusal
from server.estate import acts as estate
from server.intake import acts, sendback
from server.intake.faults import Fault
from server.intake.reading import Source

BAR = 24
SWEEP = 300_000  # objects of a chunk or two


def add(sub: Any) -> None:
    """The verb `import`."""
    parser = sub.verb("import", run, "导入一个文件夹里的表格（房产台账、应收实收、收支、催缴、公告、员工）")
    parser.add_argument("dir", metavar="DIR", type=Path, help="表格所在的文件夹（只读 .xlsx .xls .csv）")
    sub.community(parser, required=True)
    sub.on(parser)
    parser.add_argument("--refused", type=Path, default=None, metavar="FILE", help="退回行写到哪里（默认在数据目录）")


def run(args: argparse.Namespace, db: Db, say: Any) -> tuple[dict[str, Any], int]:
    """Exit 0 also when rows were refused, 1 when nothing could be read."""
    if not args.dir.is_dir():
        refusal = Refusal("import_no_folder", path=str(args.dir))
        say(refusal.sentence)
        return {"error": refusal.code, "message": refusal.sentence}, 1  # nothing could be read
    sources = acts.sources_of(args.dir)
    community = estate.find_or_make(db, args.community)
    bar = Bar()
    with _rarely_swept():
        report = acts.bring(db, community, sources, progress=bar)
    bar.end()
    report["notes"] = [*report["notes"], *acts.passed_over(args.dir)]
    faults: list[Fault] = report["faults"]
    answer: dict[str, Any] = {
        **acts.totals(db, community, args.on), "refused": [fault.public() for fault in faults],
        **{state: report[state] for state in acts.STATES},
    }
    _tell(say, report, answer, faults)
    if faults and report["files"]:
        say(f"退回的行（改好后再放进文件夹导入）：{_send_back(args, sources, faults)}")
    return answer, 0 if report["files"] else 1


@contextmanager
def _rarely_swept() -> Iterator[None]:
    """Python's collector looks through everything alive again and again, a tenth of an import's time: less often."""
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(SWEEP, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


class Bar:
    """A progress bar on the terminal; silent where nobody looks."""

    def __init__(self) -> None:
        self.shown = ""
        self.on = sys.stderr.isatty()

    def __call__(self, stage: str, done: int, total: int) -> None:
        if not self.on:
            return
        if stage == "read":
            text = f"读取 {done:,} 行"
        else:
            full = BAR * done // total if total else BAR
            text = f"[{'█' * full}{'·' * (BAR - full)}] {done:,}/{total:,}"
        if text != self.shown:
            self.shown = text
            sys.stderr.write(f"\r{text}\033[K")
            sys.stderr.flush()

    def end(self) -> None:
        if self.shown:
            sys.stderr.write("\r\033[K")


def _tell(say: Any, report: dict[str, Any], answer: dict[str, Any], faults: list[Fault]) -> None:
    for file in report["files"]:
        say(f"{file['file']}{'“' + file['sheet'] + '”' if file['sheet'] else ''}：{file['label']}")
    for note in report["notes"]:
        say(f"说明：{note}")
    counts = [f"{label} {answer[state]} 行" for state, label in ROW_STATES.items()]
    say("，".join((*counts, f"退回 {len(faults)} 行")))
    for fault in faults[:20]:
        say(f"  {fault.file} {'第 ' + str(fault.row) + ' 行 ' if fault.row else ''}{fault.field} {fault.reason}")
    if len(faults) > 20:
        say(f"  …… 还有 {len(faults) - 20} 行，见退回行表格")
    say(f"{answer['households']} 户，账单 {answer['bills']} 张，应收 {_yuan(answer['billed_fen'])} 元，"
        f"实收 {_yuan(answer['received_fen'])} 元，欠费 {_yuan(answer['arrears_total_fen'])} 元")


def _send_back(args: argparse.Namespace, sources: list[Source], faults: list[Fault]) -> Path:
    path = args.refused or Path(args.settings.home) / sendback.NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(sendback.workbook(sources, faults))
    return Path(path)


def _yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"
