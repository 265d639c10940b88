/*
id: project_spending_in_basic
title: {zh: 基本支出列支项目支出, en: Projects paid out of basic spending}
status: stable
role: lead
level: medium
basis: [budget-13]
why:
  zh: 用基本支出支付工程建设、大型修缮、大型设备等项目性支出，绕过了项目申报和评审，也可能有无预算项目。
  en: Works, large repairs or equipment paid from basic spending bypass the project's application and review.
not_when:
  zh: 零星维修、小额办公设备，在公用经费标准之内。
  en: Small repairs and office equipment within the standard of running costs.
ask:
  zh: 支出的立项、采购和合同资料，单位公用经费预算。
  en: How the work was approved and purchased, its contract, the unit's running-cost budget.
reads: [payment]
population: {table: payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND budget_kind = 'basic'"}
scope: row
params: {least_amount: 50000}
lead: {unit: unit_id, subject: [payee, purpose], amount: total, currency: currency, on: last_paid_on}
reason:
  zh: "基本支出中向{payee}支付“{purpose}”{times}笔共{total}，属于项目性支出。"
  en: "{payee} was paid {total} in {times} payments for “{purpose}” out of basic spending; that is a project."
examples:
  - says: building works in basic spending; a small repair, wages and a project payment are left alone
    given:
      payment:
        - &paid {unit_id: U1, payee_name: 甲建筑公司, budget_kind: basic, amount: 180000.00, purpose: 办公楼改造工程款, economic_code: "30213", paid_on: 2025-05-06, currency: CNY}
        - {<<: *paid, amount: 3000.00, purpose: 维修门窗, payee_name: 乙}
        - {<<: *paid, purpose: 5月工资, economic_code: "30101", payee_name: 代发户}
        - {<<: *paid, budget_kind: project, payee_name: 丙}
    expect:
      - {unit_id: U1, payee: 甲建筑公司, total: 180000.00, payment_rows: [1]}
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
)
SELECT unit_id, coalesce(payee_name, payee_id, '') AS payee, coalesce(purpose, '') AS purpose, currency, count(*) AS times,
  CAST(sum(amount) AS DECIMAL(18, 2)) AS total, max(paid_on) AS last_paid_on, list_sort(list(row_id)) AS payment_rows
FROM payment
ANTI JOIN answered ON answered.row_id = payment.row_id
WHERE amount > 0 AND coalesce(status, 'paid') = 'paid' AND budget_kind = 'basic'
  AND (regexp_matches(coalesce(economic_code, ''), '^(309|310)')
    OR regexp_matches(coalesce(purpose, ''), '工程款|工程|改造|修缮|新建|扩建|建设|装修|设备购置|购置设备|信息系统|大型'))
  AND NOT regexp_matches(coalesce(purpose, ''), '工资|津贴|补贴|社保|公积金|慰问')
GROUP BY unit_id, coalesce(payee_name, payee_id, ''), coalesce(purpose, ''), currency
HAVING sum(amount) >= $least_amount
