"""A batch beside what is known: nothing untouched changes, and all stands as linking everything anew would have it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from bihuan.store.snapshot import row_id
from bihuan.store.workspace import Workspace
from linked_books import books, entities, linked, number, who
from small_books import add, workspace


def test_a_new_batch_leaves_every_untouched_entity_alone(tmp_path: Path):
    made = workspace(tmp_path, {"person": [{"name": f"王芳{n}", "id_no": number(n)} for n in range(1, 40)]})
    linked(made)
    before = who(made)
    add(
        made,
        {
            "benefit_payment": [
                {"name": "王芳3", "id_no": number(3), "amount": "1"},
                {"name": "赵新", "id_no": number(99), "amount": "1"},
            ]
        },
    )
    told = linked(made).told["person"]
    after = who(made)
    assert {key: after[key] for key in before} == before
    assert told["mentions"] == 2, "only the new rows are read"
    assert after["benefit_payment", row_id(3, 1), "payee"] == before["person", row_id(1, 3), "self"]


def test_linking_in_two_batches_gives_what_linking_at_once_gives(tmp_path: Path):
    first = [{"name": "王芳", "id_no": number(1), "phone": "13800001111"}, {"name": "李强", "id_no": number(3)}]
    second = [
        {"name": "王方", "phone": "13800001111", "amount": "5"},
        {"name": "李强", "id_no": number(3), "amount": "5"},
    ]
    at_once = workspace(tmp_path / "a", {"person": first, "benefit_payment": second})
    in_two = workspace(tmp_path / "b", {"person": first})
    linked(at_once)
    linked(in_two)
    add(in_two, {"benefit_payment": second})
    linked(in_two)
    assert entities(at_once) == entities(in_two)


def test_a_batch_leaves_the_tables_as_linking_all_anew_would(tmp_path: Path):
    def household(n: int) -> dict[str, str]:
        return {"phone": f"1380000{n // 3:04d}", "address": f"王家村3组{n // 3 + 1}号"}

    people = [
        {"name": a + b, "id_no": number(n + 1, date(1960, 1, 1) + timedelta(days=97 * n)), **household(n)}
        for n, (a, b) in enumerate((a, b) for a in "赵钱孙李周吴" for b in "国建志文德安")
    ]
    paid = [{**one, "amount": "5", "account": f"62284800{n:04d}"} for n, one in enumerate(people[::2])]
    batch = [
        {**paid[0], "id_no": None, "amount": "7"},
        {**paid[1], "phone": "13800000000"},
        {"name": "冯新", "id_no": number(77), "amount": "5", **household(4)},
        {"name": people[5]["name"], **household(5), "amount": "5", "account": paid[2]["account"]},
    ]
    made = workspace(
        tmp_path,
        {
            "person": people,
            "benefit_payment": paid,
            "payroll": [{"name": one["name"], "id_no": one["id_no"], "unit_name": "教育局"} for one in people[:4]],
        },
    )
    linked(made)
    add(made, {"benefit_payment": batch})
    assert linked(made).told["person"]["mentions"] == len(batch)
    in_two = content(made)
    linked(made, again=True)
    anew = content(made)
    for name, rows in in_two.items():
        assert set(rows) ^ set(anew[name]) == set(), name


def test_a_batch_looks_no_closer_at_a_crowded_key_than_linking_all_at_once(tmp_path: Path):
    """Of namesakes with nothing but a name, and of a phone that a whole village left, nobody is joined in any order."""
    people = [{"name": a + b, "amount": "5"} for a in "赵钱孙李周吴" for b in "国建志文德"]
    village = [{**one, "phone": "13800138000", "account": f"62284800{n:04d}"} for n, one in enumerate(people)]
    namesakes = [{"name": "王小芳", "amount": "5", "village": f"{n}村"} for n in range(6)]
    late = [{"name": "王小芳", "amount": "5", "village": "8村"}, {"name": "王小芳", "amount": "5", "village": "9村"}]
    late += [{"name": "冯康", "phone": "13800138000", "amount": "5", "village": "7村"}]
    at_once = workspace(tmp_path / "a", {"benefit_payment": village + namesakes + late})
    in_two = workspace(tmp_path / "b", {"benefit_payment": village + namesakes})
    linked(at_once)
    linked(in_two)
    add(in_two, {"benefit_payment": late})
    told = linked(in_two).told["person"]
    assert told["pairs"] == 0
    assert entities(in_two) == entities(at_once)
    assert ("block rare_name", 6) in {(one["kind"], one["parties"]) for one in told["hubs"]}
    shown = content(in_two)
    linked(in_two, again=True)
    assert content(in_two) == shown, "also the bearer of the phone that came later is shown"


def content(made: Workspace) -> dict[str, list[tuple[object, ...]]]:
    """What linking wrote, without the numbers of its rows."""
    with books(made) as engine:
        return {
            name: engine.rows(f"SELECT * EXCLUDE (row_id) FROM {name} ORDER BY ALL")
            for name in ("entity", "entity_of", "tie")
        }
