/*
id: payee_shares_account_with_employee
title: {zh: 供应商收款账户是职工账户, en: A supplier's account is an employee's}
status: stable
role: lead
level: high
basis: [accounting]
why:
  zh: 付给供应商的款进了本地财政供养人员的工资账户，可能是虚构供应商、截留或套取资金。
  en: Money paid to a supplier went to the account into which somebody on the payroll is paid; the supplier may be made up.
not_when:
  zh: 收款人就是该职工本人的合规报销、补贴；账号录入有误。
  en: The payee is that employee and the payment a proper claim; a mistyped account.
ask:
  zh: 银行回单上的户名、供应商的开户许可、付款申请的经办和审批人。
  en: The account holder on the bank slip, the supplier's account licence, who asked for and approved the payment.
reads: [payment, payroll]
population: {table: payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND payee_account IS NOT NULL"}
scope: all
params: {least_amount: 500}
lead: {unit: unit_id, subject: [payee_name], amount: total, currency: currency, on: last_paid_on}
reason:
  zh: "付给{payee_name}的{times}笔共{total}，收款账户与{employer}一名职工的工资账户相同。"
  en: "{times} payments of {total} to {payee_name} went to the account into which an employee of {employer} is paid."
examples:
  - says: a shop with an employee's account; the employee's own claim and another account are left alone
    given:
      payroll:
        - {unit_id: U1, unit_name: 第一小学, name: 李四, account: "6228480000001111", net: 5000.00, month: 2025-02-01}
        - {unit_id: U1, unit_name: 第一小学, name: 王五, account: "6228480000002222", net: 5000.00}
        - {unit_id: U1, unit_name: 第一小学, name: 李四, account: "6228480000001111", net: 5000.00, month: 2025-01-01}
      payment:
        - &paid {unit_id: U1, payee_name: 诚信粮油店, payee_account: "6228 4800 0000 1111", amount: 18000.00, paid_on: 2025-03-03, currency: CNY}
        - {<<: *paid, payee_name: 王五, payee_account: "6228480000002222"}
        - {<<: *paid, payee_name: 顺丰菜场, payee_account: "6228480000003333"}
    expect:
      - {unit_id: U1, payee_name: 诚信粮油店, total: 18000.00, payment_rows: [1], payroll_rows: [1]}
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
employees AS (
  SELECT regexp_replace(account, '[^0-9]', '', 'g') AS account, name, coalesce(unit_name, unit_id) AS employer, row_id,
    row_number() OVER (PARTITION BY regexp_replace(account, '[^0-9]', '', 'g'), name ORDER BY month DESC, row_id DESC) AS place
  FROM payroll
  WHERE length(regexp_replace(coalesce(account, ''), '[^0-9]', '', 'g')) >= 8
),
by_account AS (
  SELECT account, max(employer) AS employer, list_sort(list(DISTINCT name) FILTER (WHERE name IS NOT NULL)) AS names, 
    list_sort(list(row_id) FILTER (WHERE place = 1)) AS payroll_rows
  FROM employees
  GROUP BY account
),
paid AS (
  SELECT row_id, unit_id, payee_name, amount, currency, paid_on, regexp_replace(payee_account, '[^0-9]', '', 'g') AS account
  FROM payment
  ANTI JOIN answered ON answered.row_id = payment.row_id
  WHERE amount > 0 AND coalesce(status, 'paid') = 'paid' AND payee_account IS NOT NULL AND payee_name IS NOT NULL
)
SELECT paid.unit_id, paid.payee_name, paid.currency, by_account.employer, count(*) AS times,
  CAST(sum(paid.amount) AS DECIMAL(18, 2)) AS total, max(paid.paid_on) AS last_paid_on,
  list_sort(list(paid.row_id)) AS payment_rows, by_account.payroll_rows
FROM paid
JOIN by_account ON by_account.account = paid.account
WHERE NOT list_contains(by_account.names, paid.payee_name)
GROUP BY paid.unit_id, paid.payee_name, paid.currency, by_account.employer, by_account.payroll_rows
HAVING sum(paid.amount) >= $least_amount
