"""The page of a run: one file, both languages, true figures, and nothing of a department's text runs in it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from at_the_desk import bihuan, examined, payment, second_method, twice
from bihuan.examine.library import Broken
from bihuan.examine.run import examine
from bihuan.report.page import halves
from bihuan.store.snapshot import head
from hostile import TEXTS
from written_methods import method_with, written


class Page(HTMLParser):
    """What a browser would see: tags that fetch or run, and the text between."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.text, self.inside = [], [], "", ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        self.inside = tag

    def handle_data(self, data):
        if self.inside not in ("script", "style"):
            self.text += data


def page(made, *words):
    said = bihuan(made, "report", "run", "-o", str(made.root / "r.html"), *words)
    assert said.code == 0, said.err
    return (made.root / "r.html").read_text(encoding="utf-8")


def test_the_page_fetches_nothing(tmp_path):
    html = page(examined(tmp_path, twice("甲公司", "001", "150.00")))
    found = Page(html)
    assert not {"link", "img", "iframe", "object", "embed", "base", "form"} & set(found.tags)
    assert not [value for name, value in found.attributes if name in ("src", "action", "srcset", "background")]
    assert all(value.startswith("#") for name, value in found.attributes if name == "href")
    assert "default-src 'none'" in html
    assert not re.search(r"url\(|@import|https?://", html)


@pytest.mark.parametrize("text", TEXTS)
def test_hostile_text_stays_text(tmp_path, text):
    calm = Page(page(examined(tmp_path / "calm", twice("甲公司", "001", "150.00"))))
    html = page(examined(tmp_path / "odd", twice(text, "001", "150.00", purpose=text, unit_name=text)))
    found = Page(html)
    assert found.tags.count("script") == calm.tags.count("script")
    assert not {"b", "img"} & (set(found.tags) - set(calm.tags))
    assert not [name for name, _ in found.attributes if name.startswith("on")]
    assert text in found.text


def test_a_lead_stands_there_with_its_reason_its_evidence_and_how_it_was_weighed(tmp_path):
    made = examined(tmp_path, twice("甲公司", "001", "1500.00", unit_name="县教育局"))
    found = Page(page(made)).text
    for words in ("发票001付款2次", "Invoice 001 was paid 2 times", "县教育局", "s1.csv", "(4 + 0) / (6 + 0) = 0.6667"):
        assert words in found
    assert "× 涉及金额 1,500.00 CNY = 1,000.05" in found


@pytest.mark.parametrize(("languages", "first"), [(("zh", "en"), "zh"), (("en", "zh"), "en")])
def test_the_first_language_is_that_of_the_workspace(tmp_path, languages, first):
    html = page(examined(tmp_path, twice("甲公司", "001", "150.00"), languages=languages))
    assert f'data-language="{first}"' in html


def test_amounts_of_two_currencies_are_never_added_up(tmp_path):
    rows = [*twice("甲公司", "001", "150.00"), *twice("Nordvik AS", "002", "170.00", currency="NOK")]
    html = page(examined(tmp_path, rows))
    figures = dict(re.findall(r"in question</span> (\w+)<b>([\d.,]+)</b>", html))
    assert figures == {"CNY": "150.00", "NOK": "170.00"}
    assert re.findall(r'class="value">([\d,]+ \w+) \((\d)\)', html) == [("150 CNY", "1"), ("170 NOK", "1")]


def test_a_run_without_leads_says_so_and_lists_what_was_examined(tmp_path):
    html = page(examined(tmp_path, [payment("甲公司", "001", "150.00", "2024-01-05")]))
    found = Page(html).text
    assert "本次运行没有疑点" in found
    assert "paid_twice" in found
    assert 'class="charts"' not in html
    assert 'id="leads"' not in html


def test_what_could_not_be_examined_stands_on_the_page(tmp_path):
    made = examined(tmp_path, twice("甲公司", "001", "150.00"))
    away = method_with(
        ("reads: [payment]", "reads: [invoice]"),
        ("id: paid_twice", "id: away"),
        ("{table: payment, where: invoice_no IS NOT NULL}", "{table: invoice}"),
        name="away",
    )
    fails = second_method(("AS DECIMAL(18,2)) AS at_risk", "AS DECIMAL(2,2)) AS at_risk"), name="fails")
    broken = Broken("torn", "own", written(tmp_path / "torn"), "torn.sql, line 3: not YAML.")
    examine(made, head(made), [method_with(), away, fails], broken=[broken])
    found = Page(page(made)).text
    assert "账本中没有表：invoice" in found
    assert "the books lack: invoice" in found
    assert "方法“大额付款”未能运行" in found
    assert "torn.sql, line 3: not YAML." in found


def test_words_kept_in_both_languages_are_taken_apart():
    assert halves("没有表 / no table") == {"zh": "没有表", "en": "no table"}
    assert halves("1 / 0 fails / 1 / 0 fails") == {"zh": "1 / 0 fails", "en": "1 / 0 fails"}
    assert halves("one text") == {"zh": "one text", "en": "one text"}
    assert halves(None) == {"zh": "", "en": ""}


def test_five_hundred_leads_stay_below_three_megabytes_and_those_after_them_have_a_line_each(tmp_path):
    rows = [row for number in range(520) for row in twice(f"公司{number}", f"{number:05}", f"{number + 100}.00")]
    html = page(examined(tmp_path, rows))
    assert len(re.findall(r'<tr id="[^"]*" data-method="paid_twice"', html)) == 520
    assert html.count("<details><summary>") == 500
    assert "前 500 个可展开" in html
    assert len(html.encode()) < 3_000_000


def test_personal_values_are_masked(tmp_path):
    html = page(examined(tmp_path, twice("甲公司", "001", "150.00", payee_account="6228480012345678901")))
    assert "6228480012345678901" not in html


def test_months_without_leads_are_drawn_too(tmp_path):
    rows = [
        *twice("甲公司", "001", "150.00"),
        payment("乙", "2", "150", "2024-05-01"),
        payment("乙", "2", "150", "2024-06-01"),
    ]
    html = page(examined(tmp_path, rows))
    assert re.findall(r'<li title="(2024-\d\d): (\d)"', html) == [
        ("2024-02", "1"), ("2024-03", "0"), ("2024-04", "0"), ("2024-05", "0"), ("2024-06", "1"),
    ]  # fmt: skip
