/*
id: regular_price_steps
title: {zh: 投标报价呈规律性差异, en: Bid prices differ by regular steps}
status: stable
role: lead
level: high
basis: [tender-32, tenderr-40, mof87-37]
why:
  zh: 各家报价依次相差同一数额或同一比例，说明是一个人排出来的；报价呈规律性差异视为串通投标。
  en: Prices that step up by one amount or one ratio were laid out by one hand; regular differences are deemed collusion.
not_when:
  zh: 报价按固定档位或整数费率填写（如费率每档0.5%）。
  en: Prices are filled in by fixed steps or round rates.
ask:
  zh: 各份投标文件的计价软件文件、加密锁号和制作时间，各家报价的计算底稿。
  en: Pricing files, lock numbers and times of making, the working papers of each price.
reads: [bid]
optional: [tender, award]
population: {table: bid, where: "amount > 0 AND coalesce(status, 'valid') IN ('valid', 'pending', 'disqualified')"}
scope: row
params: {least_bids: 3, tolerance: 0.01, tolerance_of_three: 0.0001, round_to: 1000}
lead: {unit: unit_id, subject: [process, lot], amount: lowest, currency: currency, on: bid_on}
reason:
  zh: "“{title}”{bids}家报价{price_list}呈等差或等比排列，平均每步{step}，各步相差不超过{unevenness_percent}%。"
  en: "“{title}”: the {bids} prices {price_list} step up by one amount or one ratio, {step} on average, no two steps more than {unevenness_percent} % apart."
examples:
  - says: equal differences; equal ratios; ordinary prices, and three round prices that happen to be even, are left alone
    given:
      bid:
        - &bid {ocid: P1, bid_id: B1, bidder_id: S1, bidder_name: 甲公司, status: valid, amount: 981260.00, bid_on: 2025-03-01}
        - {<<: *bid, bid_id: B2, bidder_id: S2, amount: 993765.00}
        - {<<: *bid, bid_id: B3, bidder_id: S3, amount: 1006270.00}
        - {<<: *bid, bid_id: B4, bidder_id: S4, amount: 1018775.00}
        - {<<: *bid, ocid: P2, amount: 500000.00}
        - {<<: *bid, ocid: P2, bid_id: B2, bidder_id: S2, amount: 510000.00}
        - {<<: *bid, ocid: P2, bid_id: B3, bidder_id: S3, amount: 520200.00}
        - {<<: *bid, ocid: P2, bid_id: B4, bidder_id: S4, amount: 530604.00}
        - {<<: *bid, ocid: P3, amount: 500000.00}
        - {<<: *bid, ocid: P3, bid_id: B2, bidder_id: S2, amount: 511000.00}
        - {<<: *bid, ocid: P3, bid_id: B3, bidder_id: S3, amount: 528200.00}
        - {<<: *bid, ocid: P3, bid_id: B4, bidder_id: S4, amount: 533604.00}
        - {<<: *bid, ocid: P4, amount: 500000.00}
        - {<<: *bid, ocid: P4, bid_id: B2, bidder_id: S2, amount: 510000.00}
        - {<<: *bid, ocid: P4, bid_id: B3, bidder_id: S3, amount: 520000.00}
    expect:
      - {process: P1, bids: 4, step: 12505.00, bid_rows: [1, 2, 3, 4]}
      - {process: P2, bids: 4, bid_rows: [5, 6, 7, 8]}
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
prices AS (
  SELECT row_id, unit_id, process, lot, title, amount, currency, bid_on
  FROM offers
  WHERE status IN ('valid', 'pending', 'disqualified') AND amount > 0 AND member_no = 1
  QUALIFY row_number() OVER (PARTITION BY process, lot, currency, bidder ORDER BY amount, row_id) = 1
),
in_order AS (
  SELECT row_id, unit_id, process, lot, title, amount, currency, bid_on,
    lag(amount) OVER (PARTITION BY process, lot, currency ORDER BY amount, row_id
      ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS amount_below
  FROM prices
),
steps AS (
  SELECT row_id, unit_id, process, lot, title, amount, currency, bid_on, amount - amount_below AS step,
    ln(CAST(amount AS DOUBLE)) - ln(CAST(amount_below AS DOUBLE)) AS ratio_step
  FROM in_order
),
contests AS (
  SELECT max(unit_id) AS unit_id, process, lot, max(title) AS title, currency, count(*) AS bids,
    min(amount) AS lowest, max(bid_on) AS bid_on, min(step) AS least_step,
    CAST(max(step) - min(step) AS DOUBLE) / nullif(avg(CAST(step AS DOUBLE)), 0) AS unevenness,
    (max(ratio_step) - min(ratio_step)) / nullif(avg(ratio_step), 0) AS ratio_unevenness,
    count(*) FILTER (WHERE amount % nullif($round_to, 0) <> 0) AS odd_prices,
    CAST(round(avg(CAST(step AS DOUBLE)), 2) AS DECIMAL(18, 2)) AS step,
    string_agg(CAST(amount AS VARCHAR), '、' ORDER BY amount) AS price_list, list_sort(list(row_id)) AS bid_rows
  FROM steps
  GROUP BY process, lot, currency
  HAVING count(*) >= $least_bids AND min(step) > 0
)
-- Two equal steps prove little, and none where prices are round.
SELECT unit_id, process, lot, title, currency, bids, lowest, bid_on, step, price_list,
  round(least(unevenness, ratio_unevenness) * 100, 2) AS unevenness_percent, bid_rows
FROM contests
WHERE least(unevenness, ratio_unevenness) <= CASE WHEN bids = 3 THEN $tolerance_of_three ELSE $tolerance END
  AND (bids > 3 OR odd_prices > 0)
