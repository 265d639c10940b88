/*
id: one_supplier_for_all_schools_by_fixed_bids
title: {zh: 一家供应商凭陪标中标后供应几乎所有学校, en: One supplier feeds nearly all schools after contests with fixed bids}
status: stable
role: lead
level: high
basis: [tender-32, gp-25, gpr-74]
why:
  zh: 全县营养餐食材由一家供应商包揽，而它中标的采购里，总是同几家陪着落选、从不中标，或报价几乎一样，竞争可能是假的，价格和质量没有约束。
  en: One supplier feeds nearly all schools of the county, and in the contests that it won the same firms keep it company and never win, or the prices are nearly the same; the competition may be staged and nothing holds price and quality.
not_when:
  zh: 县里只有一家具备条件的企业；多个标段由不同企业中标后统一配送。
  en: Only one firm in the county qualifies; one carrier delivers for several winners.
ask:
  zh: 招标文件的资格条件、各投标文件和保证金来源、落选者与中标人的关系和往来、合同价与实际结算价。
  en: Conditions of the tender, the bids and who paid the bonds, ties and flows between losers and winner, contract prices against those settled.
reads: [bid, goods_received]
optional: [tender, award]
population: {table: bid, where: "coalesce(status, 'valid') IN ('valid', 'pending', 'disqualified')"}
max_share: 0.5
scope: all
params: {schools_share: 0.8, least_schools: 5, most_spread: 0.03, meal: "营养|供餐|学生餐|食材|食堂|配餐"}
lead: {unit: unit_id, subject: [supplier], amount: total, currency: currency, on: last_on}
reason:
  zh: "{supplier_name}供应{schools}所学校（共{all_schools}所）食材{total}；其中标的{won}次营养餐采购里，{spread_contests}次最高与最低报价相差不到限度，{companions}家落选者从未中标。"
  en: "{supplier_name} feeds {schools} of {all_schools} schools, {total} together; of the {won} meal contests that it won, {spread_contests} had bids nearly the same, and {companions} losing firms never won any."
examples:
  - says: E won twice against strangers who happen to win nowhere, at prices that scatter; F took the same two firms along each time
    given:
      bid:
        - &won {unit_id: "201", ocid: T1, tender_title: 食堂食材采购, bidder_id: E, bidder_name: E公司, amount: 100000.00, status: valid, is_winner: true, bid_on: 2025-01-10}
        - {<<: *won, bidder_id: O, bidder_name: O公司, amount: 108000.00, is_winner: false}
        - {<<: *won, ocid: T2, amount: 120000.00}
        - {<<: *won, ocid: T2, bidder_id: P, bidder_name: P公司, amount: 131000.00, is_winner: false}
        - {<<: *won, ocid: T3, bidder_id: F, bidder_name: F公司}
        - {<<: *won, ocid: T3, bidder_id: Q, bidder_name: Q公司, amount: 109000.00, is_winner: false}
        - {<<: *won, ocid: T4, bidder_id: F, bidder_name: F公司}
        - {<<: *won, ocid: T4, bidder_id: Q, bidder_name: Q公司, amount: 107000.00, is_winner: false}
      goods_received:
        - &food {unit_id: S1, supplier_id: E, supplier_name: E公司, item: 大米, direction: in, amount: 1000.00, moved_on: 2025-05-08}
        - {<<: *food, unit_id: S2}
        - {<<: *food, unit_id: S3}
        - {<<: *food, unit_id: S4}
        - {<<: *food, unit_id: S5}
        - {<<: *food, supplier_id: F, supplier_name: F公司}
        - {<<: *food, unit_id: S2, supplier_id: F, supplier_name: F公司}
        - {<<: *food, unit_id: S3, supplier_id: F, supplier_name: F公司}
        - {<<: *food, unit_id: S4, supplier_id: F, supplier_name: F公司}
        - {<<: *food, unit_id: S5, supplier_id: F, supplier_name: F公司}
    expect:
      - {unit_id: "201", supplier: F, schools: 5, all_schools: 5, won: 2, spread_contests: 0, companions: 1, total: 5000.00, bid_rows: [5, 6, 7, 8]}
  - says: A feeds all five schools after a contest of nearly the same prices; B feeds one; C won against firms that win elsewhere
    given:
      bid:
        - &bid {unit_id: "201", ocid: T1, tender_title: 学生营养餐食材采购, bidder_id: A, bidder_name: A公司, amount: 500000.00, status: valid, is_winner: true, bid_on: 2025-01-10}
        - {<<: *bid, bidder_id: X, bidder_name: X公司, amount: 503000.00, is_winner: false}
        - {<<: *bid, bidder_id: Y, bidder_name: Y公司, amount: 505000.00, is_winner: false}
        - {<<: *bid, ocid: T2, bidder_id: B, bidder_name: B公司}
        - {<<: *bid, ocid: T2, bidder_id: X, bidder_name: X公司, amount: 501000.00, is_winner: false}
        - {<<: *bid, ocid: T3, bidder_id: C, bidder_name: C公司}
        - {<<: *bid, ocid: T3, bidder_id: B, bidder_name: B公司, amount: 590000.00, is_winner: false}
        - {<<: *bid, ocid: T4, tender_title: 办公家具采购, bidder_id: D, bidder_name: D公司}
      goods_received:
        - {unit_id: S1, supplier_id: A, supplier_name: A公司, item: 大米, direction: in, amount: 1000.00, moved_on: 2025-05-08}
        - {unit_id: S2, supplier_id: A, supplier_name: A公司, item: 大米, direction: in, amount: 1000.00, moved_on: 2025-05-08}
        - {unit_id: S3, supplier_id: A, supplier_name: A公司, item: 大米, direction: in, amount: 1000.00, moved_on: 2025-05-08}
        - {unit_id: S4, supplier_id: A, supplier_name: A公司, item: 大米, direction: in, amount: 1000.00, moved_on: 2025-05-08}
        - {unit_id: S5, supplier_id: A, supplier_name: A公司, item: 大米, direction: in, amount: 1000.00, moved_on: 2025-05-08}
        - {unit_id: S1, supplier_id: B, supplier_name: B公司, item: 大米, direction: in, amount: 1000.00, moved_on: 2025-05-08}
        - {unit_id: S1, supplier_id: C, supplier_name: C公司, item: 大米, direction: in, amount: 1000.00, moved_on: 2025-05-08}
        - {unit_id: S2, supplier_id: C, supplier_name: C公司, item: 大米, direction: in, amount: 1000.00, moved_on: 2025-05-08}
        - {unit_id: S3, supplier_id: C, supplier_name: C公司, item: 大米, direction: in, amount: 1000.00, moved_on: 2025-05-08}
        - {unit_id: S4, supplier_id: C, supplier_name: C公司, item: 大米, direction: in, amount: 1000.00, moved_on: 2025-05-08}
        - {unit_id: S5, supplier_id: C, supplier_name: C公司, item: 大米, direction: in, amount: 1000.00, moved_on: 2025-05-08}
    expect:
      - {unit_id: "201", supplier: A, schools: 5, all_schools: 5, won: 1, spread_contests: 1, total: 5000.00, bid_rows: [1, 2, 3]}
*/
WITH titles AS (
  SELECT coalesce(ocid, tender_id) AS process, max(title) AS title, max(coalesce(unit_id, unit_name)) AS unit_id
  FROM tender
  GROUP BY coalesce(ocid, tender_id)
),
awarded AS (
  SELECT DISTINCT coalesce(ocid, tender_id) AS process, coalesce(lot_id, '') AS lot, coalesce(supplier_id, supplier_name) AS supplier
  FROM award
  WHERE coalesce(status, 'active') = 'active' AND coalesce(supplier_id, supplier_name) IS NOT NULL
),
offers AS (
  SELECT bid.row_id, coalesce(bid.unit_id, titles.unit_id, bid.unit_name) AS unit_id, coalesce(bid.ocid, bid.tender_id) AS process,
    coalesce(bid.lot_id, '') AS lot, coalesce(bid.bidder_id, bid.bidder_name) AS bidder, bid.bidder_name, bid.amount,
    coalesce(bid.is_winner, false) OR awarded.supplier IS NOT NULL AS is_winner
  FROM bid
  LEFT JOIN titles ON titles.process = coalesce(bid.ocid, bid.tender_id)
  LEFT JOIN awarded ON awarded.process = coalesce(bid.ocid, bid.tender_id)
    AND (awarded.lot = '' OR awarded.lot = coalesce(bid.lot_id, '')) AND awarded.supplier IN (bid.bidder_id, bid.bidder_name)
  WHERE coalesce(bid.status, 'valid') IN ('valid', 'pending', 'disqualified')
    AND regexp_matches(concat(coalesce(titles.title, ''), coalesce(bid.tender_title, '')), $meal)
),
ever_won AS (
  SELECT bidder, bool_or(is_winner) AS has_won
  FROM offers
  GROUP BY bidder
),
contests AS (
  SELECT process, lot, max(CASE WHEN is_winner THEN bidder END) AS winner, count(DISTINCT bidder) AS bidders,
    max(amount) / nullif(min(amount), 0) - 1 AS spread
  FROM offers
  GROUP BY process, lot
  HAVING count(*) FILTER (WHERE is_winner) >= 1 AND count(DISTINCT bidder) >= 2
),
taken AS (
  SELECT winner, count(*) AS contests
  FROM contests
  GROUP BY winner
),
-- Who keeps a winner company in at least half of its contests, two or more, and wins nowhere.
company AS (
  SELECT contests.winner, offers.bidder
  FROM contests
  JOIN offers ON offers.process = contests.process AND offers.lot = contests.lot AND NOT offers.is_winner
  JOIN ever_won ON ever_won.bidder = offers.bidder AND NOT ever_won.has_won
  JOIN taken ON taken.winner = contests.winner
  GROUP BY contests.winner, offers.bidder, taken.contests
  HAVING count(*) >= 2 AND count(*) * 2 >= taken.contests
),
losers AS (
  SELECT contests.process, contests.lot, contests.winner, count(DISTINCT offers.bidder) AS companions,
    count(*) FILTER (WHERE company.bidder IS NULL) AS rivals
  FROM contests
  JOIN offers ON offers.process = contests.process AND offers.lot = contests.lot AND NOT offers.is_winner
  LEFT JOIN company ON company.winner = contests.winner AND company.bidder = offers.bidder
  GROUP BY contests.process, contests.lot, contests.winner
),
-- A staged contest: the prices hardly differ, or all who lost it only ever keep its winner company.
staged AS (
  SELECT contests.process, contests.lot, contests.winner, losers.companions, losers.rivals,
    CASE WHEN contests.spread <= $most_spread THEN 1 ELSE 0 END AS is_narrow
  FROM contests
  JOIN losers ON losers.process = contests.process AND losers.lot = contests.lot
  WHERE contests.spread <= $most_spread OR losers.rivals = 0
),
winners AS (
  SELECT staged.winner, max(offers.unit_id) AS unit_id, count(DISTINCT concat(staged.process, ' ', staged.lot)) AS won,
    count(DISTINCT CASE WHEN staged.is_narrow = 1 THEN concat(staged.process, ' ', staged.lot) END) AS spread_contests,
    count(DISTINCT CASE WHEN NOT offers.is_winner AND NOT ever_won.has_won THEN offers.bidder END) AS companions,
    max(CASE WHEN offers.is_winner THEN offers.bidder_name END) AS bidder_name,
    list_sort(list(DISTINCT offers.row_id)) AS bid_rows
  FROM staged
  JOIN offers ON offers.process = staged.process AND offers.lot = staged.lot
  JOIN ever_won ON ever_won.bidder = offers.bidder
  GROUP BY staged.winner
),
schools AS (
  SELECT count(DISTINCT unit_id) AS all_schools
  FROM goods_received
  WHERE coalesce(direction, 'in') = 'in'
),
fed AS (
  SELECT winners.winner, count(DISTINCT goods.unit_id) AS schools, sum(coalesce(goods.amount, goods.quantity * goods.price, 0)) AS total,
    max(goods.currency) AS currency, max(goods.moved_on) AS last_on
  FROM winners
  JOIN goods_received AS goods ON goods.supplier_id = winners.winner OR goods.supplier_name = winners.bidder_name
  WHERE coalesce(goods.direction, 'in') = 'in'
  GROUP BY winners.winner
)
SELECT winners.unit_id, winners.winner AS supplier, coalesce(winners.bidder_name, winners.winner) AS supplier_name, fed.schools,
  schools.all_schools, winners.won, winners.spread_contests, winners.companions, CAST(fed.total AS DECIMAL(18, 2)) AS total,
  fed.currency, fed.last_on, winners.bid_rows
FROM winners
JOIN fed ON fed.winner = winners.winner
JOIN schools ON fed.schools >= schools.all_schools * $schools_share
WHERE schools.all_schools >= $least_schools
