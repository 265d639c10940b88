"""One term of the school-meal fund as schools and suppliers write it down: rolls, meals, food, payments."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from bihuan.demo.books import ZERO, money
from bihuan.demo.county import County
from bihuan.demo.meals import cast
from bihuan.demo.meals.cast import Food, Pupil, School, Supplier, Term
from bihuan.demo.truth import Form, Marked

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Habits:
    """How a school goes about the money in a term; an honest one as it stands here."""

    phantoms: float = 0.0  # heads claimed beside those who ate, as a share of the roll
    phantom_weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    meals: tuple[tuple[str, Decimal], ...] = (("午餐", cast.STANDARD),)
    newcomers: int = 0
    leavers: int = 0
    left_on: date | None = None
    claims_leavers: bool = False  # the list of those who were fed still names them
    hides_numbers: bool = False  # without their identity numbers
    claims_graduates: int = 0
    extra_days: tuple[date, ...] = ()
    food: float = 1.0  # food bought for each yuan that is claimed
    food_by_month: Mapping[int, float] = field(default_factory=dict)
    reports_full_cost: bool = False
    dear: Mapping[str, float] = field(default_factory=dict)  # times the market's price
    in_jin: str = ""  # an item that is weighed in 斤
    grade: str = ""  # of vegetables
    regular: str = ""  # an item of which the same is delivered every day


@dataclass(frozen=True, eq=False)
class Served:
    """One meal of a school on a day."""

    school: School
    day: date
    meal: str
    heads: int
    price: Decimal
    cost: Decimal

    @property
    def amount(self) -> Decimal:
        """What is claimed for it."""
        return (self.heads * self.price).quantize(CENT)


@dataclass(frozen=True, eq=False)
class Delivered:
    """One line of a slip of goods received."""

    school: School
    day: date
    slip: str
    line: int
    item: str
    grade: str
    measure: str
    quantity: Decimal
    price: Decimal
    amount: Decimal
    supplier: Supplier
    invoice: str


@dataclass(frozen=True, eq=False)
class Fed:
    """A pupil on the list of those who were fed in a month."""

    pupil: Pupil
    month: date
    days: int
    hides_number: bool = False

    @property
    def amount(self) -> Decimal:
        """What is settled for him."""
        return self.days * cast.STANDARD


@dataclass(frozen=True, eq=False)
class Paid:
    """A payment out of the fund in the name of a school; negative where money came back."""

    school: School
    day: date
    payee: Supplier
    amount: Decimal
    purpose: str
    invoice: str = ""
    number: str = ""  # given when the file is written, where it is not given here
    project: str = cast.PROJECT


@dataclass(frozen=True, eq=False)
class Receipt:
    """Money that a school paid in, by a pay slip of the finance bureau."""

    school: School
    day: date
    number: str
    amount: Decimal
    words: str


@dataclass
class Books:
    """A term's books while they are made up."""

    county: County
    term: Term
    chance: random.Random
    suppliers: tuple[Supplier, ...]
    roll: list[Pupil] = field(default_factory=list)
    served: list[Served] = field(default_factory=list)
    delivered: list[Delivered] = field(default_factory=list)
    fed: list[Fed] = field(default_factory=list)
    paid: list[Paid] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    marks: list[Marked] = field(default_factory=list)

    def mark(self, kind: str, form: Form, code: str, amount: Decimal, things: Iterable[object]) -> None:
        """Remember what was planted."""
        self.marks.append(Marked(kind, form, code, amount, tuple(things)))


@dataclass(frozen=True)
class Watched:
    """The price of a food at the market on a day, for a kilogram."""

    day: date
    item: str
    price: Decimal


def market(books: Books) -> list[Watched]:
    """Prices at the market, every Wednesday of the term."""
    chance = books.county.chance(f"market/{books.term.name}")
    days = [one for one in books.term.days if one.weekday() == 2]
    return [Watched(day, one.item, money(chance, float(one.price), 0.02)) for day in days for one in cast.FOODS]


def open_books(county: County, term: Term) -> Books:
    """Books with nothing in them yet."""
    return Books(county, term, county.chance(f"meals/{term.name}"), cast.suppliers(county))


def keep(books: Books, one: School, pupils: list[Pupil], habits: Habits) -> None:
    """A school's term; `pupils` are those whom it has at the beginning."""
    roll, kitchen = _roll(books, one, pupils, habits), _Kitchen(books, one, habits)
    books.roll += roll
    eaten: Counter[tuple[Pupil, date]] = Counter()
    for day in sorted({*books.term.days, *habits.extra_days}):
        present = [pupil for pupil in roll if pupil.is_on_roll(day) and books.chance.random() > 0.02]
        eaten.update((pupil, day.replace(day=1)) for pupil in present)
        kitchen.serve(day, len(present) + _phantoms(one, day, habits, books))
    _list(books, roll, eaten, habits)


def _roll(books: Books, one: School, pupils: list[Pupil], habits: Habits) -> list[Pupil]:
    chance = books.chance
    left = [replace(pupil, until=habits.left_on, status="转出") for pupil in pupils[: habits.leavers]]
    new = [cast.pupil(one, 3, chance, since=date(2025, 4, 7)) for _ in range(habits.newcomers)]
    return [*left, *pupils[habits.leavers :], *new]


def _phantoms(one: School, day: date, habits: Habits, books: Books) -> int:
    if day.weekday() not in habits.phantom_weekdays:
        return 0
    return round(cast.size(books.county, one) * habits.phantoms)


@dataclass(frozen=True)
class _Kitchen:
    """A school's kitchen in a term."""

    books: Books
    school: School
    habits: Habits

    def serve(self, day: date, heads: int) -> None:
        """Buy for the heads, and write the meals down."""
        habits, line = self.habits, Counter[int]()
        money = heads * float(cast.STANDARD) * 1.004 * habits.food * habits.food_by_month.get(day.month, 1.0)
        cost = ZERO
        for food in cast.FOODS:
            line[food.supplier] += 1
            bought = self._buy(day, food, money * food.share, line[food.supplier])
            self.books.delivered.append(bought)
            cost += bought.amount
        told = heads * cast.STANDARD if habits.reports_full_cost else cost
        for meal, price in habits.meals:
            part = (told * price / cast.STANDARD).quantize(CENT)
            self.books.served.append(Served(self.school, day, meal, heads, price, part))

    def _buy(self, day: date, food: Food, money: float, line: int) -> Delivered:
        books, one, in_jin = self.books, self.school, food.item == self.habits.in_jin
        price = (self._price(food) / (2 if in_jin else 1)).quantize(CENT)
        quantity = Decimal(round(money * books.chance.uniform(0.92, 1.08) / float(price) * 10)) / 10
        if food.item == self.habits.regular:
            quantity = Decimal(round(cast.size(books.county, one) * 5 * food.share / float(food.price)))
        grade = self.habits.grade if food.supplier == cast.VEGETABLES else ""
        return Delivered(
            one, day, f"RK{one.code}{day:%y%m%d}{food.supplier + 1}", line, food.item, grade,
            "斤" if in_jin else "公斤", quantity, price, (quantity * price).quantize(CENT),
            books.suppliers[food.supplier], invoice_of(books, one, food.supplier, day),
        )  # fmt: skip

    def _price(self, food: Food) -> Decimal:
        """For a kilogram, to the cent."""
        times = self.habits.dear.get(food.item, 1.0) * self.books.chance.uniform(0.97, 1.03)
        return (food.price * Decimal(str(times))).quantize(CENT)


def invoice_of(books: Books, one: School, supplier: int, day: date) -> str:
    """A supplier's invoice to a school for the month of the day."""
    return f"{books.county.chance(f'invoice/{one.code}/{supplier}/{day:%Y-%m}').randrange(10**7, 10**8)}"


def _list(books: Books, roll: list[Pupil], eaten: Counter[tuple[Pupil, date]], habits: Habits) -> None:
    """Month by month the pupils who ate, and those who are claimed for although they left."""
    usual = Counter(day.replace(day=1) for day in books.term.days)
    for month in books.term.months:
        for pupil in roll:
            days, has_left = eaten[pupil, month], pupil.until is not None and pupil.until < month
            if has_left and habits.claims_leavers:
                books.fed.append(Fed(pupil, month, usual[month] - 1, habits.hides_numbers))
            elif days:
                books.fed.append(Fed(pupil, month, days))


def pay(books: Books) -> None:
    """Every month's deliveries by invoice, in the middle of the next month, as far as the books reach."""
    owed: dict[tuple[School, Supplier, date, str], Decimal] = {}
    for one in books.delivered:
        bill = (one.school, one.supplier, one.day.replace(day=1), one.invoice)
        owed[bill] = owed.get(bill, ZERO) + one.amount
    for (one_school, supplier, month, invoice), amount in owed.items():
        day = _due(books.term, month)
        if day is not None:
            purpose = f"付{month.month}月学生营养餐食材款"
            books.paid.append(Paid(one_school, day, supplier, amount, purpose, invoice))


def _due(term: Term, month: date) -> date | None:
    """The first working day from the tenth of the next month; the days of July are paid in July."""
    year, following = divmod(month.month, 12)
    first = date(month.year + year, following + 1, 10) if month.month != term.last.month else month.replace(day=24)
    days = cast.school_days(first, first.replace(day=28))
    return days[0] if days[0] <= term.books_until else None
