"""县科工局和发改局: equipment renewal of thirty firms, with loans, interest subsidies, invoices and asset cards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from bihuan.demo.county import TODAY, YEAR, County
from bihuan.demo.departments._tradein import workday
from bihuan.demo.departments._tradein_equipment import (
    BANKS,
    INTEREST,
    RENEWAL,
    UPGRADE,
    Machine,
    Renewal,
    Works,
    plant,
    works,
)
from bihuan.demo.departments._tradein_files import yuan
from bihuan.demo.truth import Place, Planted, settle
from bihuan.demo.write import Cell, Workbook, csv_file

FOLDER = "51 科工局与发改局 设备更新"
RENEWALS, UPGRADES = f"设备更新补助申报汇总{YEAR}.xlsx", f"技术改造专项申报汇总{YEAR}.csv"
CLAIMS, LOANS = f"设备更新贷款贴息申报{YEAR}.csv", f"设备更新贷款台账{YEAR}.xlsx"
INVOICES, CARDS = f"设备采购发票{YEAR}.jsonl", f"设备更新企业固定资产卡片{YEAR}.xlsx"
Places = dict[object, Place]


def hand_over(county: County, folder: Path) -> list[Planted]:
    """Six files."""
    made, places = works(county), Places()
    plant(made)
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    acts: tuple[Callable[[Works, Path, Places], None], ...] = (
        _renewals, _upgrades, _interest, _loans, _invoices, _cards
    )  # fmt: skip
    for act in acts:
        act(made, folder / FOLDER, places)
    return settle(made.marks, places)


def _money(cents: int) -> Decimal:
    return Decimal(cents) / 100


def _sheet(path: Path, title: tuple[str, str, str], headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    book = Workbook(path)
    sheet, words, by = title
    book.sheet(sheet, words, (by, "单位：元"), headings, rows)
    book.close()


def _renewals(made: Works, folder: Path, places: Places) -> None:
    headings = ("申报编号", "主管部门编码", "主管部门", "补贴项目", "申报企业", "统一社会信用代码", "设备类别",
                "新设备名称", "规格型号", "产品序列号", "出厂日期", "旧设备编号", "旧设备购置日期", "购买日期",
                "发票号码",
                "发票金额", "补助金额", "审核状态", "拨付日期")  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for one in _claimed(made, RENEWAL):
        places[one] = Place(RENEWALS, "补助申报", len(rows) + 4)
        machine = one.machine
        rows.append(
            (f"SBGX{YEAR}{len(rows) + 1:05d}", made.industry.code, made.industry.name, RENEWAL, one.firm.name,
             one.firm.credit_code, machine.kind, one.name, machine.model, one.serial, machine.made, one.old_serial,
             one.old_from, one.bought, one.invoice, _money(machine.price), _money(one.amount), *_outcome(one))
        )  # fmt: skip
    title = ("补助申报", f"{YEAR}年大规模设备更新补助申报汇总表", f"填报单位：{made.industry.name}")
    _sheet(folder / RENEWALS, title, headings, rows)


def _claimed(made: Works, programme: str) -> list[Renewal]:
    found = [one for one in made.renewals if one.programme == programme]
    return sorted(found, key=lambda one: (one.claimed, one.firm.credit_code, one.serial))


def _outcome(one: Renewal) -> tuple[Cell, Cell]:
    paid = workday(one.claimed + timedelta(days=45))
    if one.status != "已拨付":
        return one.status, None
    return ("已拨付", paid) if paid < TODAY else ("审核通过", None)


def _upgrades(made: Works, folder: Path, places: Places) -> None:
    headings = ("申报编号", "主管部门编码", "主管部门", "申报类型", "企业名称", "统一社会信用代码", "设备名称", "型号",
                "产品序列号", "旧设备购置日期", "购买日期", "发票号码", "开票金额", "补助金额", "审核状态",
                "拨付日期")  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for one in _claimed(made, UPGRADE):
        places[one] = Place(UPGRADES, "", len(rows) + 2)
        rows.append(
            (f"JG{YEAR}{len(rows) + 1:05d}", made.planning.code, made.planning.name, UPGRADE, one.firm.name,
             one.firm.credit_code, one.name, one.machine.model, one.serial, one.old_from, one.bought, one.invoice,
             yuan(one.machine.price), yuan(one.amount), *_outcome(one))
        )  # fmt: skip
    csv_file(folder / UPGRADES, headings, rows)


def _interest(made: Works, folder: Path, places: Places) -> None:
    headings = ("申报编号", "主管部门编码", "主管部门", "补贴项目", "申报企业", "统一社会信用代码", "贷款银行",
                "借据编号", "贷款金额", "贴息金额", "申请日期", "审核状态", "拨付日期")  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for one in sorted(made.interest, key=lambda one: (one.claimed, one.firm.credit_code, one.number)):
        places[one] = Place(CLAIMS, "", len(rows) + 2)
        paid = workday(one.claimed + timedelta(days=20))
        rows.append(
            (f"TX{YEAR}{len(rows) + 1:05d}", made.industry.code, made.industry.name, INTEREST, one.firm.name,
             one.firm.credit_code, BANKS[one.bank][1], one.number, yuan(one.principal), yuan(one.amount), one.claimed,
             one.status, paid)
        )  # fmt: skip
    csv_file(folder / CLAIMS, headings, rows)


def _loans(made: Works, folder: Path, places: Places) -> None:
    headings = ("机构代码", "机构名称", "借据编号", "贷款合同号", "客户名称", "统一社会信用代码", "借据金额",
                "借据余额", "执行利率", "发放日期", "到期日期", "结清日期", "原借据编号", "担保方式", "贷款用途",
                "五级分类",
                "数据日期")  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for one in sorted(made.notes, key=lambda one: (one.bank, one.number)):
        places[one] = Place(LOANS, "贷款台账", len(rows) + 4)
        left = 0 if one.settled else one.amount
        rows.append(
            (BANKS[one.bank][0], BANKS[one.bank][1], one.number, one.contract, one.firm.name, one.firm.credit_code,
             _money(one.amount), _money(left), Decimal("0.0365"), one.since, one.until, one.settled, one.renews, "抵押",
             one.purpose, "正常", TODAY.replace(month=1, day=10))
        )  # fmt: skip
    title = ("贷款台账", f"{YEAR}年设备更新企业贷款台账", "汇总单位：中国人民银行云禾县支行")
    _sheet(folder / LOANS, title, headings, rows)


def _invoices(made: Works, folder: Path, places: Places) -> None:
    lines, done = list[str](), dict[str, list[Machine]]()
    for one in sorted(made.machines, key=lambda one: (one.bought, one.invoice, one.serial)):
        done.setdefault(one.invoice, []).append(one)
    for number, of in done.items():
        for at, one in enumerate(of, start=1):
            places[one] = Place(INVOICES, "", len(lines) + 1)
            net = (one.price * 100 + 56) // 113
            lines.append(
                f'{{"单位名称": "国家税务总局云禾县税务局", "数电票号码": "{number}", "行号": {at}, '
                f'"开票日期": "{one.bought}", '
                f'"销方名称": "{one.maker}", '
                f'"购方名称": "{one.firm.name}", "购方识别号": "{one.firm.credit_code}", '
                f'"货物名称": "*通用设备*{one.name}", "规格型号": "{one.model}", "数量": "1", "金额": "{yuan(net)}", '
                f'"税额": "{yuan(one.price - net)}", "价税合计": "{yuan(one.price)}", "发票状态": "正常"}}'
            )
    (folder / INVOICES).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _cards(made: Works, folder: Path, places: Places) -> None:
    headings = ("使用单位编码", "使用单位", "资产编号", "资产名称", "规格型号", "出厂编号", "原值", "取得日期",
                "使用状况", "处置日期")  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for one in sorted(made.cards, key=lambda one: (one.firm.credit_code, one.since, one.serial)):
        places[one] = Place(CARDS, "资产卡片", len(rows) + 4)
        rows.append(
            (one.firm.credit_code, one.firm.name, f"ZC{len(rows) + 1:06d}", one.name, one.model, one.serial,
             _money(one.cost), one.since, "已处置" if one.gone else "在用", one.gone)
        )  # fmt: skip
    title = ("资产卡片", f"设备更新企业固定资产卡片（{YEAR}年末）", f"填报：{made.industry.name}汇总")
    _sheet(folder / CARDS, title, headings, rows)
