/*
id: direct_award_share_outlier
title: {zh: 直接采购比例远高于其他单位, en: Far more direct purchases than other units}
status: stable
role: lead
level: low
basis: []
why:
  zh: 一个单位单一来源、直接委托的比例远高于同期其他单位，可能在规避竞争性采购。
  en: A unit buys directly far more often than others in the same year; it may be avoiding competition.
not_when:
  zh: 业务特殊（科研、医院专用设备、涉密）；资料只收录了直接采购的公告。
  en: A special trade (research, hospital equipment, secrets); data that hold notices of direct purchases only.
ask:
  zh: 每次直接采购的理由、专家论证、公示和批准，价格如何形成。
  en: Reason, expert opinion, notice and approval of each, and how the price was formed.
reads: [tender]
population: {table: tender, where: "method IS NOT NULL AND coalesce(status, 'active') <> 'cancelled'"}
max_share: 0.2
scope: year
params: {least_tenders: 5, least_direct: 3, least_share: 0.3, least_times: 2, least_z: 3}
lead: {unit: unit_id, subject: [tender_year], amount: direct_amount, currency: currency, on: last_on}
reason:
  zh: "{tender_year}年本单位{tenders}次采购中直接采购{direct}次（{percent}%），其他单位为{others_percent}%。"
  en: "In {tender_year} {direct} of the unit's {tenders} purchases were direct ({percent} %); other units stand at {others_percent} %."
examples:
  - says: five of eight beside two of twenty; a unit with two direct purchases is left alone
    given:
      tender:
        - &tender {unit_id: U1, ocid: P0, tender_id: T0, method: direct, published_on: 2025-03-01, amount: 90000.00}
        - {<<: *tender, ocid: P1}
        - {<<: *tender, ocid: P2}
        - {<<: *tender, ocid: P3}
        - {<<: *tender, ocid: P4}
        - {<<: *tender, ocid: P5, method: open}
        - {<<: *tender, ocid: P6, method: open}
        - {<<: *tender, ocid: P7, method: open}
        - {<<: *tender, unit_id: U2, ocid: Q0}
        - {<<: *tender, unit_id: U2, ocid: Q1}
        - {<<: *tender, unit_id: U2, ocid: Q2, method: open}
        - {<<: *tender, unit_id: U2, ocid: Q3, method: open}
        - {<<: *tender, unit_id: U2, ocid: Q4, method: open}
        - {<<: *tender, unit_id: U2, ocid: Q5, method: open}
        - {<<: *tender, unit_id: U2, ocid: Q6, method: open}
        - {<<: *tender, unit_id: U2, ocid: Q7, method: open}
        - {<<: *tender, unit_id: U2, ocid: Q8, method: open}
        - {<<: *tender, unit_id: U2, ocid: Q9, method: open}
        - {<<: *tender, unit_id: U3, ocid: R0, method: open}
        - {<<: *tender, unit_id: U3, ocid: R1, method: open}
        - {<<: *tender, unit_id: U3, ocid: R2, method: open}
        - {<<: *tender, unit_id: U3, ocid: R3, method: open}
        - {<<: *tender, unit_id: U3, ocid: R4, method: open}
        - {<<: *tender, unit_id: U3, ocid: R5, method: open}
        - {<<: *tender, unit_id: U3, ocid: R6, method: open}
        - {<<: *tender, unit_id: U3, ocid: R7, method: open}
        - {<<: *tender, unit_id: U3, ocid: R8, method: open}
        - {<<: *tender, unit_id: U3, ocid: R9, method: open}
    expect:
      - {unit_id: U1, tender_year: 2025, tenders: 8, direct: 5, tender_rows: [1, 2, 3, 4, 5]}
*/
WITH held AS (
  SELECT row_id, coalesce(unit_id, unit_name) AS unit_id, year(coalesce(published_on, CAST(tender_end AS DATE))) AS tender_year,
    method = 'direct' AS is_direct, coalesce(amount, budget_amount) AS amount, currency,
    coalesce(published_on, CAST(tender_end AS DATE)) AS held_on
  FROM tender
  WHERE method IS NOT NULL AND coalesce(status, 'active') <> 'cancelled'
),
units AS (
  SELECT unit_id, coalesce(tender_year, 0) AS tender_year, count(*) AS tenders, count(*) FILTER (WHERE is_direct) AS direct,
    sum(amount) FILTER (WHERE is_direct) AS direct_amount, max(currency) FILTER (WHERE is_direct) AS currency,
    max(held_on) AS last_on, list_sort(list(row_id) FILTER (WHERE is_direct)) AS tender_rows
  FROM held
  WHERE unit_id IS NOT NULL
  GROUP BY unit_id, coalesce(tender_year, 0)
),
years AS (
  SELECT tender_year, sum(tenders) AS tenders, sum(direct) AS direct
  FROM units
  GROUP BY tender_year
),
-- The share of all the others; one of each is added so that it is never none or all.
compared AS (
  SELECT units.unit_id, units.tender_year, units.tenders, units.direct, units.direct_amount, units.currency, units.last_on,
    units.tender_rows, years.tenders - units.tenders AS others,
    CAST(units.direct AS DOUBLE) / nullif(units.tenders, 0) AS share,
    CAST(years.direct - units.direct + 1 AS DOUBLE) / nullif(years.tenders - units.tenders + 2, 0) AS share_of_others
  FROM units
  JOIN years ON years.tender_year = units.tender_year
)
SELECT unit_id, tender_year, tenders, direct, CAST(direct_amount AS DECIMAL(18, 2)) AS direct_amount, currency, last_on,
  round(share * 100, 1) AS percent, round(share_of_others * 100, 1) AS others_percent, tender_rows
FROM compared
WHERE tenders >= $least_tenders AND others >= $least_tenders AND direct >= $least_direct AND share >= $least_share
  AND share >= share_of_others * $least_times
  AND tenders * (share - share_of_others) >= $least_z * sqrt(tenders * share_of_others * (1 - share_of_others))
