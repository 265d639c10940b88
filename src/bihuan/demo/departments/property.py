"""自然资源局, 公安交警, 农经站, 社保中心: dwellings, vehicles, certified plots and the insured, each as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bihuan.demo.companies import companies
from bihuan.demo.county import County
from bihuan.demo.departments import _people_registers as registers
from bihuan.demo.departments._people_cases import welfare
from bihuan.demo.departments._people_claims import PENSION
from bihuan.demo.departments._people_lists import yuan
from bihuan.demo.offices import offices
from bihuan.demo.owners import strangers
from bihuan.demo.residents import Resident, residents
from bihuan.demo.truth import Planted

FOLDER = "36 不动产 车辆 确权 社保"
INSURED = "参保人员信息.csv"
_CARS = (
    "hphm,hpzl,车辆识别代号,所有人,身份证明号码,品牌型号,车辆类型,使用性质,购置价格,初次登记日期,"
    "注销日期,机动车状态,联系电话,住所详细地址"
)
_HOMES = "BDCDYH,不动产权证号,QLR,ZJH,ZL,GYQK,JZMJ,YT,登记日期,权属状态"
_PLOTS = "承包合同代码,地块代码,承包方代码,承包方代表,证件号码,确权面积(亩),合同面积,土地类型,乡镇,发包方,登记日期"
_INSURED = "aae140,aac001,aac002,aac003,aab001,aab004,aae002,aac040,aac008"


def hand_over(county: County, folder: Path) -> list[Planted]:
    """Four registers; what they show of problems is planted with the subsidies."""
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    _write(place / registers.CARS, _CARS, registers.cars(county)[0])
    _write(place / registers.HOMES, _HOMES, registers.homes(county)[0])
    _write(place / registers.PLOTS, _PLOTS, registers.plots(county)[0])
    _write(place / INSURED, _INSURED, _insured(county))
    return []


def _write(path: Path, head: str, lines: Iterator[str] | list[str]) -> None:
    path.write_bytes(("\r\n".join((head, *lines)) + "\r\n").encode("gb18030"))


def _insured(county: County) -> Iterator[str]:
    """In December 2025: staff of units and of firms, and residents who pay for themselves or draw a pension."""
    known: set[str] = set()
    for office in offices(county):
        for one in office.staff:
            known.add(one.id_no)
            yield _line("机关事业养老", one, office.code, office.name, 420_000 + int(one.card[-4:-2]) * 4000)
    firms, chance = companies(county), county.chance("insured")
    for at, one in enumerate(strangers(county)):
        firm = firms[(at * 7) % len(firms)]
        if chance.random() < 0.35 and one.household not in welfare(county).poor:
            known.add(one.id_no)
            yield _line("职工养老", one, firm.credit_code, firm.name, 380_000 + chance.randrange(200_000))
    drawing = {one.who.id_no for one in welfare(county).standings[PENSION]}
    for one in residents(county):
        if one.id_no not in known and one.age() >= 16 and (one.age() < 60 or one.id_no in drawing):
            yield _line("城乡居民养老", one, "", "", 0)


def _line(scheme: str, who: Resident, code: str, employer: str, base: int) -> str:
    return f"{scheme},{who.id_no[6:]}{who.id_no[4:6]},{who.id_no},{who.name},{code},{employer},202512,{yuan(base)},参保"
