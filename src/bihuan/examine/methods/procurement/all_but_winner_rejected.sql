/*
id: all_but_winner_rejected
title: {zh: 除中标人外全部被否决（R035）, en: All bids but the winner's were disqualified (R035)}
status: stable
role: lead
level: medium
basis: ["ocp:R035"]
why:
  zh: 其他投标人全部被否决，只剩中标人一家有效，竞争被评审环节消除，可能是量身定做或借故废标。
  en: With every other bid disqualified the competition ended at the evaluators' table; terms may have been cut to one firm.
not_when:
  zh: 否决理由充分、可核实，如未交保证金、资质过期；工程专业性强、市场主体少。
  en: The reasons are sound and can be checked, such as no bond or a lapsed licence; a narrow market.
ask:
  zh: 否决投标的理由和评标报告，招标文件资格条款及其来源，被否决人的异议、投诉。
  en: Reasons for each rejection, the report, where the qualification terms came from, objections of those rejected.
reads: [bid, award]
optional: [tender]
population: {table: bid, where: "coalesce(status, 'valid') IN ('valid', 'disqualified')"}
max_share: 0.2
scope: row
params: {least_rejected: 1}
lead: {unit: unit_id, subject: [process, lot], amount: amount, currency: currency, on: awarded_on}
reason:
  zh: "“{title}”{rejected}个投标人被否决，只有{winner_name}一家有效并中标。"
  en: "“{title}”: {rejected} tenderers were disqualified; only {winner_name} stayed valid and won."
examples:
  - says: two rejected and one left; two valid bids, a pending award and a bidder whose second bid was rejected are left alone
    given:
      bid:
        - &bid {ocid: P1, bid_id: B1, bidder_id: S1, bidder_name: 甲公司, status: valid, amount: 100.00}
        - &out {<<: *bid, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, status: disqualified}
        - {<<: *out, bid_id: B3, bidder_id: S3, bidder_name: 丙公司}
        - {<<: *bid, ocid: P2}
        - {<<: *bid, ocid: P2, bid_id: B2, bidder_id: S2}
        - {<<: *out, ocid: P2, bid_id: B3, bidder_id: S3}
        - {<<: *bid, ocid: P3}
        - {<<: *out, ocid: P3}
        - {<<: *bid, ocid: P4}
        - {<<: *out, ocid: P4, bidder_id: S1}
        - {<<: *bid, ocid: P5}
        - {<<: *out, ocid: P5}
      award:
        - &won {ocid: P1, award_id: A1, status: active, supplier_id: S1, supplier_name: 甲公司, amount: 100.00}
        - {<<: *won, ocid: P2}
        - {<<: *won, ocid: P3, status: pending}
        - {<<: *won, ocid: P4}
        - {<<: *won, ocid: P5, supplier_id: S9, supplier_name: 壬公司}
    expect:
      - {process: P1, rejected: 2, amount: 100.00, bid_rows: [1, 2, 3], award_rows: [1]}
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
-- Contests in which a bid was disqualified, with all that was handed in.
rejecting AS (
  SELECT offers.row_id, offers.unit_id, offers.process, offers.lot, offers.title, offers.bidder_id, offers.bidder_name,
    offers.bidder, offers.bid_on, offers.amount, offers.currency, offers.status
  FROM offers
  JOIN (SELECT DISTINCT process, lot FROM offers WHERE status = 'disqualified') AS named
    ON named.process = offers.process AND named.lot = offers.lot
  WHERE offers.status IN ('valid', 'pending', 'disqualified')
),
only_valid AS (
  SELECT process, lot, min(bidder) AS bidder
  FROM rejecting
  WHERE status = 'valid'
  GROUP BY process, lot
  HAVING min(bidder) = max(bidder)
),
bids AS (
  SELECT only_valid.process, only_valid.lot, only_valid.bidder,
    min(rejecting.bidder_id) FILTER (WHERE rejecting.status = 'valid') AS bidder_id,
    min(rejecting.bidder_name) FILTER (WHERE rejecting.status = 'valid') AS bidder_name,
    max(rejecting.unit_id) FILTER (WHERE rejecting.status = 'valid') AS unit_id,
    max(rejecting.title) FILTER (WHERE rejecting.status = 'valid') AS title,
    count(DISTINCT rejecting.bidder)
      FILTER (WHERE rejecting.status = 'disqualified' AND rejecting.bidder <> only_valid.bidder) AS rejected,
    list_sort(list(rejecting.row_id)) AS bid_rows
  FROM only_valid
  JOIN rejecting ON rejecting.process = only_valid.process AND rejecting.lot = only_valid.lot
    AND rejecting.status IN ('valid', 'disqualified')
  GROUP BY only_valid.process, only_valid.lot, only_valid.bidder
)
SELECT bids.unit_id, bids.process, bids.lot, bids.title, bids.bidder AS winner, bids.bidder_name AS winner_name,
  CAST(sum(results.amount) FILTER (WHERE results.status = 'active') AS DECIMAL(18, 2)) AS amount,
  max(results.currency) FILTER (WHERE results.status = 'active') AS currency,
  min(results.awarded_on) FILTER (WHERE results.status = 'active') AS awarded_on,
  list_sort(list(results.row_id) FILTER (WHERE results.status = 'active')) AS award_rows, bids.rejected, bids.bid_rows
FROM bids
JOIN results ON results.process = bids.process AND results.lot = bids.lot
WHERE bids.rejected >= $least_rejected
GROUP BY bids.unit_id, bids.process, bids.lot, bids.title, bids.bidder, bids.bidder_id, bids.bidder_name, bids.rejected,
  bids.bid_rows
-- No award is pending, and those that stand went to one supplier, the only one that stayed valid.
HAVING count(*) FILTER (WHERE coalesce(results.status, 'unknown') NOT IN ('active', 'cancelled', 'unsuccessful')) = 0
  AND count(DISTINCT results.supplier) FILTER (WHERE results.status = 'active') = 1
  AND (min(results.supplier) FILTER (WHERE results.status = 'active') IN (bids.bidder_id, bids.bidder_name)
    OR bids.bidder_id IS NULL
    AND min(results.supplier_name) FILTER (WHERE results.status = 'active') = bids.bidder_name)
