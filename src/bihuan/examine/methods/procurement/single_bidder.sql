/*
id: single_bidder
title: {zh: 竞争性采购只有一家投标（R018）, en: One tenderer only in a competitive procedure (R018)}
status: stable
role: lead
level: medium
basis: [tender-28, gp-36, "ocp:R018"]
why:
  zh: 公开或邀请招标只有一家投标，依法应重新招标；可能是条件量身定做或信息没有真正公开。
  en: With one tenderer an open or selective tender must be repeated; terms may have been cut to one firm, or the notice hidden.
not_when:
  zh: 重新招标后经批准转为单一来源；资料只列有效投标或只收录了中标人的投标。
  en: A repeated tender was turned into a single source with leave; the data list valid bids or the winner's only.
ask:
  zh: 开标记录、公告发布渠道和时间、资格条件的由来、重新招标和变更方式的批准。
  en: The record of opening, where and when the notice stood, where the terms came from, leave to repeat or change the method.
reads: [tender]
optional: [bid, award]
population: {table: tender, where: "method IN ('open', 'selective', 'limited') AND coalesce(status, 'active') <> 'cancelled'"}
max_share: 0.2
scope: row
lead: {unit: unit_id, subject: [process, lot], amount: amount, currency: currency, on: published_on}
reason:
  zh: "“{title}”{part}采用竞争方式，投标人只有一家（公布{declared}家，实际递交{received}家）。"
  en: "“{title}”{part} was competitive but had one tenderer ({declared} as stated, {received} in the bids)."
examples:
  - says: one as stated, one in fact though three are stated, one in one of two lots; a direct purchase and a tender still running are left alone
    given:
      tender:
        - &tender {ocid: P1, tender_id: T1, title: 课桌椅, method: open, status: complete, bidders_declared: 1, amount: 800000.00}
        - {<<: *tender, ocid: P2, bidders_declared: 3}
        - {<<: *tender, ocid: P3, bidders_declared: 2}
        - {<<: *tender, ocid: P4, method: direct}
        - {<<: *tender, ocid: P5, status: cancelled}
        - {<<: *tender, ocid: P6, status: active, bidders_declared: null}
        - {<<: *tender, ocid: P7, bidders_declared: 3}
      bid:
        - &bid {ocid: P2, bid_id: B1, bidder_id: S1, bidder_name: 甲公司, status: valid}
        - {<<: *bid, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, status: withdrawn}
        - {<<: *bid, ocid: P3, lot_id: L1}
        - {<<: *bid, ocid: P3, lot_id: L2}
        - {<<: *bid, ocid: P3, lot_id: L2, bid_id: B2, bidder_id: S2, bidder_name: 乙公司}
        - {<<: *bid, ocid: P6}
        - {<<: *bid, ocid: P7}
        - {<<: *bid, ocid: P7, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, status: disqualified}
    expect:
      - {process: P1, lot: "", counted_by: stated, tender_rows: [1]}
      - {process: P2, lot: "", counted_by: bids, declared: "3", received: 1, bid_rows: [1]}
      - {process: P3, lot: L1, bid_rows: [3], tender_rows: [3]}
*/
WITH -- Where bids or awards name several lots, each lot is a contest of its own; else the whole process is one.
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
tenders AS (
  SELECT coalesce(ocid, tender_id) AS process, max(coalesce(unit_id, unit_name)) AS unit_id, max(title) AS title,
    count_if(status = 'cancelled') AS times_cancelled, max(bidders_declared) AS declared, max(amount) AS amount,
    max(currency) AS currency, max(published_on) AS published_on, list_sort(list(row_id)) AS tender_rows,
    bool_or(coalesce(status, 'complete') = 'complete') AS is_over,
    bool_or(method IN ('open', 'selective') OR method = 'limited'
      AND regexp_matches(coalesce(method_details, ''), '磋商|谈判|询价|询比|竞价|比选')) AS is_competitive
  FROM tender
  GROUP BY coalesce(ocid, tender_id)
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
awarded AS (
  SELECT coalesce(ocid, tender_id) AS process, sum(amount) AS amount, max(currency) AS currency
  FROM award
  WHERE coalesce(status, 'active') = 'active'
  GROUP BY coalesce(ocid, tender_id)
),
-- A consortium is one tenderer, and stands for its leader.
received AS (
  SELECT process, lot, count(DISTINCT bidder) AS received, list_sort(list(row_id)) AS bid_rows
  FROM offers
  WHERE status IN ('valid', 'pending', 'disqualified') AND member_no = 1
  GROUP BY process, lot
),
contests AS (
  SELECT tenders.process, coalesce(received.lot, '') AS lot, tenders.unit_id,
    coalesce(tenders.title, tenders.process) AS title, tenders.declared, coalesce(received.received, 0) AS received,
    CAST(coalesce(awarded.amount, tenders.amount) AS DECIMAL(18, 2)) AS amount,
    CASE WHEN awarded.amount IS NULL THEN tenders.currency ELSE awarded.currency END AS currency,
    tenders.published_on, tenders.tender_rows, received.bid_rows,
    tenders.is_over OR awarded.process IS NOT NULL AS is_over
  FROM tenders
  LEFT JOIN received ON received.process = tenders.process
  LEFT JOIN awarded ON awarded.process = tenders.process
  WHERE tenders.is_competitive AND coalesce(tenders.times_cancelled, 0) = 0
)
SELECT unit_id, process, lot, title, CASE WHEN lot = '' THEN '' ELSE concat('（', lot, '）') END AS part,
  coalesce(CAST(declared AS VARCHAR), '—') AS declared, received, amount, currency, published_on,
  CASE WHEN declared = 1 AND received = 1 THEN 'both' WHEN declared = 1 THEN 'stated' ELSE 'bids' END AS counted_by,
  tender_rows, bid_rows
FROM contests
WHERE declared = 1 OR received = 1 AND is_over
