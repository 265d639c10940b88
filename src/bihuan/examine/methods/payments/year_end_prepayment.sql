/*
id: year_end_prepayment
title: {zh: 年底突击预付, en: Prepaid at the end of the year}
status: stable
role: lead
level: medium
basis: [budget-13]
why:
  zh: 年底集中以“预付”“预拨”名义付款，往往是为了花掉当年预算，货物服务尚未提供，资金沉淀在收款方。
  en: Prepaying in the last days of the year is often a way to spend the budget before anything is delivered; the money rests with the payee.
not_when:
  zh: 合同约定的预付款，比例合规且次年按期交付。
  en: An advance that the contract agrees, in proportion, followed by delivery.
ask:
  zh: 合同的预付条款、次年的验收和结算资料、收款方往来余额。
  en: The contract's terms, next year's acceptance and settlement, the payee's balance.
reads: [payment]
population: {table: payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND extract(month FROM paid_on) = 12"}
scope: row
params: {from_day: 15, least_amount: 10000}
lead: {unit: unit_id, subject: [payee, paid_year], amount: total, currency: currency, on: last_paid_on}
reason:
  zh: "{paid_year}年12月下旬以预付名义向{payee}付款{times}笔共{total}，用途“{purposes}”。"
  en: "In late December {paid_year} {payee} was prepaid {total} in {times} payments for “{purposes}”."
examples:
  - says: prepaid on 29 December; a prepayment in June, a small one and an ordinary December payment are left alone
    given:
      payment:
        - &paid {unit_id: U1, payee_name: 甲印务公司, amount: 150000.00, purpose: 预付明年印刷费, paid_on: 2025-12-29, currency: CNY}
        - {<<: *paid, paid_on: 2025-06-29}
        - {<<: *paid, amount: 900.00, payee_name: 乙公司}
        - {<<: *paid, purpose: 12月物业费, payee_name: 丙公司}
        - {<<: *paid, purpose: 设备款, is_prepayment: true, payee_name: 丁公司}
        - {<<: *paid, purpose: 2026年度系统运维费, payee_name: 戊公司}
        # newspapers and heating are paid ahead; one that came back in January
        - {<<: *paid, purpose: 付2026年度报刊征订费, payee_name: 邮政公司}
        - {<<: *paid, purpose: 2025-2026年采暖费, payee_name: 热力公司}
        - {<<: *paid, payee_name: 己公司}
        - {<<: *paid, payee_name: 己公司, amount: -150000.00, paid_on: 2026-01-20, purpose: 退回预付款, status: returned}
    expect:
      - {unit_id: U1, payee: 甲印务公司, total: 150000.00, payment_rows: [1]}
      - {unit_id: U1, payee: 丁公司, payment_rows: [5]}
      - {unit_id: U1, payee: 戊公司, payment_rows: [6]}
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
prepaid AS (
  SELECT row_id, unit_id, coalesce(payee_name, payee_id, '') AS payee, amount, currency, paid_on, purpose,
    extract(year FROM paid_on) AS paid_year
  FROM payment
  ANTI JOIN answered ON answered.row_id = payment.row_id
  WHERE amount > 0 AND coalesce(status, 'paid') = 'paid'
    AND extract(month FROM paid_on) = 12 AND extract(day FROM paid_on) >= $from_day
    AND (coalesce(is_prepayment, false) OR regexp_matches(coalesce(purpose, ''), '预付|预拨|预支|预存|预交|充值|明年|次年|下年')
      OR contains(coalesce(purpose, ''), concat(CAST(extract(year FROM paid_on) + 1 AS VARCHAR), '年')))
    -- What is bought a year ahead everywhere.
    AND NOT regexp_matches(coalesce(purpose, ''), '报刊|党报|党刊|征订|订阅|采暖|供暖|取暖|供热|保险费|交强险|工资|社保|公积金|养老保险|医疗保险')
)
SELECT unit_id, payee, paid_year, currency, CAST(sum(amount) AS DECIMAL(18, 2)) AS total, count(*) AS times,
  max(paid_on) AS last_paid_on, array_to_string(list_sort(list(DISTINCT purpose) FILTER (WHERE purpose IS NOT NULL)), '、') AS purposes,
  list_sort(list(row_id)) AS payment_rows
FROM prepaid
GROUP BY unit_id, payee, paid_year, currency
HAVING sum(amount) >= $least_amount
