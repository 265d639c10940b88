"""The policies of 云禾县 that pay firms and people, and what was declared of those whom they are for."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from bihuan.demo.companies import Company, companies
from bihuan.demo.county import County
from bihuan.demo.residents import Resident, residents
from bihuan.demo.truth import Form

_INDUSTRY = {
    "建材": "制造业",
    "食品": "制造业",
    "家具": "制造业",
    "医疗器械": "制造业",
    "印务": "制造业",
    "商贸": "批发和零售业",
    "办公设备": "批发和零售业",
    "信息技术": "信息传输、软件和信息技术服务业",
    "物业服务": "租赁和商务服务业",
    "广告传媒": "租赁和商务服务业",
    "工程咨询": "租赁和商务服务业",
    "建筑工程": "建筑业",
    "园林绿化": "建筑业",
    "水电安装": "建筑业",
    "汽车服务": "居民服务业",
}
FIRST, AT_END = date(2025, 2, 28), date(2025, 12, 31)


class Policy(NamedTuple):
    """One measure of a policy, as the list of measures has it."""

    unit: tuple[str, str]
    number: str
    title: str
    measure: str
    content: str
    eligible: str
    rule: str
    programme: str
    amount: int  # yuan for one who is eligible
    issued: date


@dataclass(eq=False)
class Facts:
    """What was declared of a firm or person on a day; money in yuan."""

    name: str
    number: str
    kind: str
    as_of: date
    account: str
    size: str = ""
    industry: str = ""
    town: str = "城关镇"
    capital: int = 0
    founded: date | None = None
    employees: int = 0
    revenue: int = 0
    taxes: int = 0
    research: int = 0
    credit: str = "正常"
    status: str = "存续"
    high_tech: bool = False
    born: date | None = None
    education: str = ""
    work: str = ""
    disabled: bool = False
    income: int = 0


@dataclass(eq=False)
class Claim:
    """One application and what became of it."""

    number: str
    policy: Policy
    name: str
    id_no: str
    account: str
    applied: date
    cents: int
    status: str
    paid: date | None


@dataclass(eq=False)
class Mark:
    """A problem among rows."""

    kind: str
    form: Form
    unit: str
    cents: int
    things: tuple[object, ...]


_STI, _HR, _COMMERCE, _FARM = (
    ("402", "云禾县科技和工业信息化局"),
    ("406", "云禾县人力资源和社会保障局"),
    ("409", "云禾县商务局"),
    ("206", "云禾县农业农村局"),
)
POLICIES = (
    Policy(
        _HR,
        "云政办发〔2025〕3号",
        "关于支持小微企业稳定发展的若干措施",
        "1",
        "对新创办小微企业给予一次性创业补助",
        "成立三年以内、信用良好、正常经营的小型微型企业",
        "企业规模 IN ('小型', '微型') AND date_diff('day', 成立日期, 情况日期) <= 1096 "
        "AND 信用状况 = '正常' AND 经营状态 = '存续'",
        "小微企业一次性创业补助",
        10_000,
        date(2025, 1, 20),
    ),
    Policy(
        _HR,
        "云政办发〔2025〕3号",
        "关于支持小微企业稳定发展的若干措施",
        "2",
        "对稳定就业岗位的企业返还部分失业保险费",
        "用工十人以上、上年正常纳税、无失信记录的企业",
        "从业人数 >= 10 AND 纳税额 > 0 AND 信用状况 = '正常'",
        "稳岗返还",
        6_000,
        date(2025, 1, 20),
    ),
    Policy(
        _STI,
        "云科工信〔2025〕8号",
        "云禾县技术改造奖补实施细则",
        "1",
        "对制造业企业技术改造投入给予奖补",
        "注册资本一百万元以上、研发投入占营业收入百分之三以上的制造业企业",
        "所属行业 = '制造业' AND 注册资本 >= 1000000 AND 研发投入 >= 营业收入 * 0.03 AND 经营状态 = '存续'",
        "技术改造奖补",
        80_000,
        date(2025, 2, 10),
    ),
    Policy(
        _STI,
        "云科工信〔2025〕11号",
        "云禾县高新技术企业培育办法",
        "1",
        "对认定的高新技术企业给予奖励",
        "高新技术企业，无失信记录",
        "高新技术企业 AND 信用状况 = '正常'",
        "高新技术企业认定奖励",
        100_000,
        date(2025, 2, 24),
    ),
    Policy(
        _COMMERCE,
        "云商〔2025〕5号",
        "云禾县促进商贸流通若干措施",
        "1",
        "对限上商贸企业增长给予奖励",
        "年营业收入五百万元以上的批发零售企业",
        "所属行业 = '批发和零售业' AND 营业收入 >= 5000000 AND 经营状态 = '存续'",
        "商贸企业增长奖励",
        20_000,
        date(2025, 3, 3),
    ),
    Policy(
        _HR,
        "云人社发〔2025〕12号",
        "云禾县高校毕业生就业创业补助办法",
        "1",
        "对创业的高校毕业生给予补助",
        "三十五周岁以下、大专以上学历、自主创业的个人",
        "date_diff('day', 出生日期, 情况日期) < 13149 AND 学历 IN ('大专', '本科', '硕士') AND 就业状态 = '自主创业'",
        "高校毕业生创业补助",
        5_000,
        date(2025, 2, 17),
    ),
    Policy(
        _HR,
        "云人社发〔2025〕15号",
        "云禾县就业困难人员帮扶办法",
        "1",
        "对就业困难人员给予灵活就业社保补贴",
        "残疾或家庭人均年收入低于一万元的未就业人员",
        "就业状态 = '失业' AND (残疾人 OR 家庭人均年收入 < 10000)",
        "就业困难人员社保补贴",
        3_600,
        date(2025, 2, 17),
    ),
)
QUIET = Policy(
    _COMMERCE,
    "云商〔2025〕9号",
    "云禾县外贸和电商主体培育办法",
    "1",
    "对信息服务类小微企业给予电商平台费用补助",
    "信息服务业小型微型企业，信用良好",
    "所属行业 = '信息传输、软件和信息技术服务业' AND 企业规模 IN ('小型', '微型') AND 信用状况 = '正常'",
    "电商平台费用补助",
    8_000,
    date(2025, 3, 17),
)
CLOSED = Policy(
    _FARM,
    "云农发〔2025〕6号",
    "云禾县农产品加工企业用电补助办法",
    "1",
    "对农产品加工企业用电给予补助",
    "十人以上的制造业微型企业",
    "所属行业 = '制造业' AND 企业规模 = '微型' AND 从业人数 >= 5",
    "农产品加工企业用电补助",
    15_000,
    date(2025, 3, 24),
)
AUTOMATIC = Policy(
    _HR,
    "云人社发〔2025〕20号",
    "云禾县社保补贴免申即享办法",
    "1",
    "对吸纳就业的中型企业免申即享社保补贴",
    "用工二十人以上的中型企业",
    "企业规模 = '中型' AND 从业人数 >= 20 AND 信用状况 = '正常'",
    "社保补贴免申即享",
    9_000,
    date(2025, 3, 10),
)


Outcome = tuple[str, int | None]  # status, and cents where they are not what the policy gives
Named = tuple[str, str]  # name and number
PAID: Outcome = ("已拨付", None)
REFUSED: Outcome = ("审核未通过", 0)


@dataclass
class Register:
    """What the offices that pay hold."""

    county: County
    chance: random.Random
    facts: list[Facts] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    serial: int = 0

    def apply(self, policy: Policy, of: Facts, day: date, outcome: Outcome = PAID, named: Named | None = None) -> Claim:
        """An application; what is paid is paid a few weeks later. `named`: how the list names who applied."""
        self.serial += 1
        status, cents = outcome
        paid = day + timedelta(days=self.chance.randrange(18, 46)) if status == PAID[0] else None
        name, number = named or (of.name, of.number)
        claim = Claim(
            f"SB2025{self.serial:06d}",
            policy,
            name,
            number,
            of.account,
            day,
            policy.amount * 100 if cents is None else cents,
            status,
            paid,
        )
        self.claims.append(claim)
        return claim

    def mark(self, kind: str, form: Form, policy: Policy, cents: int, *things: object) -> None:
        """Remember what was planted."""
        self.marks.append(Mark(kind, form, policy.unit[0], cents, things))


def is_eligible(policy: Policy, of: Facts) -> bool:
    """What the clerk who knows the policy by heart would say: written apart from the rule, so that each proves it."""
    small = of.size in ("小型", "微型")
    good, lives = of.credit == "正常", of.status == "存续"
    is_firm = of.kind == "企业"
    answers = {
        "小微企业一次性创业补助": is_firm
        and small
        and of.founded is not None
        and (of.as_of - of.founded).days <= 1096
        and good
        and lives,
        "稳岗返还": is_firm and of.employees >= 10 and of.taxes > 0 and good,
        "技术改造奖补": of.industry == "制造业"
        and of.capital >= 1_000_000
        and of.research >= of.revenue * 0.03
        and lives,
        "高新技术企业认定奖励": is_firm and of.high_tech and good,
        "商贸企业增长奖励": of.industry == "批发和零售业" and of.revenue >= 5_000_000 and lives,
        "高校毕业生创业补助": of.born is not None
        and (of.as_of - of.born).days < 13149
        and of.education in ("大专", "本科", "硕士")
        and of.work == "自主创业",
        "就业困难人员社保补贴": not is_firm and of.work == "失业" and (of.disabled or of.income < 10_000),
        "电商平台费用补助": of.industry.startswith("信息传输") and small and good,
        "农产品加工企业用电补助": of.industry == "制造业" and of.size == "微型" and of.employees >= 5,
        "社保补贴免申即享": of.size == "中型" and of.employees >= 20 and good,
    }
    return answers[policy.programme]


def firm_facts(chance: random.Random, of: Company, as_of: date) -> Facts:
    """What a firm declares."""
    size = {"中型": (30, 160), "小型": (6, 60), "微型": (1, 12)}[of.size]
    employees = chance.randrange(*size)
    revenue = employees * chance.randrange(120, 900) * 1000
    industry = _INDUSTRY[of.trade]
    return Facts(
        of.name,
        of.credit_code,
        "企业",
        as_of,
        of.account,
        of.size,
        industry,
        "城关镇",
        of.capital,
        of.founded,
        employees,
        revenue,
        0 if chance.random() < 0.06 else revenue * chance.randrange(8, 40) // 1000,
        revenue * chance.randrange(36, 80) // 1000
        if industry == "制造业" and chance.random() < 0.4
        else revenue * chance.randrange(0, 25) // 1000,
        "失信" if chance.random() < 0.04 else "正常",
        "存续",
        chance.random() < 0.05,
    )


def person_facts(chance: random.Random, of: Resident, as_of: date) -> Facts:
    """What a person declares."""
    return Facts(
        of.name,
        of.id_no,
        "个人",
        as_of,
        of.card,
        town=of.town,
        born=of.born,
        education=chance.choice(("初中", "高中", "大专", "本科", "硕士", "中专")),
        work=chance.choices(("在职", "失业", "自主创业", "灵活就业"), (40, 22, 18, 20))[0],
        disabled=chance.random() < 0.06,
        income=chance.randrange(6_000, 60_000),
        credit="",
        status="",
    )


def declared(county: County, chance: random.Random) -> list[Facts]:
    """Everybody who declared something at the beginning of the year: firms, and people of working age."""
    firms = [firm_facts(chance, one, FIRST) for one in companies(county) if one.founded < FIRST]
    people = [one for one in residents(county) if 22 <= one.age() <= 50][: max(240, county.many(3000))]
    return [*firms, *(person_facts(chance, one, FIRST) for one in people)]
