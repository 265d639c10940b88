/*
id: duplicate_payment_fuzzy_payee
title: {zh: 名称相近或同一账户的收款人重复收款, en: Payees of near names or one account were paid the same amount}
status: stable
role: lead
level: high
basis: [accounting]
why:
  zh: 金额相同、日期相近的两笔款，收款人名称只差一两个字，或名称不同而账户相同，可能是同一款项换个写法付了两次。
  en: Two payments of one amount within days to payees whose names differ by a character or two, or who share one account, may be one debt paid twice.
not_when:
  zh: 确为不同企业（如同一集团的不同公司）各自供货，且各有合同、发票和验收。
  en: They are different firms that each delivered, with contract, invoice and acceptance of their own.
ask:
  zh: 两笔支付的申请、发票和银行回单，核对收款账户与开票单位是否一致。
  en: Application, invoice and bank slip of both, and whether account and invoice name one firm.
reads: [payment]
population: {table: payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND payee_name IS NOT NULL"}
scope: lookback
params: {window_days: 60, least_amount: 500, usual_times: 12}
lead: {unit: unit_id, subject: [payee_name, other_payee_name, amount_each, paid_on], amount: amount_each, currency: currency, on: paid_on}
reason:
  zh: "{paid_on}付{payee_name}{amount_each}，{other_paid_on}又付{other_payee_name}相同金额；两个名称只差一两个字，或收款账户相同。"
  en: "{payee_name} was paid {amount_each} on {paid_on}, {other_payee_name} the same on {other_paid_on}; the names differ by a character or two, or the account is the same."
examples:
  - says: a misspelt name and a shared account; far names, far days and numbered branches are left alone
    given:
      payment:
        - &paid {unit_id: U1, payee_name: 云禾宏达建筑工程有限公司, payee_account: "6228480001", amount: 45800.00, purpose: 维修, paid_on: 2025-03-03, currency: CNY}
        - {<<: *paid, payee_name: 云禾宏达建筑工程公司, payee_account: "6228480099", paid_on: 2025-03-20}
        - {<<: *paid, payee_name: 张记副食店, payee_account: "111", amount: 2310.00}
        - {<<: *paid, payee_name: 顺发贸易行, payee_account: "111", amount: 2310.00, paid_on: 2025-03-09}
        - {<<: *paid, payee_name: 远方商贸公司, payee_account: "222", amount: 7000.00}
        - {<<: *paid, payee_name: 近邻印务中心, payee_account: "333", amount: 7000.00}
        - {<<: *paid, payee_name: 云禾宏大建筑工程有限公司, payee_account: "444", paid_on: 2025-09-20}
        - {<<: *paid, payee_name: 第一小学, payee_account: "555", amount: 60000.00}
        - {<<: *paid, payee_name: 第二小学, payee_account: "666", amount: 60000.00}
        - {<<: *paid, unit_id: U2, payee_name: 云禾宏达建筑公司, payee_account: "777"}
        # the second one came back
        - {<<: *paid, payee_name: 宏图广告公司, payee_account: "888", amount: 9100.00}
        - {<<: *paid, payee_name: 宏图广告, payee_account: "888", amount: 9100.00, paid_on: 2025-03-09}
        - {<<: *paid, payee_name: 宏图广告, payee_account: "888", amount: -9100.00, paid_on: 2025-06-09, status: returned}
    expect:
      - {unit_id: U1, payee_name: 云禾宏达建筑工程有限公司, other_payee_name: 云禾宏达建筑工程公司, payment_rows: [1, 2]}
      - {unit_id: U1, payee_name: 张记副食店, other_payee_name: 顺发贸易行, payment_rows: [3, 4]}
*/
WITH RECURSIVE positions(position) AS (
  SELECT 0 AS position
  UNION ALL
  SELECT position + 1 AS position FROM positions WHERE position < 40
),
-- What came back answers the latest payment of that sum to that payee, one for one.
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
paid AS (
  SELECT row_id, unit_id, payee_name, payee_account, amount, currency, paid_on,
    regexp_replace(coalesce(purpose, ''), '[^0-9一二三四五六七八九十]', '', 'g') AS purpose_numbers,
    upper(regexp_replace(payee_name, '(有限责任公司|股份有限公司|有限公司|集团公司|公司|[[:space:]()（）·.,-])', '', 'g')) AS core
  FROM payment
  ANTI JOIN answered ON answered.row_id = payment.row_id
  WHERE amount >= $least_amount AND coalesce(status, 'paid') = 'paid' AND payee_name IS NOT NULL
),
-- An amount that a unit pays again and again to many says nothing about two of them.
telling_amounts AS (
  SELECT unit_id, amount, currency
  FROM paid
  GROUP BY unit_id, amount, currency
  HAVING count(DISTINCT payee_name) > 1 AND count(*) <= $usual_times
),
candidates AS (
  SELECT paid.row_id, paid.unit_id, paid.payee_name, paid.payee_account, paid.amount, paid.currency, paid.paid_on, paid.core,
    paid.purpose_numbers
  FROM paid
  SEMI JOIN telling_amounts AS telling ON telling.unit_id = paid.unit_id AND telling.amount = paid.amount
    AND telling.currency IS NOT DISTINCT FROM paid.currency
),
-- Two names within one character of each other share a form with one character left out (position 0 leaves none out).
forms AS (
  SELECT candidates.unit_id, candidates.amount, candidates.currency, candidates.row_id,
    CASE WHEN position = 0 THEN core ELSE concat(substr(core, 1, position - 1), substr(core, position + 1)) END AS form
  FROM candidates
  JOIN positions ON positions.position <= length(core)
  WHERE length(core) >= 4
  UNION
  SELECT unit_id, amount, currency, row_id, concat('account ', payee_account) AS form
  FROM candidates
  WHERE payee_account IS NOT NULL
),
pairs_of_rows AS (
  SELECT one.row_id, other.row_id AS other_row_id
  FROM forms AS one
  JOIN forms AS other ON other.unit_id = one.unit_id AND other.amount = one.amount
    AND other.currency IS NOT DISTINCT FROM one.currency AND other.form = one.form AND other.row_id <> one.row_id
  GROUP BY one.row_id, other.row_id
),
near AS (
  SELECT one.unit_id, one.payee_name, other.payee_name AS other_payee_name, one.amount, one.currency,
    one.paid_on, other.paid_on AS other_paid_on, one.row_id, other.row_id AS other_row_id
  FROM pairs_of_rows
  JOIN candidates AS one ON one.row_id = pairs_of_rows.row_id
  JOIN candidates AS other ON other.row_id = pairs_of_rows.other_row_id
  WHERE other.payee_name <> one.payee_name AND other.purpose_numbers = one.purpose_numbers
    AND (other.paid_on > one.paid_on OR other.paid_on = one.paid_on AND other.row_id > one.row_id)
    AND date_diff('day', one.paid_on, other.paid_on) <= $window_days
    AND (one.core = other.core OR coalesce(one.payee_account = other.payee_account, false)
      OR regexp_replace(one.core, '[0-9一二三四五六七八九十甲乙丙丁东南西北]', '', 'g')
        <> regexp_replace(other.core, '[0-9一二三四五六七八九十甲乙丙丁东南西北]', '', 'g'))
),
both_rows AS (
  SELECT unit_id, payee_name, other_payee_name, amount, currency, paid_on, other_paid_on, row_id FROM near
  UNION ALL
  SELECT unit_id, payee_name, other_payee_name, amount, currency, paid_on, other_paid_on,
    other_row_id AS row_id FROM near
)
SELECT unit_id, payee_name, other_payee_name, amount AS amount_each, currency, paid_on,
  min(other_paid_on) AS other_paid_on,
  list_sort(list(DISTINCT row_id)) AS payment_rows
FROM both_rows
GROUP BY unit_id, payee_name, other_payee_name, amount, currency, paid_on
