"""What the tests of the pages share: everybody of the cast, every state, pages as text."""

from __future__ import annotations

import html
from typing import Any

from bihuan.matters.words import State

OFFICE = ("lin", "chen", "zhao", "sun", "qian", "he", "zhou", "gao", "deng")
UNIT = ("wang", "ma")
NOBODY = ("stranger", "root", "other_head")
STATES = [one for one in State if one is not State.PLANNED]  # a plan that is approved is begun at once


def read(client: Any, who: Any, url: str, **headers: Any) -> str:
    """The page as he sees it, without the escapes of HTML."""
    client.force_login(who)
    response = client.get(url, **headers)
    assert response.status_code == 200, (who, url, response.status_code)
    return html.unescape(response.content.decode())


def status(client: Any, who: Any, url: str, data: Any = None) -> int:
    """What comes of a GET, or of a POST where there is data."""
    client.force_login(who)
    found: int = (client.get(url) if data is None else client.post(url, data)).status_code
    return found


def shown(matter: Any, cast: Any) -> Any:
    """The same with the evidence sheet sent, so that the unit may know."""
    from bihuan.matters import sheets, steps

    sheets.make_evidence_sheet(matter.code, by=cast.chen)
    return steps.perform(matter.code, "send_sheet", by=cast.chen)
