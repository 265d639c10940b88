"""Entities merge and fall apart; the leads that rest on them keep their ids."""

from __future__ import annotations

from pathlib import Path

from bihuan.examine.library import library
from bihuan.examine.run import examine
from bihuan.leads.lead import hits, open_run
from bihuan.link.decisions import DIFFERENT, Decision, decide
from bihuan.link.state import scan, state_of
from bihuan.link.tables import EMPTY
from bihuan.store.snapshot import head, row_id
from bihuan.store.workspace import Workspace
from linked_books import books, entities, linked, number, who
from small_books import add, workspace

HOME = {"phone": "13800001111", "address": "文三路12号3幢501室"}
PAID = {"programme": "农村低保", "name": "王芳", "amount": "500", "paid_on": "2024-09-05"}


def test_leads_keep_their_ids_when_entities_merge_and_when_they_fall_apart(tmp_path: Path):
    """One is known by her number, the other by her home; the pay slip that has both makes them one person."""
    made = workspace(
        tmp_path,
        {
            "death": [
                {"name": "王芳", "id_no": number(1), "died_on": "2024-03-10"},
                {"name": "王芳", "address": HOME["address"], "died_on": "2024-03-12"},
            ],
            "benefit_payment": [
                {**PAID, "id_no": number(1)},
                {**PAID, **HOME, "village": "文三村"},
            ],
        },
    )
    linked(made)
    numbered, homely = (("benefit_payment", row_id(1, at), "payee") for at in (1, 2))
    apart, before = leads(made), who(made)
    assert len(apart) == 2 and before[numbered] != before[homely]

    add(made, {"payroll": [{"name": "王芳", "id_no": number(1), "phone": HOME["phone"]}]})
    assert linked(made).told["person"]["merges"] == 1
    merged = who(made)
    assert merged[numbered] == merged[homely], "so one of the two leads now rests on another entity"
    assert leads(made) == apart

    decide(made, Decision("person", *profiles(made, numbered, homely), DIFFERENT, by="lin", why="two namesakes"))
    assert linked(made).told["person"]["splits"] == 1
    split = who(made)
    assert split[numbered] != split[homely]
    assert leads(made) == apart
    assert sum(rows for _, rows in entities(made)) == 5


def leads(made: Workspace) -> list[str]:
    """The ids of the newest leads about payments after a death."""
    examine(made, head(made), [library(made).method("paid_after_death")])
    return [one.id for one in hits(made, open_run(made))]


def profiles(made: Workspace, *rows: tuple[str, int, str]) -> tuple[int, int]:
    """The profile ids of two rows."""
    held = state_of(head(made)).kind("person")
    with books(made) as engine:
        found = engine.rows(
            f"SELECT in_table, in_row, role, profile_id FROM ({scan(made, held.mentions, EMPTY['mentions'])})"
        )
    of = {(name, row, role): profile for name, row, role, profile in found}
    return of[rows[0]], of[rows[1]]
