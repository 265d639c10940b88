"""县档案馆: books in the form of GB/T 24589.1-2010, 公共档案.xml and 总账.xml in GB18030."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from bihuan.demo import government, problems
from bihuan.demo.books import Balance, Entry, Ledger, Voucher
from bihuan.demo.county import UNITS, YEAR, County
from bihuan.demo.truth import Place, Planted, settle
from bihuan.demo.xml import Lines, element

UNIT = UNITS["209"]
FOLDER = "06 档案馆 国标数据接口"
FILE = "总账.xml"
_HEAD = '<?xml version="1.0" encoding="GB18030"?>'


def hand_over(county: County, folder: Path) -> list[Planted]:
    """The two files that the standard asks for."""
    ledger = government.keep(county, government.Office(UNIT, staff=12, dealings=180))
    problems.old_claim(ledger, "121803", Decimal("36500.00"))
    problems.gap(ledger, 9)
    problems.unbalanced(ledger, 11)
    government.finish(ledger)
    places: dict[object, Place] = {}
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    (place / "公共档案.xml").write_bytes(_archive(county).encoded("gb18030"))
    (place / FILE).write_bytes(_ledger(ledger, places).encoded("gb18030"))
    return settle(ledger.marks, places)


def _archive(county: County) -> Lines:
    lines = Lines(_HEAD, "<公共档案>")
    book = {
        "电子账簿编号": "001", "电子账簿名称": f"{UNIT.name}{YEAR}年账", "会计核算单位": UNIT.name,
        "组织机构代码": UNIT.code, "单位性质": "行政单位", "开发单位": "某软件公司", "版本号": "7.0",
        "本位币": "人民币", "会计年度": YEAR, "标准版本号": "GB/T 24589.1-2010",
    }  # fmt: skip
    lines.add(element("电子账簿", book))
    word = {"记账凭证类型编号": "01", "记账凭证类型名称": "记账凭证", "记账凭证类型简称": "记"}
    lines.add(element("记账凭证类型", word))
    lines.add(element("币种", {"币种编码": "CNY", "币种名称": "人民币"}))
    for number, firm in enumerate(county.firms[:10], start=1):
        lines.add(element("供应商档案", {"供应商编码": f"G{number:03d}", "供应商名称": firm.name}))
    lines.add("</公共档案>")
    return lines


def _ledger(ledger: Ledger, places: dict[object, Place]) -> Lines:
    lines, chart = Lines(_HEAD, "<总账>"), ledger.chart
    lines.add(element("总账基础信息", {"结构分隔符": "-", "会计科目编号规则": "4-2-2"}))
    for code, name in sorted(chart.names.items()):
        account = {"科目编号": code, "科目名称": name, "科目级次": chart.level(code), "科目类型": code[0],
                   "余额方向": "贷" if chart.is_credit(code) else "借"}  # fmt: skip
        lines.add(element("会计科目", account))
    for balance in ledger.balances():
        line = lines.add(element("科目余额及发生额", _balance(balance)))
        places[balance.account, balance.period] = Place(FILE, "", line)
    for voucher, number, entry in ledger.lines():
        places[entry] = Place(FILE, "", lines.add(element("记账凭证", _entry(voucher, number, entry))))
    lines.add("</总账>")
    return lines


def _balance(one: Balance) -> dict[str, object]:
    return {
        "科目编号": one.account, "期初余额方向": _side(one.opening), "期末余额方向": _side(one.closing),
        "币种编码": "CNY", "会计年度": YEAR, "会计期间号": one.period, "期初本币余额": abs(one.opening),
        "借方本币金额": one.debit,
        "贷方本币金额": one.credit, "期末本币余额": abs(one.closing),
    }  # fmt: skip


def _side(amount: Decimal) -> str:
    return "贷" if amount < 0 else "借"


def _entry(voucher: Voucher, number: int, entry: Entry) -> dict[str, object]:
    return {
        "记账凭证日期": f"{voucher.day:%Y%m%d}", "会计年度": YEAR, "会计期间号": voucher.period,
        "记账凭证类型编号": "01", "记账凭证编号": f"{voucher.number:04d}", "记账凭证行号": number,
        "记账凭证摘要": entry.summary,
        "科目编号": entry.account, "币种编码": "CNY", "借方本币金额": entry.debit, "贷方本币金额": entry.credit,
        "附件数": voucher.attachments, "制单人": voucher.prepared_by, "审核人": voucher.approved_by,
        "记账人": voucher.posted_by, "记账标志": 1, "作废标志": int(voucher.is_void),
    }  # fmt: skip
