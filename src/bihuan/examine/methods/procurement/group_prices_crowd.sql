/*
id: group_prices_crowd
title: {zh: 同一批投标人同场时报价格外接近, en: The bids of one group lie closer than others do}
status: trial
role: lead
level: medium
basis: [tender-32, tenderr-39]
why:
  zh: 同一批企业每次同场，报价的离散程度都远小于别人的竞争，是围标最常见的痕迹。
  en: Where the same firms meet, their prices each time spread far less than those of others; the commonest trace of a ring.
not_when:
  zh: 这批企业专做有政府定价或公开信息价的品目。
  en: The group sells goods whose prices are regulated or published.
ask:
  zh: 这批企业的股东、人员、地址、账户，历次投标文件的编制人，中标后的分包和往来。
  en: Owners, people, addresses and accounts of the group, who made their bids, subcontracts and payments afterwards.
reads: [bid]
optional: [tender, award]
population: {table: bid, where: "amount > 0 AND coalesce(status, 'valid') IN ('valid', 'pending')"}
scope: all
params: {least_bids: 3, least_meetings: 4, least_others: 8, most_share: 0.4}
lead: {unit: unit_id, subject: [group_ids], amount: total, currency: currency, on: bid_on}
reason:
  zh: "{group_names}同场{meetings}次，变异系数最大{most_percent}%，其他{others}次竞争的中位数是{usual_percent}%。"
  en: "{group_names} met {meetings} times; their variation was at most {most_percent} %, the median of {others} other contests is {usual_percent} %."
examples:
  - says: three firms meet four times within half a per cent, others spread by five; a group that met three times is left alone
    given:
      bid:
        - &bid {ocid: P0, bid_id: B1, bidder_id: A, bidder_name: A, status: valid, amount: 100000.00, bid_on: 2025-03-01}
        - {<<: *bid, ocid: P0, bid_id: B2, bidder_id: B, bidder_name: B, amount: 100300.00}
        - {<<: *bid, ocid: P0, bid_id: B3, bidder_id: C, bidder_name: C, amount: 100450.00}
        - {<<: *bid, ocid: P1, bid_id: B1, bidder_id: A, bidder_name: A, amount: 107000.00}
        - {<<: *bid, ocid: P1, bid_id: B2, bidder_id: B, bidder_name: B, amount: 107260.00}
        - {<<: *bid, ocid: P1, bid_id: B3, bidder_id: C, bidder_name: C, amount: 107413.00}
        - {<<: *bid, ocid: P2, bid_id: B1, bidder_id: A, bidder_name: A, amount: 114000.00}
        - {<<: *bid, ocid: P2, bid_id: B2, bidder_id: B, bidder_name: B, amount: 114270.00}
        - {<<: *bid, ocid: P2, bid_id: B3, bidder_id: C, bidder_name: C, amount: 114426.00}
        - {<<: *bid, ocid: P3, bid_id: B1, bidder_id: A, bidder_name: A, amount: 121000.00}
        - {<<: *bid, ocid: P3, bid_id: B2, bidder_id: B, bidder_name: B, amount: 121280.00}
        - {<<: *bid, ocid: P3, bid_id: B3, bidder_id: C, bidder_name: C, amount: 121439.00}
        - {<<: *bid, ocid: Q0, bid_id: B1, bidder_id: D, bidder_name: D, amount: 100000.00}
        - {<<: *bid, ocid: Q0, bid_id: B2, bidder_id: E, bidder_name: E, amount: 100200.00}
        - {<<: *bid, ocid: Q0, bid_id: B3, bidder_id: F, bidder_name: F, amount: 100300.00}
        - {<<: *bid, ocid: Q1, bid_id: B1, bidder_id: D, bidder_name: D, amount: 100000.00}
        - {<<: *bid, ocid: Q1, bid_id: B2, bidder_id: E, bidder_name: E, amount: 100201.00}
        - {<<: *bid, ocid: Q1, bid_id: B3, bidder_id: F, bidder_name: F, amount: 100300.00}
        - {<<: *bid, ocid: Q2, bid_id: B1, bidder_id: D, bidder_name: D, amount: 100000.00}
        - {<<: *bid, ocid: Q2, bid_id: B2, bidder_id: E, bidder_name: E, amount: 100202.00}
        - {<<: *bid, ocid: Q2, bid_id: B3, bidder_id: F, bidder_name: F, amount: 100300.00}
        - {<<: *bid, ocid: R0, bid_id: B1, bidder_id: G0, bidder_name: G0, amount: 100000.00}
        - {<<: *bid, ocid: R0, bid_id: B2, bidder_id: H0, bidder_name: H0, amount: 105000.00}
        - {<<: *bid, ocid: R0, bid_id: B3, bidder_id: I0, bidder_name: I0, amount: 111000.00}
        - {<<: *bid, ocid: R1, bid_id: B1, bidder_id: G1, bidder_name: G1, amount: 100000.00}
        - {<<: *bid, ocid: R1, bid_id: B2, bidder_id: H1, bidder_name: H1, amount: 105100.00}
        - {<<: *bid, ocid: R1, bid_id: B3, bidder_id: I1, bidder_name: I1, amount: 111000.00}
        - {<<: *bid, ocid: R2, bid_id: B1, bidder_id: G2, bidder_name: G2, amount: 100000.00}
        - {<<: *bid, ocid: R2, bid_id: B2, bidder_id: H2, bidder_name: H2, amount: 105200.00}
        - {<<: *bid, ocid: R2, bid_id: B3, bidder_id: I2, bidder_name: I2, amount: 111000.00}
        - {<<: *bid, ocid: R3, bid_id: B1, bidder_id: G3, bidder_name: G3, amount: 100000.00}
        - {<<: *bid, ocid: R3, bid_id: B2, bidder_id: H3, bidder_name: H3, amount: 105300.00}
        - {<<: *bid, ocid: R3, bid_id: B3, bidder_id: I3, bidder_name: I3, amount: 111000.00}
        - {<<: *bid, ocid: R4, bid_id: B1, bidder_id: G4, bidder_name: G4, amount: 100000.00}
        - {<<: *bid, ocid: R4, bid_id: B2, bidder_id: H4, bidder_name: H4, amount: 105400.00}
        - {<<: *bid, ocid: R4, bid_id: B3, bidder_id: I4, bidder_name: I4, amount: 111000.00}
        - {<<: *bid, ocid: R5, bid_id: B1, bidder_id: G5, bidder_name: G5, amount: 100000.00}
        - {<<: *bid, ocid: R5, bid_id: B2, bidder_id: H5, bidder_name: H5, amount: 105500.00}
        - {<<: *bid, ocid: R5, bid_id: B3, bidder_id: I5, bidder_name: I5, amount: 111000.00}
    expect:
      - {group_ids: "A, B, C", meetings: 4, others: 9}
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
-- One price for each tenderer of a contest: its lowest.
prices AS (
  SELECT row_id, unit_id, process, lot, title, bidder, bidder_name, amount, currency, bid_on
  FROM offers
  WHERE status IN ('valid', 'pending') AND amount > 0 AND member_no = 1
  QUALIFY row_number() OVER (PARTITION BY process, lot, currency, bidder ORDER BY amount, row_id) = 1
),
contests AS (
  SELECT max(unit_id) AS unit_id, process, lot, currency, min(amount) AS lowest, max(bid_on) AS bid_on,
    array_to_string(list_sort(list(DISTINCT bidder) FILTER (WHERE bidder IS NOT NULL)), ', ') AS group_ids,
    array_to_string(list_sort(list(DISTINCT bidder_name) FILTER (WHERE bidder_name IS NOT NULL)), '、') AS group_names,
    stddev_samp(CAST(amount AS DOUBLE)) / nullif(avg(CAST(amount AS DOUBLE)), 0) AS variation,
    list_sort(list(row_id)) AS bid_rows
  FROM prices
  GROUP BY process, lot, currency
  HAVING count(*) >= $least_bids AND min(amount) < max(amount)
),
groups AS (
  SELECT max(unit_id) AS unit_id, group_ids, max(group_names) AS group_names, currency, count(*) AS meetings,
    max(variation) AS most, CAST(sum(lowest) AS DECIMAL(18, 2)) AS total, max(bid_on) AS bid_on,
    list_sort(flatten(list(bid_rows) FILTER (WHERE bid_rows IS NOT NULL))) AS bid_rows
  FROM contests
  GROUP BY group_ids, currency
  HAVING count(*) >= $least_meetings
),
beside AS (
  SELECT groups.group_ids, groups.currency, count(*) AS others, median(CAST(contests.variation AS DOUBLE)) AS usual
  FROM groups
  JOIN contests ON contests.currency = groups.currency AND contests.group_ids <> groups.group_ids
  GROUP BY groups.group_ids, groups.currency
)
-- Even where they differed most, the group stays far below what is usual among others.
SELECT groups.unit_id, groups.group_ids, groups.group_names, groups.meetings, beside.others, groups.total, groups.currency,
  groups.bid_on, round(groups.most * 100, 2) AS most_percent, round(beside.usual * 100, 2) AS usual_percent, groups.bid_rows
FROM groups
JOIN beside ON beside.group_ids = groups.group_ids AND beside.currency = groups.currency
WHERE beside.others >= $least_others AND groups.most <= beside.usual * $most_share
