/*
id: identical_prices
title: {zh: 不同投标人报价完全相同（R028）, en: Different tenderers bid the same price (R028)}
status: stable
role: lead
level: high
basis: [tender-32, "ocp:R028"]
why:
  zh: 各自独立计算的报价分毫不差，几乎不会发生；可能出自同一人之手，或有人泄露了别家的报价。
  en: Prices worked out apart do not agree to the cent; one hand may have made them, or one was told the other.
not_when:
  zh: 价格由政府定价、固定费率或统一下浮率确定，只比技术和服务；报价为单位费率而不是总价；联合体成员。
  en: A regulated or fixed price where only quality competes, a rate instead of a total, members of one consortium.
ask:
  zh: 两份报价的编制过程、计价文件和机器码，招标文件是否规定了固定价格。
  en: How both prices were made, the pricing files and machine codes, whether the tender fixed the price.
reads: [bid]
optional: [tender, award]
population: {table: bid, where: "amount IS NOT NULL AND coalesce(status, 'valid') IN ('valid', 'pending', 'disqualified')"}
scope: row
lead: {unit: unit_id, subject: [process, lot, amount], amount: amount, currency: currency, on: bid_on}
reason:
  zh: "“{title}”中{tenderer_names}共{tenderers}个投标人报价同为{amount}。"
  en: "“{title}”: {tenderers} tenderers ({tenderer_names}) all bid {amount}."
examples:
  - says: two firms at one price; other currencies, lots, withdrawn bids and a second bid of the same firm are left alone
    given:
      bid:
        - &bid {ocid: P1, bid_id: B1, bidder_id: S1, bidder_name: 甲公司, status: valid, amount: 98765.43, bid_on: 2025-03-01}
        - {<<: *bid, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, status: disqualified}
        - {<<: *bid, bid_id: B3, bidder_id: S3, bidder_name: 丙公司, amount: 98765.44}
        - {<<: *bid, bid_id: B4, bidder_id: S4, bidder_name: 丁公司, currency: USD}
        - {<<: *bid, bid_id: B5, bidder_id: S5, bidder_name: 戊公司, status: withdrawn}
        - {<<: *bid, ocid: P2, bid_id: B1}
        - {<<: *bid, ocid: P2, bid_id: B2}
        - {<<: *bid, ocid: P3, lot_id: L1}
        - {<<: *bid, ocid: P3, lot_id: L2, bid_id: B2, bidder_id: S2, bidder_name: 乙公司}
        # a consortium is one tenderer
        - {<<: *bid, ocid: P4, members: 2, member_no: 1}
        - {<<: *bid, ocid: P4, members: 2, member_no: 2, bidder_id: S2, bidder_name: 乙公司, amount: null}
        - {<<: *bid, ocid: P5}
        - {<<: *bid, ocid: P5, bid_id: B2, bidder_id: S2, bidder_name: 乙公司}
      tender:
        - {ocid: P5, tender_id: P5, status: cancelled}
    expect:
      - {process: P1, lot: "", amount: 98765.43, tenderers: 2, bid_rows: [1, 2]}
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
-- Only contests in which a price stands twice are gone through, which is few of them.
with_repeats AS (
  SELECT process, lot
  FROM (
    SELECT process, lot
    FROM offers
    WHERE status IN ('valid', 'pending', 'disqualified') AND amount IS NOT NULL
    GROUP BY process, lot, amount
    HAVING count(*) > 1
  ) AS repeated
  GROUP BY process, lot
),
-- The members of a consortium stand on rows of their own, its amount on the first.
bids AS (
  SELECT offers.process, offers.lot, bid_no, max(unit_id) AS unit_id, max(title) AS title, max(amount) AS amount,
    max(currency) AS currency, max(bid_on) AS bid_on, min(row_id) AS first_row,
    array_to_string(list_sort(list(DISTINCT bidder) FILTER (WHERE bidder IS NOT NULL)), ' + ') AS who,
    array_to_string(list_sort(list(DISTINCT bidder_name) FILTER (WHERE bidder_name IS NOT NULL)), ' + ') AS names
  FROM offers
  JOIN with_repeats AS repeats ON repeats.process = offers.process AND repeats.lot = offers.lot
  WHERE status IN ('valid', 'pending', 'disqualified')
  GROUP BY offers.process, offers.lot, bid_no
)
SELECT max(unit_id) AS unit_id, process, lot, max(title) AS title, amount, currency, max(bid_on) AS bid_on,
  count(DISTINCT who) AS tenderers,
  array_to_string(list_sort(list(DISTINCT names) FILTER (WHERE names IS NOT NULL)), '、') AS tenderer_names,
  array_to_string(list_sort(list(DISTINCT who) FILTER (WHERE who IS NOT NULL)), ', ') AS tenderer_ids,
  list_sort(list(first_row) FILTER (WHERE first_row IS NOT NULL)) AS bid_rows
FROM bids
WHERE amount IS NOT NULL AND currency IS NOT NULL
GROUP BY process, lot, amount, currency
HAVING count(DISTINCT who) > 1
