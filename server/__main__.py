"""The command line: `koumen VERB`. Chinese for people; with --json exactly one JSON object on stdout."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from schemas.problems import PROBLEMS
from server import ROOMS, clock, config
from server.db import Db, DbError, DiskFull, connect
from server.db.migrate import migrate
from server.errors import Refusal

Say = Callable[[str], None]
Answer = dict[str, Any] | tuple[dict[str, Any], int] | None
Run = Callable[[argparse.Namespace, Db, Say], Answer]
HOUSES = ("server.keep", *ROOMS, "server.sim", "server.demo")
# Where the first word of a command lives: such a verb starts without loading the other houses, half a second earlier.
AT_HOME = {
    "import": "server.intake", "arrears": "server.ledger", "bills": "server.ledger", "staff": "server.people",
    "screen": "kiosk", "print": "server.notices", "plan": "server.field",
}
GROUPS = {"secret": "密钥：更换、登记", "staff": "员工：登记、加入另一个小区", "screen": "大厅屏：登记、查看、停用"}
SENTENCES = {
    "the following arguments are required": "缺少", "invalid choice": "没有这一项", "choose from": "可选",
    "unrecognized arguments": "不认识", "expected one argument": "后面要写一个值", "argument ": "",
    "invalid int value": "应为整数",
}


class Parser(argparse.ArgumentParser):
    """argparse in Chinese where a person meets it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._positionals.title, self._optionals.title = "参数", "选项"

    def error(self, message: str) -> NoReturn:
        for english, chinese in SENTENCES.items():
            message = message.replace(english, chinese)
        self.print_usage(sys.stderr)
        if "--json" in sys.argv:
            print(json.dumps({"error": "arguments", "message": f"参数不对：{message}"}, ensure_ascii=False))
        self.exit(2, f"参数不对：{message}\n")


class Sub:
    """What a room's `commands.add` gets: verbs and the options that several share."""

    def __init__(self, parsers: Any) -> None:
        self._parsers = parsers
        self._groups: dict[str, Any] = {}

    def verb(self, name: str, run: Run, text: str, with_db: bool = True) -> argparse.ArgumentParser:
        """Add a verb; `staff add` is a verb `add` in the group `staff`."""
        parsers = self._parsers
        group, _, leaf = name.rpartition(" ")
        if group:
            if group not in self._groups:
                parent = self._parsers.add_parser(group, help=GROUPS.get(group))
                self._groups[group] = parent.add_subparsers(required=True, metavar="动作")
            parsers = self._groups[group]
        parser: argparse.ArgumentParser = parsers.add_parser(leaf, help=text, description=text)
        parser.add_argument("--json", action="store_true", help="只输出一个 JSON 对象")
        parser.add_argument("--home", help="数据目录（默认 KOUMEN_HOME 或 ./koumen-data）")
        parser.set_defaults(run=run, with_db=with_db)
        return parser

    def waits(self, parser: argparse.ArgumentParser) -> None:
        """The verb waits while spreadsheets are being imported: half an import is no basis for plans or letters."""
        parser.set_defaults(waits=True)

    def on(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--on", type=_day, default=None, metavar="YYYY-MM-DD", help="按哪一天（默认今天）")

    def community(self, parser: argparse.ArgumentParser, required: bool = False) -> None:
        parser.add_argument("--community", required=required, default=None, help="小区名称或编号")


def _day(text: str) -> str:
    if not clock.is_day(text):
        raise argparse.ArgumentTypeError(f"没有 {text} 这一天，应写成 YYYY-MM-DD")
    return text


def build(verb: str = "") -> Parser:
    """The parser with every room's verbs; for a verb of `AT_HOME` with those of its own house only."""
    parser = Parser(prog="koumen", description="叩门：上门服务与物业费催缴")
    sub = Sub(parser.add_subparsers(required=True, metavar="命令"))
    for house in [AT_HOME[verb]] if verb in AT_HOME else HOUSES:
        name = f"{house}.commands"
        try:
            known = importlib.util.find_spec(name)
        except ModuleNotFoundError:
            known = None
        if known:
            importlib.import_module(name).add(sub)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; the exit code: 0 done, 1 nothing could be done, 2 refused."""
    argv = sys.argv[1:] if argv is None else argv
    parser = build(argv[0] if argv else "")
    args = parser.parse_args(argv)
    args.parser = parser  # for the verb that tells of all verbs

    def say(text: str) -> None:
        print(text, file=sys.stderr if args.json else sys.stdout, flush=True)

    try:
        return _run(args, say)
    except Refusal as refusal:
        return _failed(args, refusal.code, refusal.sentence)
    except DiskFull:
        return _failed(args, "disk_full", PROBLEMS["disk_full"][1])
    except DbError as error:
        return _failed(args, "database", f"数据库出错：{error}")
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # whoever read along (`| head`) has left; Python would complain once more when it closes stdout
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _run(args: argparse.Namespace, say: Say) -> int:
    # the demo has a folder of its own unless one is named: it never mixes with real data
    home = args.home or (None if os.environ.get("KOUMEN_HOME") else getattr(args, "own_home", None))
    args.settings = config.load(home=home)
    if hasattr(args, "on") and args.on is None:
        args.on = clock.today()
    db = None
    if args.with_db:
        db = connect(args.settings.db)
        migrate(db)
        db.engine.patient()
        _same_secret(db, args.settings)
        if getattr(args, "waits", False):
            _wait_for_imports(db, say)
    try:
        answer: Answer = args.run(args, db, say)
    finally:
        if db is not None:
            db.close()
    body, code = answer if isinstance(answer, tuple) else (answer, 0)
    code = int(code)
    if args.json:
        print(json.dumps(body or {}, ensure_ascii=False))
    return code


def _same_secret(db: Db, settings: config.Config) -> None:
    """Several hosts on one PostgreSQL: a host with another secret would print codes that the others refuse."""
    if db.engine.name != "postgres":
        return
    mine = config.fingerprint(settings.key("fingerprint"))
    # hosts change their secret one after another
    known = {mine, *map(config.fingerprint, settings.past("fingerprint"))}
    with db.write() as sql:
        sql.run("insert into meta (name, value) values ('secret', :mine) on conflict (name) do nothing", mine=mine)
        kept = sql.one("select value from meta where name = 'secret'")
    if kept is not None and kept["value"] not in known:
        raise Refusal("config_wrong", name="KOUMEN_SECRET", reason="与这个数据库登记的密钥不同；各台主机必须相同")


def _wait_for_imports(db: Db, say: Say) -> None:
    """Until no import is open; one that gave no sign of life for minutes no longer counts."""
    from server.intake import acts as intake

    told = False
    while any(intake.intake_open(db, row["id"]) for row in db.all("select id from community")):
        if not told:
            say("正在导入表格，导入完成后接着做 …")
            told = True
        time.sleep(1)


def _failed(args: argparse.Namespace, code: str, sentence: str) -> int:
    print(sentence, file=sys.stderr)
    if args.json:
        print(json.dumps({"error": code, "message": sentence}, ensure_ascii=False))
    return 2


if __name__ == "__main__":
    sys.exit(main())
