"""Names, firms and addresses in the forms by which two departments' writings of one thing meet."""

from __future__ import annotations

import pytest

from bihuan.model.values import addresses, companies, credit_code, hanzi, persons, regions


@pytest.mark.parametrize(
    ("one", "other"),
    [("歐陽娜娜", "欧阳娜娜"), ("王 芳", "王芳"), ("買買提·艾力", "买买提艾力"), ("張　偉", "张伟")],
)
def test_two_writings_of_one_name_give_the_same(one: str, other: str):
    assert persons.compared(one).name == persons.compared(other).name


def test_homophones_sound_the_same_and_look_alikes_look_the_same():
    assert persons.compared("张伟").sound == persons.compared("章玮").sound == "zhang wei"
    assert persons.compared("王未").look == persons.compared("王末").look
    assert persons.compared("王未").sound != persons.compared("王芳").sound


def test_no_character_stands_in_two_groups_of_look_alikes():
    text = (hanzi.resources.files("bihuan.model.values") / "lookalikes.txt").read_text(encoding="utf-8")
    marks = [mark for line in text.splitlines() if line and line[0] != "#" for mark in line]
    assert len(marks) == len(set(marks)) > 300


@pytest.mark.parametrize(
    ("name", "surname", "given"),
    [
        ("欧阳锋", "欧阳", "锋"),
        ("司马", "司", "马"),
        ("单雄信", "单", "雄信"),
        ("买买提·艾力", "买买提", "艾力"),
        ("", "", ""),
    ],
)
def test_surname_and_given_name(name: str, surname: str, given: str):
    found = persons.compared(name)
    assert (found.surname, found.given) == (surname, given)


def test_a_surname_is_heard_as_a_surname():
    assert persons.compared("单雄信").sound == "shan xiong xin"
    assert persons.compared("尉迟恭").sound == "yu chi gong"


@pytest.mark.parametrize(
    ("one", "other", "fits"),
    [
        ("王芳", "王方", True),
        ("王芳", "王小丽", True),  # a new given name
        ("王芳", "李芳", True),  # a surname mistyped, or taken from the other parent
        ("王芳", "李强", False),
        ("王芳", "芳王", True),
    ],
)
def test_which_names_may_stand_beside_one_identity_number(one: str, other: str, fits: bool):
    assert persons.is_compatible(persons.compared(one), persons.compared(other)) is fits


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("华为技术有限公司深圳分公司", ("", "华为", "技术", "有限公司", "深圳分公司")),
        ("杭州市宏达建材（集团）有限责任公司", ("330100", "宏达", "建材", "有限公司", "")),
        ("北京（中科）信息技术有限公司", ("110000", "中科", "信息技术", "有限公司", "")),
        ("华为（深圳）软件有限公司", ("440300", "华为", "软件", "有限公司", "")),
        ("上海家化有限公司", ("310000", "家化", "", "有限公司", "")),
        ("诚信粮油店", ("", "诚信", "", "粮油店", "")),
    ],
)
def test_a_firm_is_taken_apart(name: str, parts: tuple[str, ...]):
    found = companies.compared(name)
    assert (found.region, found.brand, found.industry, found.form, found.branch) == parts


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("华为技术有限公司深圳分公司", "company"), ("杭州市西湖区教育局", "organ"), ("第一中心小学", "organ"),
        ("宏达建材", "company"), ("诚信粮油店", "company"), ("王建设", "person"), ("买买提·艾力", "person"),
        ("江州市人民政府办公室", "organ"), ("王芳", "person"), ("", ""),
    ],
)  # fmt: skip
def test_a_firm_an_organ_and_a_person_are_told_apart(name: str, kind: str):
    assert companies.kind_of(name) == kind


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("浙江省杭州市西湖区文三路12号3幢2单元501室", "文三路十二号3栋2单元501"),
        ("杭州市西湖区北山街道文三路12号", "浙江省杭州市西湖区文三路12号"),
        ("文三路一百零三号", "文三路103号"),
        ("江州市青山镇王家村三组12号", "王家村3组12号"),
    ],
)
def test_two_writings_of_one_address_meet(one: str, other: str):
    assert addresses.key(one) == addresses.key(other) != ""


def test_a_vague_address_has_no_key():
    assert addresses.key("浙江省杭州市西湖区") == ""
    assert addresses.key("王家村") == ""
    assert addresses.key("") == ""


def test_different_houses_differ():
    assert len({addresses.key(f"文三路{n}号{m}室") for n in (1, 2, 11) for m in (101, 102)}) == 6


@pytest.mark.parametrize(
    ("text", "code", "rest"),
    [
        ("浙江省杭州市西湖区文三路1号", "330106", "文三路1号"),
        ("杭州西湖区文三路", "330106", "文三路"),
        ("朝阳路1号", "", "朝阳路1号"),  # a road, not the district
        ("新疆维吾尔自治区乌鲁木齐市天山区", "650102", ""),
        ("延边朝鲜族自治州延吉市", "222401", ""),
    ],
)
def test_a_region_is_read_from_the_beginning(text: str, code: str, rest: str):
    assert regions.read(text) == (code, rest)


def test_a_register_before_a_credit_code_does_not_hide_it() -> None:
    assert credit_code.organisation_code("CN-USCC-91110108551385082Q") == "551385082"
    assert credit_code.organisation_code("91110108551385082Q") == "551385082"
    assert credit_code.organisation_code("CN-USCC-91110108551385082A") is None  # its check character is wrong
