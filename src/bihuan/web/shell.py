"""What the base template needs on every page: navigation, roles, version."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from bihuan.examine.header import Words
from bihuan.matters.words import Role
from bihuan.people.rights import posts

OFFICE = frozenset(Role) - {Role.RESIDENT, Role.ENGINE, Role.ADMINISTRATOR, Role.DELEGATE}
AUDIT = OFFICE - {Role.UNIT_CONTACT, Role.UNIT_HEAD}
ANYONE = frozenset(Role) - {Role.ADMINISTRATOR}

# View name, icon, words, who has it in his navigation. A view that is not there yet is left out.
PLACES = (
    ("home", "inbox", Words("我的工作", "My work"), ANYONE),
    ("register", "list-details", Words("台账", "Register"), ANYONE),
    ("leads", "flag", Words("疑点", "Leads"), frozenset({Role.AUDITOR})),
    ("warning", "alert-triangle", Words("预警", "Early warning"), OFFICE),
    ("retest", "refresh", Words("复测", "Re-tests"), AUDIT),
    ("units", "building", Words("单位", "Units"), OFFICE),
    ("figures", "chart-bar", Words("报表", "Reports"), OFFICE),
    ("journal", "link", Words("日志链", "Journal"), AUDIT | {Role.ADMINISTRATOR}),
    ("jobs", "activity", Words("任务", "Jobs"), AUDIT | {Role.ADMINISTRATOR}),
)


@dataclass(frozen=True)
class Place:
    """One entry of the navigation."""

    url: str
    icon: str
    words: Words
    is_here: bool


class Shell:
    """Computed only where a page asks for it."""

    version = settings.BIHUAN_VERSION
    demo = settings.BIHUAN_DEMO

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def now(self) -> object:
        """When the page was made; it stands on prints."""
        return timezone.now()

    @cached_property
    def roles(self) -> list[Role]:
        """The roles that the reader holds today, in the order of the life-cycle."""
        held = {one.role for one in posts(self._request.user)} if self._request.user.is_authenticated else set()
        return [one for one in Role if one.value in held]

    @property
    def is_administrator(self) -> bool:
        """Whether the desk for people and tables is his."""
        return bool(self._request.user.is_staff) or Role.ADMINISTRATOR in self.roles

    @cached_property
    def navigation(self) -> list[Place]:
        """Where this reader can go."""
        mine = set(self.roles)
        return [place for name, icon, words, who in PLACES if who & mine and (place := self._place(name, icon, words))]

    def _place(self, name: str, icon: str, words: Words) -> Place | None:
        try:
            url = reverse(name)
        except NoReverseMatch:
            return None
        here = self._request.path
        return Place(url, icon, words, here == url or (url != "/" and here.startswith(url)))


def shell(request: HttpRequest) -> dict[str, Shell]:
    """The context processor."""
    return {"shell": Shell(request)}
