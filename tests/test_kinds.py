"""Every kind is held to the same bar by being there; each is then fed the files that it is for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from bihuan.collect.desk import Desk, Options
from bihuan.collect.handed import Draft, Handed
from bihuan.collect.kind import PSEUDO, Kind, Need, kinds, parse
from bihuan.collect.kinds import Matched, _columns, _relation, match_kinds
from bihuan.collect.sheet import Sheet
from bihuan.errors import BadSource
from bihuan.model.table import table
from bihuan.settings import Settings
from bihuan.store.engine import connect, quoted

KINDS = kinds(Path("no-own-kinds"))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with connect(Settings(threads=1)) as engine:
        yield Desk(engine, tmp_path, Settings(), tmp_path / "maps", Options(unit="101"))


@pytest.fixture
def strict_desk(desk: Desk) -> Desk:
    """A desk at which nobody said which unit."""
    return Desk(desk.engine, desk.scratch, desk.settings, desk.maps, Options())


def sheet(desk: Desk, name: str, rows: str, file: str = "", **facts: object) -> Sheet:
    """A sheet written as people see it: headings and cells apart by blanks, `_` for an empty cell."""
    headings, *body = [line.split() for line in rows.strip().splitlines()]
    spool = desk.spool(headings)
    for line, cells in enumerate(body, start=2):
        assert len(cells) == len(headings), cells
        spool.add(line, [None if one == "_" else one.replace("~", " ") for one in cells])
    handed = Handed(desk.scratch / (file or f"{name}.csv"), file or f"{name}.csv")
    return Sheet(handed, name, tuple(headings), spool.of_sheet(name), 1, **facts)  # type: ignore[arg-type]


def rows(desk: Desk, draft: Draft, *columns: str) -> list[tuple[str | int | None, ...]]:
    cells = ", ".join(map(quoted, columns))
    return desk.engine.rows(f"SELECT {cells} FROM ({draft.scan}) ORDER BY sheet, line")


def only(matched: Matched) -> Draft:
    assert [str(error) for _, error in matched.refused] == []
    assert len(matched.drafts) == 1
    return matched.drafts[0]


def of_kind(matched: Matched, kind: str) -> Draft:
    assert [str(error) for _, error in matched.refused] == []
    return next(one for one in matched.drafts if one.reader == kind)


# --- all kinds, by being there


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
def test_its_select_runs_on_its_own_sheets_and_gives_columns_of_the_model(kind: Kind, desk: Desk) -> None:
    empty = ", ".join(f"{quoted(need.alias)} AS ({_relation(need, ())})" for need in kind.sheets)
    given = [name for name, _ in desk.engine.columns(f"WITH {empty} SELECT * FROM ({kind.body}) AS made")]
    assert {"sheet", "line"} <= set(given)
    made = set(_columns(kind, given, ()))
    required = {one.name for one in table(kind.table).columns if one.required} - {"unit_id"}
    assert required <= made | set(PSEUDO.get(kind.table, ()))
    for skip in kind.skip:
        desk.engine.columns(f"WITH {empty} SELECT {skip.when} FROM ({kind.body}) AS made")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
def test_it_uses_every_heading_that_it_names(kind: Kind) -> None:
    words = kind.body.casefold()
    unused = [one for need in kind.sheets for one in need.may if one.casefold() not in words]
    assert unused == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
def test_its_keys_are_its_own_headings(kind: Kind) -> None:
    for need in kind.companions:
        assert set(need.key) <= set(need.columns)
        assert need.unless == "" or need.unless in kind.main.columns


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
def test_a_sheet_with_just_its_headings_is_known_as_this_kind_and_no_other(kind: Kind, desk: Desk) -> None:
    sheets = [_bare(desk, need, kind) for need in kind.sheets]
    matched = match_kinds(sheets, desk)
    assert kind.id in {one.reader for one in matched.drafts}
    assert matched.refused == ()


def _bare(desk: Desk, need: Need, kind: Kind) -> Sheet:
    name = need.names[0].replace(r"\w*", "") if need.names else kind.id
    return sheet(desk, name, " ".join(need.needs))


# --- 用友 U8

U8_VOUCHERS = """
iperiod csign ino_id inid dbill_date cdigest ccode md mc iflag ibook cbill ccheck cbook coutsysname iyear csup_id
0 _ _ 1 2024-01-01 期初 1001 100 0 _ _ _ _ _ _ 2024 _
1 记 1 1 2024-01-05 付水费 5001 80.00 0 _ 1 李 王 王 _ 2024 S01
1 记 1 2 2024-01-05 付水费 1001 0 80.00 _ 1 李 王 王 _ 2024 _
1 记 2 1 2024-01-06 作废 5001 9 0 1 0 李 _ _ _ 2024 _
2 记 1 1 2024-02-06 有错 5001 9 0 2 _ 李 _ _ 应付 2024 _
21 _ _ 1 2024-01-01 期初 1001 7 0 _ _ _ _ _ _ 2024 _
"""
U8_CODE = """
ccode ccode_name igrade bproperty bend cclass bcash
1001 库存现金 1 1 1 资产 1
5001 业务活动费用 1 1 1 费用 0
2001 应付 1 0 1 负债 0
"""


def test_u8_vouchers_keep_void_and_faulty_ones_and_count_the_openings(desk: Desk) -> None:
    draft = of_kind(match_kinds([sheet(desk, "GL_accvouch", U8_VOUCHERS)], desk), "u8_gl_accvouch")
    assert rows(desk, draft, "line", "voucher_no", "debit", "credit", "status", "is_posted") == [
        (3, "1", "80.00", "0", "valid", "1"),
        (4, "1", "0", "80.00", "valid", "1"),
        (5, "2", "9", "0", "void", "0"),
        (6, "1", "9", "0", "faulty", None),
    ]
    assert draft.skipped == {
        "U8 期初（iperiod 0、20、21），不是凭证 / U8 opening balances (iperiod 0, 20, 21), not vouchers": 2
    }
    assert draft.system == "u8"


def test_u8_vouchers_take_account_names_and_the_set_of_books_from_what_comes_with_them(strict_desk: Desk) -> None:
    sheets = [
        sheet(strict_desk, "GL_accvouch", U8_VOUCHERS),
        sheet(strict_desk, "code", U8_CODE),
        sheet(strict_desk, "UA_Account", "cAcc_Id cAcc_Name cUnitName\n001 局本级 云禾县教育局"),
    ]
    matched = match_kinds(sheets, strict_desk)
    assert matched.left_over == ()
    draft = of_kind(matched, "u8_gl_accvouch")
    assert rows(strict_desk, draft, "unit_id", "unit_name", "book_id", "account_name", "counterparty")[0] == (
        "001", "云禾县教育局", "001", "业务活动费用", "S01",
    )  # fmt: skip
    assert {one.name for one in draft.companions} == {"code.csv", "UA_Account.csv"}
    account = of_kind(matched, "u8_code")
    assert rows(strict_desk, account, "code", "normal_side", "is_leaf", "is_cash") == [
        ("1001", "debit", "1", "1"), ("5001", "debit", "1", "0"), ("2001", "credit", "1", "0"),
    ]  # fmt: skip


def test_u8_vouchers_of_nobody_are_refused_with_what_to_say(strict_desk: Desk) -> None:
    matched = match_kinds([sheet(strict_desk, "GL_accvouch", U8_VOUCHERS)], strict_desk)
    assert matched.drafts == ()
    assert "--unit" in str(matched.refused[0][1])


def test_u8_balances_carry_their_side_and_those_by_dimension_say_which(desk: Desk) -> None:
    sums = (
        "ccode iperiod cbegind_c mb md mc cendd_c me cexch_name\n1001 1 借 100 0 80 借 20 _\n1002 1 平 _ 7 7 平 0 美元"
    )
    ass = (
        "ccode iperiod cbegind_c mb md mc cendd_c me citem_id cdept_id ccus_id\n"
        "1218 1 借 5 0 0 借 5 _ D01 C7\n1218 1 借 9 0 0 借 9 _ _ _"
    )
    matched = match_kinds([sheet(desk, "GL_accsum", sums), sheet(desk, "GL_accass", ass)], desk)
    first, second = of_kind(matched, "u8_gl_accsum"), of_kind(matched, "u8_gl_accass")
    assert rows(desk, first, "opening_dc", "opening", "closing_dc", "closing", "aux_kind", "aux_code") == [
        ("借", "100", "借", "20", None, None), ("平", None, "平", "0", "币种", "美元"),
    ]  # fmt: skip
    assert rows(desk, second, "aux_kind", "aux_code") == [("部门+客户", "D01+C7"), ("辅助", "")]


def test_vouchers_cut_into_two_sheets_are_one_draft_and_into_two_files_two(desk: Desk) -> None:
    in_one = [sheet(desk, f"GL_accvouch{n}", U8_VOUCHERS, file="u8.xlsx") for n in (1, 2)]
    draft = only(match_kinds(in_one, desk))
    assert rows(desk, draft, "sheet", "line")[0] == ("GL_accvouch1", 3)
    assert len(rows(desk, draft, "line")) == 8
    apart = [sheet(desk, f"GL_accvouch{n}", U8_VOUCHERS) for n in (1, 2)]
    assert {one.file.name for one in match_kinds(apart, desk).drafts} == {"GL_accvouch1.csv", "GL_accvouch2.csv"}


# --- 用友 NC

NC_DETAIL = """
pk_voucher detailindex explanation localdebitamount localcreditamount {account} dr
V1~~~~ 1 付款 10 0 {a} 0
V1 2 付款 0 10 {b} 0
V2 1 作废 5 0 {a} 0
"""
NC_HEAD = """
pk_voucher prepareddate year period no discardflag pk_corp pk_prepared pk_checked pk_manager
V1 2024-03-01 2024 03 7 N 1001 U1 U2 U2
V2 2024-03-02 2024 03 8 Y 1001 U1 _ _
"""


def test_nc_details_meet_their_vouchers_though_keys_are_padded(desk: Desk) -> None:
    detail = sheet(desk, "gl_detail", NC_DETAIL.format(account="accsubj_code", a="5001", b="1002"))
    users = sheet(desk, "sm_user", "cuserid user_name\nU1 李\nU2 王")
    draft = of_kind(match_kinds([detail, sheet(desk, "gl_voucher", NC_HEAD), users], desk), "nc_gl_detail")
    assert rows(
        desk, draft, "unit_id", "period", "voucher_no", "account_code", "prepared_by", "is_posted", "status"
    ) == [
        ("1001", "03", "7", "5001", "李", "1", "valid"),
        ("1001", "03", "7", "1002", "李", "1", "valid"),
        ("1001", "03", "8", "5001", "李", "0", "void"),
    ]


def test_nc_accounts_that_are_only_keys_need_their_table(desk: Desk) -> None:
    detail = sheet(desk, "gl_detail", NC_DETAIL.format(account="pk_accasoa", a="K1", b="K2"))
    head = sheet(desk, "gl_voucher", NC_HEAD)
    refused = match_kinds([detail, head], desk).refused
    assert "bd_accasoa" in str(refused[0][1])
    accounts = sheet(desk, "bd_accasoa", "pk_accasoa code dispname\nK1 6602 管理费用\nK2 1002 银行存款")
    draft = only(match_kinds([detail, head, accounts], desk))
    assert rows(desk, draft, "account_code", "account_name")[0] == ("6602", "管理费用")


# --- 用友政务 GRP


def test_grp_lines_take_date_and_status_from_their_head(desk: Desk) -> None:
    lines = (
        "gsdm ztdm kjqj pzly pzh flh zy kmdm jdbz je bmdm wldm\n"
        "101 01 202402 GL 0001 1 付款 5001 借 10.00 B1 _\n101 01 202402 GL 0001 2 付款 1002 贷 10.00 _ W1\n"
        "101 01 202402 GL 0002 1 作废 5001 J 3 _ _\n101 01 202400 GL 0001 1 期初 1002 借 9 _ _"
    )
    heads = (
        "gsdm ztdm kjqj pzly pzh pzrq fjzs sr sh zt\n101 01 202402 GL 0001 20240205 2 李 王 3\n"
        "101 01 202402 GL 0002 20240206 1 李 _ 0\n101 01 202400 GL 0001 20240101 0 李 _ 3"
    )
    names = "gsdm ztdm kjnd kmdm kmmc yefx kmmx\n101 01 2024 5001 业务活动费用 借 1\n101 01 2024 1002 银行存款 借 1"
    sheets = [sheet(desk, "GL_Pznr", lines), sheet(desk, "GL_Pzml", heads), sheet(desk, "GL_Kmxx", names)]
    matched = match_kinds(sheets, desk)
    draft = of_kind(matched, "grp_gl_pznr")
    wanted = ("fiscal_year", "period", "voucher_date", "dc", "amount", "status", "account_name", "attachments")
    assert rows(desk, draft, *wanted) == [
        ("2024", "02", "20240205", "借", "10.00", "valid", "业务活动费用", "2"),
        ("2024", "02", "20240205", "贷", "10.00", "valid", "银行存款", "2"),
        ("2024", "02", "20240206", "借", "3", "void", "业务活动费用", "1"),
    ]
    assert sum(draft.skipped.values()) == 1
    assert rows(desk, of_kind(matched, "grp_gl_kmxx"), "code", "normal_side")[0] == ("5001", "debit")


def test_grp_months_side_by_side_become_a_row_each_with_their_opening(desk: Desk) -> None:
    months = " ".join(f"kmjf{n} kmdf{n}" for n in range(1, 14))
    sums = " ".join(["10 0", "5 20", "oops 1", *["0 0"] * 9, "_ _"])
    balance = sheet(desk, "GL_Yeb", f"gsdm kjnd kmdm ncj ncd {months}\n101 2024 1002 1,000.00 0 {sums}")
    draft = only(match_kinds([balance], desk))
    found = rows(desk, draft, "line", "period", "opening_debit", "opening_credit", "debit", "credit")
    assert sorted(found, key=lambda row: int(row[1] or 0))[:4] == [
        (2, "1", "1,000.00", "0", "10", "0"),
        (2, "2", "1010.00", "0", "5", "20"),
        (2, "3", "995.00", "0", "oops", "1"),
        (2, "4", None, None, "0", "0"),
    ]
    assert len(found) == 12


# --- 金蝶

K3_ENTRIES = """
FVoucherID FEntryID FExplanation FAccountID FDC FAmount FAmountFor
1 0 付电费 1002 1 55.50 55.50
1 1 付电费 1001 0 55.50 55.50
2 0 未过账 1002 1 -3.00 -3.00
"""
K3_HEADS = """
FVoucherID FDate FYear FPeriod FNumber FGroupID FPreparerID FCheckerID FPosterID
1 2024-05-06~00:00:00.000 2024 5 12 1 16394 16395 16395
2 2024-05-07 2024 5 13 1 16394 -1 -1
"""
K3_ACCOUNTS = """
FAccountID FNumber FName FDC FLevel FDetail FParentID FGroupID FIsBank
1001 1002 银行存款 1 1 1 0 101 1
1002 6602.01 电费 1 2 1 1003 502 0
1003 6602 管理费用 1 1 0 0 502 0
"""


def k3(desk: Desk, *more: Sheet, file: str = "") -> Sequence[Sheet]:
    return [
        sheet(desk, "t_VoucherEntry", K3_ENTRIES, file),
        sheet(desk, "t_Voucher", K3_HEADS, file),
        sheet(desk, "t_Account", K3_ACCOUNTS, file),
        *more,
    ]


def test_k3_entries_join_voucher_account_users_and_group(desk: Desk) -> None:
    users = sheet(desk, "t_User", "FUserID FName\n16394 赵\n16395 钱")
    groups = sheet(desk, "t_VoucherGroup", "FGroupID FName\n1 记")
    matched = match_kinds(k3(desk, users, groups), desk)
    assert matched.left_over == ()
    draft = of_kind(matched, "k3_voucher_entry")
    wanted = ("voucher_word", "voucher_no", "line_no", "account_code", "dc", "amount", "prepared_by", "posted_by")
    assert rows(desk, draft, *wanted, "is_posted") == [
        ("记", "12", "0", "6602.01", "借", "55.50", "赵", "钱", "1"),
        ("记", "12", "1", "1002", "贷", "55.50", "赵", "钱", "1"),
        ("记", "13", "0", "6602.01", "借", "-3.00", "赵", None, "0"),
    ]
    accounts = of_kind(matched, "k3_account")
    assert rows(desk, accounts, "code", "parent_code", "normal_side", "is_cash") == [
        ("1002", None, "debit", "1"), ("6602.01", "6602", "debit", "0"), ("6602", None, "debit", "0"),
    ]  # fmt: skip


def test_k3_without_its_vouchers_says_which_table_to_hand_over_too(desk: Desk) -> None:
    entries, heads, accounts = k3(desk)
    matched = match_kinds([entries, accounts], desk)
    assert "t_VoucherEntry.csv" in str(matched.refused[0][1])
    assert "t_Voucher is missing" in str(matched.refused[0][1])
    lone = match_kinds([heads], desk)
    assert lone.left_over == ()
    assert "t_VoucherEntry is missing" in str(lone.refused[0][1])


def test_two_sets_of_k3_books_in_two_databases_do_not_mix(desk: Desk) -> None:
    first, second = k3(desk, file="a.db"), k3(desk, file="b.db")
    matched = match_kinds([*first, *second], desk)
    entries = [one for one in matched.drafts if one.reader == "k3_voucher_entry"]
    assert [one.file.name for one in entries] == ["a.db", "b.db"]
    assert [len(rows(desk, one, "line")) for one in entries] == [3, 3]


def test_a_key_that_stands_twice_is_refused_because_a_join_would_double_the_money(desk: Desk) -> None:
    again = sheet(desk, "t_Account_2", "FAccountID FNumber FName FDC FLevel FDetail\n1001 1002.09 别的 1 1 1")
    matched = match_kinds([*k3(desk), again], desk)
    assert "FAccountID 1001 stands there twice" in " ".join(str(error) for _, error in matched.refused)


def test_k3_balances_of_single_currencies_stand_beside_their_sum_as_a_dimension(desk: Desk) -> None:
    balances = (
        "FYear FPeriod FAccountID FDetailID FCurrencyID FBeginBalance FDebit FCredit FEndBalance FYtdDebit FYtdCredit\n"
        "2024 5 1001 0 0 -100 5 10 -105 50 60\n2024 5 1001 0 1 -100 5 10 -105 50 60"
    )
    matched = match_kinds([*k3(desk), sheet(desk, "t_Balance", balances)], desk)
    found = rows(desk, of_kind(matched, "k3_balance"), "account_code", "opening", "closing", "aux_kind", "aux_code")
    assert found == [("1002", "-100", "-105", None, None), ("1002", "-100", "-105", "币种", "1")]


def test_k3_standard_format_keeps_the_dimensions_and_the_voucher_date(desk: Desk) -> None:
    content = (
        "FDATE FTRANSDATE FPERIOD FGROUP FNUM FENTRYID FEXP FACCTID FDEBIT FCREDIT FCLSNAME1 FOBJID1 FOBJNAME1 FPREPARE"
        "\n20240131 20240128 1 记 5 0 付款 6602 9.00 0 部门 01 财务部 孙"
    )
    draft = only(match_kinds([sheet(desk, "凭证", content)], desk))
    assert draft.reader == "k3_standard"
    assert rows(desk, draft, "voucher_date", "debit", "aux", "prepared_by") == [
        ("20240131", "9.00", "部门=01 财务部", "孙")
    ]


def test_eas_and_galaxy_share_a_table_name_but_not_the_coding(desk: Desk) -> None:
    eas = [
        sheet(
            desk, "T_GL_VoucherEntry", "FBillID FAccountID FSeq FEntryDC FOriginalAmount FLocalAmount\nB A 1 0 10 71"
        ),
        sheet(desk, "T_GL_Voucher", "FID FNumber FBookedDate FBizStatus FPeriodID\nB 0007 2024-02-03 5 P"),
        sheet(desk, "T_BD_AccountView", "FID FNumber FName_L2\nA 1002 银行存款"),
        sheet(desk, "T_BD_Period", "FID FPeriodYear FPeriodNumber\nP 2024 2"),
    ]
    draft = only(match_kinds(eas, desk))
    wanted = ("fiscal_year", "period", "voucher_no", "account_code", "dc", "amount", "foreign_amount", "is_posted")
    assert rows(desk, draft, *wanted) == [("2024", "2", "0007", "1002", "贷", "71", "10", "1")]
    galaxy = [
        sheet(desk, "T_GL_VOUCHERENTRY", "FVOUCHERID FACCOUNTID FENTRYSEQ FDC FAMOUNTFOR\n9 4 1 -1 10\n9 4 2 1 10"),
        sheet(
            desk, "T_GL_VOUCHER", "FVOUCHERID FDATE FYEAR FPERIOD FACCOUNTBOOKID FINVALID\n9 2024-02-03 2024 2 801 1"
        ),
        sheet(desk, "T_BD_ACCOUNT", "FACCTID FNUMBER\n4 1002"),
    ]
    draft = only(match_kinds(galaxy, desk))
    assert rows(desk, draft, "unit_id", "dc", "amount", "account_code", "status") == [
        ("801", "贷", "10", "1002", "void"), ("801", "借", "10", "1002", "void"),
    ]  # fmt: skip


# --- 浪潮, 新中大


@pytest.mark.parametrize(("lines", "head"), [("ZWPZFL_", "ZWPZK_"), ("", "")])
def test_inspur_headings_may_bear_their_table_or_not(desk: Desk, lines: str, head: str) -> None:
    def prefixed(prefix: str, names: str) -> str:
        return " ".join(prefix + one for one in names.split())

    old = prefixed(lines, "PZNM FLBH KMBH ZY JZFX JE") + "\nN1 1 1002 付款 2 30.00"
    vouchers = prefixed(head, "PZNM PZBH PZRQ KJND KJQJ FJZS ZDR") + "\nN1 记-0007 20240304 2024 03 2 周"
    draft = only(match_kinds([sheet(desk, "ZWPZFL2024", old), sheet(desk, "ZWPZK2024", vouchers)], desk))
    assert rows(desk, draft, "fiscal_year", "period", "voucher_no", "dc", "amount", "debit", "prepared_by") == [
        ("2024", "03", "记-0007", "贷", "30.00", None, "周")
    ]


def test_newer_inspur_books_have_two_amounts_and_a_chart(desk: Desk) -> None:
    sheets = [
        sheet(desk, "ZWPZFL", "PZNM KMBH ZY JJE DJE\nN1 1002 付款 0 30.00"),
        sheet(desk, "ZWPZK", "PZNM PZBH PZRQ KJQJ\nN1 7 20240304 202403"),
        sheet(desk, "ZWKMZD", "ZWKMZD_KMBH ZWKMZD_KMMC ZWKMZD_YEFX ZWKMZD_MX\n1002 银行存款 1 1"),
    ]
    matched = match_kinds(sheets, desk)
    draft = of_kind(matched, "inspur_zwpzfl")
    wanted = ("fiscal_year", "period", "dc", "debit", "credit", "account_name")
    assert rows(desk, draft, *wanted) == [("2024", "03", None, "0", "30.00", "银行存款")]
    assert rows(desk, of_kind(matched, "inspur_zwkmzd"), "code", "normal_side") == [("1002", "debit")]


XZD = "科目代码 科目名称 期初借方 期初贷方 借方发生额 贷方发生额 期末借方 期末贷方\n1002 银行存款 9 _ 1 2 8 _"


def test_split_balances_take_year_month_and_unit_from_the_title(strict_desk: Desk) -> None:
    balance = sheet(strict_desk, "余额表", XZD, "a.xlsx", unit_name="云禾县水务局", fiscal_year=2024, period=3)
    draft = only(match_kinds([balance], strict_desk))
    wanted = ("unit_id", "unit_name", "fiscal_year", "period", "opening_debit", "opening_credit", "closing_debit")
    assert rows(strict_desk, draft, *wanted) == [("云禾县水务局", "云禾县水务局", "2024", "3", "9", None, "8")]


def test_a_sheet_in_ten_thousands_goes_to_the_matcher(desk: Desk) -> None:
    balance = sheet(desk, "余额表", XZD, "a.xlsx", money_scale=10000)
    assert match_kinds([balance], desk) == ((), (balance,), ())


def test_what_no_kind_knows_is_left_over(desk: Desk) -> None:
    unknown = sheet(desk, "支付", "支付日期 收款人 支付金额\n2024-01-01 某厂 5")
    assert match_kinds([unknown], desk) == ((), (unknown,), ())


# --- kinds of the office

OWN = """/*
id: {id}
title: {{zh: 自编, en: our own}}
system: own
table: {table}
main: {main}
sheets: {{j: {{needs: [单据号, 科目, 金额, 日子]}}}}
*/
SELECT sheet, line, 科目 AS account_code, 日子 AS voucher_date, 金额 AS {column} FROM j
"""


def own(desk: Desk, **changed: str) -> None:
    desk.maps.mkdir(exist_ok=True)
    words = {"id": "ours", "table": "journal_line", "main": "j", "column": "debit", **changed}
    (desk.maps / "ours.sql").write_text(OWN.format(**words), encoding="utf-8")


def test_an_office_adds_its_own_kind_with_one_file(desk: Desk) -> None:
    own(desk)
    draft = only(match_kinds([sheet(desk, "x", "单据号 科目 金额 日子\n1 5001 8 2024-01-01")], desk))
    assert rows(desk, draft, "unit_id", "account_code", "debit") == [("101", "5001", "8")]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"id": "another"}, "file is called ours"),
        ({"table": "ledger"}, "not in the model"),
        ({"main": "k"}, "main is 'k'"),
        ({"id": "u8_code"}, "file is called ours"),
    ],
)
def test_a_kind_that_breaks_its_contract_is_refused(desk: Desk, changed: dict[str, str], words: str) -> None:
    own(desk, **changed)
    with pytest.raises(BadSource, match=words):
        match_kinds([], desk)


def test_a_kind_that_makes_an_unknown_column_is_refused(desk: Desk) -> None:
    own(desk, column="loss")
    (_, error), *_ = match_kinds([sheet(desk, "x", "单据号 科目 金额 日子\n1 5001 8 2024-01-01")], desk).refused
    assert "loss is not in table journal_line" in str(error)


def test_a_kind_without_header_or_with_a_wrong_one_says_where() -> None:
    with pytest.raises(BadSource, match="no header"):
        parse("SELECT 1", "x", "x.sql")
    with pytest.raises(BadSource, match="title"):
        parse("/*\nid: x\n*/ SELECT 1", "x", "x.sql")


def test_the_kind_in_the_docs_works_as_it_stands(desk: Desk) -> None:
    page = (Path(__file__).parent.parent / "docs" / "adding-a-format.md").read_text(encoding="utf-8")
    written = page.split("```sql\n", 1)[1].split("```", 1)[0]
    desk.maps.mkdir()
    (desk.maps / "anjie_vouchers.sql").write_text(written, encoding="utf-8")
    vouchers = "pzid rq qj bh dwbh zdr zfbz\n1 2024-02-01 2 7 305 李 1\n2 2024-01-01 0 0 305 李 0"
    entries = "pzid hh kmbh jfje dfje zy\n1 1 5001 8 0 购书\n2 1 1002 9 0 期初"
    draft = only(match_kinds([sheet(desk, "flb", entries), sheet(desk, "pzb", vouchers)], desk))
    assert rows(desk, draft, "unit_id", "voucher_no", "debit", "status") == [("305", "7", "8", "void")]
    assert sum(draft.skipped.values()) == 1
