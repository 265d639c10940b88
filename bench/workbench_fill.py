"""A workbench with many matters, for measuring: python -m bench.workbench_fill W COUNT (DATABASE_URL says where)."""

from __future__ import annotations

import json
import random
import sys
from datetime import timedelta
from pathlib import Path

UNITS = 130
WORDS = (
    "营养餐", "超人数申报", "重复付款", "政府采购", "化整为零", "一卡通", "死亡后领取", "暂付款", "三公经费", "超概算",
    "土地出让", "公务接待", "会议费", "专项资金", "挪用", "结转结余", "学校食堂", "村级账务", "扶贫资产", "工程变更",
)  # fmt: skip
# What most of an office's matters are: settled long ago; a few thousand run.
STATES = {"closed": 70, "in_rectification": 10, "in_verification": 5, "assigned": 4, "established": 3, "accepted": 3,
          "submitted": 2, "under_acceptance": 2, "registered": 1}  # fmt: skip
ROLES = ("auditor", "auditor", "auditor", "auditor", "auditor", "reviewer", "dispatcher", "acceptor", "closer",
         "supervisor", "leader", "registrar", "unit_contact", "unit_contact", "unit_contact", "unit_head", "unit_head",
         "unit_head", "auditor", "acceptor")  # fmt: skip


def main(root: Path, count: int) -> None:
    """Fill the workspace's workbench and say the sessions of its people, as JSON."""
    from bihuan.web.start import django

    django(root, migrate=True)
    from bihuan.people.models import Unit

    chance = random.Random(1)
    county = Unit.objects.create(code="139", name="测试县")
    units = [Unit.objects.create(code=f"U{n:03d}", name=f"测试县第{n}单位", parent=county) for n in range(UNITS)]
    people = [_person(n, role, county, units) for n, role in enumerate(ROLES)]
    auditors = [one for one, role in zip(people, ROLES, strict=True) if role == "auditor"]
    for start in range(0, count, 500):
        _batch(chance, start, min(500, count - start), units, auditors)
    print(json.dumps({"sessions": [_session(one) for one in people]}))


def _person(number, role, county, units):
    from bihuan.people.models import Appointment, User

    over = units[number] if role.startswith("unit_") else county
    user = User.objects.create(username=f"p{number}", display_name=f"人员{number}", unit=over)
    Appointment.objects.create(user=user, role=role, over=over)
    return user


def _batch(chance, start, size, units, auditors):
    """Matters with their entries, as registering writes them; the triggers look at each."""
    from django.db import transaction
    from django.utils import timezone

    from bihuan.matters import journal, search
    from bihuan.matters.models import Matter

    now = timezone.now()
    with transaction.atomic():
        made = []
        for number in range(start + 1, start + size + 1):
            state = chance.choices(list(STATES), list(STATES.values()))[0]
            words = chance.sample(WORDS, 2)
            due = now + timedelta(days=chance.randrange(-30, 120)) if state != "closed" else None
            made.append(Matter(
                code=f"YD-2026-{number:06d}", kind=chance.choice(("lead", "lead", "finding", "appeal")), state=state,
                title=f"{words[0]}疑点{number % 977}", summary=f"{words[1]}，涉及{number % 89}笔。",
                unit=chance.choice(units),
                resolution="rectified" if state == "closed" else "", amount=f"{chance.randrange(1, 10**7)}.00",
                registered_at=now - timedelta(days=chance.randrange(400)), due_at=due, klass="phased",
                near_at=due and due - timedelta(days=15), late_at=due and due + timedelta(days=14), began_at=now,
                shown_at=now if state not in ("registered", "assigned") else None,
            ))  # fmt: skip
        entries = journal.write_many([
            journal.Draft(act="take_up", actor=1, role="auditor", matter=one.code, target=one.state) for one in made
        ])  # fmt: skip
        for one, entry in zip(made, entries, strict=True):
            one.entry = entry.seq
        Matter.objects.bulk_create(made)
        team = Matter.team.through
        team.objects.bulk_create([team(matter_id=one.pk, user_id=chance.choice(auditors).pk) for one in made])
        search.add(made)


def _session(user):
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return store.session_key


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
