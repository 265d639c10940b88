/*
id: late_bid_won
title: {zh: 截止后递交的投标中标（R030）, en: A bid handed in after the deadline won (R030)}
status: stable
role: lead
level: high
basis: [tender-28, "ocp:R030"]
why:
  zh: 投标截止后送达的文件应当拒收，却被评为有效并中标，可能看过别家报价后才报价。
  en: A late bid must be refused, yet it was held valid and won; its price may have been made in sight of the others.
not_when:
  zh: 截止时间经公告延期而资料未更新；记录的是系统入库、澄清或二次报价的时间；时钟不准差几秒。
  en: The deadline was put off by notice and the data not, or the time is that of filing, clarification or a second offer.
ask:
  zh: 电子平台递交日志和签收登记、开标记录、延期公告。
  en: The platform's log of receipt, the record of opening, any notice of extension.
reads: [tender, bid, award]
population: {table: bid, where: "submitted_at IS NOT NULL OR bid_on IS NOT NULL"}
scope: row
lead: {unit: unit_id, subject: [process, lot, bidder], amount: amount, currency: currency, on: bid_on}
reason:
  zh: "“{title}”投标截止时间为{deadline}，{bidder_name}于{handed_in}递交，仍被评为有效并中标。"
  en: "“{title}”: the deadline was {deadline}; {bidder_name} handed in at {handed_in}, was held valid and won."
examples:
  - says: instants are compared as instants, not as written; a late loser and a bid in time are left alone
    given:
      tender:
        - &tender {ocid: P1, tender_id: T, title: 桥梁维修, tender_end: "2025-03-01 16:00:00+00"}
        - {<<: *tender, ocid: P2}
        - {<<: *tender, ocid: P3}
        - {<<: *tender, ocid: P4}
        - {<<: *tender, ocid: P5, opened_at: "2025-03-03 01:00:00+00"}
        - {<<: *tender, ocid: P6, status: cancelled}
      bid:
        - &bid {ocid: P1, bid_id: B1, bidder_id: S1, bidder_name: 甲公司, status: valid, amount: 500000.00, submitted_at: "2025-03-01 10:00:00-08", bid_on: 2025-03-02}
        # 23:30+08:00 is before 16:00Z
        - {<<: *bid, ocid: P2, submitted_at: "2025-03-01 23:30:00+08", bid_on: 2025-03-01}
        - {<<: *bid, ocid: P3, bidder_id: S2, bidder_name: 乙公司}
        # a day only: later than the day of the deadline, unless it is the day of the opening
        - {<<: *bid, ocid: P4, submitted_at: null, bid_on: 2025-03-05}
        - {<<: *bid, ocid: P5, submitted_at: null, bid_on: 2025-03-03}
        - {<<: *bid, ocid: P6}
      award:
        - &won {ocid: P1, award_id: A1, supplier_id: S1, supplier_name: 甲公司, status: active}
        - {<<: *won, ocid: P2}
        - {<<: *won, ocid: P3}
        - {<<: *won, ocid: P4}
        - {<<: *won, ocid: P5}
        - {<<: *won, ocid: P6}
    expect:
      - {process: P1, bidder: S1, bid_rows: [1], award_rows: [1], tender_rows: [1]}
      - {process: P4, bidder: S1, bid_rows: [4]}
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
-- A list of awards that is no OCDS holds only those that stand.
results AS (
  SELECT award.row_id, coalesce(award.ocid, award.tender_id) AS process,
    CASE WHEN by_lot.process IS NULL THEN '' ELSE coalesce(award.lot_id, '') END AS lot,
    coalesce(award.supplier_id, award.supplier_name) AS supplier, award.supplier_name, award.amount, award.currency,
    award.awarded_on, coalesce(award.status, CASE WHEN award.ocid IS NULL THEN 'active' END) AS status
  FROM award
  LEFT JOIN processes_by_lot AS by_lot ON by_lot.process = coalesce(award.ocid, award.tender_id)
),
deadlines AS (
  SELECT coalesce(ocid, tender_id) AS process, max(tender_end) AS tender_end, max(opened_at) AS opened_at
  FROM tender
  WHERE tender_end IS NOT NULL AND coalesce(status, 'active') <> 'cancelled'
  GROUP BY coalesce(ocid, tender_id)
),
late AS (
  SELECT bid.row_id, deadlines.process, bid.lot_id, bid.bidder_id, bid.bidder_name,
    coalesce(bid.unit_id, bid.unit_name) AS unit_id, bid.tender_title, bid.amount, bid.currency, bid.bid_on,
    CAST(deadlines.tender_end AS VARCHAR) AS deadline,
    coalesce(CAST(bid.submitted_at AS VARCHAR), CAST(bid.bid_on AS VARCHAR)) AS handed_in
  FROM bid
  JOIN deadlines ON deadlines.process = coalesce(bid.ocid, bid.tender_id)
  WHERE coalesce(bid.status, CASE WHEN bid.ocid IS NULL AND bid.reject_reason IS NULL THEN 'valid' END) = 'valid'
    -- A bid without a time has the day of its handing in, or where the source says none, that of the opening.
    AND (bid.submitted_at > deadlines.tender_end
      OR bid.submitted_at IS NULL AND bid.ocid IS NOT NULL AND bid.bid_on > CAST(deadlines.tender_end AS DATE)
      AND (deadlines.opened_at IS NULL OR bid.bid_on <> CAST(deadlines.opened_at AS DATE)))
),
late_winners AS (
  SELECT late.row_id, late.process, results.lot, coalesce(late.bidder_id, late.bidder_name) AS bidder, late.bidder_name,
    late.unit_id, late.tender_title, late.amount, late.currency, late.bid_on, late.deadline, late.handed_in,
    results.row_id AS award_row
  FROM late
  LEFT JOIN processes_by_lot AS by_lot ON by_lot.process = late.process
  JOIN results ON results.process = late.process AND results.status = 'active'
    AND results.lot = CASE WHEN by_lot.process IS NULL THEN '' ELSE coalesce(late.lot_id, '') END
    AND (results.supplier IN (late.bidder_id, late.bidder_name)
      OR late.bidder_id IS NULL AND results.supplier_name = late.bidder_name)
)
SELECT coalesce(max(late.unit_id), max(coalesce(tender.unit_id, tender.unit_name))) AS unit_id, late.process, late.lot,
  late.bidder, max(late.bidder_name) AS bidder_name,
  coalesce(max(tender.title), max(late.tender_title), late.process) AS title, max(late.amount) AS amount,
  max(late.currency) AS currency, max(late.bid_on) AS bid_on, max(late.deadline) AS deadline,
  max(late.handed_in) AS handed_in, list_sort(list(DISTINCT tender.row_id)) AS tender_rows,
  list_sort(list(DISTINCT late.row_id)) AS bid_rows,
  list_sort(list(DISTINCT late.award_row) FILTER (WHERE late.award_row IS NOT NULL)) AS award_rows
FROM late_winners AS late
JOIN tender ON coalesce(tender.ocid, tender.tender_id) = late.process AND tender.tender_end IS NOT NULL
  AND coalesce(tender.status, 'active') <> 'cancelled'
GROUP BY late.process, late.lot, late.bidder
