/*
id: rejection_ratio_outlier
title: {zh: 否决投标比例异常高（R038）, en: An unusually large share of bids is disqualified (R038)}
status: stable
role: lead
level: low
basis: ["ocp:R038"]
why:
  zh: 采购人（或组织者）否决投标的比例远高于同行，可能借评审排除竞争；投标人被否决比例异常高，可能是故意投废标陪衬。
  en: A buyer that disqualifies far more than its peers may shut competition out; a tenderer disqualified far more often may bid to fail.
not_when:
  zh: 专业项目较多、资格门槛依法较高；新手投标人不熟悉要求。
  en: Special purchases with lawful high thresholds; a newcomer who does not know the rules.
ask:
  zh: 逐份核对否决理由，同类项目的否决情况，反复被否决的供应商与中标人的关系。
  en: The reason for each rejection, rejections elsewhere, ties between who is rejected again and again and who wins.
reads: [bid]
optional: [tender, award]
population: {table: bid, where: "coalesce(status, 'valid') IN ('valid', 'pending', 'disqualified')"}
max_share: 0.3
scope: all
params: {fence: 1.5, least_bids: 2, least_processes: 2}
lead: {unit: unit_id, subject: [kind, who], amount: rejected_amount, currency: currency, on: bid_on}
reason:
  zh: "{who_name}（{kind_words}）涉及的{bids}份投标中{rejected}份被否决（{percent}%），超过同类的上限{fence_percent}%。"
  en: "{who_name} ({kind_words}): {rejected} of {bids} bids were disqualified ({percent} %), above the upper fence of its peers, {fence_percent} %."
examples:
  - says: one tenderer and one buyer stand out; one bid is too few to tell
    given:
      bid:
        - &bid {unit_id: U1, ocid: P00, bid_id: B1, bidder_id: A, bidder_name: 甲, status: disqualified, amount: 10.00, bid_on: 2025-03-01}
        - {<<: *bid, unit_id: U2, ocid: P01, bidder_id: A, status: valid}
        - {<<: *bid, unit_id: U3, ocid: P02, bidder_id: A, status: valid}
        - {<<: *bid, unit_id: U2, ocid: P10, bidder_id: B, status: valid}
        - {<<: *bid, unit_id: U3, ocid: P11, bidder_id: B, status: valid}
        - {<<: *bid, unit_id: U4, ocid: P12, bidder_id: B, status: valid}
        - {<<: *bid, unit_id: U3, ocid: P20, bidder_id: C, status: disqualified}
        - {<<: *bid, unit_id: U4, ocid: P21, bidder_id: C, status: valid}
        - {<<: *bid, unit_id: U5, ocid: P22, bidder_id: C, status: valid}
        - {<<: *bid, unit_id: U4, ocid: P30, bidder_id: D, status: valid}
        - {<<: *bid, unit_id: U5, ocid: P31, bidder_id: D, status: valid}
        - {<<: *bid, unit_id: U6, ocid: P32, bidder_id: D, status: valid}
        - {<<: *bid, unit_id: U5, ocid: P40, bidder_id: E, status: disqualified}
        - {<<: *bid, unit_id: U6, ocid: P41, bidder_id: E, status: valid}
        - {<<: *bid, unit_id: U1, ocid: P42, bidder_id: E, status: valid}
        - {<<: *bid, unit_id: U6, ocid: P50, bidder_id: F, status: valid}
        - {<<: *bid, unit_id: U1, ocid: P51, bidder_id: F, status: valid}
        - {<<: *bid, unit_id: U2, ocid: P52, bidder_id: F, status: valid}
        - {<<: *bid, unit_id: U9, ocid: P91, bidder_id: Z, bidder_name: 总被否公司}
        - {<<: *bid, unit_id: U9, ocid: P92, bidder_id: Z, bidder_name: 总被否公司}
        - {<<: *bid, unit_id: U9, ocid: P93, bidder_id: X, bidder_name: 只投一次}
        - {<<: *bid, unit_id: U9, ocid: P94, bidder_id: Y, bidder_name: 也只一次}
    expect:
      - {kind: tenderer, who: Z, bids: 2, rejected: 2, bid_rows: [19, 20]}
      - {kind: buyer, who: U9, bids: 4, rejected: 4, bid_rows: [19, 20, 21, 22]}
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
organisers AS (
  SELECT coalesce(ocid, tender_id) AS process, max(procuring_entity_id) AS who, max(procuring_entity_name) AS who_name
  FROM tender
  WHERE procuring_entity_id IS NOT NULL
  GROUP BY coalesce(ocid, tender_id)
),
submitted AS (
  SELECT row_id, unit_id, process, bidder, bidder_name, member_no, amount, currency, bid_on,
    CASE WHEN status = 'disqualified' THEN 1 ELSE 0 END AS is_rejected
  FROM offers
  WHERE status IN ('valid', 'pending', 'disqualified')
),
-- A bid of a consortium counts once for the buyer and once for each member.
by_process AS (
  SELECT process, unit_id, count(*) AS bids, sum(is_rejected) AS rejected
  FROM submitted
  WHERE member_no = 1
  GROUP BY process, unit_id
),
sides AS (
  SELECT 'tenderer' AS kind, bidder AS who, count(*) AS bids, sum(is_rejected) AS rejected, 0 AS processes
  FROM submitted
  GROUP BY bidder
  UNION ALL
  SELECT 'buyer' AS kind, unit_id AS who, sum(bids) AS bids, sum(rejected) AS rejected, count(*) AS processes
  FROM by_process
  GROUP BY unit_id
  UNION ALL
  SELECT 'procuring_entity' AS kind, organisers.who, sum(by_process.bids) AS bids, sum(by_process.rejected) AS rejected,
    count(DISTINCT by_process.process) AS processes
  FROM by_process
  JOIN organisers ON organisers.process = by_process.process
  GROUP BY organisers.who
),
ratios AS (
  SELECT kind, who, bids, rejected, CAST(rejected AS DOUBLE) / nullif(bids, 0) AS ratio
  FROM sides
  WHERE CASE WHEN kind = 'tenderer' THEN bids >= $least_bids ELSE processes >= $least_processes END
),
in_order AS (
  SELECT kind, ratio AS measured, row_number() OVER (PARTITION BY kind ORDER BY ratio) AS place,
    count(*) OVER (PARTITION BY kind) AS many
  FROM ratios
),
-- Quartiles as R8: at place (n + 1/3) p + 1/3, which is (3n + 5) / 12 for the first and (9n + 7) / 12 for the third.
neighbours AS (
  SELECT kind, many, greatest(0, (3 * many + 5) / 12.0 - greatest(1, floor((3 * many + 5) / 12.0))) AS part_1,
    (9 * many + 7) / 12.0 - floor((9 * many + 7) / 12.0) AS part_3,
    max(measured) FILTER (WHERE place = greatest(1, floor((3 * many + 5) / 12.0))) AS low_1,
    max(measured) FILTER (WHERE place = least(many, greatest(1, floor((3 * many + 5) / 12.0)) + 1)) AS high_1,
    max(measured) FILTER (WHERE place = floor((9 * many + 7) / 12.0)) AS low_3,
    max(measured) FILTER (WHERE place = least(many, floor((9 * many + 7) / 12.0) + 1)) AS high_3
  FROM in_order
  GROUP BY kind, many
),
quartiles AS (
  SELECT kind, many, round(low_1 + (high_1 - low_1) * part_1, 12) AS q1,
    round(low_3 + (high_3 - low_3) * part_3, 12) AS q3
  FROM neighbours
),
-- Without spread no share is unusually large.
outliers AS (
  SELECT ratios.kind, ratios.who, ratios.bids, ratios.rejected, ratios.ratio,
    quartiles.q1, quartiles.q3, round(quartiles.q3 + $fence * (quartiles.q3 - quartiles.q1), 12) AS upper_fence
  FROM ratios
  JOIN quartiles ON quartiles.kind = ratios.kind AND quartiles.q3 > quartiles.q1
    AND round(ratios.ratio, 12) >= round(quartiles.q3 + $fence * (quartiles.q3 - quartiles.q1), 12)
),
rejections AS (
  SELECT outliers.kind, '投标人 tenderer' AS kind_words, outliers.who, submitted.bidder_name AS who_name,
    submitted.row_id, submitted.unit_id, submitted.amount, submitted.currency, submitted.bid_on
  FROM submitted
  JOIN outliers ON outliers.kind = 'tenderer' AND outliers.who = submitted.bidder
  WHERE submitted.is_rejected = 1
  UNION ALL
  SELECT outliers.kind, '采购人 buyer' AS kind_words, outliers.who, outliers.who AS who_name, submitted.row_id,
    submitted.unit_id, submitted.amount, submitted.currency, submitted.bid_on
  FROM submitted
  JOIN outliers ON outliers.kind = 'buyer' AND outliers.who = submitted.unit_id
  WHERE submitted.is_rejected = 1 AND submitted.member_no = 1
  UNION ALL
  SELECT outliers.kind, '采购组织者 procuring entity' AS kind_words, outliers.who,
    coalesce(organisers.who_name, organisers.who) AS who_name, submitted.row_id, submitted.unit_id, submitted.amount,
    submitted.currency, submitted.bid_on
  FROM submitted
  JOIN organisers ON organisers.process = submitted.process
  JOIN outliers ON outliers.kind = 'procuring_entity' AND outliers.who = organisers.who
  WHERE submitted.is_rejected = 1 AND submitted.member_no = 1
),
rejected_by_unit AS (
  SELECT kind, who, unit_id, currency, max(bid_on) AS bid_on, max(amount) AS amount
  FROM rejections
  GROUP BY kind, who, unit_id, currency
  QUALIFY row_number() OVER (PARTITION BY kind, who ORDER BY count(*) DESC, unit_id, currency) = 1
)
SELECT most.unit_id, outliers.kind, rejections.kind_words, outliers.who, max(rejections.who_name) AS who_name,
  outliers.bids, outliers.rejected, outliers.ratio, round(outliers.ratio * 100, 2) AS percent,
  round(outliers.upper_fence * 100, 2) AS fence_percent, outliers.q1, outliers.q3, outliers.upper_fence,
  CAST(most.amount AS DECIMAL(18, 2)) AS rejected_amount, most.currency, most.bid_on,
  list_sort(list(rejections.row_id)) AS bid_rows
FROM outliers
JOIN rejected_by_unit AS most ON most.kind = outliers.kind AND most.who = outliers.who
JOIN rejections ON rejections.kind = outliers.kind AND rejections.who = outliers.who
GROUP BY most.unit_id, outliers.kind, rejections.kind_words, outliers.who, outliers.bids, outliers.rejected,
  outliers.ratio, outliers.upper_fence, outliers.q1, outliers.q3, most.amount, most.currency, most.bid_on
