/*
id: lowest_rejected
title: {zh: 最低报价被否决（R036）, en: The lowest bid was disqualified (R036)}
status: stable
role: lead
level: medium
basis: ["ocp:R036"]
why:
  zh: 报价最低的投标被否决而由报价较高者中标，差额由财政负担，否决理由需要核实。
  en: The lowest bid was disqualified and a dearer one won; the public purse bears the difference, so the reason must hold.
not_when:
  zh: 低于成本报价且不能说明；资格、技术实质性不响应，理由充分。
  en: A price below cost that was not explained, or a clear failure to meet the terms.
ask:
  zh: 否决理由、评标报告和低价质询记录，被否决人是否提出异议及答复。
  en: The reason for rejection, the report, queries on the price, objections and their answers.
reads: [bid, award]
optional: [tender]
population: {table: bid, where: "amount IS NOT NULL AND coalesce(status, 'valid') IN ('valid', 'pending', 'disqualified')"}
max_share: 0.2
scope: row
lead: {unit: unit_id, subject: [process, lot], amount: at_risk, currency: currency, on: bid_on}
reason:
  zh: "“{title}”最低报价{lowest}（{rejected_name}）被否决，有效报价最低为{lowest_valid}，多出{at_risk}（另有{other_currency_bids}份其他币种报价未参与比较）。"
  en: "“{title}”: the lowest bid of {lowest} ({rejected_name}) was disqualified; the lowest valid one is {lowest_valid}, {at_risk} more ({other_currency_bids} bids in other currencies left out)."
examples:
  - says: the lowest is out; a rejected bid that was not the lowest, one as low as a valid one, and a process without an award are left alone
    given:
      bid:
        - &bid {ocid: P1, bid_id: B1, bidder_id: S1, bidder_name: 甲公司, status: valid, amount: 111111.00, bid_on: 2025-03-01}
        - &out {<<: *bid, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, status: disqualified, amount: 100000.00}
        - {<<: *bid, bid_id: B3, bidder_id: S3, bidder_name: 丙公司, amount: 120000.00}
        - {<<: *bid, ocid: P2, amount: 90000.00}
        - {<<: *out, ocid: P2}
        - {<<: *bid, ocid: P3, amount: 100000.00}
        - {<<: *out, ocid: P3}
        - {<<: *bid, ocid: P4}
        - {<<: *out, ocid: P4}
        - {<<: *bid, ocid: P5}
        - {<<: *out, ocid: P5, currency: USD}
      award:
        - &won {ocid: P1, award_id: A1, status: active, supplier_id: S1, supplier_name: 甲公司}
        - {<<: *won, ocid: P2}
        - {<<: *won, ocid: P3}
        - {<<: *won, ocid: P4, status: cancelled}
        - {<<: *won, ocid: P5}
    expect:
      - {process: P1, lowest: 100000.00, lowest_valid: 111111.00, at_risk: 11111.00, other_currency_bids: 1, bid_rows: [1, 2], award_rows: [1]}
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
-- One currency for the whole of the books: that of most priced bids.
main_currency AS (
  SELECT currency
  FROM bid
  WHERE amount IS NOT NULL AND currency IS NOT NULL
  GROUP BY currency
  ORDER BY count(*) DESC, currency
  LIMIT 1
),
left_out AS (
  SELECT count(*) AS other_currency_bids
  FROM bid
  WHERE amount IS NOT NULL AND currency NOT IN (SELECT currency FROM main_currency)
),
-- Contests in which a bid was disqualified, with all that was handed in.
rejecting AS (
  SELECT offers.row_id, offers.unit_id, offers.process, offers.lot, offers.title, offers.bidder_id, offers.bidder_name,
    offers.bidder, offers.bid_on, offers.amount, offers.currency, offers.status
  FROM offers
  JOIN (SELECT DISTINCT process, lot FROM offers WHERE status = 'disqualified') AS named
    ON named.process = offers.process AND named.lot = offers.lot
  WHERE offers.status IN ('valid', 'pending', 'disqualified')
),
lowest AS (
  SELECT rejecting.process, rejecting.lot, min(rejecting.amount) FILTER (WHERE rejecting.status = 'disqualified') AS lowest,
    min(rejecting.amount) FILTER (WHERE rejecting.status = 'valid') AS lowest_valid
  FROM rejecting
  JOIN main_currency ON main_currency.currency = rejecting.currency
  GROUP BY rejecting.process, rejecting.lot
  HAVING min(rejecting.amount) FILTER (WHERE rejecting.status = 'disqualified')
    < min(rejecting.amount) FILTER (WHERE rejecting.status <> 'disqualified')
),
bids AS (
  SELECT lowest.process, lowest.lot, lowest.lowest, lowest.lowest_valid, max(rejecting.unit_id) AS unit_id,
    max(rejecting.title) AS title, max(rejecting.bid_on) AS bid_on, max(rejecting.currency) AS currency,
    max(rejecting.bidder_name) FILTER (WHERE rejecting.status = 'disqualified' AND rejecting.amount = lowest.lowest)
      AS rejected_name,
    list_sort(list(rejecting.row_id) FILTER (WHERE rejecting.status = 'disqualified' AND rejecting.amount = lowest.lowest
      OR rejecting.status = 'valid' AND rejecting.amount = lowest.lowest_valid)) AS bid_rows
  FROM lowest
  JOIN rejecting ON rejecting.process = lowest.process AND rejecting.lot = lowest.lot AND rejecting.amount IS NOT NULL
  JOIN main_currency ON main_currency.currency = rejecting.currency
  WHERE lowest.lowest_valid IS NOT NULL
  GROUP BY lowest.process, lowest.lot, lowest.lowest, lowest.lowest_valid
)
SELECT bids.unit_id, bids.process, bids.lot, bids.title, bids.lowest, bids.lowest_valid,
  CAST(bids.lowest_valid - bids.lowest AS DECIMAL(18, 2)) AS at_risk, bids.currency, bids.bid_on,
  left_out.other_currency_bids, bids.rejected_name, bids.bid_rows, list_sort(list(results.row_id)) AS award_rows
FROM bids
JOIN results ON results.process = bids.process AND results.lot = bids.lot AND results.status = 'active'
JOIN left_out ON true
GROUP BY bids.unit_id, bids.process, bids.lot, bids.title, bids.lowest, bids.lowest_valid, bids.currency, bids.bid_on,
  left_out.other_currency_bids, bids.rejected_name, bids.bid_rows
