/*
id: budget_published_late
title: {zh: 部门预算公开不及时, en: The budget was published late}
status: stable
role: lead
level: low
basis: []
why:
  zh: 部门预算应在批复后规定日数内公开，逾期不利于监督。
  en: A unit's budget is published within set days of its approval.
not_when:
  zh: 涉密单位，或公开平台时间登记有误。
  en: Units that are classified, or a wrong date on the platform.
ask:
  zh: 公开网页截图和发布时间。
  en: The published page with its date.
reads: [budget_line, unit_parameter]
population: {table: budget_line, where: "approved_on IS NOT NULL AND published_on IS NOT NULL"}
scope: row
lead: {unit: unit_id, subject: [fiscal_year], on: published_on}
reason:
  zh: "{fiscal_year}年预算{approved_on}批复，{published_on}才公开，历时{days}天（应在{days_allowed}天内）。"
  en: "The budget of {fiscal_year}, approved on {approved_on}, was published on {published_on}, {days} days later ({days_allowed} allowed)."
examples:
  - says: forty days; another unit in time but for one project
    given:
      unit_parameter:
        - {unit_id: U1, name: budget_publication_days, valid_from: 2015-01-01, value: "20"}
        - {unit_id: U2, name: budget_publication_days, valid_from: 2015-01-01, value: "20"}
      budget_line:
        - &line {unit_id: U1, fiscal_year: 2025, kind: expenditure, amount: 100.00, approved_on: 2025-02-10, published_on: 2025-03-22, currency: CNY}
        - {<<: *line, unit_id: U2, published_on: 2025-02-20}
        - {<<: *line, unit_id: U2, project_name: 农村公路养护, published_on: 2025-04-20}
    expect:
      - {unit_id: U1, fiscal_year: 2025, days: 40, budget_line_rows: [1]}
      - {unit_id: U2, fiscal_year: 2025, days: 69, budget_line_rows: [3]}
*/
-- Each line by itself: projects are often published later than the rest, adjustments have dates of their own.
WITH late AS (
  SELECT budget_line.row_id, budget_line.unit_id, budget_line.fiscal_year, budget_line.approved_on, budget_line.published_on,
    rule.value AS days_allowed, date_diff('day', budget_line.approved_on, budget_line.published_on) AS days
  FROM budget_line
  JOIN unit_parameter AS rule ON rule.unit_id = budget_line.unit_id AND rule.name = 'budget_publication_days'
    AND budget_line.approved_on >= rule.valid_from AND budget_line.approved_on < coalesce(rule.valid_to, DATE '9999-12-31')
  WHERE date_diff('day', budget_line.approved_on, budget_line.published_on) > CAST(rule.value AS INTEGER)
)
SELECT unit_id, fiscal_year, min(approved_on) AS approved_on, max(published_on) AS published_on, min(days_allowed) AS days_allowed,
  max(days) AS days, list_sort(list(row_id)) AS budget_line_rows
FROM late
GROUP BY unit_id, fiscal_year
