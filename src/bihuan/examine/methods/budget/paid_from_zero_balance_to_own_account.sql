/*
id: paid_from_zero_balance_to_own_account
title: {zh: 零余额账户资金转入本单位实有账户, en: Treasury money was moved to the unit's own account}
status: stable
role: lead
level: high
basis: [budget-13]
why:
  zh: 把财政资金从零余额账户划到本单位或下属单位的实有资金账户，实际并未支出，资金脱离国库监管。
  en: Money moved from the treasury's zero-balance account to an account of the unit or its subordinate has not been spent and leaves the treasury's sight.
not_when:
  zh: 按规定划转工会经费、代扣款项、归还垫付，或经财政批准的划转。
  en: Union dues, withheld amounts, repayment of advances, or transfers that the finance office approved.
ask:
  zh: 划转的批准文件、实有账户后续的支出明细和余额。
  en: The approval, and what the own account spent afterwards.
reads: [payment]
optional: [bank_account]
population: {table: payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND payee_name IS NOT NULL"}
scope: row
params: {least_amount: 5000}
lead: {unit: unit_id, subject: [payee_name, paid_year], amount: total, currency: currency, on: last_paid_on}
reason:
  zh: "{paid_year}年从零余额账户向本单位账户“{payee_name}”划转{times}笔共{total}（{purposes}）。"
  en: "In {paid_year} {total} was moved in {times} payments from the treasury account to the unit's own account “{payee_name}” ({purposes})."
examples:
  - says: moved to the unit's own name; union dues, a supplier and a payment from an own account are left alone
    given:
      payment:
        - &paid {unit_id: U1, unit_name: 云禾县第一中学, payee_name: 云禾县第一中学, payer_account_kind: 零余额账户, amount: 500000.00, purpose: 划转资金, paid_on: 2025-12-28, currency: CNY}
        - {<<: *paid, payee_name: 云禾县第一中学工会委员会, purpose: 工会经费}
        - {<<: *paid, payee_name: 甲公司}
        - {<<: *paid, payer_account_kind: 基本户}
        - {<<: *paid, purpose: 代扣社保}
        - {<<: *paid, payee_name: 第一中学（基本户）, purpose: 工作经费, amount: 365000.00}
        - {<<: *paid, payee_name: 云禾县第二中学, purpose: 拨经费}
        - {<<: *paid, payee_name: 云禾第一中学, purpose: 往来款, amount: 91000.00}
        - {<<: *paid, payee_name: 邻禾县第一中学, purpose: 拨经费}
        - {<<: *paid, payee_name: 一中财务室, payee_account: "1300 0001", purpose: 转款, amount: 70000.00}
      bank_account:
        - {unit_id: U1, account_no: "13000001", account_name: 云禾县第一中学, kind: 基本户}
    expect:
      - {unit_id: U1, payee_name: 云禾县第一中学, total: 500000.00, payment_rows: [1]}
      - {unit_id: U1, payee_name: 第一中学（基本户）, total: 365000.00, payment_rows: [6]}
      - {unit_id: U1, payee_name: 一中财务室, total: 70000.00, payment_rows: [10]}
      - {unit_id: U1, payee_name: 云禾第一中学, total: 91000.00, payment_rows: [8]}
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
own_accounts AS (
  SELECT unit_id, regexp_replace(account_no, '[^0-9]', '', 'g') AS account
  FROM bank_account
  WHERE unit_id IS NOT NULL AND NOT regexp_matches(coalesce(kind, ''), '零余额') AND NOT regexp_matches(coalesce(account_name, ''), '工会|工资|代发|党费')
  GROUP BY unit_id, regexp_replace(account_no, '[^0-9]', '', 'g')
),
-- A unit's account under a short name is known by the account itself, or by the name without place and brackets.
to_own AS (
  SELECT payment.row_id, payment.unit_id, payment.payee_name, payment.paid_on, payment.currency, payment.amount, payment.purpose,
    payment.status, payment.payer_account_kind, payment.payer_account_name
  FROM payment
  LEFT JOIN own_accounts ON own_accounts.unit_id = payment.unit_id
    AND own_accounts.account = regexp_replace(payment.payee_account, '[^0-9]', '', 'g')
  ANTI JOIN answered ON answered.row_id = payment.row_id
  -- 云禾教育局 is 云禾县教育局: written without the word for the kind of place.
  WHERE payment.payee_name = payment.unit_name OR length(payment.payee_name) >= 4
      AND regexp_replace(payment.payee_name, '[省市县区州]', '', 'g') = regexp_replace(payment.unit_name, '[省市县区州]', '', 'g')
    OR starts_with(payment.payee_name, payment.unit_name)
    OR own_accounts.account IS NOT NULL
    OR length(regexp_replace(regexp_replace(payment.unit_name, '[（(].*$', '', 'g'), '^([一-龥]{2,6}(省|自治区|市|州|县|区))+', '', 'g')) >= 3
      AND regexp_replace(payment.payee_name, '[（(].*$', '', 'g') = regexp_replace(regexp_replace(payment.unit_name, '[（(].*$', '', 'g'), '^([一-龥]{2,6}(省|自治区|市|州|县|区))+', '', 'g')
)
SELECT unit_id, payee_name, extract(year FROM paid_on) AS paid_year, currency, count(*) AS times,
  CAST(sum(amount) AS DECIMAL(18, 2)) AS total, max(paid_on) AS last_paid_on,
  array_to_string(list_sort(list(DISTINCT purpose) FILTER (WHERE purpose IS NOT NULL)), '、') AS purposes,
  list_sort(list(row_id)) AS payment_rows
FROM to_own
WHERE amount > 0 AND coalesce(status, 'paid') = 'paid' AND payee_name IS NOT NULL
  AND regexp_matches(coalesce(payer_account_kind, payer_account_name, '零余额'), '零余额')
  AND NOT regexp_matches(coalesce(purpose, ''), '工会|社保|公积金|养老|医保|代扣|个税|税款|党费|还款|垫付|工资|津贴|绩效|奖金')
  AND NOT regexp_matches(payee_name, '工会|工资|代发|食堂|社保')
GROUP BY unit_id, payee_name, extract(year FROM paid_on), currency
HAVING sum(amount) >= $least_amount
