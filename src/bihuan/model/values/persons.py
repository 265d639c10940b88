"""Names of persons as they are compared: surname and given name, by sound and by look."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bihuan.model.values import names
from bihuan.model.values.hanzi import look, simplified, sound
from bihuan.model.values.name_words import longest_first, surname_sounds

COMPOUND = frozenset(longest_first("compound_surnames"))

_BARE = re.compile("[\u3400-\u9fff]{2,4}")


@dataclass(frozen=True)
class Compared:
    """A person's name in the forms by which two writings of it meet; all empty where there is no name."""

    name: str  # simplified, without blanks and middle dots
    surname: str
    given: str
    sound: str  # toneless pinyin of the whole
    look: str  # look-alikes folded


NOBODY = Compared("", "", "", "", "")


def compared(text: str) -> Compared:
    """The forms of a name. Names with a middle dot (买买提·艾力) have no surname: the first part stands for it.

    >>> compared("歐陽 娜娜").surname
    '欧阳'
    """
    # Nearly all names are a few bare characters, for which cleaning has nothing to do.
    found = simplified(text if _BARE.fullmatch(text) else names.normalise(text) or "")
    if not found:
        return NOBODY
    surname, given = split(found)
    plain = surname + given
    heard = f"{surname_sounds().get(surname) or sound(surname)} {sound(given)}".strip()
    return Compared(plain, surname, given, heard.lower(), look(plain))


def split(name: str) -> tuple[str, str]:
    """(surname, given name) of a simplified name."""
    if "·" in name:
        first, _, rest = name.partition("·")
        return first, rest.replace("·", "")
    plain = name.replace(" ", "")
    if not "\u3400" <= plain[:1] <= "\u9fff":
        return plain, ""
    length = 2 if len(plain) > 2 and plain[:2] in COMPOUND else 1
    return plain[:length], plain[length:]


def is_compatible(one: Compared, other: Compared) -> bool:
    """Whether two names may be one person's beside an equal identity number: by sound, look, or most characters.

    A change of the given name alone is believed, another surname with another sound is not.
    """
    if not one.name or not other.name or one.sound == other.sound or one.look == other.look:
        return True
    if one.surname == other.surname or sorted(one.name) == sorted(other.name):
        return True
    return len(one.given) > 0 and one.given == other.given
