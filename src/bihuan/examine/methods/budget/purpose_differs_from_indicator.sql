/*
id: purpose_differs_from_indicator
title: {zh: 支付用途与指标不符, en: A payment's class differs from its indicator's}
status: stable
role: lead
level: medium
basis: [budget-13]
why:
  zh: 支付登记的功能分类或项目与所用指标的不一致，可能调剂使用未经批准，或挪用了别的项目的指标。
  en: A payment's function class or project differs from those of the indicator that it uses; money may have been moved without approval.
not_when:
  zh: 科目编码年度调整、经批准的科目调剂；两边编码级次不同（类、款、项）。
  en: Codes changed between years, an approved transfer, codes of different depth on the two sides.
ask:
  zh: 调剂批复、支付申请、指标文件。
  en: The approval of the transfer, the application, the indicator's document.
reads: [budget_indicator, payment]
population: {table: payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND indicator_no IS NOT NULL"}
scope: all
params: {least_amount: 1000}
lead: {unit: unit_id, subject: [indicator_no, paid_for], amount: total, currency: currency, on: last_paid_on}
reason:
  zh: "指标{indicator_no}用于“{granted_for}”，{times}笔支付共{total}登记为“{paid_for}”。"
  en: "Indicator {indicator_no} is for “{granted_for}”; {times} payments of {total} were made for “{paid_for}”."
examples:
  - says: another function class, another project; a code of another depth and an agreeing one are left alone
    given:
      budget_indicator:
        - &granted {unit_id: U1, indicator_no: Z1, function_code: "2050202", project_code: P1, project_name: 薄弱学校改造, amount: 100.00, issued_on: 2025-01-10, currency: CNY}
        - {<<: *granted, indicator_no: Z2}
      payment:
        - &paid {unit_id: U1, indicator_no: Z1, function_code: "2080502", project_code: P1, project_name: 薄弱学校改造, amount: 5000.00, paid_on: 2025-03-01, currency: CNY}
        - {<<: *paid, function_code: "20502"}
        - {<<: *paid, function_code: "2050202"}
        - {<<: *paid, function_code: "2010302", payee_name: 甲}
        - {<<: *paid, function_code: "2010302", payee_name: 甲, amount: -5000.00, paid_on: 2025-06-01}
        - {<<: *paid, indicator_no: Z2, function_code: "2050202", project_code: P7, project_name: 办公楼改造}
    expect:
      - {unit_id: U1, indicator_no: Z1, paid_for: "2080502", total: 5000.00, payment_rows: [1], budget_indicator_rows: [1]}
      - {unit_id: U1, indicator_no: Z2, paid_for: 办公楼改造, payment_rows: [6]}
*/
WITH -- What came back answers the latest payment of that sum to that payee, one for one.
returns AS (
  SELECT unit_id, coalesce(payee_name, payee_id) AS payee, -amount AS amount, paid_on,
    row_number() OVER (PARTITION BY unit_id, coalesce(payee_name, payee_id), amount ORDER BY paid_on DESC, row_id DESC) AS place
  FROM payment
  WHERE amount < 0 AND coalesce(status, 'paid') IN ('paid', 'returned')
),
last_return AS (
  SELECT unit_id, payee, amount, max(paid_on) AS paid_on
  FROM returns
  GROUP BY unit_id, payee, amount
),
gone_out AS (
  SELECT payment.row_id, payment.unit_id, last_return.payee, payment.amount, payment.paid_on,
    row_number() OVER (PARTITION BY payment.unit_id, last_return.payee, payment.amount
      ORDER BY payment.paid_on DESC, payment.row_id DESC) AS place
  FROM payment
  JOIN last_return ON last_return.unit_id = payment.unit_id AND last_return.payee = coalesce(payment.payee_name, payment.payee_id)
    AND last_return.amount = payment.amount AND payment.paid_on <= last_return.paid_on
  WHERE payment.amount > 0 AND coalesce(payment.status, 'paid') = 'paid'
),
answered AS (
  SELECT gone_out.row_id
  FROM gone_out
  JOIN returns ON returns.unit_id = gone_out.unit_id AND returns.payee = gone_out.payee AND returns.amount = gone_out.amount
    AND returns.place = gone_out.place AND returns.paid_on >= gone_out.paid_on
),
granted AS (
  SELECT unit_id, indicator_no, max(function_code) AS function_code, max(project_code) AS project_code,
    max(project_name) AS project_name, list_sort(list(row_id)) AS budget_indicator_rows
  FROM budget_indicator
  WHERE indicator_no IS NOT NULL AND NOT coalesce(is_deleted, false)
  GROUP BY unit_id, indicator_no
  HAVING count(DISTINCT function_code) <= 1 AND count(DISTINCT project_code) <= 1
),
differing AS (
  SELECT payment.row_id, payment.unit_id, payment.indicator_no, payment.amount, payment.currency, payment.paid_on,
    granted.budget_indicator_rows,
    CASE WHEN payment.project_code <> granted.project_code THEN coalesce(granted.project_name, granted.project_code)
      ELSE granted.function_code END AS granted_for,
    CASE WHEN payment.project_code <> granted.project_code THEN coalesce(payment.project_name, payment.project_code)
      ELSE payment.function_code END AS paid_for
  FROM payment
  JOIN granted ON granted.unit_id = payment.unit_id AND granted.indicator_no = payment.indicator_no
  ANTI JOIN answered ON answered.row_id = payment.row_id
  WHERE payment.amount > 0 AND coalesce(payment.status, 'paid') = 'paid'
    AND (payment.project_code <> granted.project_code
      OR NOT starts_with(payment.function_code, granted.function_code)
        AND NOT starts_with(granted.function_code, payment.function_code))
)
SELECT unit_id, indicator_no, granted_for, paid_for, currency, count(*) AS times,
  CAST(sum(amount) AS DECIMAL(18, 2)) AS total, max(paid_on) AS last_paid_on, list_sort(list(row_id)) AS payment_rows,
  budget_indicator_rows
FROM differing
GROUP BY unit_id, indicator_no, granted_for, paid_for, currency, budget_indicator_rows
HAVING sum(amount) >= $least_amount
