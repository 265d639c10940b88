/*
id: losing_specialist
title: {zh: 投标很多却几乎不中标（R025）, en: Bids often and hardly ever wins (R025)}
status: stable
role: lead
level: low
basis: ["ocp:R025"]
why:
  zh: 一家供应商有效投标次数在前四分之一，中标率却低得异常，可能是专门陪标的。
  en: A firm among the quarter that bids most often wins unusually rarely; it may bid only to keep others company.
not_when:
  zh: 刚进入本地市场、报价策略保守；主业不在这些项目里。
  en: New to the market, cautious prices, another main trade.
ask:
  zh: 它每次和谁一起投、谁中标，报价与中标价的关系，与中标人的人员、账户、地址往来。
  en: With whom it bids each time and who wins, its prices beside theirs, people, accounts and addresses they share.
reads: [bid, award]
optional: [tender]
population: {table: bid, where: "coalesce(status, 'valid') = 'valid'"}
scope: all
params: {fence: 1.5}
lead: {unit: unit_id, subject: [bidder], amount: lost_amount, currency: currency, on: bid_on}
reason:
  zh: "{bidder_name}有效投标{bids}次只中标{wins}次（中标率{percent}%）；四分之三的投标人不超过{often}次，中标率下限为{fence_percent}%。"
  en: "{bidder_name} placed {bids} valid bids and won {wins} ({percent} %); three quarters of bidders place at most {often}, the lower fence of their shares is {fence_percent} %."
examples:
  - says: six firms win most of what they bid for, one bids in all and wins nothing; who loses now and then is left alone
    given:
      bid:
        - &bid {ocid: P0, bid_id: B1, bidder_id: A, bidder_name: 甲, status: valid, amount: 100.00}
        - {<<: *bid, ocid: P0, bid_id: B2, bidder_id: Z, bidder_name: 常陪公司}
        - {<<: *bid, ocid: P1, bidder_id: A, bidder_name: 甲}
        - {<<: *bid, ocid: P1, bid_id: B2, bidder_id: Z, bidder_name: 常陪公司}
        - {<<: *bid, ocid: P2, bidder_id: B, bidder_name: 甲}
        - {<<: *bid, ocid: P2, bid_id: B2, bidder_id: Z, bidder_name: 常陪公司}
        - {<<: *bid, ocid: P3, bidder_id: B, bidder_name: 甲}
        - {<<: *bid, ocid: P3, bid_id: B2, bidder_id: Z, bidder_name: 常陪公司}
        - {<<: *bid, ocid: P4, bidder_id: C, bidder_name: 甲}
        - {<<: *bid, ocid: P4, bid_id: B2, bidder_id: Z, bidder_name: 常陪公司}
        - {<<: *bid, ocid: P5, bidder_id: C, bidder_name: 甲}
        - {<<: *bid, ocid: P5, bid_id: B2, bidder_id: Z, bidder_name: 常陪公司}
        - {<<: *bid, ocid: P6, bidder_id: D, bidder_name: 甲}
        - {<<: *bid, ocid: P6, bid_id: B2, bidder_id: Z, bidder_name: 常陪公司}
        - {<<: *bid, ocid: P7, bidder_id: D, bidder_name: 甲}
        - {<<: *bid, ocid: P7, bid_id: B2, bidder_id: Z, bidder_name: 常陪公司}
        - {<<: *bid, ocid: P8, bidder_id: E, bidder_name: 甲}
        - {<<: *bid, ocid: P8, bid_id: B2, bidder_id: Z, bidder_name: 常陪公司}
        - {<<: *bid, ocid: P9, bidder_id: E, bidder_name: 甲}
        - {<<: *bid, ocid: P9, bid_id: B2, bidder_id: Z, bidder_name: 常陪公司}
        - {<<: *bid, ocid: P10, bidder_id: F, bidder_name: 甲}
        - {<<: *bid, ocid: P10, bid_id: B2, bidder_id: Z, bidder_name: 常陪公司}
        - {<<: *bid, ocid: P11, bidder_id: F, bidder_name: 甲}
        - {<<: *bid, ocid: P11, bid_id: B2, bidder_id: Z, bidder_name: 常陪公司}
        - {<<: *bid, ocid: P2, bid_id: B3, bidder_id: A, bidder_name: 甲}
        - {<<: *bid, ocid: P4, bid_id: B3, bidder_id: B, bidder_name: 甲}
      award:
        - &won {ocid: P0, award_id: A1, status: active, supplier_id: A, supplier_name: 甲, amount: 100.00}
        - {<<: *won, ocid: P1, supplier_id: A}
        - {<<: *won, ocid: P2, supplier_id: B}
        - {<<: *won, ocid: P3, supplier_id: B}
        - {<<: *won, ocid: P4, supplier_id: C}
        - {<<: *won, ocid: P5, supplier_id: C}
        - {<<: *won, ocid: P6, supplier_id: D}
        - {<<: *won, ocid: P7, supplier_id: D}
        - {<<: *won, ocid: P8, supplier_id: E}
        - {<<: *won, ocid: P9, supplier_id: E}
        - {<<: *won, ocid: P10, supplier_id: F}
        - {<<: *won, ocid: P11, supplier_id: F}
    expect:
      - {bidder: Z, bids: 12, wins: 0, bid_rows: [2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24]}
*/
WITH tenders AS (
  SELECT coalesce(ocid, tender_id) AS process, max(coalesce(unit_id, unit_name)) AS unit_id, max(title) AS title,
    count(*) FILTER (WHERE status = 'cancelled') AS times_cancelled
  FROM tender
  GROUP BY coalesce(ocid, tender_id)
),
-- Where bids or awards name several lots, each lot is a contest of its own; else the whole process is one.
processes_by_lot AS (
  SELECT process
  FROM (
    SELECT coalesce(ocid, tender_id) AS process, lot_id
    FROM bid
    WHERE lot_id IS NOT NULL
    UNION
    SELECT coalesce(ocid, tender_id) AS process, lot_id
    FROM award
    WHERE lot_id IS NOT NULL
  ) AS named
  GROUP BY process
  HAVING count(*) > 1
),
-- A list of awards that is no OCDS holds only those that stand.
results AS (
  SELECT award.row_id, coalesce(award.ocid, award.tender_id) AS process,
    CASE WHEN by_lot.process IS NULL THEN '' ELSE coalesce(award.lot_id, '') END AS lot,
    coalesce(award.supplier_id, award.supplier_name) AS supplier, award.supplier_name, award.amount, award.currency,
    award.awarded_on, coalesce(award.status, CASE WHEN award.ocid IS NULL THEN 'active' END) AS status
  FROM award
  LEFT JOIN processes_by_lot AS by_lot ON by_lot.process = coalesce(award.ocid, award.tender_id)
),
-- Outside OCDS a bid without a status counts as valid, unless a reason for its rejection is given.
offers AS (
  SELECT bid.row_id, coalesce(bid.unit_id, bid.unit_name, tenders.unit_id) AS unit_id,
    coalesce(bid.ocid, bid.tender_id) AS process,
    CASE WHEN by_lot.process IS NULL THEN '' ELSE coalesce(bid.lot_id, '') END AS lot,
    coalesce(tenders.title, bid.tender_title, bid.ocid, bid.tender_id) AS title,
    bid.bidder_id, bid.bidder_name, coalesce(bid.bidder_id, bid.bidder_name) AS bidder, bid.bid_on,
    coalesce(bid.bid_id, bid.bidder_id, bid.bidder_name) AS bid_no, coalesce(bid.members, 1) AS members,
    coalesce(bid.member_no, 1) AS member_no, bid.amount, bid.currency,
    coalesce(bid.status, CASE WHEN bid.reject_reason IS NOT NULL THEN 'disqualified'
      WHEN bid.ocid IS NULL THEN 'valid' END) AS status
  FROM bid
  LEFT JOIN processes_by_lot AS by_lot ON by_lot.process = coalesce(bid.ocid, bid.tender_id)
  LEFT JOIN tenders ON tenders.process = coalesce(bid.ocid, bid.tender_id)
  WHERE coalesce(tenders.times_cancelled, 0) = 0
),
-- Exactly one award stands, to one supplier, and none is pending.
sole_awards AS (
  SELECT process, lot, min(supplier) FILTER (WHERE status = 'active') AS supplier,
    min(supplier_name) FILTER (WHERE status = 'active') AS supplier_name,
    min(row_id) FILTER (WHERE status = 'active') AS award_row
  FROM results
  GROUP BY process, lot
  HAVING count(*) FILTER (WHERE status = 'active') = 1
    AND count(*) FILTER (WHERE coalesce(status, 'unknown') NOT IN ('active', 'cancelled', 'unsuccessful')) = 0
),
-- Valid bids of single tenderers where one award stands.
contenders AS (
  SELECT offers.row_id, offers.process, offers.lot, offers.bidder, offers.amount, offers.currency, awards.award_row,
    coalesce(awards.supplier IN (offers.bidder_id, offers.bidder_name)
      OR offers.bidder_id IS NULL AND awards.supplier_name = offers.bidder_name, false) AS is_winner
  FROM offers
  JOIN sole_awards AS awards ON awards.process = offers.process AND awards.lot = offers.lot
  WHERE offers.status = 'valid' AND offers.members = 1
),
-- Each tenderer counts once in a contest, however many bids it placed; bids of consortia are left out.
taken_part AS (
  SELECT process, lot, bidder, bool_or(is_winner) AS has_won
  FROM contenders
  GROUP BY process, lot, bidder
),
bidders AS (
  SELECT bidder, count(*) AS bids, count(*) FILTER (WHERE has_won) AS wins,
    CAST(count(*) FILTER (WHERE has_won) AS DOUBLE) / nullif(count(*), 0) AS ratio
  FROM taken_part
  GROUP BY bidder
),
measures AS (
  SELECT 'ratio' AS measure, bidder, ratio AS measured_value FROM bidders
  UNION ALL
  SELECT 'bids' AS measure, bidder, CAST(bids AS DOUBLE) AS measured_value FROM bidders
),
in_order AS (
  SELECT measure, measured_value AS measured,
    row_number() OVER (PARTITION BY measure ORDER BY measured_value) AS place,
    count(*) OVER (PARTITION BY measure) AS many
  FROM measures
),
-- Quartiles as R8: at place (n + 1/3) p + 1/3, which is (3n + 5) / 12 for the first and (9n + 7) / 12 for the third.
neighbours AS (
  SELECT measure, many, greatest(0, (3 * many + 5) / 12.0 - greatest(1, floor((3 * many + 5) / 12.0))) AS part_1,
    (9 * many + 7) / 12.0 - floor((9 * many + 7) / 12.0) AS part_3,
    max(measured) FILTER (WHERE place = greatest(1, floor((3 * many + 5) / 12.0))) AS low_1,
    max(measured) FILTER (WHERE place = least(many, greatest(1, floor((3 * many + 5) / 12.0)) + 1)) AS high_1,
    max(measured) FILTER (WHERE place = floor((9 * many + 7) / 12.0)) AS low_3,
    max(measured) FILTER (WHERE place = least(many, floor((9 * many + 7) / 12.0) + 1)) AS high_3
  FROM in_order
  GROUP BY measure, many
),
quartiles AS (
  SELECT measure, many, round(low_1 + (high_1 - low_1) * part_1, 12) AS q1,
    round(low_3 + (high_3 - low_3) * part_3, 12) AS q3
  FROM neighbours
),
fences AS (
  SELECT max(q1) FILTER (WHERE measure = 'ratio') AS q1, max(q3) FILTER (WHERE measure = 'ratio') AS q3,
    max(q3) FILTER (WHERE measure = 'bids') AS often
  FROM quartiles
),
-- Without spread no share is unusually low; with a fence at or below zero the rule cannot fire.
rare_winners AS (
  SELECT bidders.bidder, bidders.bids, bidders.wins, bidders.ratio, fences.often, fences.q1,
    fences.q3, round(fences.q1 - $fence * (fences.q3 - fences.q1), 12) AS lower_fence
  FROM bidders
  JOIN fences ON bidders.bids >= fences.often AND fences.q3 > fences.q1
    AND round(fences.q1 - $fence * (fences.q3 - fences.q1), 12) > 0
    AND round(bidders.ratio, 12) <= round(fences.q1 - $fence * (fences.q3 - fences.q1), 12)
),
lost_contests AS (
  SELECT contenders.process, contenders.lot, contenders.bidder, max(offers.bidder_name) AS bidder_name,
    max(offers.unit_id) AS unit_id, max(offers.bid_on) AS bid_on, max(award.amount) AS amount,
    max(award.currency) AS currency, list_sort(list(contenders.row_id)) AS bid_rows
  FROM contenders
  JOIN rare_winners ON rare_winners.bidder = contenders.bidder
  JOIN offers ON offers.row_id = contenders.row_id
  JOIN award ON award.row_id = contenders.award_row
  GROUP BY contenders.process, contenders.lot, contenders.bidder
  HAVING NOT bool_or(contenders.is_winner)
),
lost AS (
  SELECT bidder, unit_id, currency, sum(amount) AS lost_amount, max(bid_on) AS bid_on
  FROM lost_contests
  GROUP BY bidder, unit_id, currency
  QUALIFY row_number() OVER (PARTITION BY bidder ORDER BY count(*) DESC, unit_id, currency) = 1
)
SELECT lost.unit_id, rare.bidder, max(part.bidder_name) AS bidder_name, rare.bids, rare.wins, rare.ratio,
  round(rare.ratio * 100, 2) AS percent, round(rare.lower_fence * 100, 2) AS fence_percent, rare.often, rare.q1,
  rare.q3, rare.lower_fence, CAST(lost.lost_amount AS DECIMAL(18, 2)) AS lost_amount, lost.currency, lost.bid_on,
  list_sort(flatten(list(part.bid_rows))) AS bid_rows
FROM rare_winners AS rare
JOIN lost ON lost.bidder = rare.bidder
JOIN lost_contests AS part ON part.bidder = rare.bidder
GROUP BY lost.unit_id, rare.bidder, rare.bids, rare.wins, rare.ratio, rare.often, rare.q1, rare.q3, rare.lower_fence,
  lost.lost_amount, lost.currency, lost.bid_on
