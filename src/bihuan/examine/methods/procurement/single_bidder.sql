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
  - says: one as stated, one in fact though three are stated, one in one of two lots, one by consultation, one of a tender without a status; a direct purchase, a single source and a tender still running are left alone
    given:
      tender:
        - &tender {ocid: P1, tender_id: T1, title: 课桌椅, method: open, status: complete, bidders_declared: 1, amount: 800000.00}
        - {<<: *tender, ocid: P2, bidders_declared: 3}
        - {<<: *tender, ocid: P3, bidders_declared: 2}
        - {<<: *tender, ocid: P4, method: direct}
        - {<<: *tender, ocid: P5, status: cancelled}
        - {<<: *tender, ocid: P6, status: active, bidders_declared: null}
        - {<<: *tender, ocid: P7, bidders_declared: 3}
        - {<<: *tender, ocid: P8, method: limited, method_details: 竞争性磋商}
        - {<<: *tender, ocid: P9, method: limited, method_details: 单一来源}
        - {<<: *tender, ocid: P10, status: null}
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
      - {process: P8, lot: "", counted_by: stated, tender_rows: [8]}
      - {process: P10, counted_by: stated, tender_rows: [10]}
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
-- What the notices state; several of one process are read together.
notices AS (
  SELECT coalesce(ocid, tender_id) AS process, max(bidders_declared) AS declared,
    bool_or(coalesce(status, 'complete') = 'complete') AS is_over,
    bool_or(method IN ('open', 'selective') OR method = 'limited'
      AND regexp_matches(coalesce(method_details, ''), '磋商|谈判|询价|询比|竞价|比选')) AS is_competitive
  FROM tender
  GROUP BY coalesce(ocid, tender_id)
  HAVING count(*) FILTER (WHERE status = 'cancelled') = 0
),
-- A consortium is one tenderer, and stands for its leader.
received AS (
  SELECT process, lot, min(bidder) = max(bidder) AS is_one
  FROM offers
  WHERE status IN ('valid', 'pending', 'disqualified') AND member_no = 1
  GROUP BY process, lot
),
awarded AS (
  SELECT coalesce(ocid, tender_id) AS process, sum(amount) AS amount, max(currency) AS currency
  FROM award
  WHERE coalesce(status, 'active') = 'active'
  GROUP BY coalesce(ocid, tender_id)
),
lone AS (
  SELECT notices.process, coalesce(received.lot, '') AS lot, notices.declared, awarded.amount, awarded.currency
  FROM notices
  LEFT JOIN received ON received.process = notices.process
  LEFT JOIN awarded ON awarded.process = notices.process
  WHERE notices.is_competitive AND (notices.declared = 1
    OR received.is_one AND (notices.is_over OR awarded.process IS NOT NULL))
),
evidence AS (
  SELECT lone.process, lone.lot, count(DISTINCT offers.bidder) AS received,
    list_sort(list(offers.row_id)) AS bid_rows
  FROM lone
  JOIN offers ON offers.process = lone.process AND offers.lot = lone.lot
  WHERE offers.status IN ('valid', 'pending', 'disqualified') AND offers.member_no = 1
  GROUP BY lone.process, lone.lot
)
SELECT max(coalesce(tender.unit_id, tender.unit_name)) AS unit_id, lone.process, lone.lot,
  coalesce(max(tender.title), lone.process) AS title,
  CASE WHEN lone.lot = '' THEN '' ELSE concat('（', lone.lot, '）') END AS part,
  coalesce(CAST(lone.declared AS VARCHAR), '—') AS declared, coalesce(evidence.received, 0) AS received,
  CAST(coalesce(lone.amount, max(tender.amount)) AS DECIMAL(18, 2)) AS amount,
  CASE WHEN lone.amount IS NULL THEN max(tender.currency) ELSE lone.currency END AS currency,
  max(tender.published_on) AS published_on,
  CASE WHEN lone.declared = 1 AND evidence.received = 1 THEN 'both' WHEN lone.declared = 1 THEN 'stated' ELSE 'bids'
    END AS counted_by,
  list_sort(list(tender.row_id)) AS tender_rows, evidence.bid_rows
FROM lone
JOIN tender ON coalesce(tender.ocid, tender.tender_id) = lone.process
LEFT JOIN evidence ON evidence.process = lone.process AND evidence.lot = lone.lot
GROUP BY lone.process, lone.lot, lone.declared, lone.amount, lone.currency, evidence.received, evidence.bid_rows
