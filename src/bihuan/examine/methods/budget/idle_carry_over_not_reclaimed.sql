/*
id: idle_carry_over_not_reclaimed
title: {zh: 结转超过两年的存量资金未收回, en: Money carried over for two years was not reclaimed}
status: stable
role: lead
level: medium
basis: [audit-2]
why:
  zh: 指标下达两年以上仍有余额，应作为结余收回统筹使用，长期趴在账上形成存量资金。
  en: An indicator more than two years old still has a balance; it should be reclaimed and used elsewhere.
not_when:
  zh: 经批准继续使用的跨年基建项目，科研等另有规定的资金。
  en: Works over several years approved to go on; research and other money under its own rules.
ask:
  zh: 余额未用原因、是否办理收回、继续使用的批准文件。
  en: Why it was not used, whether it was reclaimed, the approval to keep it.
reads: [budget_indicator, unit_parameter]
optional: [payment]
population: {table: budget_indicator, where: "NOT coalesce(is_deleted, false)"}
scope: all
params: {least_amount: 10000}
lead: {unit: unit_id, subject: [indicator_no], amount: left_over, currency: currency, on: issued_on}
reason:
  zh: "指标{indicator_no}（{project}）{issued_on}下达{granted}，已支付{spent}，至{as_of}仍余{left_over}，超过{years}年未收回。"
  en: "Indicator {indicator_no} ({project}) granted {granted} on {issued_on}; {spent} was spent and {left_over} is left on {as_of}, after more than {years} years."
examples:
  - says: three years old with a balance; a recent one, a spent one and one taken back are left alone
    given:
      unit_parameter:
        - {unit_id: U1, name: carry_over_years, valid_from: 2015-01-01, value: "2"}
      budget_indicator:
        - &granted {unit_id: U1, indicator_no: Z1, project_name: 农村饮水, amount: 300000.00, balance: 120000.00, issued_on: 2022-03-10, currency: CNY}
        - {<<: *granted, indicator_no: Z2, issued_on: 2025-03-10}
        - {<<: *granted, indicator_no: Z3, balance: 0.00}
        - {<<: *granted, indicator_no: Z4, balance: null, reduced: 300000.00}
    expect:
      - {unit_id: U1, indicator_no: Z1, left_over: 120000.00, budget_indicator_rows: [1]}
*/
WITH granted AS (
  SELECT unit_id, indicator_no, max(project_name) AS project_name, max(currency) AS currency, min(issued_on) AS issued_on,
    sum(amount - coalesce(reduced, 0)) AS granted, sum(balance) AS balance, max(applied) AS applied,
    list_sort(list(row_id)) AS budget_indicator_rows
  FROM budget_indicator
  WHERE indicator_no IS NOT NULL AND issued_on IS NOT NULL AND NOT coalesce(is_deleted, false)
  GROUP BY unit_id, indicator_no
),
spent AS (
  SELECT unit_id, indicator_no, sum(amount) AS spent, max(paid_on) AS paid_until
  FROM payment
  WHERE indicator_no IS NOT NULL AND coalesce(status, 'paid') = 'paid'
  GROUP BY unit_id, indicator_no
),
as_of AS (
  SELECT max(issued_on) AS day FROM budget_indicator
  UNION ALL
  SELECT max(paid_on) AS day FROM payment
),
ages AS (
  SELECT granted.unit_id, granted.indicator_no, coalesce(granted.project_name, '') AS project, granted.currency,
    granted.issued_on, granted.granted, coalesce(spent.spent, granted.applied, granted.granted - granted.balance, 0) AS spent,
    coalesce(granted.balance, granted.granted - coalesce(spent.spent, granted.applied)) AS left_over, granted.budget_indicator_rows,
    (SELECT max(day) FROM as_of) AS as_of
  FROM granted
  LEFT JOIN spent ON spent.unit_id = granted.unit_id AND spent.indicator_no = granted.indicator_no
)
SELECT ages.unit_id, ages.indicator_no, ages.project, ages.currency, ages.issued_on, ages.as_of, rule.value AS years,
  CAST(ages.granted AS DECIMAL(18, 2)) AS granted, CAST(ages.spent AS DECIMAL(18, 2)) AS spent,
  CAST(ages.left_over AS DECIMAL(18, 2)) AS left_over, ages.budget_indicator_rows
FROM ages
JOIN unit_parameter AS rule ON rule.unit_id = ages.unit_id AND rule.name = 'carry_over_years'
  AND ages.as_of >= rule.valid_from AND ages.as_of < coalesce(rule.valid_to, DATE '9999-12-31')
WHERE ages.left_over >= $least_amount AND date_diff('day', ages.issued_on, ages.as_of) > 365 * CAST(rule.value AS INTEGER)
