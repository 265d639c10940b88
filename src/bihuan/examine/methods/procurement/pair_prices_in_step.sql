/*
id: pair_prices_in_step
title: {zh: 两家报价比例次次几乎不变, en: The prices of two firms keep one ratio}
status: trial
role: lead
level: medium
basis: [tender-32, tenderr-39]
why:
  zh: 各自算价的两家，报价之比每次不同；多次同场而比值几乎不动，像是一家照着另一家乘一个系数报的。
  en: Of two firms that price apart the ratio changes each time; one that hardly moves over many tenders looks like one price times a factor.
not_when:
  zh: 两家代理同一产品、按同一价目表报价；招标规定统一下浮率。
  en: Both sell one maker's goods from one price list; a rate is prescribed.
ask:
  zh: 两家的计价底稿和制作机器，人员、地址、账户是否共用，比值以外的其他相同之处。
  en: Working papers and machines of both, shared people, addresses and accounts, what else is alike in their bids.
reads: [bid]
optional: [tender, award]
population: {table: bid, where: "amount > 0 AND coalesce(status, 'valid') IN ('valid', 'pending')"}
scope: all
params: {least_meetings: 5, most_deviation: 0.002, least_variety: 0.05, most_bidders: 50}
lead: {unit: unit_id, subject: [firm, other], amount: total, currency: currency, on: bid_on}
reason:
  zh: "{firm_name}与{other_name}同场{meetings}次，后者报价为前者的{ratio_percent}%，各次只偏离{deviation_percent}%。"
  en: "{firm_name} and {other_name} met {meetings} times; the second bid {ratio_percent} % of the first, within {deviation_percent} %."
examples:
  - says: B bids 103 per cent of A five times; C, whose ratio to both wanders, and D, who met them four times, are left alone
    given:
      bid:
        - &a {ocid: P1, bid_id: B1, bidder_id: A, bidder_name: 甲公司, status: valid, amount: 100000.00, bid_on: 2025-03-01}
        - &b {<<: *a, bid_id: B2, bidder_id: B, bidder_name: 乙公司, amount: 103000.00}
        - &c {<<: *a, bid_id: B3, bidder_id: C, bidder_name: 丙公司, amount: 99000.00}
        - &d {<<: *a, bid_id: B4, bidder_id: D, bidder_name: 丁公司, amount: 105000.00}
        - {<<: *a, ocid: P2, amount: 250000.00}
        - {<<: *b, ocid: P2, amount: 257500.00}
        - {<<: *c, ocid: P2, amount: 270000.00}
        - {<<: *d, ocid: P2, amount: 262500.00}
        - {<<: *a, ocid: P3, amount: 40000.00}
        - {<<: *b, ocid: P3, amount: 41210.00}
        - {<<: *c, ocid: P3, amount: 41000.00}
        - {<<: *d, ocid: P3, amount: 42000.00}
        - {<<: *a, ocid: P4, amount: 610000.00}
        - {<<: *b, ocid: P4, amount: 628200.00}
        - {<<: *c, ocid: P4, amount: 660000.00}
        - {<<: *d, ocid: P4, amount: 640500.00}
        - {<<: *a, ocid: P5, amount: 88000.00}
        - {<<: *b, ocid: P5, amount: 90640.00}
        - {<<: *c, ocid: P5, amount: 85000.00}
    expect:
      - {firm: A, other: B, meetings: 5, ratio_percent: 103, bid_rows: [1, 2, 5, 6, 9, 10, 13, 14, 17, 18]}
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
-- Among very many bidders all meet all.
few AS (
  SELECT process, lot, currency
  FROM prices
  GROUP BY process, lot, currency
  HAVING count(*) BETWEEN 2 AND $most_bidders
),
met AS (
  SELECT prices.row_id, prices.unit_id, prices.process, prices.lot, prices.bidder, prices.bidder_name, prices.amount,
    prices.currency, prices.bid_on
  FROM prices
  JOIN few ON few.process = prices.process AND few.lot = prices.lot AND few.currency = prices.currency
),
side_by_side AS (
  SELECT a.bidder AS firm, b.bidder AS other, a.bidder_name AS firm_name, b.bidder_name AS other_name, a.currency, a.unit_id,
    a.bid_on, a.row_id AS firm_row, b.row_id AS other_row, a.amount,
    ln(CAST(a.amount AS DOUBLE)) AS size, ln(CAST(b.amount AS DOUBLE)) - ln(CAST(a.amount AS DOUBLE)) AS step
  FROM met AS a
  JOIN met AS b ON b.process = a.process AND b.lot = a.lot AND b.currency = a.currency AND b.bidder > a.bidder
)
-- Equal prices are another question; and tenders of one size say nothing about ratios.
SELECT max(unit_id) AS unit_id, firm, other, max(firm_name) AS firm_name, max(other_name) AS other_name,
  count(*) AS meetings, round(exp(avg(step)) * 100, 2) AS ratio_percent, round(stddev_samp(step) * 100, 3) AS deviation_percent,
  CAST(sum(amount) AS DECIMAL(18, 2)) AS total, currency, max(bid_on) AS bid_on,
  list_sort(list_concat(list_sort(list(firm_row) FILTER (WHERE firm_row IS NOT NULL)),
    list_sort(list(other_row) FILTER (WHERE other_row IS NOT NULL)))) AS bid_rows
FROM side_by_side
GROUP BY firm, other, currency
HAVING count(*) >= $least_meetings AND stddev_samp(step) <= $most_deviation AND stddev_samp(size) >= $least_variety
  AND abs(avg(step)) > $most_deviation
