/*
id: fund_idle
title: {zh: 资金到位后长期未用, en: Money lies idle after it was granted}
status: stable
role: lead
level: medium
basis: [audit-2]
why:
  zh: 项目指标下达数月后一分未付或只付了很小一部分，资金闲置，项目可能没有实施或无需实施。
  en: Months after the money was granted nothing or next to nothing was spent; the project may not be carried out or not be needed.
not_when:
  zh: 年末下达、按进度拨付的跨年工程；指标已收回或调剂；资金通过别的渠道支付。
  en: Granted at the end of the year, or to works paid by progress; taken back or moved; paid another way.
ask:
  zh: 项目实施进度、未支付的原因、结余资金的去向和收回计划。
  en: Progress of the project, why nothing was paid, what becomes of the balance.
reads: [budget_indicator, payment]
population: {table: budget_indicator, where: "amount > 0 AND NOT coalesce(is_deleted, false)"}
scope: all
params: {idle_months_days: 270, least_amount: 10000, most_spent_share: 0.1}
lead: {unit: unit_id, subject: [indicator_no], amount: unspent, currency: currency, on: issued_on}
reason:
  zh: "“{project}”指标{indicator_no}（{granted}）{issued_on}下达，至{books_until}已{days}天，仅支付{spent}，闲置{unspent}。"
  en: "Indicator {indicator_no} for “{project}” ({granted}) was issued on {issued_on}; after {days} days, until {books_until}, {spent} was paid and {unspent} lies idle."
examples:
  - says: nothing paid in ten months; spent, recent, taken back and basic ones are left alone
    given:
      budget_indicator:
        - &granted {unit_id: U1, indicator_no: Z1, project_name: 学前教育资助, budget_kind: project, amount: 500000.00, issued_on: 2025-01-10, currency: CNY}
        - {<<: *granted, indicator_no: Z2}
        - {<<: *granted, indicator_no: Z3, issued_on: 2025-11-10}
        - {<<: *granted, indicator_no: Z4, reduced: 500000.00}
        - {<<: *granted, indicator_no: Z5, is_deleted: true}
        - {<<: *granted, indicator_no: Z6}
        # payments of this unit name no indicator, but its list tells what is left
        - {<<: *granted, unit_id: U2, indicator_no: Z7, balance: 500000.00}
        - {<<: *granted, unit_id: U2, indicator_no: Z8, balance: 20000.00}
        - {<<: *granted, unit_id: U2, indicator_no: Z9}
        - {<<: *granted, unit_id: U1, indicator_no: null, doc_no: 县财农〔2025〕8号}
      payment:
        - {unit_id: U1, indicator_no: Z2, amount: 300000.00, paid_on: 2025-06-01, currency: CNY}
        - {unit_id: U1, indicator_no: Z6, amount: 300000.00, paid_on: 2025-06-01, currency: CNY}
        - {unit_id: U1, indicator_no: Z6, amount: -300000.00, paid_on: 2025-06-09, currency: CNY, status: returned}
        - {unit_id: U2, amount: 10.00, paid_on: 2025-12-20, currency: CNY}
        - {unit_id: U1, indicator_no: Z9, amount: 10.00, paid_on: 2025-12-28, currency: CNY}
    expect:
      - {unit_id: U1, indicator_no: Z1, unspent: 500000.00, budget_indicator_rows: [1]}
      - {unit_id: U1, indicator_no: Z6, unspent: 500000.00, budget_indicator_rows: [6]}
      - {unit_id: U1, indicator_no: 县财农〔2025〕8号, unspent: 500000.00, budget_indicator_rows: [10]}
      - {unit_id: U2, indicator_no: Z7, unspent: 500000.00, budget_indicator_rows: [7]}
*/
WITH -- Many lists and payments know an indicator by the number of its document only.
granted AS (
  SELECT unit_id, coalesce(indicator_no, doc_no) AS indicator_no, coalesce(max(project_name), max(description), '') AS project, max(currency) AS currency,
    sum(amount - coalesce(reduced, 0)) AS granted, min(issued_on) AS issued_on, max(coalesce(applied, amount - coalesce(reduced, 0) - balance)) AS applied,
    list_sort(list(row_id)) AS budget_indicator_rows
  FROM budget_indicator
  WHERE coalesce(indicator_no, doc_no) IS NOT NULL AND issued_on IS NOT NULL AND NOT coalesce(is_deleted, false)
    AND coalesce(budget_kind, 'project') = 'project'
  GROUP BY unit_id, coalesce(indicator_no, doc_no)
),
spent AS (
  SELECT unit_id, indicator_no, sum(amount) AS spent
  FROM payment
  WHERE indicator_no IS NOT NULL AND (coalesce(status, 'paid') = 'paid' OR amount < 0 AND status = 'returned')
  GROUP BY unit_id, indicator_no
),
-- The unit's payments must reach beyond the months, and name indicators unless the list itself tells what is left,
-- before silence says anything.
books AS (
  SELECT unit_id, max(paid_on) AS paid_until, max(paid_on) FILTER (WHERE indicator_no IS NOT NULL) AS named_until
  FROM payment
  GROUP BY unit_id
),
judged AS (
  SELECT granted.unit_id, granted.indicator_no,
    CASE WHEN granted.applied IS NULL THEN books.named_until ELSE books.paid_until END AS books_until
  FROM granted
  JOIN books ON books.unit_id = granted.unit_id
)
SELECT granted.unit_id, granted.indicator_no, granted.project, granted.currency, granted.issued_on, books.books_until,
  date_diff('day', granted.issued_on, books.books_until) AS days, CAST(granted.granted AS DECIMAL(18, 2)) AS granted,
  CAST(coalesce(spent.spent, granted.applied, 0) AS DECIMAL(18, 2)) AS spent,
  CAST(granted.granted - coalesce(spent.spent, granted.applied, 0) AS DECIMAL(18, 2)) AS unspent,
  granted.budget_indicator_rows
FROM granted
JOIN judged AS books ON books.unit_id = granted.unit_id AND books.indicator_no = granted.indicator_no
LEFT JOIN spent ON spent.unit_id = granted.unit_id AND spent.indicator_no = granted.indicator_no
WHERE granted.granted >= $least_amount
  AND date_diff('day', granted.issued_on, books.books_until) >= $idle_months_days
  AND coalesce(spent.spent, granted.applied, 0) <= granted.granted * $most_spent_share
