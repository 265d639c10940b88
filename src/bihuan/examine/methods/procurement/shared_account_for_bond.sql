/*
id: shared_account_for_bond
title: {zh: 不同投标人的保证金从同一账户转出, en: Bid bonds of different tenderers came from one account}
status: stable
role: lead
level: high
basis: [tenderr-40, mof87-37]
why:
  zh: 不同投标人的保证金由同一账户、同一付款人转出，或由对手代交，视为串通投标。
  en: Bonds of different tenderers paid from one account or by one payer, or by a rival, are deemed collusion.
not_when:
  zh: 担保公司、保险公司或银行出具保函统一交纳；同一联合体的成员。
  en: A guarantor, insurer or bank that pays for many; members of one consortium.
ask:
  zh: 保证金到账银行流水、付款账户户名和资金来源，退还保证金的去向。
  en: The bank's record of the bonds, whose account it is and where the money came from, where bonds were returned to.
reads: [bid]
optional: [tender, award]
population: {table: bid, where: "bond_account IS NOT NULL OR bond_payer IS NOT NULL"}
scope: all
params: {most_firms: 10}
lead: {unit: unit_id, subject: [process, lot, firms], amount: amount, currency: currency, on: bid_on}
reason:
  zh: "“{title}”{bidders}个投标人（{firms}）的{kinds}相同。"
  en: "“{title}”: {bidders} tenderers ({firms}) have the same {kinds}."
examples:
  - says: one account for two; a rival pays for another; an insurer, a consortium and own accounts are left alone
    given:
      bid:
        - &bid {ocid: P1, bid_id: B1, bidder_id: S1, bidder_name: 甲公司, bond_account: "6222 0001 1111", amount: 500000.00, bid_on: 2025-03-01}
        - {<<: *bid, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, bond_account: "622200011111"}
        - {<<: *bid, bid_id: B3, bidder_id: S3, bidder_name: 丙公司, bond_account: "622200012222"}
        - {<<: *bid, ocid: P2, bond_account: null, bond_payer: 甲公司}
        - {<<: *bid, ocid: P2, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, bond_account: null, bond_payer: 甲公司}
        - {<<: *bid, ocid: P3, bond_payer: 某财产保险股份有限公司}
        - {<<: *bid, ocid: P3, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, bond_payer: 某财产保险股份有限公司}
        - {<<: *bid, ocid: P4, members: 2, member_no: 1}
        - {<<: *bid, ocid: P4, members: 2, member_no: 2, bidder_id: S2, bidder_name: 乙公司}
    expect:
      - {process: P1, bidders: 2, bid_rows: [1, 2]}
      - {process: P2, bidders: 2, bid_rows: [4, 5]}
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
    bid.bond_account,
    bid.bond_payer
  FROM bid
  LEFT JOIN processes_by_lot AS by_lot ON by_lot.process = coalesce(bid.ocid, bid.tender_id)
  LEFT JOIN tenders ON tenders.process = coalesce(bid.ocid, bid.tender_id)
  WHERE coalesce(bid.ocid, bid.tender_id) IS NOT NULL AND coalesce(bid.status, 'valid') <> 'invited'
),
marks AS (
  SELECT row_id, unit_id, process, lot, title, bidder, bidder_name, bid_no, bid_on, amount, currency,
    '保证金付款账户 account' AS kind, regexp_replace(bond_account, '[^0-9A-Za-z]', '', 'g') AS mark
  FROM bids
  WHERE length(regexp_replace(coalesce(bond_account, ''), '[^0-9A-Za-z]', '', 'g')) >= 8
    AND NOT regexp_matches(coalesce(bond_payer, ''), '担保|保险|银行|信用社|保理')
  UNION ALL
  SELECT row_id, unit_id, process, lot, title, bidder, bidder_name, bid_no, bid_on, amount, currency,
    '保证金付款人 payer' AS kind, bond_payer AS mark
  FROM bids
  WHERE length(coalesce(bond_payer, '')) >= 2
    AND NOT regexp_matches(bond_payer, '担保|保险|银行|信用社|保理')
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
