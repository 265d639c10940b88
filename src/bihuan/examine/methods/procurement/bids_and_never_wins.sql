/*
id: bids_and_never_wins
title: {zh: 投标几十次一次未中, en: Bids dozens of times and never wins}
status: trial
role: lead
level: medium
basis: [tender-32, tenderr-39]
why:
  zh: 同场各家机会相当时，投标几十次却一次不中几乎不可能出于偶然；可能专为凑数陪标。
  en: Where all have about the same chance, losing dozens of times is hardly chance; the firm may only make up the number.
not_when:
  zh: 报价一贯偏高而确有其他主业；资格条件常年不满足而屡投屡废。
  en: Prices that are always high because the firm lives on another trade; bids that never meet the terms.
ask:
  zh: 历次标书的制作人、保证金来源和标书费支付方，与历次中标人的往来。
  en: Who wrote its bids, who paid its bonds and documents, and its dealings with those who won.
reads: [bid]
optional: [tender, award]
population: {table: bid, where: "bidder_name IS NOT NULL"}
scope: all
params: {chance: 0.001, least_bids: 15, most_bidders: 50}
lead: {unit: unit_id, subject: [bidder], amount: total, currency: currency, on: bid_on}
reason:
  zh: "{bidder_name}参加{bids}次投标，按各场家数应中{expected}次，却一次未中；这种情形出于偶然的机会约为十万分之{per_100k}。"
  en: "{bidder_name} bid {bids} times; by the number of bidders it should have won {expected} times, and it won none. By chance that happens in some {per_100k} of 100,000 cases."
examples:
  - says: a firm that loses two contests of two and fourteen of three; who beats it, and who loses one of two less, are left alone
    given:
      bid:
        - &won {ocid: P01, bid_id: B1, bidder_id: S1, bidder_name: 甲公司, status: valid, amount: 90000.00, bid_on: 2025-03-01}
        - &lost {<<: *won, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, amount: 95000.00}
        - {<<: *won, ocid: P02}
        - {<<: *lost, ocid: P02}
        - {<<: *won, ocid: P03}
        - {<<: *lost, ocid: P03}
        - {<<: *won, ocid: P04}
        - {<<: *lost, ocid: P04}
        - {<<: *won, ocid: P05}
        - {<<: *lost, ocid: P05}
        - {<<: *won, ocid: P06}
        - {<<: *lost, ocid: P06}
        - {<<: *won, ocid: P07}
        - {<<: *lost, ocid: P07}
        - {<<: *won, ocid: P08}
        - {<<: *lost, ocid: P08}
        - {<<: *won, ocid: P09}
        - {<<: *lost, ocid: P09}
        - {<<: *won, ocid: P10}
        - {<<: *lost, ocid: P10}
        - {<<: *won, ocid: P11}
        - {<<: *lost, ocid: P11}
        - {<<: *won, ocid: P12}
        - {<<: *lost, ocid: P12}
        - {<<: *won, ocid: P13}
        - {<<: *lost, ocid: P13}
        - {<<: *won, ocid: P14}
        - {<<: *lost, ocid: P14}
        - {<<: *won, ocid: P15}
        - {<<: *lost, ocid: P15}
        - {<<: *won, ocid: P16}
        - {<<: *lost, ocid: P16}
        # by chance in some 171 cases of 100,000; the one above in 86
        - &third {<<: *won, bid_id: B3, bidder_id: S3, bidder_name: 丙公司, amount: 97000.00}
        - {<<: *third, ocid: P02}
        - {<<: *third, ocid: P03}
        - {<<: *third, ocid: P04}
        - {<<: *third, ocid: P05}
        - {<<: *third, ocid: P06}
        - {<<: *third, ocid: P07}
        - {<<: *third, ocid: P08}
        - {<<: *third, ocid: P09}
        - {<<: *third, ocid: P10}
        - {<<: *third, ocid: P11}
        - {<<: *third, ocid: P12}
        - {<<: *third, ocid: P13}
        - {<<: *third, ocid: P14}
        - {<<: *won, ocid: P17}
        - {<<: *third, ocid: P17}
      award:
        - &award {ocid: P01, award_id: A, status: active, supplier_id: S1, supplier_name: 甲公司, amount: 90000.00, currency: CNY, awarded_on: 2025-03-05}
        - {<<: *award, ocid: P02}
        - {<<: *award, ocid: P03}
        - {<<: *award, ocid: P04}
        - {<<: *award, ocid: P05}
        - {<<: *award, ocid: P06}
        - {<<: *award, ocid: P07}
        - {<<: *award, ocid: P08}
        - {<<: *award, ocid: P09}
        - {<<: *award, ocid: P10}
        - {<<: *award, ocid: P11}
        - {<<: *award, ocid: P12}
        - {<<: *award, ocid: P13}
        - {<<: *award, ocid: P14}
        - {<<: *award, ocid: P15}
        - {<<: *award, ocid: P16}
        - {<<: *award, ocid: P17}
    expect:
      - {bidder: S2, bids: 16, expected: 5.7, per_100k: 85.64}
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
-- Who won: by the award, else as the bid itself says, else who stands first.
winners AS (
  SELECT DISTINCT process, lot, supplier, supplier_name
  FROM results
  WHERE status = 'active'
),
bids AS (
  SELECT offers.row_id, offers.unit_id, offers.process, offers.lot, offers.bidder, offers.bidder_name, offers.bid_no,
    offers.amount, offers.currency, offers.bid_on,
    winners.supplier IS NOT NULL OR flagged.is_winner IS NOT NULL AND flagged.is_winner AS is_winner
  FROM offers
  LEFT JOIN winners ON winners.process = offers.process AND winners.lot = offers.lot
    AND (winners.supplier IN (offers.bidder_id, offers.bidder_name)
      OR offers.bidder_id IS NULL AND winners.supplier_name = offers.bidder_name)
  JOIN bid AS flagged ON flagged.row_id = offers.row_id
  WHERE offers.status IN ('valid', 'pending', 'disqualified')
),
taken_part AS (
  SELECT process, lot, bidder, max(bidder_name) AS bidder_name, max(unit_id) AS unit_id, bool_or(is_winner) AS has_won,
    min(row_id) AS row_id, min(bid_no) AS bid_no, max(amount) AS amount, max(currency) AS currency, max(bid_on) AS bid_on
  FROM bids
  GROUP BY process, lot, bidder
),
-- Contests that somebody won tell who loses to whom; among very many bidders all meet all.
decided AS (
  SELECT process, lot, CAST(count(*) AS DOUBLE) AS bidders
  FROM taken_part
  GROUP BY process, lot
  HAVING count(*) FILTER (WHERE has_won) > 0 AND count(*) BETWEEN 2 AND $most_bidders
),
tried AS (
  SELECT taken_part.bidder, taken_part.bidder_name, taken_part.unit_id, taken_part.has_won, taken_part.row_id,
    taken_part.amount, taken_part.currency, taken_part.bid_on, decided.bidders
  FROM taken_part
  JOIN decided ON decided.process = taken_part.process AND decided.lot = taken_part.lot
),
-- Losing a contest of k has the chance 1 - 1/k; losing all of them, the product.
records AS (
  SELECT bidder, max(bidder_name) AS bidder_name, count(*) AS bids,
    sum(1 / nullif(bidders, 0)) AS expected, max(bid_on) AS bid_on,
    exp(sum(ln(1 - 1 / nullif(bidders, 0)))) AS by_chance
  FROM tried
  GROUP BY bidder
  HAVING count(*) >= $least_bids AND count(*) FILTER (WHERE has_won) = 0
),
-- The unit at which it lost most often.
main_units AS (
  SELECT bidder, unit_id, currency
  FROM tried
  GROUP BY bidder, unit_id, currency
  QUALIFY row_number() OVER (PARTITION BY bidder ORDER BY count(*) DESC, unit_id, currency) = 1
)
SELECT main_units.unit_id, records.bidder, records.bidder_name, records.bids,
  round(records.expected, 1) AS expected, round(records.by_chance * 100000, 2) AS per_100k, main_units.currency,
  records.bid_on, CAST(avg(CAST(tried.amount AS DOUBLE)) AS DECIMAL(18, 2)) AS total,
  list_sort(list(tried.row_id)) AS bid_rows
FROM records
JOIN main_units ON main_units.bidder = records.bidder
JOIN tried ON tried.bidder = records.bidder
WHERE records.by_chance <= $chance
GROUP BY main_units.unit_id, records.bidder, records.bidder_name, records.bids, records.expected,
  records.by_chance, main_units.currency, records.bid_on
