/*
id: same_upload_address
title: {zh: 不同投标人从同一网络地址下载或上传, en: Different tenderers down- or uploaded from one network address}
status: stable
role: corroborates
level: medium
basis: [tenderr-40]
why:
  zh: 同一场投标中两家以上从同一IP下载文件或上传投标，可能在同一处编制投标文件。
  en: Two or more tenderers of one contest used one network address to fetch documents or hand in bids; they may have been made in one place.
not_when:
  zh: 交易中心、代理机构、写字楼或运营商的公用出口地址。
  en: A public address of the centre, an agency, an office building or a carrier.
ask:
  zh: 平台日志的完整时间和地址，与机器码、证书一并比对。
  en: The platform's full log, beside machine codes and certificates.
reads: [bid]
optional: [tender, award]
population: {table: bid, where: "upload_ip IS NOT NULL OR download_ip IS NOT NULL"}
scope: all
params: {most_firms: 10}
lead: {unit: unit_id, subject: [process, lot, firms], amount: amount, currency: currency, on: bid_on}
reason:
  zh: "“{title}”{bidders}个投标人（{firms}）的{kinds}相同。"
  en: "“{title}”: {bidders} tenderers ({firms}) have the same {kinds}."
examples:
  - says: one address of upload; private addresses and other addresses are left alone
    given:
      bid:
        - &bid {ocid: P1, bid_id: B1, bidder_id: S1, bidder_name: 甲公司, upload_ip: 203.0.113.9, amount: 500000.00, bid_on: 2025-03-01}
        - {<<: *bid, bid_id: B2, bidder_id: S2, bidder_name: 乙公司}
        - {<<: *bid, bid_id: B3, bidder_id: S3, bidder_name: 丙公司, upload_ip: 203.0.113.77}
        - {<<: *bid, ocid: P2, upload_ip: 192.168.1.5}
        - {<<: *bid, ocid: P2, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, upload_ip: 192.168.1.5}
    expect:
      - {process: P1, bidders: 2, bid_rows: [1, 2]}
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
    bid.upload_ip,
    bid.download_ip
  FROM bid
  LEFT JOIN processes_by_lot AS by_lot ON by_lot.process = coalesce(bid.ocid, bid.tender_id)
  LEFT JOIN tenders ON tenders.process = coalesce(bid.ocid, bid.tender_id)
  WHERE coalesce(bid.ocid, bid.tender_id) IS NOT NULL AND coalesce(bid.status, 'valid') <> 'invited'
),
marks AS (
  SELECT row_id, unit_id, process, lot, title, bidder, bidder_name, bid_no, bid_on, amount, currency,
    '上传地址 address of upload' AS kind, upload_ip AS mark
  FROM bids
  WHERE upload_ip IS NOT NULL
    AND NOT regexp_matches(upload_ip, '^(10[.]|127[.]|192[.]168[.]|172[.](1[6-9]|2[0-9]|3[01])[.]|0[.]0)')
  UNION ALL
  SELECT row_id, unit_id, process, lot, title, bidder, bidder_name, bid_no, bid_on, amount, currency,
    '下载地址 address of download' AS kind, download_ip AS mark
  FROM bids
  WHERE download_ip IS NOT NULL
    AND NOT regexp_matches(download_ip, '^(10[.]|127[.]|192[.]168[.]|172[.](1[6-9]|2[0-9]|3[01])[.]|0[.]0)')
),
-- What very many firms share is a hall, an agency or a default, not a tie.
common_marks AS (
  SELECT kind, mark
  FROM marks
  GROUP BY kind, mark
  HAVING count(DISTINCT bidder) > $most_firms
),
-- Members of one consortium hand in one bid and may share what they like.
shared AS (
  SELECT marks.process, marks.lot, marks.kind, marks.mark,
    array_to_string(list_sort(list(DISTINCT marks.bidder_name) FILTER (WHERE marks.bidder_name IS NOT NULL)), '、')
      AS firms
  FROM marks
  ANTI JOIN common_marks ON common_marks.kind = marks.kind AND common_marks.mark = marks.mark
  GROUP BY marks.process, marks.lot, marks.kind, marks.mark
  HAVING count(DISTINCT marks.bid_no) > 1 AND count(DISTINCT marks.bidder_name) > 1
)
SELECT max(marks.unit_id) AS unit_id, shared.process, shared.lot, shared.firms, max(marks.title) AS title,
  max(marks.amount) AS amount, max(marks.currency) AS currency, max(marks.bid_on) AS bid_on,
  count(DISTINCT marks.bidder_name) AS bidders,
  array_to_string(list_sort(list(DISTINCT shared.kind) FILTER (WHERE shared.kind IS NOT NULL)), '、') AS kinds,
  list_sort(list(DISTINCT marks.row_id) FILTER (WHERE marks.row_id IS NOT NULL)) AS bid_rows
FROM shared
JOIN marks ON marks.process = shared.process AND marks.lot = shared.lot AND marks.kind = shared.kind
  AND marks.mark = shared.mark
GROUP BY shared.process, shared.lot, shared.firms
