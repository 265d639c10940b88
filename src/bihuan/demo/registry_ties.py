"""Which firms hang together, and which leaders have a hand in one, as the files of the registries show it.

For those who plant: `related_firms` and `officials_firms` are true ties, `unrelated_firms` and `officials_unrelated`
only look like ties. Ordinary business keeps away from all firms of `tied`; other firms have no tie to each other or to
an office.
"""

from __future__ import annotations

from typing import NamedTuple

from bihuan.demo.companies import Company, companies
from bihuan.demo.county import County
from bihuan.demo.offices import Office
from bihuan.demo.owners import FIRST_TIED, FirmReason, FirmTie, OfficialReason, OfficialTie, ownership
from bihuan.demo.residents import Resident

_FALSE: tuple[str, ...] = ("shared_name_only", "former_owner", "same_surname_as_spouse", "spouse_sold_long_ago")


class OfficialFirm(NamedTuple):
    """A leader in office now, and a firm of the family's."""

    office: Office
    official: Resident
    company: Company
    reason: OfficialReason
    kin: Resident  # who of the family; the official, where it is his own


def related_firms(county: County) -> tuple[tuple[Company, Company, FirmReason], ...]:
    """Pairs under one hand: one person, spouses, parent and child, one holding the other, one parent, straw men."""
    return tuple(_pair(one, county) for one in ownership(county).firms if one.reason not in _FALSE)


def unrelated_firms(county: County) -> tuple[tuple[Company, Company, FirmReason], ...]:
    """Pairs that only look so: their owners share a name; the owner of one sold the other in 2019."""
    return tuple(_pair(one, county) for one in ownership(county).firms if one.reason in _FALSE)


def officials_firms(county: County) -> tuple[OfficialFirm, ...]:
    """Leaders whose spouse, parent, child or who themselves own or lead a firm; every one of another office."""
    return tuple(_of_official(one, county) for one in ownership(county).officials if one.reason not in _FALSE)


def officials_unrelated(county: County) -> tuple[OfficialFirm, ...]:
    """Leaders whose tie to the firm is none: a shared surname; a spouse who sold the firm in 2018."""
    return tuple(_of_official(one, county) for one in ownership(county).officials if one.reason in _FALSE)


def tied(county: County) -> frozenset[str]:
    """Credit codes of all firms above, mothers included: no ordinary bid or payment of theirs is innocent for sure."""
    made = ownership(county)
    return frozenset(one.credit_code for one in companies(county)[FIRST_TIED : made.at])


def _pair(tie: FirmTie, county: County) -> tuple[Company, Company, FirmReason]:
    firms = companies(county)
    return firms[tie.one], firms[tie.other], tie.reason


def _of_official(tie: OfficialTie, county: County) -> OfficialFirm:
    return OfficialFirm(tie.leader.office, tie.leader.who, companies(county)[tie.firm], tie.reason, tie.kin)
