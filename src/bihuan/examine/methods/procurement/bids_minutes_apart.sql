/*
id: bids_minutes_apart
title: {zh: 不同投标人几分钟内先后递交, en: Different tenderers handed in within minutes}
status: stable
role: corroborates
level: low
basis: []
why:
  zh: 离截止还早，两家却前后脚递交投标文件，可能由同一人代办。
  en: Long before the deadline two bids came in one after the other; one person may have sent both.
not_when:
  zh: 截止前集中递交；现场递交时排队。
  en: The rush before the deadline, a queue at the counter.
ask:
  zh: 平台上传日志、地址和操作账号。
  en: The platform's log of upload, addresses and users.
reads: [bid]
optional: [tender, award]
population: {table: bid, where: "submitted_at IS NOT NULL"}
scope: row
params: {seconds: 300, rush_hours: 24, most_bids: 50}
lead: {unit: unit_id, subject: [process, lot, first_firm, second_firm], amount: amount, currency: currency, on: bid_on}
reason:
  zh: "“{title}”{first_name}与{second_name}在五分钟内先后递交（{first_at}、{second_at}），距截止尚有一天以上。"
  en: "“{title}”: {first_name} and {second_name} handed in within five minutes ({first_at}, {second_at}), more than a day before the deadline."
examples:
  - says: two minutes apart three days before; the last hour and an hour apart are left alone
    given:
      tender:
        - {ocid: P1, tender_id: T1, tender_end: "2025-03-10 08:00:00+00"}
        - {ocid: P2, tender_id: T2, tender_end: "2025-03-07 09:00:00+00"}
      bid:
        - &bid {ocid: P1, bid_id: B1, bidder_id: S1, bidder_name: 甲公司, submitted_at: "2025-03-07 08:01:00+00", amount: 500000.00, bid_on: 2025-03-07}
        - {<<: *bid, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, submitted_at: "2025-03-07 16:03:00+08"}
        - {<<: *bid, bid_id: B3, bidder_id: S3, bidder_name: 丙公司, submitted_at: "2025-03-07 09:02:00+00"}
        - {<<: *bid, ocid: P2}
        - {<<: *bid, ocid: P2, bid_id: B2, bidder_id: S2, bidder_name: 乙公司}
    expect:
      - {process: P1, first_firm: S1, second_firm: S2, bid_rows: [1, 2]}
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
bids AS (
  SELECT bid.row_id, coalesce(bid.unit_id, bid.unit_name, tenders.unit_id) AS unit_id,
    coalesce(bid.ocid, bid.tender_id) AS process,
    CASE WHEN by_lot.process IS NULL THEN '' ELSE coalesce(bid.lot_id, '') END AS lot,
    coalesce(tenders.title, bid.tender_title, bid.ocid, bid.tender_id) AS title,
    coalesce(bid.bidder_id, bid.bidder_name) AS bidder, bid.bidder_name,
    coalesce(bid.bid_id, bid.bidder_id, bid.bidder_name) AS bid_no, bid.bid_on, bid.amount, bid.currency,
    bid.submitted_at
  FROM bid
  LEFT JOIN processes_by_lot AS by_lot ON by_lot.process = coalesce(bid.ocid, bid.tender_id)
  LEFT JOIN tenders ON tenders.process = coalesce(bid.ocid, bid.tender_id)
  WHERE coalesce(bid.ocid, bid.tender_id) IS NOT NULL AND coalesce(bid.status, 'valid') <> 'invited'
),
deadlines AS (
  SELECT coalesce(ocid, tender_id) AS process, max(tender_end) AS tender_end
  FROM tender
  WHERE tender_end IS NOT NULL
  GROUP BY coalesce(ocid, tender_id)
),
-- Among very many bids some come together by chance.
crowded AS (
  SELECT process, lot
  FROM bids
  GROUP BY process, lot
  HAVING count(*) > $most_bids
),
early AS (
  SELECT bids.row_id, bids.unit_id, bids.process, bids.lot, bids.title, bids.bidder, bids.bidder_name, bids.bid_no,
    bids.bid_on, bids.amount, bids.currency, bids.submitted_at
  FROM bids
  JOIN deadlines ON deadlines.process = bids.process
    AND bids.submitted_at < deadlines.tender_end - INTERVAL 1 HOUR * $rush_hours
  ANTI JOIN crowded ON crowded.process = bids.process AND crowded.lot = bids.lot
  -- On the stroke of the hour no minute was kept.
  WHERE minute(bids.submitted_at) <> 0
),
pairs AS (
  SELECT a.unit_id, a.process, a.lot, a.title, a.bidder AS first_firm, b.bidder AS second_firm,
    a.bidder_name AS first_name, b.bidder_name AS second_name, CAST(a.submitted_at AS VARCHAR) AS first_at,
    CAST(b.submitted_at AS VARCHAR) AS second_at, a.amount, a.currency, a.bid_on, a.row_id AS first_row,
    b.row_id AS second_row
  FROM early AS a
  JOIN early AS b ON b.process = a.process AND b.lot = a.lot AND a.bidder < b.bidder AND a.bid_no <> b.bid_no
    AND b.submitted_at >= a.submitted_at - INTERVAL 1 SECOND * $seconds
    AND b.submitted_at <= a.submitted_at + INTERVAL 1 SECOND * $seconds
)
SELECT pairs.unit_id, pairs.process, pairs.lot, pairs.title, pairs.first_firm, pairs.second_firm,
  max(pairs.first_name) AS first_name, max(pairs.second_name) AS second_name, min(pairs.first_at) AS first_at,
  min(pairs.second_at) AS second_at, max(pairs.amount) AS amount, max(pairs.currency) AS currency,
  max(pairs.bid_on) AS bid_on, list_sort(list(DISTINCT early.row_id)) AS bid_rows
FROM pairs
JOIN early ON early.process = pairs.process AND early.lot = pairs.lot
  AND early.row_id IN (pairs.first_row, pairs.second_row)
GROUP BY pairs.unit_id, pairs.process, pairs.lot, pairs.title, pairs.first_firm, pairs.second_firm
