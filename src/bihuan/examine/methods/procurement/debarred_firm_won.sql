/*
id: debarred_firm_won
title: {zh: 被禁止参加采购或已注销吊销的企业中标, en: "A debarred, closed or revoked firm won"}
status: stable
role: lead
level: high
basis: []
why:
  zh: 处于禁止参加采购期间，或已经注销、吊销的企业不得中标；资格审查没有起作用。
  en: A firm that is debarred, closed or revoked may not win; the check of qualification did not work.
not_when:
  zh: 处罚已撤销或缩短；定标在前、处罚在后；同名企业。
  en: The sanction was lifted or shortened, the award came first, or the firm is a namesake.
ask:
  zh: 处罚决定书和期限、资格审查记录、开标当日信用查询截图。
  en: The sanction and its term, the check of qualification, proof of the credit search on the day of opening.
reads: [award, organization]
population: {table: award, where: "coalesce(status, 'active') = 'active' AND awarded_on IS NOT NULL"}
scope: row
lead: {unit: unit_id, subject: [process, award_no, supplier], amount: amount, currency: currency, on: awarded_on}
reason:
  zh: "{supplier_name}于{awarded_on}中标“{title}”（{amount}），而该企业{state_zh_en}：{since}。"
  en: "{supplier_name} won “{title}” ({amount}) on {awarded_on} although it was {state_zh_en}: {since}."
examples:
  - says: within the term, and after being closed; before or after the term is left alone
    given:
      organization:
        - {name: 黑名单公司, credit_code: C1, debarred_from: 2024-06-01, debarred_to: 2026-06-01}
        - {name: 注销公司, credit_code: C2, status: closed, closed_on: 2025-01-01}
        - {name: 期满公司, credit_code: C3, debarred_from: 2020-06-01, debarred_to: 2021-06-01}
        - {name: 正常公司, credit_code: C4, status: active}
        - {name: 远方公司, credit_code: 91130999MA7TESTX18, debarred_from: 2024-06-01}
      award:
        - &won {ocid: P1, award_id: A1, title: 校服, status: active, supplier_id: C1, supplier_name: 黑名单公司, amount: 300000.00, awarded_on: 2025-03-10}
        - {<<: *won, ocid: P2, supplier_id: C2, supplier_name: 注销公司}
        - {<<: *won, ocid: P3, supplier_id: C3, supplier_name: 期满公司}
        - {<<: *won, ocid: P4, supplier_id: C4, supplier_name: 正常公司}
        - {<<: *won, ocid: P5, awarded_on: 2024-05-31}
        - {<<: *won, ocid: P6, supplier_id: CN-USCC-91130999MA7TESTX18, supplier_name: 远方公司}
    expect:
      - {process: P1, supplier: C1, award_rows: [1], organization_rows: [1]}
      - {process: P2, supplier: C2, award_rows: [2], organization_rows: [2]}
      - {process: P6, supplier: CN-USCC-91130999MA7TESTX18, award_rows: [6], organization_rows: [5]}
*/
WITH barred AS (
  SELECT row_id, credit_code, org_id, name, debarred_from AS first_on,
    coalesce(debarred_to, DATE '9999-12-31') AS last_on, '处于禁止参加采购期 debarred' AS state
  FROM organization
  WHERE debarred_from IS NOT NULL
  UNION ALL
  SELECT row_id, credit_code, org_id, name, closed_on AS first_on, DATE '9999-12-31' AS last_on, '已注销 closed' AS state
  FROM organization
  WHERE closed_on IS NOT NULL AND status = 'closed'
  UNION ALL
  SELECT row_id, credit_code, org_id, name, revoked_on AS first_on, DATE '9999-12-31' AS last_on, '已吊销 revoked' AS state
  FROM organization
  WHERE revoked_on IS NOT NULL AND status = 'revoked'
),
-- By code where both have one, else by name; an identifier may have the name of its register before it (CN-USCC-…).
matched AS (
  SELECT award.row_id AS award_row, barred.row_id AS barred_row, barred.state, barred.first_on, barred.last_on
  FROM award
  JOIN barred ON length(barred.credit_code) = 18 AND right(award.supplier_id, 18) = barred.credit_code
    OR barred.credit_code = award.supplier_id
  UNION ALL
  SELECT award.row_id AS award_row, barred.row_id AS barred_row, barred.state, barred.first_on, barred.last_on
  FROM award
  JOIN barred ON barred.org_id = award.supplier_id
  UNION ALL
  SELECT award.row_id AS award_row, barred.row_id AS barred_row, barred.state, barred.first_on, barred.last_on
  FROM award
  JOIN barred ON barred.name = award.supplier_name
    AND (award.supplier_id IS NULL OR coalesce(barred.credit_code, barred.org_id) IS NULL)
)
SELECT coalesce(award.unit_id, award.unit_name) AS unit_id, coalesce(award.ocid, award.tender_id) AS process,
  coalesce(award.award_id, '') AS award_no, coalesce(award.supplier_id, award.supplier_name) AS supplier,
  max(award.supplier_name) AS supplier_name, max(coalesce(award.title, award.tender_id, award.ocid)) AS title,
  max(award.amount) AS amount, max(award.currency) AS currency, max(award.awarded_on) AS awarded_on,
  min(matched.state) AS state_zh_en, min(matched.first_on) AS since, list_sort(list(DISTINCT award.row_id)) AS award_rows,
  list_sort(list(DISTINCT matched.barred_row) FILTER (WHERE matched.barred_row IS NOT NULL)) AS organization_rows
FROM award
JOIN matched ON matched.award_row = award.row_id
  AND award.awarded_on >= matched.first_on AND award.awarded_on < matched.last_on
WHERE coalesce(award.status, 'active') = 'active'
GROUP BY coalesce(award.unit_id, award.unit_name), coalesce(award.ocid, award.tender_id), coalesce(award.award_id, ''),
  coalesce(award.supplier_id, award.supplier_name)
