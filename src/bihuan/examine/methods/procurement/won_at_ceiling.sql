/*
id: won_at_ceiling
title: {zh: 中标价贴着最高限价, en: Won at the ceiling price}
status: stable
role: corroborates
level: low
basis: []
why:
  zh: 中标价与最高限价（预算）几乎相等，说明没有真正的价格竞争，或限价被事先知道。
  en: A win at the ceiling (or budget) shows no price competition, or that the ceiling was known.
not_when:
  zh: 单一来源、固定价格采购；限价本身压得很低。
  en: A single source or fixed price; a ceiling set very low.
ask:
  zh: 限价编制过程和知情范围，其他投标人报价，市场价格。
  en: How the ceiling was made and who knew it, the other bids, market prices.
reads: [tender, award]
optional: [lot]
population: {table: award, where: "amount > 0 AND coalesce(status, 'active') = 'active'"}
max_share: 0.3
scope: row
params: {least_share: 0.995, most_share: 1.2}
lead: {unit: unit_id, subject: [process, award_no], amount: amount, currency: currency, on: awarded_on}
reason:
  zh: "“{title}”最高限价（预算）{ceiling}，{supplier_name}以{amount}中标，为限价的{percent}%。"
  en: "“{title}”: ceiling (or budget) {ceiling}, {supplier_name} won at {amount}, {percent} % of it."
examples:
  - says: at 99.9 per cent; ten per cent below, a direct purchase and a lot's own ceiling are left alone
    given:
      tender:
        - &tender {ocid: P1, tender_id: T1, title: 校服, method: open, ceiling: 100000.00}
        - {<<: *tender, ocid: P2}
        - {<<: *tender, ocid: P3, method: direct}
        - {<<: *tender, ocid: P4}
      lot:
        - {ocid: P4, tender_id: T1, lot_id: L1, ceiling: 150000.00}
      award:
        - &won {ocid: P1, award_id: A1, status: active, supplier_id: S1, supplier_name: 甲公司, amount: 99900.00, awarded_on: 2025-03-10}
        - {<<: *won, ocid: P2, amount: 90000.00}
        - {<<: *won, ocid: P3}
        - {<<: *won, ocid: P4, lot_id: L1}
    expect:
      - {process: P1, percent: 99.9, award_rows: [1], tender_rows: [1]}
*/
WITH ceilings AS (
  SELECT coalesce(ocid, tender_id) AS process, '' AS lot_id, max(coalesce(ceiling, budget_amount)) AS ceiling,
    max(currency) AS currency, max(title) AS title, max(coalesce(unit_id, unit_name)) AS unit_id,
    list_sort(list(row_id)) AS tender_rows
  FROM tender
  WHERE coalesce(method, 'open') <> 'direct' AND coalesce(status, 'active') <> 'cancelled'
  GROUP BY coalesce(ocid, tender_id)
),
lot_ceilings AS (
  SELECT coalesce(ocid, tender_id) AS process, lot_id, max(coalesce(ceiling, amount)) AS ceiling
  FROM lot
  GROUP BY coalesce(ocid, tender_id), lot_id
),
won AS (
  SELECT coalesce(award.ocid, award.tender_id) AS process, coalesce(award.award_id, award.lot_id, '') AS award_no,
    max(award.lot_id) AS lot_id, max(award.unit_id) AS unit_id, max(award.supplier_name) AS supplier_name,
    sum(award.amount) AS amount, max(award.currency) AS currency, max(award.awarded_on) AS awarded_on,
    list_sort(list(award.row_id)) AS award_rows
  FROM award
  WHERE coalesce(award.status, 'active') = 'active'
  GROUP BY coalesce(award.ocid, award.tender_id), coalesce(award.award_id, award.lot_id, '')
),
beside AS (
  SELECT coalesce(won.unit_id, ceilings.unit_id) AS unit_id, won.process, won.award_no, won.supplier_name,
    coalesce(ceilings.title, won.process) AS title, CAST(won.amount AS DECIMAL(18, 2)) AS amount, won.currency,
    won.awarded_on, won.award_rows, ceilings.tender_rows,
    CASE WHEN won.lot_id IS NULL THEN ceilings.ceiling ELSE coalesce(lot_ceilings.ceiling, ceilings.ceiling) END AS ceiling
  FROM won
  JOIN ceilings ON ceilings.process = won.process AND ceilings.currency IS NOT DISTINCT FROM won.currency
  LEFT JOIN lot_ceilings ON lot_ceilings.process = won.process AND lot_ceilings.lot_id = won.lot_id
)
SELECT unit_id, process, award_no, supplier_name, title, amount, currency, awarded_on, ceiling,
  round(CAST(amount AS DOUBLE) / nullif(CAST(ceiling AS DOUBLE), 0) * 100, 2) AS percent, award_rows, tender_rows
FROM beside
WHERE ceiling > 0 AND amount >= ceiling * $least_share AND amount <= ceiling * $most_share
