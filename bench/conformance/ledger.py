"""Conformance on `samples/ledger`: side-by-side journals through a map must give the published trial balances."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bihuan.collect import formats, layout
from bihuan.collect.convert import convert
from bihuan.collect.derive import derive
from bihuan.collect.desk import Desk, Options
from bihuan.collect.handed import Handed
from bihuan.collect.map import load
from bihuan.collect.map_draft import draft_from_map
from bihuan.settings import Settings
from bihuan.store.engine import connect, text

HERE = Path(__file__).parent
MONTH = "printf('%04d-%02d', fiscal_year, period)"


def check(samples: Path) -> dict[str, int]:
    """Every account's opening, debit, credit and closing of every month; AssertionError names the first that differ.

    Gives how many journal lines, openings and months of accounts were compared.
    """
    folder = samples / "ledger"
    with TemporaryDirectory() as scratch, connect(Settings()) as engine:
        desk = Desk(engine, Path(scratch), Settings(), Path(scratch), Options())
        lines = " UNION ALL ".join(
            _rows(one, HERE / "ledger.yaml", desk) for one in sorted((folder / "journal").iterdir())
        )
        openings = _rows(folder / "beginning_balance.csv", HERE / "ledger_openings.yaml", desk)
        engine.run(f"CREATE TABLE line AS SELECT account_code, {MONTH} AS month, debit, credit FROM ({lines})")
        engine.run(f"CREATE TABLE opening AS SELECT account_code, sum(opening) AS opening FROM ({openings}) GROUP BY 1")
        engine.run(f"CREATE TABLE stated AS {_stated(folder / 'trial_balance')}")
        differing = engine.rows(_differences())
        assert differing == [], f"differ from the trial balance: {differing[:5]}"
        return {
            "lines": engine.one("SELECT count(*) FROM line")[0],
            "openings": engine.one("SELECT count(*) FROM opening")[0],
            "compared": engine.one("SELECT count(*) FROM stated")[0],
        }


def _rows(path: Path, map_path: Path, desk: Desk) -> str:
    """SQL of the typed rows of one file, of which none may be unreadable."""
    handed = Handed(path, path.name)
    (grid,) = formats.format_of(handed).read(handed, desk).grids
    found = load(map_path)
    rows = derive(convert(draft_from_map(layout.lay_out(grid, desk), found, desk), desk), desk, parallel=None)
    faults = desk.engine.rows(f"SELECT line, fault FROM ({rows.scan}) WHERE fault IS NOT NULL LIMIT 3")
    assert faults == [], f"{path.name}: {faults}"
    return f"SELECT * FROM ({rows.good})"


def _stated(folder: Path) -> str:
    """The published trial balances, signed: theirs stand on the account's normal side, which their own figures show."""
    read = f"read_csv({text(str(folder / '*.csv'))}, all_varchar = true, header = true)"
    money = {
        "debit": "Debit_Amount",
        "credit": "Credit_Amount",
        "opening": "Beginning_Balance",
        "closing": "Ending_Balance",
    }
    figures = ", ".join(f"CAST({theirs} AS DECIMAL(18,2)) AS {ours}" for ours, theirs in money.items())
    return f"""
        WITH published AS (SELECT Month AS month, Ledger_Account_Number AS account_code, {figures} FROM {read}),
        side AS (
            SELECT account_code, CASE WHEN bool_and(closing - opening = debit - credit) THEN 1 ELSE -1 END AS sign
            FROM published GROUP BY account_code
        )
        SELECT month, account_code, debit, credit, sign * opening AS opening, sign * closing AS closing
        FROM published JOIN side USING (account_code)
        """


def _differences() -> str:
    """Accounts and months whose figures are not those of the trial balance, in either direction."""
    return """
        WITH month AS (SELECT DISTINCT month FROM stated),
        account AS (SELECT account_code FROM line UNION SELECT account_code FROM opening),
        turnover AS (
            SELECT m.month, a.account_code, coalesce(sum(l.debit), 0) AS debit, coalesce(sum(l.credit), 0) AS credit
            FROM month AS m CROSS JOIN account AS a
            LEFT JOIN line AS l ON l.month = m.month AND l.account_code = a.account_code
            GROUP BY ALL
        ),
        rolled AS (
            SELECT t.*, coalesce(o.opening, 0) + sum(t.debit - t.credit)
                   OVER (PARTITION BY t.account_code ORDER BY t.month) AS closing
            FROM turnover AS t LEFT JOIN opening AS o USING (account_code)
        ),
        computed AS (SELECT *, closing - debit + credit AS opening FROM rolled)
        SELECT coalesce(s.month, c.month) AS month, coalesce(s.account_code, c.account_code) AS account_code,
               s.debit, c.debit, s.credit, c.credit, s.opening, c.opening, s.closing, c.closing
        FROM stated AS s FULL JOIN computed AS c ON s.month = c.month AND s.account_code = c.account_code
        WHERE (s.month IS NULL AND (c.debit <> 0 OR c.credit <> 0))
           OR s.debit IS DISTINCT FROM c.debit AND s.month IS NOT NULL
           OR s.credit IS DISTINCT FROM c.credit AND s.month IS NOT NULL
           OR s.opening IS DISTINCT FROM c.opening AND s.month IS NOT NULL
           OR s.closing IS DISTINCT FROM c.closing AND s.month IS NOT NULL
        ORDER BY ALL
        """


if __name__ == "__main__":
    print(check(Path(sys.argv[1])))
