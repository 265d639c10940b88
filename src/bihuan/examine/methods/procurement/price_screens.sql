/*
id: price_screens
title: {zh: 一次投标中多项报价指标同时异常, en: Several price screens agree on one tender}
status: trial
role: lead
level: medium
basis: [tender-32, tenderr-39]
why:
  zh: 变异系数、极差、最低两价之差、相对距离、偏度、峰度各量一面；几项同时像陪标，比任何一项单独异常更少出于偶然。
  en: Variation, spread, gap of the two lowest, relative distance, skewness and kurtosis each measure one side; several that agree are seldom chance.
not_when:
  zh: 最低价投标人确有成本优势；其余各家按同一信息价计价；投标不足五家。
  en: A real cost advantage of the lowest; the others price from one published list; fewer than five bids.
ask:
  zh: 最低价的成本构成，其余各家报价的编制人、计价文件和机器码，这几家在其他项目同场的报价。
  en: What the lowest price is made of, who made the others and on which machine, these firms' prices elsewhere.
reads: [bid]
optional: [tender, award]
population: {table: bid, where: "amount > 0 AND coalesce(status, 'valid') IN ('valid', 'pending')"}
scope: row
params: {least_bids: 5, most_variation: 0.06, most_spread: 0.2, least_gap: 0.02, least_distance: 10, chance: 0.0005, most_skewness: -1.8, least_kurtosis: 3.0, least_screens: 6}
lead: {unit: unit_id, subject: [process, lot], amount: lowest, currency: currency, on: bid_on}
reason:
  zh: "“{title}”{bids}家报价有{screens}项指标异常：变异系数{variation_percent}%，极差{spread_percent}%，最低两价相差{gap_percent}%，相对距离{distance}，偏度{skewness}，峰度{kurtosis}。"
  en: "“{title}”: {screens} screens of {bids} bids agree: variation {variation_percent} %, spread {spread_percent} %, two lowest {gap_percent} % apart, relative distance {distance}, skewness {skewness}, kurtosis {kurtosis}."
examples:
  - says: one low bid below four that crowd; an even spread, and four bids only, are left alone
    given:
      bid:
        - &bid {ocid: P1, bid_id: B1, bidder_id: S1, bidder_name: 甲公司, status: valid, amount: 900000.00, bid_on: 2025-03-01}
        - {<<: *bid, bid_id: B2, bidder_id: S2, amount: 967000.00}
        - {<<: *bid, bid_id: B3, bidder_id: S3, amount: 968800.00}
        - {<<: *bid, bid_id: B4, bidder_id: S4, amount: 970200.00}
        - {<<: *bid, bid_id: B5, bidder_id: S5, amount: 971500.00}
        - {<<: *bid, ocid: P2}
        - {<<: *bid, ocid: P2, bid_id: B2, bidder_id: S2, amount: 915000.00}
        - {<<: *bid, ocid: P2, bid_id: B3, bidder_id: S3, amount: 931000.00}
        - {<<: *bid, ocid: P2, bid_id: B4, bidder_id: S4, amount: 944000.00}
        - {<<: *bid, ocid: P2, bid_id: B5, bidder_id: S5, amount: 963000.00}
        - {<<: *bid, ocid: P3}
        - {<<: *bid, ocid: P3, bid_id: B2, bidder_id: S2, amount: 965000.00}
        - {<<: *bid, ocid: P3, bid_id: B3, bidder_id: S3, amount: 966000.00}
        - {<<: *bid, ocid: P3, bid_id: B4, bidder_id: S4, amount: 967000.00}
    expect:
      - {process: P1, bids: 5, screens: 6, gap_percent: 7.44, bid_rows: [1, 2, 3, 4, 5]}
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
in_order AS (
  SELECT row_id, unit_id, process, lot, title, CAST(amount AS DOUBLE) AS price, amount, currency, bid_on,
    row_number() OVER (PARTITION BY process, lot, currency ORDER BY amount, row_id) AS place,
    avg(CAST(amount AS DOUBLE)) OVER (PARTITION BY process, lot, currency) AS mean
  FROM prices
),
-- Moments about the mean, from sums: the engines' own skewness and kurtosis do not agree.
contests AS (
  SELECT max(unit_id) AS unit_id, process, lot, max(title) AS title, currency, count(*) AS bids,
    CAST(count(*) AS DOUBLE) AS n, min(amount) AS lowest, max(bid_on) AS bid_on, max(mean) AS mean,
    min(price) AS first, min(price) FILTER (WHERE place > 1) AS second, max(price) AS last,
    stddev_samp(price) AS deviation, stddev_samp(price) FILTER (WHERE place > 1) AS deviation_of_others,
    avg((price - mean) * (price - mean)) AS second_moment,
    avg((price - mean) * (price - mean) * (price - mean)) AS third_moment,
    avg((price - mean) * (price - mean) * (price - mean) * (price - mean)) AS fourth_moment,
    list_sort(list(row_id)) AS bid_rows
  FROM in_order
  GROUP BY process, lot, currency
  HAVING count(*) >= greatest($least_bids, 4) AND min(amount) < max(amount)
),
-- Skewness and kurtosis corrected for few bids (G1, G2 of Joanes and Gill, 1998); a normal distribution has 0 of both.
measured AS (
  SELECT unit_id, process, lot, title, currency, bids, lowest, bid_on, deviation / nullif(mean, 0) AS variation,
    (last - first) / nullif(first, 0) AS spread, (second - first) / nullif(first, 0) AS gap,
    (second - first) / nullif(deviation_of_others, 0) AS distance,
    sqrt(n * (n - 1)) / nullif(n - 2, 0) * third_moment / nullif(power(second_moment, 1.5), 0) AS skewness,
    (n - 1) / nullif((n - 2) * (n - 3), 0)
      * ((n + 1) * (fourth_moment / nullif(second_moment * second_moment, 0) - 3) + 6) AS kurtosis, bid_rows
  FROM contests
),
-- Few prices lie far apart by chance: of n the distance exceeds 2 × p^(-1 / (n - 2)) with the chance p (as in cover_bids).
screened AS (
  SELECT unit_id, process, lot, title, currency, bids, lowest, bid_on, variation, spread, gap, distance, skewness, kurtosis,
    CASE WHEN variation <= $most_variation THEN 1 ELSE 0 END + CASE WHEN spread <= $most_spread THEN 1 ELSE 0 END
      + CASE WHEN gap >= $least_gap THEN 1 ELSE 0 END
      + CASE WHEN distance IS NULL OR distance >= greatest($least_distance, 2 * power($chance, -1.0 / nullif(bids - 2, 0))) THEN 1 ELSE 0 END
      + CASE WHEN skewness <= $most_skewness THEN 1 ELSE 0 END + CASE WHEN kurtosis >= $least_kurtosis THEN 1 ELSE 0 END
      AS screens, bid_rows
  FROM measured
)
SELECT unit_id, process, lot, title, currency, bids, screens, lowest, bid_on, round(variation * 100, 2) AS variation_percent,
  round(spread * 100, 2) AS spread_percent, round(gap * 100, 2) AS gap_percent, round(distance, 1) AS distance,
  round(skewness, 2) AS skewness, round(kurtosis, 2) AS kurtosis, bid_rows
FROM screened
WHERE screens >= $least_screens
