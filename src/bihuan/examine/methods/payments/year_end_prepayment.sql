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
    expect:
      - {unit_id: U1, payee: 甲印务公司, total: 150000.00, payment_rows: [1]}
      - {unit_id: U1, payee: 丁公司, payment_rows: [5]}
*/
WITH prepaid AS (
  SELECT row_id, unit_id, coalesce(payee_name, payee_id, '') AS payee, amount, currency, paid_on, purpose,
    extract(year FROM paid_on) AS paid_year
  FROM payment
  WHERE amount > 0 AND coalesce(status, 'paid') = 'paid'
    AND extract(month FROM paid_on) = 12 AND extract(day FROM paid_on) >= $from_day
    AND (coalesce(is_prepayment, false) OR regexp_matches(coalesce(purpose, ''), '预付|预拨|预支|预存|预交|充值|明年|次年|下年'))
)
SELECT unit_id, payee, paid_year, currency, CAST(sum(amount) AS DECIMAL(18, 2)) AS total, count(*) AS times,
  max(paid_on) AS last_paid_on, array_to_string(list_sort(list(DISTINCT purpose) FILTER (WHERE purpose IS NOT NULL)), '、') AS purposes,
  list_sort(list(row_id)) AS payment_rows
FROM prepaid
GROUP BY unit_id, payee, paid_year, currency
HAVING sum(amount) >= $least_amount
