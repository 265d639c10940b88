"""What shops, clerks and car dealers did to draw trade-in money, each beside what looks like it and is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from bihuan.demo.county import YEAR
from bihuan.demo.departments._tradein import (
    NO_STOCK,
    ORDINARY,
    Claim,
    Goods,
    How,
    Model,
    Moved,
    Paid,
    Trade,
    car_claim,
    fill_stock,
    reverse,
    sell,
    settle_claims,
    subsidy,
)
from bihuan.demo.residents import Resident, given_name, identity, residents
from bihuan.demo.truth import Form


def plant(made: Trade) -> None:
    """Everything; a clean county gets the twins only. Then stock books, numbers and payouts."""
    if not made.county.is_clean:
        for one in (_serials, _prices, _insiders, _phones, _addresses, _without_stock, _old_cars, _no_buyers,
                    _dealer_pays, _bursts):  # fmt: skip
            one(made)
    _twins(made)
    fill_stock(made)
    settle_claims(made)
    _after_payout(made)


def _day(month: int, day: int) -> date:
    return date(YEAR, month, day)


def _model(made: Trade, kind: str, at: int = 0) -> Model:
    return made.models[kind][at % len(made.models[kind])]


def _risk(claims: Sequence[Claim]) -> int:
    return sum(one.subsidy for one in claims)


def _sold(made: Trade, goods: Goods, days: Sequence[date], how: How = ORDINARY) -> list[Claim]:
    """One sale a day to people who have bought nothing yet."""
    return [sell(made, goods, next(made.spare), day, how) for day in days]


def _run(first: date, count: int, step: int) -> list[date]:
    return [first + timedelta(days=n * step) for n in range(count)]


def _serials(made: Trade) -> None:
    """A clerk photographs one item for two buyers; a friend's shop uses the photograph, retouched."""
    for at, month, form in ((3, 4, "plain"), (8, 7, "plain"), (12, 9, "hiding"), (17, 6, "hiding")):
        model = _model(made, "电视", at)
        first = sell(made, (made.shops[at], model), next(made.spare), _day(month, 6))
        other = made.shops[at] if form == "plain" else made.shops[at + 1]
        again = sell(made, (other, model), next(made.spare), _day(month, 15), How(False, serial=first.serial))
        _retouch(made, again, form)
        made.mark("serial_claimed_twice", "plain" if form == "plain" else "hiding", again.subsidy, first, again)
    first = car_claim(made, made.dealers[1], next(made.spare), _day(5, 8))
    again = car_claim(made, made.dealers[2], next(made.spare), _day(6, 19))
    if first.car and again.car:  # one old car is scrapped for two new ones
        again.car = replace(first.car, vin=again.car.vin, plate=again.car.plate)
    made.mark("serial_claimed_twice", "plain", again.subsidy, first, again)


def _retouch(made: Trade, claim: Claim, form: str) -> None:
    if form == "hiding":
        claim.serial = claim.serial.replace("0", "O").replace("1", "I").lower()
        claim.serial = f"{claim.serial[:5]} {claim.serial[5:]}"
        if made.keeps_serials(claim.shop):  # there the item is booked in as well, so that the stock is right
            made.bought.append((claim.shop, claim.model, claim.serial, claim.day))


def _prices(made: Trade) -> None:
    """A shop lifts the price by about what the buyer will be subsidised with; once in steps, on two models."""
    for at, kind, month in ((5, "冰箱", 3), (14, "洗衣机", 8)):
        model = _model(made, kind, at)
        claims = _sold(made, (made.shops[at], model), _run(_day(month, 3), 8, 5))
        claims += _others(made, (made.shops[at], model), (_day(month, 1), _day(month + 1, 14)), claims)
        risk = sum(_lift(made, one, 15) for one in claims)
        made.mark("price_raised_before_subsidy", "plain", risk, *claims)
    shop, raised, risk = made.shops[21], [], 0
    for model in (_model(made, "空调", 1), _model(made, "热水器", 2)):
        for month, share in ((6, 10), (7, 12), (8, 17)):
            claims = _sold(made, (shop, model), _run(_day(month, 4), 3, 7))
            claims += _others(made, (shop, model), (_day(month, 1), _day(month, 30)), claims)
            risk += sum(_lift(made, one, share) for one in claims)
            raised += claims
    made.mark("price_raised_before_subsidy", "hiding", risk, *raised)


def _others(made: Trade, goods: Goods, span: tuple[date, date], but: Sequence[Claim]) -> list[Claim]:
    """The shop's other claims for the model in these days that were granted."""
    shop, model = goods
    return [
        one for one in made.claims
        if one.shop is shop and one.model is model and span[0] <= one.day <= span[1] and one not in but
        and one.status == "已拨付"
    ]  # fmt: skip


def _lift(made: Trade, claim: Claim, share: int) -> int:
    """Raise the price of a sale, its subsidy and its invoice; cents of subsidy drawn beyond."""
    before = claim.subsidy
    claim.price = claim.price * (100 + share) // 100_000 * 1000 + 900
    claim.subsidy = subsidy(claim.model, claim.price)
    invoice = next(one for one in reversed(made.invoices) if one.number == claim.invoice)
    invoice.gross = claim.price
    return claim.subsidy - before


def _insiders(made: Trade) -> None:
    """Owner and staff draw the subsidy on goods that never leave; once typed a little wrong, once by their kin."""
    for at, month in ((2, 5), (10, 10)):
        shop = made.shops[at]
        buyers = [*made.staff[shop.credit_code][:5], made.staff[shop.credit_code][0]]
        claims = [
            sell(made, (shop, _model(made, ("空调", "电视", "电脑")[n % 3], n)), one, _day(month, 4 + 3 * n))
            for n, one in enumerate(buyers)
        ]
        made.mark("buyer_is_seller_or_its_staff", "plain", _risk(claims), *claims)
    shop = made.shops[19]
    claims = []
    for n, one in enumerate(made.staff[shop.credit_code][-5:]):
        stranger = next(made.spare)
        buyer = one._replace(name=one.name[0] + stranger.name[-1], phone=stranger.phone, address=stranger.address)
        claims.append(sell(made, (shop, _model(made, "冰箱", n)), buyer, _day(2 + 2 * n, 11)))
    made.mark("buyer_is_seller_or_its_staff", "hiding", _risk(claims), *claims)
    shop = made.shops[23]
    claims = []
    for n, one in enumerate(made.staff[shop.credit_code][:4]):
        kin = next(made.spare)._replace(phone=one.phone)
        claims.append(sell(made, (shop, _model(made, "电脑", n)), kin, _day(3 + 2 * n, 14)))
    made.mark("buyer_is_seller_or_its_staff", "hiding", _risk(claims), *claims)


def _phones(made: Trade) -> None:
    """A clerk claims for many with the clerk's own phone; in disguise it is written in several ways, at two shops."""
    for at, month in ((6, 3), (20, 11)):
        phone = made.staff[made.shops[at].credit_code][-1].phone
        claims = _sold(made, (made.shops[at], _model(made, "热水器", at)), _run(_day(month, 2), 7, 3))
        for one in claims:
            one.phone = phone
        made.mark("many_claims_one_phone_or_address", "plain", _risk(claims), *claims)
    phone = next(made.spare).phone
    ways = (f"+86{phone}", f"{phone[:3]}-{phone[3:7]}-{phone[7:]}", f"{phone[:3]} {phone[3:7]} {phone[7:]}", phone)
    claims = _sold(made, (made.shops[25], _model(made, "燃气灶")), _run(_day(5, 5), 4, 11))
    claims += _sold(made, (made.shops[26], _model(made, "吸油烟机")), _run(_day(6, 9), 3, 9))
    for n, one in enumerate(claims):
        one.phone = ways[n % 4]
    made.mark("many_claims_one_phone_or_address", "hiding", _risk(claims), *claims)


def _addresses(made: Trade) -> None:
    """Goods for nine buyers go to one store-room; in disguise its address is written in several ways."""
    plain = ("云禾县城关镇滨河路88号3栋102室",)
    various = ("云禾县城关镇建设路216号5栋301室", "城关镇建设路216号5栋301", "云禾县城关镇 建设路216号 5幢301室",
               "云禾县城关镇建设路２１６号5号楼301室")  # fmt: skip
    for at, month, ways in ((9, 6, plain), (28, 9, various)):
        claims = _sold(made, (made.shops[at], _model(made, "空调", at)), _run(_day(month, 3), 9, 2))
        for n, one in enumerate(claims):
            one.address = ways[n % len(ways)]
        form: Form = "plain" if ways is plain else "hiding"
        made.mark("many_claims_one_phone_or_address", form, _risk(claims), *claims)


def _without_stock(made: Trade) -> None:
    """Claims for goods that the shop never had; in disguise a purchase is booked in long afterwards."""
    model = _model(made, "电脑", 2)
    claims = _sold(made, (made.shops[11], model), _run(_day(8, 4), 9, 4), NO_STOCK)  # keeps serials
    made.mark("sold_without_stock", "plain", _risk(claims), *claims)
    model = _model(made, "电视", 5)
    claims = _sold(made, (made.shops[15], model), _run(_day(5, 6), 18, 2), NO_STOCK)  # keeps quantities
    made.mark("sold_without_stock", "plain", _risk(claims), *claims)
    model = _model(made, "空调", 4)
    claims = _sold(made, (made.shops[24], model), _run(_day(6, 2), 18, 2), NO_STOCK)
    price, supplier = model.price * 86 // 100, "云州众邦电器商行"
    for day, count in ((_day(9, 20), 10), (_day(10, 12), 8)):
        made.moved.append(Moved(made.shops[24], day, True, "采购入库", model, "", count, price, supplier))
    made.mark("sold_without_stock", "hiding", _risk(claims), *claims)
    # Serials of items that stand in another shop, sent over by telephone.
    model = _model(made, "冰箱", 3)
    claims = _sold(made, (made.shops[29], model), _run(_day(4, 5), 8, 6), NO_STOCK)
    for one in claims:
        made.bought.append((made.shops[18], model, one.serial, one.day + timedelta(days=30)))
    made.mark("sold_without_stock", "hiding", _risk(claims), *claims)


def _old_cars(made: Trade) -> None:
    """Old cars that are too new; in disguise the claim says an earlier day than the scrap yard's book."""
    for at, day, since in ((0, _day(4, 12), date(2013, 9, 4)), (1, _day(8, 21), date(2016, 3, 18))):
        claim = car_claim(made, made.dealers[at], next(made.spare), day, ("汽油", since))
        made.mark("old_item_not_eligible", "plain", claim.subsidy, claim)
    claim = car_claim(made, made.dealers[3], next(made.spare), _day(6, 3), ("汽油", date(2010, 5, 20)))
    if claim.car:
        claim.car.really_from = date(2016, 5, 20)
        made.mark("old_item_not_eligible", "hiding", claim.subsidy, claim, claim.car)
    claim = car_claim(made, made.dealers[2], next(made.spare), _day(7, 9), ("柴油", None))
    if claim.car:  # scrapped long before there was a subsidy for it
        claim.car.scrapped = date(2023, 10, 17)
        made.mark("old_item_not_eligible", "hiding", claim.subsidy, claim)


def _no_buyers(made: Trade) -> None:
    """The names of the dead and of children are lent to claims."""
    for at, month, form in ((4, 5, "plain"), (22, 9, "plain"), (31, 11, "hiding")):
        died = _day(month, 3) - timedelta(days=40 + at)
        gone = _dead(made, at, died)
        is_plain = form == "plain"
        buyer = gone if is_plain else gone._replace(name=gone.name[0] + next(made.spare).name[1:], id_no=gone.id_no)
        claim = sell(made, (made.shops[at], _model(made, "洗衣机", at)), buyer, _day(month, 3))
        made.mark("dead_or_underage_buyer", "plain" if is_plain else "hiding", claim.subsidy, claim, gone.id_no)
    children = [one for one in residents(made.county) if 7 <= one.age() <= 14]
    child = made.chance.choice(children)
    claim = sell(made, (made.shops[13], _model(made, "电脑")), child, _day(3, 9))
    made.mark("dead_or_underage_buyer", "plain", claim.subsidy, claim)


def _dead(made: Trade, at: int, died: date) -> Resident:
    """Somebody who died and is on nobody's list any more; the cremation is on the funeral home's."""
    like, sex = next(made.spare), "男" if at % 2 else "女"
    born = date(1938 + at % 9, 1 + at % 12, 3 + at % 20)
    name = like.name[0] + given_name(made.chance, sex)
    gone = like._replace(name=name, id_no=identity(born, at * 2 + (sex == "男")), sex=sex, born=born)
    made.dead.append((gone.name, gone.id_no, died))
    return gone


def _dealer_pays(made: Trade) -> None:
    """The shop pays for its buyers, from its own account, the owner's card, or three employees' in turn."""
    for at, month, payer in ((7, 6, made.shops[7].account), (16, 10, made.shops[16].legal.card)):
        claims = _sold(made, (made.shops[at], _model(made, "电视", at)), _run(_day(month, 3), 8, 3))
        for one in claims:
            one.payer = payer
        made.mark("dealer_paid_for_buyer", "plain", _risk(claims), *claims)
    shop = made.shops[27]
    cards = [one.card for one in made.staff[shop.credit_code][-3:]]
    claims = _sold(made, (shop, _model(made, "冰箱", 6)), _run(_day(4, 3), 6, 9))
    claims += _sold(made, (shop, _model(made, "空调", 7)), _run(_day(4, 6), 6, 9))
    for n, one in enumerate(claims):
        one.payer = cards[n % 3]
    made.mark("dealer_paid_for_buyer", "hiding", _risk(claims), *claims)


def _bursts(made: Trade) -> None:
    """A list of names is typed in, one claim after the other, when the shop is shut; once in the evenings."""
    for at, day, start in ((30, _day(5, 29), 23 * 3600 + 300), (33, _day(12, 3), 6 * 3600 + 1200)):
        claims = _sold(made, (made.shops[at], _model(made, "热水器", at)), [day] * 16)
        _at_times(made, claims, start, 95)
        made.mark("claims_burst_at_one_shop", "plain", _risk(claims), *claims)
    claims = []
    for day in (_day(7, 8), _day(7, 15), _day(7, 23)):
        some = [
            sell(made, (made.shops[34], _model(made, kind, day.day)), next(made.spare), day)
            for kind in ("空调", "电视", "冰箱", "洗衣机", "热水器", "燃气灶", "电脑", "空调")
        ]
        _at_times(made, some, 19 * 3600 + day.day * 60, 170)
        claims += some
    made.mark("claims_burst_at_one_shop", "hiding", _risk(claims), *claims)


def _at_times(made: Trade, claims: Sequence[Claim], start: int, every: int) -> None:
    for n, one in enumerate(claims):
        one.second = start + n * every + made.chance.randrange(every // 2)


def _twins(made: Trade) -> None:
    """Innocent look-alikes, in a clean county as well."""
    for one in (_sold_again, _dearer_everywhere, _left_before, _one_parcel_shop, _sent_over, _old_enough,
                _lived_then, _family_pays, _lender_pays, _all_shops_at_once):  # fmt: skip
        one(made)


def _sold_again(made: Trade) -> None:
    """The first buyer gave the item back and claimed nothing; it was sold again."""
    model = _model(made, "电视", 1)
    first = sell(made, (made.shops[1], model), next(made.spare), _day(4, 2))
    reverse(made, first.invoice, _day(4, 5), "商品退回")
    first.status = "已撤销（退货）"
    again = sell(made, (made.shops[1], model), next(made.spare), _day(4, 20), How(False, serial=first.serial))
    made.mark("serial_claimed_twice", "twin", 0, first, again)


def _dearer_everywhere(made: Trade) -> None:
    """From September the maker's new price holds in every shop and at the watched market."""
    model = _model(made, "洗衣机", 6)
    since = _day(9, 1)
    own = _sold(made, (made.shops[32], model), _run(_day(9, 8), 6, 5))
    invoices = {one.number: one for one in made.invoices if one.model is model}
    for one in made.claims:
        if one.model is model and one.day >= since:
            one.price = one.price * 113 // 100_000 * 1000 + 900
            one.subsidy = subsidy(model, one.price)
            invoices[one.invoice].gross = one.price
    _same_red(made, model)
    made.mark("price_raised_before_subsidy", "twin", 0, *own)


def _same_red(made: Trade, model: Model) -> None:
    """A red invoice bears the amount of the one that it reverses."""
    gross = {one.number: one.gross for one in made.invoices if one.model is model}
    for one in made.invoices:
        if one.model is model and one.reverses:
            one.gross = -gross[one.reverses]


def _left_before(made: Trade) -> None:
    """Two former employees buy where they worked until March; the insurance list says when they left."""
    shop = made.shops[35]
    claims = [
        sell(made, (shop, _model(made, ("空调", "电视")[n % 2], n)), one, _day(10, 12 + n))
        for n, one in enumerate([*made.staff[shop.credit_code][-2:]] * 2)
    ]
    made.mark("buyer_is_seller_or_its_staff", "twin", 0, *claims)


def _one_parcel_shop(made: Trade) -> None:
    """Villagers have small things sent to the parcel station, each with an own phone; a son gives his for two."""
    model = _model(made, "燃气灶", 2)
    claims = [sell(made, (made.shops[n * 5 % 36], model), next(made.spare), _day(3 + n % 8, 9 + n)) for n in range(9)]
    for one in claims:
        one.address = "云禾县石桥镇上坪村1组2号（菜鸟驿站代收）"
    made.mark("many_claims_one_phone_or_address", "twin", 0, *claims)
    son = next(made.spare)
    claims = [sell(made, (made.shops[4], _model(made, "热水器", n)), one, _day(8, 9 + n))
              for n, one in enumerate((son, next(made.spare), next(made.spare)))]  # fmt: skip
    for one in claims:
        one.phone, one.address = son.phone, son.address
    made.mark("many_claims_one_phone_or_address", "twin", 0, *claims)


def _sent_over(made: Trade) -> None:
    """Eight items came from another shop and are booked in as such."""
    model = _model(made, "吸油烟机", 4)
    shop, other = made.shops[20], made.shops[2]
    claims = _sold(made, (shop, model), _run(_day(9, 3), 8, 3), NO_STOCK)
    for one in claims:
        price = model.price * 86 // 100
        made.moved.append(Moved(other, _day(7, 1), True, "采购入库", model, one.serial, 1, price))
        made.moved.append(Moved(other, _day(8, 30), False, "调拨出库", model, one.serial, 1, price))
        made.moved.append(Moved(shop, _day(8, 30), True, "调拨入库", model, one.serial, 1, price, other.name))
    made.mark("sold_without_stock", "twin", 0, *claims)


def _old_enough(made: Trade) -> None:
    """Registered on the very last day that counts; and a battery car, for which a later day holds."""
    for at, fuel, since in ((0, "汽油", date(2012, 6, 30)), (2, "新能源", date(2017, 8, 8))):
        claim = car_claim(made, made.dealers[at], next(made.spare), _day(9, 11), (fuel, since))
        made.mark("old_item_not_eligible", "twin", 0, claim)


def _lived_then(made: Trade) -> None:
    """Bought five days before the buyer died, paid out afterwards; and a buyer of eighteen years and four days."""
    gone = _dead(made, 33, _day(7, 17))
    claim = sell(made, (made.shops[12], _model(made, "空调", 5)), gone, _day(7, 12))
    made.mark("dead_or_underage_buyer", "twin", 0, claim, gone.id_no)
    like, born = next(made.spare), date(YEAR - 18, 6, 11)
    grown = like._replace(id_no=identity(born, 406 + (like.sex == "男")), born=born)
    claim = sell(made, (made.shops[12], _model(made, "电脑", 4)), grown, _day(6, 15))
    made.mark("dead_or_underage_buyer", "twin", 0, claim)


def _family_pays(made: Trade) -> None:
    """A father pays for his two grown children, who live with him."""
    father = next(made.spare)
    claims = [sell(made, (made.shops[0], _model(made, ("空调", "电视", "冰箱")[n], 2)), one, _day(5, 2))
              for n, one in enumerate((father, next(made.spare), next(made.spare)))]  # fmt: skip
    for one in claims:
        one.payer, one.address = father.card, father.address
    made.mark("dealer_paid_for_buyer", "twin", 0, *claims)


def _lender_pays(made: Trade) -> None:
    """A consumer-credit company pays for buyers at many shops."""
    claims = [
        sell(made, (made.shops[n * 3 % 36], _model(made, "空调", n)), next(made.spare), _day(3 + n % 9, 15),
             How(payer="13009900000000517")) for n in range(14)
    ]  # fmt: skip
    made.mark("dealer_paid_for_buyer", "twin", 0, *claims)


def _all_shops_at_once(made: Trade) -> None:
    """On 11 November the county's vouchers came out at eight in the evening, and every shop was full."""
    for at in range(0, 36, 2):
        claims = [
            sell(made, (made.shops[at], _model(made, kind, at)), next(made.spare), _day(11, 11))
            for kind in ("空调", "电视", "冰箱", "洗衣机", "热水器", "电脑", "电视", "空调", "冰箱")[: 7 + at % 3]
        ]
        _at_times(made, claims, 20 * 3600 + 120, 110)
        if at in (6, 18):
            made.mark("claims_burst_at_one_shop", "twin", 0, *claims)


def _after_payout(made: Trade) -> None:
    """Invoices that are reversed when the money is there; innocent where a new one follows or the money came back."""
    claims = [one for one in made.claims if one.paid and one.paid < _day(10, 30) and not one.car
              and one.status == "已拨付" and one.price < 900_000]  # fmt: skip
    chosen = made.chance.sample(claims, 40)
    marked = {id(thing) for mark in made.marks for thing in mark.things}
    chosen = [one for one in chosen if id(one) not in marked]
    if not made.county.is_clean:
        _reversed(made, chosen[:4])
    corrected, returned = chosen[4], chosen[5]
    day = corrected.paid or corrected.day
    red = reverse(made, corrected.invoice, day + timedelta(days=9), "开票有误")
    again = made.invoice(corrected, day + timedelta(days=9))
    again.note = f"更正重开，原发票{corrected.invoice}"
    made.mark("invoice_reversed_after_payout", "twin", 0, corrected, red, again)
    day = (returned.paid or returned.day) + timedelta(days=20)
    red = reverse(made, returned.invoice, day)
    returned.status = "已追回补贴"
    words = f"退货收回以旧换新补贴（申请编号{returned.number}）"
    made.paid.append(Paid(returned.shop, day + timedelta(days=6), -returned.subsidy, words, "已退回"))
    made.mark("invoice_reversed_after_payout", "twin", 0, returned, red)


def _reversed(made: Trade, chosen: Sequence[Claim]) -> None:
    for at, one in enumerate(chosen):
        day = (one.paid or one.day) + timedelta(days=8 + 7 * at)
        blue = next(invoice for invoice in made.invoices if invoice.number == one.invoice)
        if at < 2:
            made.mark("invoice_reversed_after_payout", "plain", one.subsidy, one, blue, reverse(made, one.invoice, day))
            continue
        # The first invoice is left as it stands; the red one comes in the quiet, once for most of the amount only.
        red = reverse(made, one.invoice, day, "折让", is_told=False)
        red.gross = red.gross if at == 2 else red.gross * 92 // 100
        made.mark("invoice_reversed_after_payout", "hiding", one.subsidy, one, blue, red)
