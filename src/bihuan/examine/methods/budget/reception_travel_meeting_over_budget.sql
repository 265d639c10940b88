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
params: {least_amount: 1000, tolerated_share: 0.0, most_payments: 17}
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
        - {<<: *line, unit_id: U2}
      payment:
        - &paid {unit_id: U1, payee_name: 某饭店, economic_code: "30217", purpose: 公务接待费, amount: 18000.00, paid_on: 2025-05-01, currency: CNY}
        - {<<: *paid, economic_code: "30201", purpose: 接待用餐, amount: 9000.00}
        - {<<: *paid, economic_code: "30216", purpose: 培训费, amount: 30000.00}
        - {<<: *paid, unit_id: U2, amount: 15000.00}
        - {<<: *paid, unit_id: U2, economic_code: "30201", purpose: 办公用品（来客就餐）, amount: 8000.00}
        - {<<: *paid, unit_id: U2, economic_code: "30211", purpose: 出差工作餐, amount: 8000.00}
    expect:
      - {unit_id: U2, item: 公务接待费, spent: 23000.00, hidden: 8000.00, beyond: 3000.00, payment_rows: [4, 5]}
      - {unit_id: U1, item: 公务接待费, budgeted: 20000.00, spent: 27000.00, hidden: 9000.00, beyond: 7000.00, payment_rows: [1, 2]}
*/
WITH items AS (
  -- Words that name the item, and words that tell of it where the payment is booked as office or other costs.
  SELECT item, code, pattern, hidden_pattern FROM (VALUES
    ('公务接待费', '30217', '公务接待|接待费|接待用餐|招待费|业务招待', '工作餐|餐费|就餐|用餐|餐饮|来客|接待用|烟酒|用酒|白酒|茅台|陪餐'),
    ('因公出国费', '30212', '因公出国|出国费|出境', '赴(美|英|法|德|日|韩|欧|新加坡|港|澳)|境外|护照|签证'),
    ('公务用车运行费', '30231', '公务用车|公车|车辆维修|车辆保险|车辆加油', '汽油|加油卡|过路费|洗车|轮胎'),
    ('会议费', '30215', '会议费|会务费', '会务|会议(服务|室租|用|住|餐)|年会|座谈会'),
    ('培训费', '30216', '培训费', '培训(基地|服务|住|用|餐)|拓展训练')
  ) AS words(item, code, pattern, hidden_pattern)
),
-- All codes and words at once first: a pattern that differs by row is slow.
likely AS (
  SELECT row_id, unit_id, amount, currency, paid_on, coalesce(economic_code, '') AS economic_code, coalesce(purpose, '') AS purpose,
    regexp_matches(coalesce(economic_code, ''), '^(30201|30214|30226|30227|30299|39999)') AS is_booked_as_other
  FROM payment
  WHERE amount > 0 AND coalesce(status, 'paid') = 'paid'
    AND (regexp_matches(coalesce(economic_code, ''), '^(30212|30215|30216|30217|30231)')
      OR regexp_matches(coalesce(purpose, ''), '接待|招待|出国|出境|用车|公车|车辆|会议|会务|培训|餐|来客|烟酒|用酒|白酒|茅台|境外|护照|签证|赴|汽油|加油|过路费|洗车|轮胎|年会|座谈会|拓展训练'))
),
spent AS (
  SELECT payment.row_id, payment.unit_id, items.item, items.code, payment.amount, payment.currency, payment.paid_on,
    extract(year FROM payment.paid_on) AS paid_year, NOT starts_with(payment.economic_code, items.code) AS is_hidden
  FROM likely AS payment
  JOIN items ON starts_with(payment.economic_code, items.code)
    OR (regexp_matches(payment.purpose, items.pattern)
        OR payment.is_booked_as_other AND regexp_matches(payment.purpose, items.hidden_pattern))
      AND NOT regexp_matches(payment.economic_code, '^(30212|30215|30216|30217|30231)')
),
-- Of a long list: what was booked elsewhere, then the payments that came last, when the budget was gone.
spent_in_order AS (
  SELECT row_id, unit_id, item, amount, currency, paid_on, paid_year, is_hidden,
    row_number() OVER (PARTITION BY unit_id, item, paid_year, currency ORDER BY CASE WHEN is_hidden THEN 0 ELSE 1 END, paid_on DESC, row_id) AS place
  FROM spent
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
    max(paid_on) AS last_paid_on,
    list_sort(list(row_id) FILTER (WHERE place <= $most_payments)) AS payment_rows
  FROM spent_in_order
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
