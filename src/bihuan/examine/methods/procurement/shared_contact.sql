/*
id: shared_contact
title: {zh: 不同投标人联系人、电话或地址相同, en: "Different tenderers share a contact, phone or address"}
status: stable
role: lead
level: high
basis: [tenderr-40, mof87-37]
why:
  zh: 同一场投标中两家以上留同一电话、邮箱、地址、授权代表或项目负责人，说明由同一人办理投标，视为串通。
  en: Two or more tenderers of one contest give the same phone, e-mail, address, agent or project manager; one person handles their bids.
not_when:
  zh: 同一联合体的成员；代理机构统一填写的号码；同一园区的集中登记地址；同名不同人。
  en: Members of one consortium, a number filled in by the agency, an address where many firms are registered, namesakes.
ask:
  zh: 授权委托书、授权代表社保缴纳单位、租赁合同、通话和邮箱注册信息。
  en: Powers of attorney, who insures the agents, leases, the registration of phone and mailbox.
reads: [bid]
optional: [tender, award]
population: {table: bid, where: "phone IS NOT NULL OR email IS NOT NULL OR address IS NOT NULL OR contact_id_no IS NOT NULL OR contact IS NOT NULL OR project_manager IS NOT NULL OR legal_person IS NOT NULL"}
scope: all
params: {most_firms: 10}
lead: {unit: unit_id, subject: [process, lot, firms], amount: amount, currency: currency, on: bid_on}
reason:
  zh: "“{title}”{bidders}个投标人（{firms}）登记的{kinds}相同。"
  en: "“{title}”: {bidders} tenderers ({firms}) gave the same {kinds}."
examples:
  - says: one phone written two ways and one agent; a consortium, one firm in two lots, and the agency's number on all bids and namesakes with other phones are left alone
    given:
      bid:
        - &bid {ocid: P1, bid_id: B1, bidder_id: S1, bidder_name: 甲公司, phone: "138-0000-1111", contact: 张三, amount: 500000.00, bid_on: 2025-03-01}
        - {<<: *bid, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, phone: "13800001111", amount: 510000.00}
        - {<<: *bid, bid_id: B3, bidder_id: S3, bidder_name: 丙公司, phone: "13900002222", contact: 李四}
        - {<<: *bid, ocid: P2, members: 2, member_no: 1}
        - {<<: *bid, ocid: P2, members: 2, member_no: 2, bidder_id: S2, bidder_name: 乙公司}
        - {<<: *bid, ocid: P3, lot_id: L1}
        - {<<: *bid, ocid: P3, lot_id: L2, bid_id: B2, bidder_id: S2, bidder_name: 乙公司}
        - {<<: *bid, ocid: P4, phone: 无, contact: null}
        - {<<: *bid, ocid: P4, phone: 无, contact: null, bid_id: B2, bidder_id: S2, bidder_name: 乙公司}
        - {<<: *bid, ocid: P5}
        - {<<: *bid, ocid: P5, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, phone: "13700003333"}
        - {<<: *bid, ocid: P6, contact: null}
        - {<<: *bid, ocid: P6, contact: null, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, phone: "+86 138 0000 1111"}
        - &same {<<: *bid, ocid: P7}
        - {<<: *same, bid_id: B2, bidder_id: S2, bidder_name: 乙公司}
        - {<<: *same, bid_id: B3, bidder_id: S3, bidder_name: 丙公司}
        - {<<: *same, bid_id: B4, bidder_id: S4, bidder_name: 丁公司}
    expect:
      - {process: P1, firms: 乙公司、甲公司, bidders: 2, bid_rows: [1, 2]}
      - {process: P6, firms: 乙公司、甲公司, bidders: 2, bid_rows: [12, 13]}
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
    bid.phone, bid.email, bid.address, bid.contact, bid.contact_id_no, bid.legal_person, bid.project_manager
  FROM bid
  LEFT JOIN processes_by_lot AS by_lot ON by_lot.process = coalesce(bid.ocid, bid.tender_id)
  LEFT JOIN tenders ON tenders.process = coalesce(bid.ocid, bid.tender_id)
  WHERE coalesce(bid.ocid, bid.tender_id) IS NOT NULL AND coalesce(bid.status, 'valid') <> 'invited'
),
marks AS (
  SELECT row_id, unit_id, process, lot, title, bidder, bidder_name, bid_no, bid_on, amount, currency,
    '电话 phone' AS kind, regexp_replace(regexp_replace(phone, '[^0-9]', '', 'g'), '^(00)?86(1[0-9]{10})$', '\2', 'g') AS mark
  FROM bids
  WHERE length(regexp_replace(coalesce(phone, ''), '[^0-9]', '', 'g')) >= 7
  UNION ALL
  SELECT row_id, unit_id, process, lot, title, bidder, bidder_name, bid_no, bid_on, amount, currency,
    '邮箱 e-mail' AS kind, lower(email) AS mark
  FROM bids
  WHERE contains(coalesce(email, ''), '@')
  UNION ALL
  SELECT row_id, unit_id, process, lot, title, bidder, bidder_name, bid_no, bid_on, amount, currency,
    '地址 address' AS kind, regexp_replace(address, '[\s（）()·,，]', '', 'g') AS mark
  FROM bids
  WHERE length(coalesce(address, '')) >= 8
  UNION ALL
  SELECT row_id, unit_id, process, lot, title, bidder, bidder_name, bid_no, bid_on, amount, currency,
    '授权代表证件 agent identity number' AS kind, contact_id_no AS mark
  FROM bids
  WHERE length(coalesce(contact_id_no, '')) >= 8
  UNION ALL
  SELECT row_id, unit_id, process, lot, title, bidder, bidder_name, bid_no, bid_on, amount, currency,
    '联系人 contact' AS kind, contact AS mark
  FROM bids
  WHERE length(coalesce(contact, '')) >= 2
    AND NOT regexp_matches(contact, '先生|女士|经理|老师|无|同上')
  UNION ALL
  SELECT row_id, unit_id, process, lot, title, bidder, bidder_name, bid_no, bid_on, amount, currency,
    '项目负责人 project manager' AS kind, project_manager AS mark
  FROM bids
  WHERE length(coalesce(project_manager, '')) >= 2
    AND NOT regexp_matches(project_manager, '无|同上')
  UNION ALL
  SELECT row_id, unit_id, process, lot, title, bidder, bidder_name, bid_no, bid_on, amount, currency,
    '法定代表人 legal representative' AS kind, legal_person AS mark
  FROM bids
  WHERE length(coalesce(legal_person, '')) >= 2
),
-- What very many firms share is a hall, an agency or a default, not a tie.
common_marks AS (
  SELECT kind, mark
  FROM marks
  GROUP BY kind, mark
  HAVING count(DISTINCT bidder) > $most_firms
),
-- What every one of four or more tenderers gives alike was filled in by the agency or the form.
taken_part AS (
  SELECT process, lot, count(DISTINCT bid_no) AS bids
  FROM bids
  GROUP BY process, lot
),
-- A name says little where the phones differ: people share names.
told_apart AS (
  SELECT DISTINCT one.process, one.lot, one.contact AS mark
  FROM bids AS one
  JOIN bids AS other ON other.process = one.process AND other.lot = one.lot AND other.contact = one.contact
    AND other.bid_no <> one.bid_no
    AND right(regexp_replace(other.phone, '[^0-9]', '', 'g'), 11) <> right(regexp_replace(one.phone, '[^0-9]', '', 'g'), 11)
),
-- Members of one consortium hand in one bid and may share what they like.
shared AS (
  SELECT marks.process, marks.lot, marks.kind, marks.mark,
    array_to_string(list_sort(list(DISTINCT marks.bidder_name) FILTER (WHERE marks.bidder_name IS NOT NULL)), '、')
      AS firms
  FROM marks
  JOIN taken_part ON taken_part.process = marks.process AND taken_part.lot = marks.lot
  ANTI JOIN common_marks ON common_marks.kind = marks.kind AND common_marks.mark = marks.mark
  ANTI JOIN told_apart ON marks.kind = '联系人 contact' AND told_apart.process = marks.process
    AND told_apart.lot = marks.lot AND told_apart.mark = marks.mark
  GROUP BY marks.process, marks.lot, marks.kind, marks.mark
  HAVING count(DISTINCT marks.bid_no) > 1 AND count(DISTINCT marks.bidder_name) > 1
    AND (max(taken_part.bids) < 4 OR count(DISTINCT marks.bid_no) < max(taken_part.bids))
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
