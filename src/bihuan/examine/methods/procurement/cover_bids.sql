/*
id: cover_bids
title: {zh: 一家独低、其余报价扎堆（疑似陪标）, en: "One low bid, the others crowded far above (cover bids)"}
status: stable
role: lead
level: medium
basis: [tender-32, tenderr-39]
why:
  zh: 落选报价彼此接近、又与最低价拉开明显距离（相对距离大），像是落选者照着一个数抬高报出、保证指定的人中标。
  en: Losing prices close to each other and far from the lowest (a large relative distance) look set to let one win.
not_when:
  zh: 中标人确有成本优势或报错数量；其余投标人来自同一价格体系的代理商。
  en: The winner has a real advantage or misread a quantity; the others are agents on one price list.
ask:
  zh: 最低价的成本构成，其余各家报价编制人和文件属性，这几家在其他项目同场投标的情况。
  en: What the lowest price is made of, who made the others and on which machine, where else these firms met.
reads: [bid]
optional: [tender, award]
population: {table: bid, where: "amount > 0 AND coalesce(status, 'valid') IN ('valid', 'pending')"}
scope: row
params: {least_bids: 4, least_gap: 0.03, most_variation: 0.015, least_distance: 6, chance: 0.0005}
lead: {unit: unit_id, subject: [process, lot], amount: lowest, currency: currency, on: bid_on}
reason:
  zh: "“{title}”{lowest_name}报{lowest}，其余{others}家挤在{second}至{highest}之间，最低价与次低价相差{gap_percent}%，而其余各家之间的离散度只有{variation_percent}%。"
  en: "“{title}”: {lowest_name} bid {lowest}; the other {others} crowd between {second} and {highest}, {gap_percent} % above, with a variation of only {variation_percent} % among them."
examples:
  - says: four losers within one per cent, seven per cent above; an even spread and a small gap are left alone
    given:
      bid:
        - &bid {ocid: P1, bid_id: B1, bidder_id: S1, bidder_name: 甲公司, status: valid, amount: 900000.00, bid_on: 2025-03-01}
        - {<<: *bid, bid_id: B2, bidder_id: S2, amount: 967000.00}
        - {<<: *bid, bid_id: B3, bidder_id: S3, amount: 968800.00}
        - {<<: *bid, bid_id: B4, bidder_id: S4, amount: 970200.00}
        - {<<: *bid, bid_id: B5, bidder_id: S5, amount: 971500.00}
        - {<<: *bid, ocid: P2}
        - {<<: *bid, ocid: P2, bid_id: B2, bidder_id: S2, amount: 935000.00}
        - {<<: *bid, ocid: P2, bid_id: B3, bidder_id: S3, amount: 958000.00}
        - {<<: *bid, ocid: P2, bid_id: B4, bidder_id: S4, amount: 990000.00}
        - {<<: *bid, ocid: P3, amount: 960000.00}
        - {<<: *bid, ocid: P3, bid_id: B2, bidder_id: S2, amount: 969000.00}
        - {<<: *bid, ocid: P3, bid_id: B3, bidder_id: S3, amount: 969500.00}
        - {<<: *bid, ocid: P3, bid_id: B4, bidder_id: S4, amount: 970000.00}
    expect:
      - {process: P1, lowest: 900000.00, second: 967000.00, others: 4, bid_rows: [1, 2, 3, 4, 5]}
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
in_order AS (
  SELECT row_id, unit_id, process, lot, title, bidder_name, amount, currency, bid_on,
    row_number() OVER (PARTITION BY process, lot, currency ORDER BY amount, row_id) AS place
  FROM prices
),
contests AS (
  SELECT max(unit_id) AS unit_id, process, lot, max(title) AS title, currency, count(*) AS bids,
    count(*) - 1 AS others, max(bidder_name) FILTER (WHERE place = 1) AS lowest_name, min(amount) AS lowest,
    min(amount) FILTER (WHERE place > 1) AS second, max(amount) AS highest, max(bid_on) AS bid_on,
    stddev_samp(CAST(amount AS DOUBLE)) FILTER (WHERE place > 1) AS deviation,
    avg(CAST(amount AS DOUBLE)) FILTER (WHERE place > 1) AS average_of_others, list_sort(list(row_id)) AS bid_rows
  FROM in_order
  GROUP BY process, lot, currency
  HAVING count(*) >= $least_bids
)
-- Relative distance: the gap to the next bid in standard deviations of the losing bids. Among n independent prices it
-- exceeds 2 × p^(-1 / (n - 2)) with the chance p (by simulation of normal prices, 4 to 10 bids).
SELECT unit_id, process, lot, title, currency, others, lowest_name, lowest, second, highest, bid_on,
  round(CAST(second - lowest AS DOUBLE) / nullif(CAST(lowest AS DOUBLE), 0) * 100, 2) AS gap_percent,
  round(deviation / nullif(average_of_others, 0) * 100, 2) AS variation_percent,
  round(CAST(second - lowest AS DOUBLE) / nullif(deviation, 0), 1) AS relative_distance, bid_rows
FROM contests
WHERE second - lowest >= lowest * $least_gap AND deviation <= average_of_others * $most_variation
  AND CAST(second - lowest AS DOUBLE) >= deviation * greatest($least_distance, 2 * power($chance, -1.0 / nullif(bids - 2, 0)))
