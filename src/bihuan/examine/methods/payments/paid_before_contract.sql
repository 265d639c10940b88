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
  - says: paid nine days before signing; one paid on the day, one after, one returned, another unit's number; and one with the number written otherwise
    given:
      contract:
        - &signed {unit_id: U1, contract_no: HT-1, title: 食堂改造, amount: 380000.00, signed_on: 2025-03-12, currency: CNY}
        - {<<: *signed, contract_no: HT-2}
        - {<<: *signed, contract_no: HT-3}
        - {<<: *signed, contract_no: HT-4, title: 围墙}
        - {<<: *signed, unit_id: U2, contract_no: HT-1, signed_on: 2025-01-01}
      payment:
        - &paid {unit_id: U1, contract_no: HT-1, payee_name: 甲公司, amount: 100000.00, paid_on: 2025-03-03, currency: CNY}
        - {<<: *paid, paid_on: 2025-04-03}
        - {<<: *paid, contract_no: HT-2, paid_on: 2025-03-12}
        - {<<: *paid, contract_no: HT-3, status: returned}
        - {<<: *paid, unit_id: U2}
        # the number written otherwise
        - {<<: *paid, contract_no: " ht4号 ", paid_on: 2025-03-02}
    expect:
      - {unit_id: U1, contract_no: HT-1, paid_early: 100000.00, days_early: 9, payment_rows: [1], contract_rows: [1]}
      - {unit_id: U1, contract_no: HT-4, payment_rows: [6], contract_rows: [4]}
  - says: a register knows a school by its name only; another school with the same number, signed in time, is left alone
    given:
      contract:
        - &named {unit_id: 云禾县第一中学, unit_name: 云禾县第一中学, contract_no: HT-1, amount: 380000.00, signed_on: 2025-03-12}
        - {<<: *named, unit_id: 云禾县第二中学, unit_name: 云禾县第二中学, signed_on: 2025-03-01}
      payment:
        - &coded {unit_id: U1, unit_name: 云禾县第一中学, contract_no: HT-1, payee_name: 甲公司, amount: 100000.00, paid_on: 2025-03-03}
        - {<<: *coded, unit_id: U2, unit_name: 云禾县第二中学}
    expect:
      - {unit_id: U1, contract_no: HT-1, paid_early: 100000.00, days_early: 9, payment_rows: [1], contract_rows: [1]}
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
-- A register of contracts may know a unit by its name only.
signed AS (
  SELECT unit_id, max(unit_name) AS unit_name, regexp_replace(upper(contract_no), '[^0-9A-Z一-龥]|号|第|编', '', 'g') AS contract_key, max(contract_no) AS contract_no, min(signed_on) AS signed_on, max(title) AS contract_title, max(amount) AS contract_amount,
    list_sort(list(row_id)) AS contract_rows
  FROM contract
  WHERE signed_on IS NOT NULL AND coalesce(status, 'active') <> 'cancelled' AND contract_no IS NOT NULL
  GROUP BY unit_id, regexp_replace(upper(contract_no), '[^0-9A-Z一-龥]|号|第|编', '', 'g')
),
owners AS (
  SELECT regexp_replace(upper(contract_no), '[^0-9A-Z一-龥]|号|第|编', '', 'g') AS contract_key, count(DISTINCT unit_id) AS units
  FROM contract
  GROUP BY regexp_replace(upper(contract_no), '[^0-9A-Z一-龥]|号|第|编', '', 'g')
)
SELECT payment.unit_id, signed.contract_no, signed.contract_title, signed.contract_amount, signed.signed_on,
  payment.currency, min(payment.paid_on) AS first_paid_on, count(*) AS times,
  CAST(sum(payment.amount) AS DECIMAL(18, 2)) AS paid_early,
  date_diff('day', min(payment.paid_on), signed.signed_on) AS days_early,
  list_sort(list(payment.row_id)) AS payment_rows, signed.contract_rows
FROM payment
JOIN owners ON owners.contract_key = regexp_replace(upper(payment.contract_no), '[^0-9A-Z一-龥]|号|第|编', '', 'g')
JOIN signed ON signed.contract_key = owners.contract_key
  AND (signed.unit_id = payment.unit_id OR signed.unit_id IS NULL AND owners.units <= 1
    OR signed.unit_id = signed.unit_name AND (contains(payment.unit_name, signed.unit_name)
      OR contains(signed.unit_name, payment.unit_name) AND length(payment.unit_name) >= 4))
ANTI JOIN answered ON answered.row_id = payment.row_id
WHERE payment.amount > 0 AND coalesce(payment.status, 'paid') = 'paid'
  AND date_diff('day', payment.paid_on, signed.signed_on) > $tolerated_days
GROUP BY payment.unit_id, signed.contract_no, signed.contract_title, signed.contract_amount, signed.signed_on,
  payment.currency, signed.contract_rows
HAVING sum(payment.amount) >= $least_amount
