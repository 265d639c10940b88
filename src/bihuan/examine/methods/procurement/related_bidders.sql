/*
id: related_bidders
title: {zh: 关联投标人, en: Bidders of one contest are related}
status: stable
role: lead
level: high
basis: [gpr-18, tenderr-34]
why:
  zh: 同一场投标的两家由同一人负责、相互持股，或其负责人、股东是亲属，依法不得同时投标。
  en: Two bidders of one contest have one person in charge, hold each other, or their heads or holders are kin; the law bars them from bidding together.
not_when:
  zh: 国有企业仅因同受国家控股；关系在投标前已结束；同一联合体。
  en: State firms tied by the state alone; a tie that ended before the bid; one consortium.
ask:
  zh: 两家的股东、董监高和法定代表人变更档案，投标文件的编制和递交人。
  en: Both firms' registers of holders and officers, and who wrote and handed in the bids.
reads: [bid, entity_of, tie]
population: {table: bid, where: "bidder_name IS NOT NULL AND coalesce(status, 'valid') <> 'invited'"}
scope: all
params: {least_share: 0.05, most_firms: 12}
lead: {unit: unit_id, subject: [process, firms], amount: amount, currency: currency, on: bid_on}
reason:
  zh: "“{title}”的投标人{firms}存在关联：{how}。"
  en: "“{title}”: the bidders {firms} are related: {how}."
examples:
  - says: one person behind both, a firm that holds another, and heads that are kin; a consortium, an ended tie, and somebody who sits everywhere are left alone
    given:
      entity_of:
        - {in_table: bid, in_row: 1, role: bidder, entity_id: 11}
        - {in_table: bid, in_row: 2, role: bidder, entity_id: 12}
        - {in_table: bid, in_row: 3, role: bidder, entity_id: 13}
        - {in_table: bid, in_row: 4, role: bidder, entity_id: 14}
        - {in_table: bid, in_row: 5, role: bidder, entity_id: 13}
        - {in_table: bid, in_row: 6, role: bidder, entity_id: 15}
        - {in_table: bid, in_row: 7, role: bidder, entity_id: 11}
        - {in_table: bid, in_row: 8, role: bidder, entity_id: 12}
        - {in_table: bid, in_row: 9, role: bidder, entity_id: 11}
        - {in_table: bid, in_row: 10, role: bidder, entity_id: 16}
      tie:
        - {kind: legal_person, from_entity: 71, to_entity: 11, weight: 1}
        - {kind: shareholder, from_entity: 71, to_entity: 12, share: 0.6, weight: 1}
        - {kind: shareholder, from_entity: 13, to_entity: 14, share: 0.3, weight: 1}
        - {kind: legal_person, from_entity: 72, to_entity: 13, weight: 1}
        - {kind: legal_person, from_entity: 73, to_entity: 15, weight: 1}
        - {kind: kin, from_entity: 72, to_entity: 73, weight: 1}
        - {kind: officer, from_entity: 74, to_entity: 11, to_date: 2020-01-01, weight: 1}
        - {kind: officer, from_entity: 74, to_entity: 16, weight: 1}
      bid:
        - &bid {ocid: P1, bid_id: B1, bidder_name: 甲公司, amount: 500000.00, bid_on: 2025-03-01}
        - {<<: *bid, bid_id: B2, bidder_name: 乙公司}
        - {<<: *bid, ocid: P2, bidder_name: 丙公司}
        - {<<: *bid, ocid: P2, bid_id: B2, bidder_name: 丁公司}
        - {<<: *bid, ocid: P3, bidder_name: 丙公司}
        - {<<: *bid, ocid: P3, bid_id: B2, bidder_name: 戊公司}
        - {<<: *bid, ocid: P4, members: 2, bidder_name: 甲公司}
        - {<<: *bid, ocid: P4, members: 2, bidder_name: 乙公司}
        - {<<: *bid, ocid: P5, bidder_name: 甲公司}
        - {<<: *bid, ocid: P5, bid_id: B2, bidder_name: 己公司}
    expect:
      - {process: P1, firms: 乙公司、甲公司, how: 同一人 one person, bid_rows: [1, 2], tie_rows: [1, 2]}
      - {process: P2, firms: 丁公司、丙公司, how: 持股 holding, bid_rows: [3, 4], tie_rows: [3]}
      - {process: P3, firms: 丙公司、戊公司, how: 亲属 kin, bid_rows: [5, 6], tie_rows: [4, 5, 6]}
*/
WITH bidders AS (
  SELECT bid.row_id, coalesce(bid.unit_id, bid.unit_name) AS unit_id, coalesce(bid.ocid, bid.tender_id) AS process,
    coalesce(bid.lot_id, '') AS lot, coalesce(bid.tender_title, bid.ocid, bid.tender_id) AS title, bid.bidder_name,
    coalesce(bid.bid_id, CAST(bid.row_id AS VARCHAR)) AS bid_no, bid.amount, bid.currency, bid.bid_on, entity_of.entity_id
  FROM bid
  JOIN entity_of ON entity_of.in_table = 'bid' AND entity_of.in_row = bid.row_id AND entity_of.role = 'bidder'
  WHERE coalesce(bid.ocid, bid.tender_id) IS NOT NULL AND coalesce(bid.status, 'valid') <> 'invited'
),
control AS (
  SELECT row_id, from_entity AS holder, to_entity AS firm, from_date, to_date
  FROM tie
  WHERE kind IN ('shareholder', 'legal_person', 'officer', 'controller', 'branch')
    AND (kind <> 'shareholder' OR share IS NULL OR share >= $least_share)
),
-- Who stands behind very many firms is the state, a bank or an agent.
few AS (
  SELECT holder
  FROM control
  GROUP BY holder
  HAVING count(DISTINCT firm) <= $most_firms
),
stated_kin AS (
  SELECT row_id, from_entity AS one, to_entity AS other, in_table
  FROM tie
  WHERE kind = 'kin'
  UNION ALL
  SELECT row_id, to_entity AS one, from_entity AS other, in_table
  FROM tie
  WHERE kind = 'kin'
),
-- The civil registry ties all of a household to its head only: mother and child are kin by way of him.
households AS (
  SELECT near.row_id AS near_row, far.row_id AS far_row, near.one, far.other
  FROM stated_kin AS near
  JOIN stated_kin AS far ON far.one = near.other AND far.other <> near.one AND far.in_table = 'person'
  WHERE near.in_table = 'person'
),
kin AS (
  SELECT row_id, one, other
  FROM stated_kin
  UNION ALL
  SELECT near_row AS row_id, one, other
  FROM households
  UNION ALL
  SELECT far_row AS row_id, one, other
  FROM households
),
pairs AS (
  SELECT one.process, one.lot, one.unit_id, one.title, one.entity_id AS one_id, other.entity_id AS other_id,
    one.bidder_name AS one_name, other.bidder_name AS other_name, one.row_id AS one_row, other.row_id AS other_row,
    greatest(one.amount, other.amount) AS amount, coalesce(one.currency, other.currency) AS currency,
    coalesce(one.bid_on, other.bid_on) AS bid_on
  FROM bidders AS one
  JOIN bidders AS other ON other.process = one.process AND other.lot = one.lot AND other.entity_id > one.entity_id
    AND other.bid_no <> one.bid_no
),
related AS (
  SELECT pairs.process, pairs.lot, pairs.one_id, pairs.other_id, '持股 holding' AS how, list_sort(list(control.row_id)) AS tie_rows
  FROM pairs
  JOIN control ON least(control.holder, control.firm) = pairs.one_id AND greatest(control.holder, control.firm) = pairs.other_id
  WHERE coalesce(control.to_date, pairs.bid_on) >= pairs.bid_on
  GROUP BY pairs.process, pairs.lot, pairs.one_id, pairs.other_id
  UNION ALL
  SELECT pairs.process, pairs.lot, pairs.one_id, pairs.other_id, '同一人 one person' AS how,
    list_sort(list_concat(list_sort(list(DISTINCT one.row_id)), list_sort(list(DISTINCT other.row_id)))) AS tie_rows
  FROM pairs
  JOIN control AS one ON one.firm = pairs.one_id
  JOIN control AS other ON other.firm = pairs.other_id AND other.holder = one.holder
  JOIN few ON few.holder = one.holder
  WHERE coalesce(one.to_date, pairs.bid_on) >= pairs.bid_on AND coalesce(other.to_date, pairs.bid_on) >= pairs.bid_on
  GROUP BY pairs.process, pairs.lot, pairs.one_id, pairs.other_id
  UNION ALL
  SELECT pairs.process, pairs.lot, pairs.one_id, pairs.other_id, '亲属 kin' AS how,
    list_sort(list_concat(list_concat(list_sort(list(DISTINCT one.row_id)), list_sort(list(DISTINCT other.row_id))),
      list_sort(list(DISTINCT kin.row_id)))) AS tie_rows
  FROM pairs
  JOIN control AS one ON one.firm = pairs.one_id
  JOIN kin ON kin.one = one.holder
  JOIN control AS other ON other.firm = pairs.other_id AND other.holder = kin.other
  WHERE coalesce(one.to_date, pairs.bid_on) >= pairs.bid_on AND coalesce(other.to_date, pairs.bid_on) >= pairs.bid_on
  GROUP BY pairs.process, pairs.lot, pairs.one_id, pairs.other_id
),
together AS (
  SELECT process, lot, one_id, other_id, array_to_string(list_sort(list(DISTINCT how) FILTER (WHERE how IS NOT NULL)), '、') AS how,
    list_sort(list_distinct(flatten(list(tie_rows)))) AS tie_rows
  FROM related
  GROUP BY process, lot, one_id, other_id
),
told AS (
  SELECT pairs.unit_id, pairs.process,
    concat(least(pairs.one_name, pairs.other_name), '、', greatest(pairs.one_name, pairs.other_name)) AS firms, pairs.title,
    together.how, pairs.amount, pairs.currency, pairs.bid_on, pairs.one_row, pairs.other_row, together.tie_rows
  FROM together
  JOIN pairs ON pairs.process = together.process AND pairs.lot = together.lot AND pairs.one_id = together.one_id
    AND pairs.other_id = together.other_id
)
SELECT unit_id, process, firms, max(title) AS title, max(how) AS how, max(amount) AS amount, max(currency) AS currency,
  max(bid_on) AS bid_on,
  list_sort(list_concat(list_sort(list(DISTINCT one_row) FILTER (WHERE one_row IS NOT NULL)),
    list_sort(list(DISTINCT other_row) FILTER (WHERE other_row IS NOT NULL)))) AS bid_rows,
  list_sort(list_distinct(flatten(list(tie_rows)))) AS tie_rows
FROM told
GROUP BY unit_id, process, firms
