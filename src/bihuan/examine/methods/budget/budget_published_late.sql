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
  - says: forty days; another unit in time
    given:
      unit_parameter:
        - {unit_id: U1, name: budget_publication_days, valid_from: 2015-01-01, value: "20"}
        - {unit_id: U2, name: budget_publication_days, valid_from: 2015-01-01, value: "20"}
      budget_line:
        - &line {unit_id: U1, fiscal_year: 2025, kind: expenditure, amount: 100.00, approved_on: 2025-02-10, published_on: 2025-03-22, currency: CNY}
        - {<<: *line, unit_id: U2, published_on: 2025-02-20}
    expect:
      - {unit_id: U1, fiscal_year: 2025, days: 40, budget_line_rows: [1]}
*/
WITH dates AS (
  SELECT unit_id, fiscal_year, min(approved_on) AS approved_on, min(published_on) AS published_on,
    list_sort(list(row_id)) AS budget_line_rows
  FROM budget_line
  WHERE approved_on IS NOT NULL AND published_on IS NOT NULL
  GROUP BY unit_id, fiscal_year
)
SELECT dates.unit_id, dates.fiscal_year, dates.approved_on, dates.published_on, rule.value AS days_allowed,
  date_diff('day', dates.approved_on, dates.published_on) AS days, dates.budget_line_rows
FROM dates
JOIN unit_parameter AS rule ON rule.unit_id = dates.unit_id AND rule.name = 'budget_publication_days'
  AND dates.approved_on >= rule.valid_from AND dates.approved_on < coalesce(rule.valid_to, DATE '9999-12-31')
WHERE date_diff('day', dates.approved_on, dates.published_on) > CAST(rule.value AS INTEGER)
