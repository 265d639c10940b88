/*
id: built_before_tendered
title: {zh: 先施工后招标, en: Built before it was tendered}
status: stable
role: lead
level: high
basis: [tender-4, invest-20]
why:
  zh: 工程在投标截止之前已经开工，招标只是补手续，中标人早已内定。
  en: Work began before bids were due; the tender was held for the file, and the winner was known.
not_when:
  zh: 开工日期指前期场地平整或勘察；分标段招标中其他标段已开工；合同期限从预算年度起算的服务。
  en: The start is that of clearing or surveying, or of another section; a service whose term runs from the budget year.
ask:
  zh: 开工报告、施工日志、监理日志、首次进场和付款时间，中标人进场前的文件往来。
  en: Report of commencement, site and supervision diaries, first entry and payment, letters with the winner before.
reads: [tender]
optional: [project, contract]
population: {table: tender, where: "coalesce(category, 'works') = 'works' AND coalesce(status, 'active') <> 'cancelled' AND (tender_end IS NOT NULL OR published_on IS NOT NULL)"}
scope: all
lead: {unit: unit_id, subject: [process], amount: amount, currency: currency, on: started_on}
reason:
  zh: "“{title}”{due_on}才截止投标，而{source_zh_en}{started_on}已开工，早{days}天。"
  en: "“{title}”: bids were due on {due_on}, but work had begun on {started_on} ({source_zh_en}), {days} days before."
examples:
  - says: a project begun before, and a contract whose term began before; works begun after, and services, are left alone
    given:
      tender:
        - &tender {ocid: P1, tender_id: T1, title: 村道硬化, category: works, project_code: X1, published_on: 2025-05-01, tender_end: "2025-05-22 01:00:00+00", amount: 900000.00}
        - {<<: *tender, ocid: P2, project_code: X2}
        - {<<: *tender, ocid: P3, project_code: null}
        - {<<: *tender, ocid: P4, project_code: null, category: services, title: 物业}
        - {<<: *tender, ocid: P5, title: 村道设计}
      project:
        - {project_code: X1, name: 村道硬化, started_on: 2025-03-10}
        - {project_code: X2, name: 桥, started_on: 2025-06-10}
      contract:
        - &signed {ocid: P3, contract_no: C3, start_on: 2025-04-01, signed_on: 2025-06-01, status: active}
        - {<<: *signed, ocid: P4, contract_no: C4, start_on: 2025-01-01}
        - {<<: *signed, ocid: P2, contract_no: C2, start_on: 2025-06-05}
    expect:
      - {process: P1, days: 73, tender_rows: [1], project_rows: [1]}
      - {process: P3, days: 51, tender_rows: [3], contract_rows: [1]}
*/
WITH works AS (
  SELECT coalesce(ocid, tender_id) AS process, ocid, tender_id, coalesce(unit_id, unit_name) AS unit_id,
    coalesce(title, tender_id) AS title, project_code, coalesce(amount, budget_amount) AS amount, currency, row_id,
    coalesce(CAST(tender_end AS DATE), published_on) AS due_on
  FROM tender
  WHERE coalesce(category, 'works') = 'works' AND coalesce(status, 'active') <> 'cancelled'
    AND NOT regexp_matches(coalesce(title, ''), '设计|监理|勘察|咨询|造价|检测|审计')
),
-- A project that was tendered in sections began when the first of them did: the last to be due proves nothing.
first_due AS (
  SELECT project_code, min(due_on) AS due_on
  FROM works
  WHERE project_code IS NOT NULL
  GROUP BY project_code
),
begun AS (
  SELECT works.process, works.unit_id, works.title, works.amount, works.currency, works.row_id, works.due_on,
    project.started_on, '项目台账 project' AS source, project.row_id AS project_row, NULL AS contract_row
  FROM works
  JOIN project ON project.project_code = works.project_code
  JOIN first_due ON first_due.project_code = works.project_code AND first_due.due_on = works.due_on
  WHERE project.started_on < works.due_on
  UNION ALL
  SELECT works.process, works.unit_id, works.title, works.amount, works.currency, works.row_id, works.due_on,
    contract.start_on AS started_on, '合同 contract' AS source, NULL AS project_row,
    contract.row_id AS contract_row
  FROM works
  JOIN contract ON works.process = coalesce(contract.ocid, contract.tender_id) AND contract.start_on < works.due_on
  WHERE coalesce(contract.status, 'active') <> 'cancelled'
)
SELECT max(unit_id) AS unit_id, process, max(title) AS title, max(amount) AS amount, max(currency) AS currency,
  max(due_on) AS due_on, min(started_on) AS started_on, date_diff('day', min(started_on), max(due_on)) AS days,
  min(source) AS source_zh_en, list_sort(list(DISTINCT row_id)) AS tender_rows,
  list_sort(list(DISTINCT project_row) FILTER (WHERE project_row IS NOT NULL)) AS project_rows,
  list_sort(list(DISTINCT contract_row) FILTER (WHERE contract_row IS NOT NULL)) AS contract_rows
FROM begun
GROUP BY process
