/*
id: same_file_author_or_machine
title: {zh: 投标文件出自同一作者或同一台电脑, en: Bids made by one author or on one machine}
status: stable
role: lead
level: high
basis: [tender-32, tenderr-40, mof87-37]
why:
  zh: 不同投标人的文件作者、创建标识码、机器码、网卡、硬盘、证书或计价软件锁号相同，说明投标文件由同一人编制。
  en: The same author, file code, machine, network card, disk, certificate or pricing lock in different bids means that one person made them.
not_when:
  zh: 作者名是系统默认值；代理机构或交易中心公用电脑上传；芯片序列号同型号相同。
  en: A default author name, a public computer of the agency or the centre, chips of one type with one number.
ask:
  zh: 电子交易平台导出的文件属性和机器特征记录，计价软件锁的购买和使用人，编制人员劳动关系。
  en: The platform's record of file and machine, who bought and used the lock, whose staff made the bid.
reads: [bid]
optional: [tender, award]
population: {table: bid, where: "file_author IS NOT NULL OR file_code IS NOT NULL OR machine_code IS NOT NULL OR mac IS NOT NULL OR disk_no IS NOT NULL OR ca_no IS NOT NULL OR pricing_lock_no IS NOT NULL"}
scope: all
params: {most_firms: 10}
lead: {unit: unit_id, subject: [process, lot, firms], amount: amount, currency: currency, on: bid_on}
reason:
  zh: "“{title}”{bidders}个投标人（{firms}）投标文件的{kinds}相同。"
  en: "“{title}”: the bids of {bidders} tenderers ({firms}) have the same {kinds}."
examples:
  - says: one machine, written two ways, and one author; a default author, an empty card and other machines are left alone
    given:
      bid:
        - &bid {ocid: P1, bid_id: B1, bidder_id: S1, bidder_name: 甲公司, mac: "3C-52-82-AA-10-01", file_author: wangli, amount: 500000.00, bid_on: 2025-03-01}
        - {<<: *bid, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, mac: "3c:52:82:aa:10:01"}
        - {<<: *bid, bid_id: B3, bidder_id: S3, bidder_name: 丙公司, mac: "3C-52-82-AA-10-99", file_author: chen}
        - {<<: *bid, ocid: P2, mac: "00-00-00-00-00-00", file_author: Administrator}
        - {<<: *bid, ocid: P2, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, mac: "00-00-00-00-00-00", file_author: Administrator}
        - {<<: *bid, ocid: P3}
        - {<<: *bid, ocid: P3, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, mac: "3C-52-82-AA-10-02", file_author: zhao}
    expect:
      - {process: P1, firms: 乙公司、甲公司, bidders: 2, bid_rows: [1, 2]}
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
    bid.file_author, bid.file_code, bid.machine_code, bid.mac, bid.disk_no, bid.ca_no, bid.pricing_lock_no
  FROM bid
  LEFT JOIN processes_by_lot AS by_lot ON by_lot.process = coalesce(bid.ocid, bid.tender_id)
  LEFT JOIN tenders ON tenders.process = coalesce(bid.ocid, bid.tender_id)
  WHERE coalesce(bid.ocid, bid.tender_id) IS NOT NULL AND coalesce(bid.status, 'valid') <> 'invited'
),
marks AS (
  SELECT row_id, unit_id, process, lot, title, bidder, bidder_name, bid_no, bid_on, amount, currency,
    '文件作者 author' AS kind, lower(file_author) AS mark
  FROM bids
  WHERE length(coalesce(file_author, '')) >= 2
    AND NOT regexp_matches(lower(file_author), '^(admin|administrator|user|users|pc|hp|dell|lenovo|asus|acer|thinkpad|desktop|laptop|microsoft|office|windows|win|xp|unknown|author|china|python|openpyxl|apache|无|匿名|作者|微软|用户|个人|系统管理员|联想|惠普|雨林木风|深度技术|番茄花园)[a-z0-9 .用户中国_-]*$')
    AND NOT regexp_matches(lower(file_author), '^wps[a-z 用户_-]*$')
  UNION ALL
  SELECT row_id, unit_id, process, lot, title, bidder, bidder_name, bid_no, bid_on, amount, currency,
    '文件创建标识码 file code' AS kind, upper(file_code) AS mark
  FROM bids
  WHERE length(coalesce(file_code, '')) >= 6
  UNION ALL
  SELECT row_id, unit_id, process, lot, title, bidder, bidder_name, bid_no, bid_on, amount, currency,
    '机器码 machine code' AS kind, upper(machine_code) AS mark
  FROM bids
  WHERE length(coalesce(machine_code, '')) >= 6
  UNION ALL
  SELECT row_id, unit_id, process, lot, title, bidder, bidder_name, bid_no, bid_on, amount, currency,
    'MAC地址 network card' AS kind, regexp_replace(upper(mac), '[^0-9A-F]', '', 'g') AS mark
  FROM bids
  WHERE length(regexp_replace(upper(coalesce(mac, '')), '[^0-9A-F]', '', 'g')) >= 12
    AND regexp_matches(mac, '[1-9A-Ea-e]')
  UNION ALL
  SELECT row_id, unit_id, process, lot, title, bidder, bidder_name, bid_no, bid_on, amount, currency,
    '硬盘序列号 disk' AS kind, upper(disk_no) AS mark
  FROM bids
  WHERE length(coalesce(disk_no, '')) >= 6
    AND regexp_matches(disk_no, '[1-9A-Za-z]')
  UNION ALL
  SELECT row_id, unit_id, process, lot, title, bidder, bidder_name, bid_no, bid_on, amount, currency,
    'CA证书 certificate' AS kind, upper(ca_no) AS mark
  FROM bids
  WHERE length(coalesce(ca_no, '')) >= 6
  UNION ALL
  SELECT row_id, unit_id, process, lot, title, bidder, bidder_name, bid_no, bid_on, amount, currency,
    '计价软件锁号 pricing lock' AS kind, upper(pricing_lock_no) AS mark
  FROM bids
  WHERE length(coalesce(pricing_lock_no, '')) >= 5
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
