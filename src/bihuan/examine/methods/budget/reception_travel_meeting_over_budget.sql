/*
id: reception_travel_meeting_over_budget
title: {zh: 三公、会议、培训费超预算或隐匿列支, en: "Reception, travel, meetings or training over budget or hidden"}
status: stable
role: lead
level: high
basis: [budget-13]
why:
  zh: 公务接待、因公出国、公务用车、会议、培训支出应控制在预算内。支付超过预算，或接待等内容改列其他科目，都是逃避控制。
  en: Reception, travel abroad, cars, meetings and training stay within their budget. Spending beyond it, or booked elsewhere, evades the control.
not_when:
  zh: 预算年中有追加；摘要中的“接待”属于业务内容（如来访群众接待室）。
  en: The budget was raised during the year; “reception” is part of the unit's task.
ask:
  zh: 接待清单、公函、会议培训通知和审批，相关科目明细账。
  en: Lists of guests, letters, notices and approvals, the ledger of these accounts.
reads: [payment, budget_line]
population: {table: payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid'"}
scope: year
params: {least_amount: 1000, tolerated_share: 0.0}
lead: {unit: unit_id, subject: [item, paid_year], amount: beyond, currency: currency, on: last_paid_on}
reason:
  zh: "{paid_year}年“{item}”预算{budgeted}，支付{spent}（其中列入其他科目{hidden}），超出{beyond}。"
  en: "“{item}” in {paid_year}: budget {budgeted}, paid {spent} (of which {hidden} booked elsewhere), {beyond} beyond."
examples:
  - says: reception beyond its budget, part of it booked as office supplies; training within its budget
    given:
      budget_line:
        - &line {unit_id: U1, fiscal_year: 2025, kind: expenditure, economic_code: "30217", amount: 20000.00, currency: CNY}
        - {<<: *line, economic_code: "30216", amount: 50000.00}
      payment:
        - &paid {unit_id: U1, payee_name: 某饭店, economic_code: "30217", purpose: 公务接待费, amount: 18000.00, paid_on: 2025-05-01, currency: CNY}
        - {<<: *paid, economic_code: "30201", purpose: 接待用餐, amount: 9000.00}
        - {<<: *paid, economic_code: "30216", purpose: 培训费, amount: 30000.00}
    expect:
      - {unit_id: U1, item: 公务接待费, budgeted: 20000.00, spent: 27000.00, hidden: 9000.00, beyond: 7000.00, payment_rows: [1, 2]}
*/
WITH items AS (
  SELECT item, code, pattern FROM (VALUES
    ('公务接待费', '30217', '公务接待|接待费|接待用餐|招待费|业务招待'),
    ('因公出国费', '30212', '因公出国|出国费|出境'),
    ('公务用车运行费', '30231', '公务用车|公车|车辆维修|车辆保险|车辆加油'),
    ('会议费', '30215', '会议费|会务费'),
    ('培训费', '30216', '培训费')
  ) AS words(item, code, pattern)
),
spent AS (
  SELECT payment.row_id, payment.unit_id, items.item, items.code, payment.amount, payment.currency, payment.paid_on,
    extract(year FROM payment.paid_on) AS paid_year, NOT starts_with(coalesce(payment.economic_code, ''), items.code) AS is_hidden
  FROM payment
  JOIN items ON starts_with(coalesce(payment.economic_code, ''), items.code)
    OR regexp_matches(coalesce(payment.purpose, ''), items.pattern)
      AND NOT regexp_matches(coalesce(payment.economic_code, ''), '^(30212|30215|30216|30217|30231)')
  WHERE payment.amount > 0 AND coalesce(payment.status, 'paid') = 'paid'
),
budgets AS (
  SELECT budget_line.unit_id, items.item, budget_line.fiscal_year, sum(budget_line.amount) AS budgeted,
    list_sort(list(budget_line.row_id)) AS budget_line_rows
  FROM budget_line
  JOIN items ON starts_with(coalesce(budget_line.economic_code, ''), items.code)
  WHERE coalesce(budget_line.kind, 'expenditure') = 'expenditure'
  GROUP BY budget_line.unit_id, items.item, budget_line.fiscal_year
),
totals AS (
  SELECT unit_id, item, paid_year, currency, sum(amount) AS spent, coalesce(sum(amount) FILTER (WHERE is_hidden), 0) AS hidden,
    max(paid_on) AS last_paid_on, list_sort(list(row_id)) AS payment_rows
  FROM spent
  GROUP BY unit_id, item, paid_year, currency
)
SELECT totals.unit_id, totals.item, totals.paid_year, totals.currency, CAST(budgets.budgeted AS DECIMAL(18, 2)) AS budgeted,
  CAST(totals.spent AS DECIMAL(18, 2)) AS spent, CAST(totals.hidden AS DECIMAL(18, 2)) AS hidden,
  CAST(totals.spent - budgets.budgeted AS DECIMAL(18, 2)) AS beyond, totals.last_paid_on, totals.payment_rows,
  budgets.budget_line_rows
FROM totals
JOIN budgets ON budgets.unit_id = totals.unit_id AND budgets.item = totals.item AND budgets.fiscal_year = totals.paid_year
WHERE totals.spent - budgets.budgeted >= $least_amount
  AND totals.spent > budgets.budgeted * (1 + $tolerated_share)
