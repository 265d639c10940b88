/*
id: new_firm_large_award
title: {zh: 刚成立的企业中标大额采购, en: A newly founded firm won a large award}
status: stable
role: lead
level: medium
basis: []
why:
  zh: 成立不久、没有业绩的企业拿到大额采购，可能是为这个项目专门设立的。
  en: A firm founded shortly before, with no record, won a large award; it may have been set up for it.
not_when:
  zh: 分立、改制、集团新设的项目公司；创业扶持类采购。
  en: A demerger, a conversion, a group's project company; purchases meant for start-ups.
ask:
  zh: 发起人和实际控制人、资质和业绩材料的来源，评审打分，与采购人经办人员的关系。
  en: Founders and controllers, where licences and references came from, scores, ties to the buyer's staff.
reads: [award, organization, unit_parameter]
population: {table: award, where: "amount > 0 AND coalesce(status, 'active') = 'active'"}
scope: row
params: {most_days: 180}
lead: {unit: unit_id, subject: [process, award_no, supplier], amount: amount, currency: currency, on: awarded_on}
reason:
  zh: "{supplier_name}于{founded_on}成立，{days}天后（{awarded_on}）中标“{title}”，金额{amount}。"
  en: "{supplier_name} was founded on {founded_on} and {days} days later ({awarded_on}) won “{title}” of {amount}."
examples:
  - says: two months old; an old firm that changed its register, a small award and another firm are left alone
    given:
      unit_parameter:
        - {name: large_award_of_new_firm, value: "500000"}
      organization:
        - {name: 新锐公司, credit_code: C1, founded_on: 2025-01-10}
        - {name: 老牌公司, credit_code: C2, founded_on: 2005-01-10}
        - {name: 老牌公司, credit_code: C2, founded_on: 2025-01-10, changed_on: 2025-01-10}
      award:
        - &won {ocid: P1, award_id: A1, title: 信息系统, status: active, supplier_id: C1, supplier_name: 新锐公司, amount: 900000.00, awarded_on: 2025-03-10}
        - {<<: *won, ocid: P2, supplier_id: C2, supplier_name: 老牌公司}
        - {<<: *won, ocid: P3, amount: 20000.00}
        - {<<: *won, ocid: P4, awarded_on: 2026-03-10}
        - {<<: *won, ocid: P5, status: cancelled}
    expect:
      - {process: P1, supplier: C1, days: 59, award_rows: [1], organization_rows: [1]}
*/
-- By code and by name; a firm is as old as its oldest register entry.
WITH keys AS (
  SELECT credit_code AS firm_key, founded_on, row_id FROM organization WHERE credit_code IS NOT NULL
  UNION ALL
  SELECT org_id AS firm_key, founded_on, row_id FROM organization WHERE org_id IS NOT NULL
  UNION ALL
  SELECT name AS firm_key, founded_on, row_id FROM organization WHERE name IS NOT NULL
),
founded AS (
  SELECT firm_key, min(founded_on) AS founded_on, min(row_id) AS organization_row
  FROM keys
  WHERE founded_on IS NOT NULL
  GROUP BY firm_key
),
taken AS (
  SELECT award.row_id, founded.founded_on, founded.organization_row
  FROM award
  JOIN founded ON founded.firm_key = award.supplier_id
  UNION ALL
  SELECT award.row_id, founded.founded_on, founded.organization_row
  FROM award
  JOIN founded ON founded.firm_key = award.supplier_name
),
won AS (
  SELECT award.row_id, coalesce(award.unit_id, award.unit_name) AS unit_id, coalesce(award.ocid, award.tender_id) AS process,
    coalesce(award.award_id, '') AS award_no, coalesce(award.title, award.tender_id, award.ocid) AS title,
    coalesce(award.supplier_id, award.supplier_name) AS supplier, award.supplier_name, award.amount, award.currency,
    award.awarded_on, taken.founded_on, taken.organization_row
  FROM award
  JOIN taken ON taken.row_id = award.row_id
  WHERE award.amount > 0 AND coalesce(award.status, 'active') = 'active' AND award.awarded_on IS NOT NULL
)
SELECT won.unit_id, won.process, won.award_no, won.supplier, max(won.supplier_name) AS supplier_name,
  max(won.title) AS title, max(won.amount) AS amount, max(won.currency) AS currency, max(won.awarded_on) AS awarded_on,
  min(won.founded_on) AS founded_on, date_diff('day', min(won.founded_on), max(won.awarded_on)) AS days,
  list_sort(list(DISTINCT won.row_id)) AS award_rows, list_sort(list(DISTINCT won.organization_row)
    FILTER (WHERE won.organization_row IS NOT NULL)) AS organization_rows
FROM won
JOIN unit_parameter AS large ON large.unit_id = won.unit_id AND large.name = 'large_award_of_new_firm'
  AND large.valid_from <= won.awarded_on AND (large.valid_to IS NULL OR won.awarded_on < large.valid_to)
  AND won.amount >= CAST(large.value AS DECIMAL(18, 2))
GROUP BY won.unit_id, won.process, won.award_no, won.supplier
HAVING date_diff('day', min(won.founded_on), max(won.awarded_on)) BETWEEN 0 AND $most_days
