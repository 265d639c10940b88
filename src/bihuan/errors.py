"""Everything that Bihuan refuses, in one tree.

BihuanError
├── BadSource      a handed-over file or database cannot be read as it stands
├── Unsure         more than one reading is possible and a person must choose
├── Overlap        a source repeats what another source already brought
├── BadMethod      a method file breaks its contract
├── BadWorkspace   the workspace is missing, damaged or of a newer format
├── BadQuery       an auditor's own SQL was refused or failed
├── NotFound       no lead, unit, account, method or source of that name
└── WrongUse       the command was asked for something that it does not offer

Messages say where, what, what to do; in that order; with the value in it.
"""

from __future__ import annotations


class BihuanError(Exception):
    """Base of all errors that are shown to a person in words."""


class BadSource(BihuanError):
    """A handed-over file or database cannot be read as it stands."""


class Unsure(BihuanError):
    """More than one reading is possible and a person must choose."""


class Overlap(BihuanError):
    """A source repeats what another source already brought."""


class BadMethod(BihuanError):
    """A method file breaks its contract."""


class BadWorkspace(BihuanError):
    """The workspace is missing, damaged or of a newer format."""


class BadQuery(BihuanError):
    """An auditor's own SQL was refused or failed."""


class NotFound(BihuanError):
    """No lead, unit, account, method or source of that name."""


class WrongUse(BihuanError):
    """The command was asked for something that it does not offer."""
