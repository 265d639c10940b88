/*
id: low_spread
title: {zh: 各家报价挤在一起, en: The bids lie unusually close together}
status: stable
role: lead
level: medium
basis: [tender-32, tenderr-39]
why:
  zh: 互不知情的投标人报价自然有高有低；各家报价几乎一样（变异系数极小），往往是商量好的。
  en: Bidders who do not know of each other differ; prices that all but agree (a tiny coefficient of variation) were often agreed on.
not_when:
  zh: 政府定价、公开信息价、固定费率的采购；基准价评标且控制价已公布，大家都贴着基准报。
  en: Regulated or published prices, fixed rates; a known reference price that all aim at.
ask:
  zh: 各份投标文件的计价过程、制作机器和人员，评标办法和控制价公布情况，同一批投标人在其他项目的报价。
  en: How and on which machine each price was made, the evaluation rule, the same bidders' prices elsewhere.
reads: [bid]
optional: [tender, award]
population: {table: bid, where: "amount > 0 AND coalesce(status, 'valid') IN ('valid', 'pending')"}
scope: all
params: {least_bids: 3, chance: 0.0001, usual_variation: 0.03, least_contests: 20, most_variation: 0.01}
lead: {unit: unit_id, subject: [process, lot], amount: lowest, currency: currency, on: bid_on}
reason:
  zh: "“{title}”{bids}家报价从{lowest}到{highest}，变异系数只有{variation_percent}%，通常为{usual_percent}%。"
  en: "“{title}”: {bids} bids between {lowest} and {highest}; their coefficient of variation is only {variation_percent} %, usually {usual_percent} %."
examples:
  - says: four prices within two per mille; an ordinary spread, a fixed price and two bids are left alone
    given:
      bid:
        - &bid {ocid: P1, bid_id: B1, bidder_id: S1, bidder_name: 甲公司, status: valid, amount: 1000000.00, bid_on: 2025-03-01}
        - {<<: *bid, bid_id: B2, bidder_id: S2, amount: 1000500.00}
        - {<<: *bid, bid_id: B3, bidder_id: S3, amount: 1001000.00}
        - {<<: *bid, bid_id: B4, bidder_id: S4, amount: 1001500.00}
        - {<<: *bid, bid_id: B5, bidder_id: S5, amount: 1500000.00, status: disqualified}
        - {<<: *bid, ocid: P2}
        - {<<: *bid, ocid: P2, bid_id: B2, bidder_id: S2, amount: 1040000.00}
        - {<<: *bid, ocid: P2, bid_id: B3, bidder_id: S3, amount: 1090000.00}
        - {<<: *bid, ocid: P3}
        - {<<: *bid, ocid: P3, bid_id: B2, bidder_id: S2}
        - {<<: *bid, ocid: P3, bid_id: B3, bidder_id: S3}
        - {<<: *bid, ocid: P4}
        - {<<: *bid, ocid: P4, bid_id: B2, bidder_id: S2, amount: 1000500.00}
    expect:
      - {process: P1, bids: 4, lowest: 1000000.00, highest: 1001500.00, bid_rows: [1, 2, 3, 4]}
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
-- One price for each tenderer of a contest: its lowest.
prices AS (
  SELECT row_id, unit_id, process, lot, title, bidder, bidder_name, amount, currency, bid_on
  FROM offers
  WHERE status IN ('valid', 'pending') AND amount > 0 AND member_no = 1
  QUALIFY row_number() OVER (PARTITION BY process, lot, currency, bidder ORDER BY amount, row_id) = 1
),
spreads AS (
  SELECT max(unit_id) AS unit_id, process, lot, max(title) AS title, currency, count(*) AS bids,
    min(amount) AS lowest, max(amount) AS highest, max(bid_on) AS bid_on,
    stddev_samp(CAST(amount AS DOUBLE)) / nullif(avg(CAST(amount AS DOUBLE)), 0) AS variation,
    list_sort(list(row_id)) AS bid_rows
  FROM prices
  GROUP BY process, lot, currency
  HAVING count(*) >= $least_bids AND min(amount) < max(amount)
),
usual AS (
  SELECT CASE WHEN count(*) >= $least_contests THEN median(CAST(variation AS DOUBLE)) ELSE $usual_variation END AS variation
  FROM spreads
)
-- The more bids agree, the less chance can explain it: of n independent prices the coefficient of variation stays below
-- 0.8 × usual × p^(1 / (n - 1)) with the chance p (by simulation of normal prices, 3 to 10 bids).
SELECT spreads.unit_id, spreads.process, spreads.lot, spreads.title, spreads.currency, spreads.bids, spreads.lowest,
  spreads.highest, spreads.bid_on, spreads.variation, round(spreads.variation * 100, 3) AS variation_percent,
  round(usual.variation * 100, 1) AS usual_percent, spreads.bid_rows
FROM spreads
JOIN usual ON spreads.variation
  <= least($most_variation, 0.8 * usual.variation * power($chance, 1.0 / nullif(spreads.bids - 1, 0)))
