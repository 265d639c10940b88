/*
id: paid_before_contract
title: {zh: 先付款后签合同, en: Paid before the contract was signed}
status: stable
role: lead
level: high
basis: [accounting]
why:
  zh: 款已付出而合同尚未签订，付款没有依据，合同可能是事后补的。
  en: Money went out before there was a contract to owe it under; the contract may have been made afterwards.
not_when:
  zh: 应急采购按规定可先行支付；合同签订日期录入有误；付款属于同一供应商更早的合同。
  en: An emergency purchase that the rules allow; a wrong date in the register; a payment under an earlier contract of the same supplier.
ask:
  zh: 合同原件（看签署日期）、付款审批单、验收单。
  en: The original contract with its date, the payment's approval, the acceptance.
reads: [payment, contract]
population: {table: payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND contract_no IS NOT NULL"}
scope: all
params: {tolerated_days: 0, least_amount: 1000}
lead: {unit: unit_id, subject: [contract_no], amount: paid_early, currency: currency, on: first_paid_on}
reason:
  zh: "合同{contract_no}（{contract_title}，{contract_amount}）{signed_on}签订，{first_paid_on}起已先付{times}笔共{paid_early}，早{days_early}天。"
  en: "Contract {contract_no} ({contract_title}, {contract_amount}) was signed on {signed_on}; {times} payments of {paid_early} went out from {first_paid_on}, {days_early} days earlier."
examples:
  - says: paid nine days before signing; one paid on the day, one after, one returned, another unit's number
    given:
      contract:
        - &signed {unit_id: U1, contract_no: HT-1, title: 食堂改造, amount: 380000.00, signed_on: 2025-03-12, currency: CNY}
        - {<<: *signed, contract_no: HT-2}
        - {<<: *signed, contract_no: HT-3}
        - {<<: *signed, unit_id: U2, contract_no: HT-1, signed_on: 2025-01-01}
      payment:
        - &paid {unit_id: U1, contract_no: HT-1, payee_name: 甲公司, amount: 100000.00, paid_on: 2025-03-03, currency: CNY}
        - {<<: *paid, paid_on: 2025-04-03}
        - {<<: *paid, contract_no: HT-2, paid_on: 2025-03-12}
        - {<<: *paid, contract_no: HT-3, status: returned}
        - {<<: *paid, unit_id: U2}
    expect:
      - {unit_id: U1, contract_no: HT-1, paid_early: 100000.00, days_early: 9, payment_rows: [1], contract_rows: [1]}
*/
WITH signed AS (
  SELECT unit_id, contract_no, min(signed_on) AS signed_on, max(title) AS contract_title, max(amount) AS contract_amount,
    list_sort(list(row_id)) AS contract_rows
  FROM contract
  WHERE signed_on IS NOT NULL AND coalesce(status, 'active') <> 'cancelled'
  GROUP BY unit_id, contract_no
),
owners AS (
  SELECT contract_no, count(DISTINCT unit_id) AS units
  FROM contract
  GROUP BY contract_no
)
SELECT payment.unit_id, payment.contract_no, signed.contract_title, signed.contract_amount, signed.signed_on,
  payment.currency, min(payment.paid_on) AS first_paid_on, count(*) AS times,
  CAST(sum(payment.amount) AS DECIMAL(18, 2)) AS paid_early,
  date_diff('day', min(payment.paid_on), signed.signed_on) AS days_early,
  list_sort(list(payment.row_id)) AS payment_rows, signed.contract_rows
FROM payment
JOIN owners ON owners.contract_no = payment.contract_no
JOIN signed ON signed.contract_no = payment.contract_no
  AND (signed.unit_id = payment.unit_id OR signed.unit_id IS NULL AND owners.units <= 1)
WHERE payment.amount > 0 AND coalesce(payment.status, 'paid') = 'paid'
  AND date_diff('day', payment.paid_on, signed.signed_on) > $tolerated_days
GROUP BY payment.unit_id, payment.contract_no, signed.contract_title, signed.contract_amount, signed.signed_on,
  payment.currency, signed.contract_rows
HAVING sum(payment.amount) >= $least_amount
