"""How fast spreadsheets come in: a table of estates by size, with journal and chain on. Not part of the tests.

    python -m bench.import [--rows sample|small|middle|large|all] [--url postgresql://…]

Each estate is made in a folder of its own and imported by the command line in a process of its own, so that the time
holds everything a clerk waits for; the sources are compiled, as pip leaves them. Memory is that of the process and of
the one that writes for it, taken together every 20 ms (pages they share count twice). `calibration` is a loop that
counts to ten million, before and after: 0.26 to 0.30 s with Debian's Python on a quiet machine of the kind the figures
were taken on; with twice that it had half its speed.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

SAMPLE = Path(__file__).parents[1] / "server/demo/sample/jinxiu"
ESTATES = {"sample": (612, 35), "small": (612, 35), "middle": (2_000, 35), "large": (20_000, 35)}
TARGETS = {"sample": "≤ 4 s", "small": "≤ 4 s", "middle": "≥ 10,000/s", "large": "≥ 10,000/s, ≤ 600 MB"}
SOURCES = [str(Path(__file__).parents[1] / name) for name in ("server", "kiosk", "schemas")]
METHODS = ("微信", "支付宝", "银行转账", "现金", "POS")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", choices=(*ESTATES, "all"), default="sample")
    parser.add_argument("--url", default="", help="import into this empty PostgreSQL database instead of SQLite")
    args = parser.parse_args()
    names = list(ESTATES) if args.rows == "all" else [args.rows]
    say("| estate | homes | bills | time s | CPU s | bills/s | bills/CPU s | again s | MB | database MB | calibration s"
        " | target |")
    say("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for name in names:
        with tempfile.TemporaryDirectory(prefix="koumen-bench-") as folder:
            measure(name, Path(folder), args.url)


def measure(name: str, folder: Path, url: str) -> None:
    """One estate, imported twice; a row of the table."""
    homes, months = ESTATES[name]
    if name == "sample":
        shutil.copytree(SAMPLE, folder / "sheets")
    else:
        make(folder / "sheets", homes, months)
    env = {**os.environ, "KOUMEN_HOME": str(folder / "home"), "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run([sys.executable, "-m", "compileall", "-q", *SOURCES], env=env, check=True)
    if url:
        env |= {"KOUMEN_DB": url, "KOUMEN_SECRET": "bench " * 8}
    before = calibration()
    seconds, cpu, peak, answer = timed(folder, env)
    after = calibration()
    assert answer["bills"] == homes * months, answer
    again, _, _, second = timed(folder, env)
    assert (second["new"], second["changed"]) == (0, 0), second
    base = folder / "home" / "koumen.db"
    size = base.stat().st_size / 1e6 if base.exists() else 0
    bills = homes * months
    figures = (f"{seconds:.1f}", f"{cpu:.1f}", f"{bills / seconds:.0f}", f"{bills / cpu:.0f}", f"{again:.1f}")
    say(" | ".join((f"| {name}", str(homes), str(bills), *figures, f"{peak:.0f}", f"{size:.0f}",
                    f"{before:.2f}, {after:.2f}", f"{TARGETS[name]} |")))


def calibration() -> float:
    """Seconds this machine needs to count to ten million just now."""
    start, i = time.perf_counter(), 0
    while i < 10_000_000:
        i += 1
    return time.perf_counter() - start


def timed(folder: Path, env: dict[str, str]) -> tuple[float, float, float, dict[str, int]]:
    """Wall and CPU seconds, peak MB and the answer of one run of the command."""
    command = [sys.executable, "-m", "server", "import", str(folder / "sheets"), "--community", "大盘", "--json"]
    peak, done = 0, 0
    with (folder / "answer.json").open("wb") as out:
        start = time.perf_counter()
        process = subprocess.Popen(command, env=env, stdout=out, stderr=subprocess.DEVNULL)
        while not done:
            done, status, usage = os.wait4(process.pid, os.WNOHANG)
            seconds = time.perf_counter() - start
            peak = max(peak, memory_kb(process.pid))
            time.sleep(0.02)
    if status:
        raise SystemExit(f"the import failed with {status}")
    answer = json.loads((folder / "answer.json").read_text("utf-8"))
    return seconds, usage.ru_utime + usage.ru_stime, max(peak, usage.ru_maxrss) / 1e3, answer


def memory_kb(pid: int) -> int:
    """What a process and those it started hold just now; 0 of one that has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0
    held = next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)
    return held + sum(memory_kb(int(child)) for child in children)


def make(folder: Path, homes: int, months: int) -> None:
    """An estate of this size: nine in ten bills are paid, lines come in the order of time, not of homes."""
    rng = Random(7)
    folder.mkdir(parents=True)
    codes = [(i // 200 + 1, i // 100 % 2 + 1, f"{i % 100 // 4 + 1}{i % 4 + 1:02d}") for i in range(homes)]
    write(folder / "房产.csv", ["楼栋", "单元", "房号", "建筑面积", "业主姓名", "联系电话"], [
        [f"{b}栋", f"{u}单元", room, f"{60 + i % 80}.{i % 100:02d}", f"业主{i}", f"199{i:08d}"]
        for i, (b, u, room) in enumerate(codes)
    ])
    with (folder / "应收.csv").open("w", encoding="gbk", newline="") as file:
        out = csv.writer(file)
        out.writerow("房号,收费项目,账期,应收日期,应收金额,实收金额,缴费日期,缴费方式,票据号,备注".split(","))
        for m in range(months):
            year, month = 2024 + m // 12, m % 12 + 1
            out.writerows(line(rng, year, month, "-".join(map(str, code)), i) for i, code in enumerate(codes))


def line(rng: Random, year: int, month: int, code: str, i: int) -> Sequence[str]:
    yuan, day = f"{150 + i % 90}.{i % 100:02d}", rng.randrange(1, 29)
    bill = [code, "物业服务费", f"{year}-{month:02d}", f"{year}-{month:02d}-25", yuan]
    if rng.random() < 0.1:
        return [*bill, "", "", "", "", ""]
    number = f"SJ{year}{month:02d}{day:02d}{rng.randrange(10_000):04d}"
    return [*bill, yuan, f"{year}/{month:02d}/{day:02d}", rng.choice(METHODS), number, ""]


def write(path: Path, heading: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="gbk", newline="") as file:
        out = csv.writer(file)
        out.writerow(heading)
        out.writerows(rows)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
