/*
id: supplier_share_and_concentration
title: {zh: 一家供应商占一个单位采购过半, en: One supplier takes most of a unit's purchases}
status: stable
role: lead
level: low
basis: []
why:
  zh: 一个单位一年的中标集中在一家，次数和金额都过半，可能存在利益输送或变相指定。
  en: Within a year one supplier takes more than half of a unit's awards by number and by value; it may be favoured.
not_when:
  zh: 水电气、通信等独家供应；一个大项目分期授予；定点、框架协议采购。
  en: A sole utility, a large project in stages, a framework or designated supplier.
ask:
  zh: 历次采购方式、参加投标的名单和得分，该供应商与本单位人员的关系，价格与市场、其他单位的对比。
  en: Methods, bidders and scores of each purchase, ties to the unit's staff, its prices beside the market and other units.
reads: [award]
optional: [tender]
population: {table: award, where: "amount > 0 AND coalesce(status, 'active') = 'active'"}
scope: year
params: {least_awards: 8, least_wins: 5, least_share: 0.5, least_share_of_awards: 0.25}
lead: {unit: unit_id, subject: [supplier, award_year], amount: won_amount, currency: currency, on: last_on}
reason:
  zh: "{award_year}年本单位{awards}次中标结果中{supplier_name}占{wins}次，金额{won_amount}，占全年的{share_percent}%（集中度指数{concentration}）。"
  en: "In {award_year} {supplier_name} won {wins} of the unit's {awards} awards, {won_amount}, {share_percent} % of the year (concentration index {concentration})."
examples:
  - says: six of nine awards to one; a unit with many suppliers is left alone
    given:
      award:
        - &won {ocid: P0, award_id: A1, status: active, supplier_id: S1, supplier_name: 甲公司, amount: 100000.00, awarded_on: 2025-03-01}
        - {<<: *won, ocid: P1}
        - {<<: *won, ocid: P2}
        - {<<: *won, ocid: P3}
        - {<<: *won, ocid: P4}
        - {<<: *won, ocid: P5}
        - {<<: *won, ocid: P6, supplier_id: S6, supplier_name: 其他6, amount: 60000.00}
        - {<<: *won, ocid: P7, supplier_id: S7, supplier_name: 其他7, amount: 60000.00}
        - {<<: *won, ocid: P8, supplier_id: S8, supplier_name: 其他8, amount: 60000.00}
        - {<<: *won, unit_id: U2, ocid: Q0, supplier_id: S0, supplier_name: 其他0}
        - {<<: *won, unit_id: U2, ocid: Q1, supplier_id: S1, supplier_name: 其他1}
        - {<<: *won, unit_id: U2, ocid: Q2, supplier_id: S2, supplier_name: 其他2}
        - {<<: *won, unit_id: U2, ocid: Q3, supplier_id: S3, supplier_name: 其他3}
        - {<<: *won, unit_id: U2, ocid: Q4, supplier_id: S4, supplier_name: 其他4}
        - {<<: *won, unit_id: U2, ocid: Q5, supplier_id: S0, supplier_name: 其他0}
        - {<<: *won, unit_id: U2, ocid: Q6, supplier_id: S1, supplier_name: 其他1}
        - {<<: *won, unit_id: U2, ocid: Q7, supplier_id: S2, supplier_name: 其他2}
        - {<<: *won, unit_id: U2, ocid: Q8, supplier_id: S3, supplier_name: 其他3}
    expect:
      - {unit_id: U1, supplier: S1, awards: 9, wins: 6, award_rows: [1, 2, 3, 4, 5, 6]}
  - says: most of the money with five of twenty awards, a quarter; with five of twenty-one it is left alone
    given:
      award:
        - &large {unit_id: U1, status: active, supplier_id: S1, supplier_name: 甲公司, amount: 100000.00, awarded_on: 2025-03-01}
        - *large
        - *large
        - *large
        - *large
        - &small {<<: *large, supplier_id: S2, supplier_name: 乙公司, amount: 10000.00}
        - *small
        - *small
        - *small
        - *small
        - *small
        - *small
        - *small
        - *small
        - *small
        - *small
        - *small
        - *small
        - *small
        - *small
        - &large_of_other {<<: *large, unit_id: U2}
        - *large_of_other
        - *large_of_other
        - *large_of_other
        - *large_of_other
        - &small_of_other {<<: *small, unit_id: U2}
        - *small_of_other
        - *small_of_other
        - *small_of_other
        - *small_of_other
        - *small_of_other
        - *small_of_other
        - *small_of_other
        - *small_of_other
        - *small_of_other
        - *small_of_other
        - *small_of_other
        - *small_of_other
        - *small_of_other
        - *small_of_other
        - *small_of_other
    expect:
      - {unit_id: U1, supplier: S1, awards: 20, wins: 5, award_rows: [1, 2, 3, 4, 5]}
*/
WITH cancelled AS (
  SELECT DISTINCT coalesce(ocid, tender_id) AS process
  FROM tender
  WHERE status = 'cancelled'
),
won AS (
  SELECT award.row_id, coalesce(award.unit_id, award.unit_name) AS unit_id, year(award.awarded_on) AS award_year,
    coalesce(award.supplier_id, award.supplier_name) AS supplier, award.supplier_name, award.amount, award.currency,
    award.awarded_on
  FROM award
  ANTI JOIN cancelled ON cancelled.process = coalesce(award.ocid, award.tender_id)
  WHERE award.amount > 0 AND coalesce(award.status, 'active') = 'active' AND award.awarded_on IS NOT NULL
    AND coalesce(award.supplier_id, award.supplier_name) IS NOT NULL
),
suppliers AS (
  SELECT unit_id, award_year, currency, supplier, max(supplier_name) AS supplier_name, count(*) AS wins,
    sum(amount) AS won_amount, max(awarded_on) AS last_on, list_sort(list(row_id)) AS award_rows
  FROM won
  GROUP BY unit_id, award_year, currency, supplier
),
shares AS (
  SELECT unit_id, award_year, currency, supplier, supplier_name, wins, won_amount, last_on, award_rows,
    sum(wins) OVER (PARTITION BY unit_id, award_year, currency) AS awards,
    sum(won_amount) OVER (PARTITION BY unit_id, award_year, currency) AS total,
    sum(CAST(won_amount AS DOUBLE) * CAST(won_amount AS DOUBLE)) OVER (PARTITION BY unit_id, award_year, currency) AS squares
  FROM suppliers
)
SELECT unit_id, award_year, supplier, supplier_name, CAST(awards AS BIGINT) AS awards, wins,
  CAST(won_amount AS DECIMAL(18, 2)) AS won_amount, currency, last_on,
  round(CAST(won_amount AS DOUBLE) / nullif(CAST(total AS DOUBLE), 0) * 100, 1) AS share_percent,
  CAST(round(squares / nullif(CAST(total AS DOUBLE) * CAST(total AS DOUBLE), 0) * 10000) AS BIGINT) AS concentration, award_rows
FROM shares
WHERE awards >= $least_awards AND wins >= $least_wins AND wins >= awards * $least_share_of_awards
  AND won_amount >= total * $least_share
