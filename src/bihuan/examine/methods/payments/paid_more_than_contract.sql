/*
id: paid_more_than_contract
title: {zh: 付款超过合同金额, en: Paid more than the contract}
status: stable
role: lead
level: high
basis: [accounting]
why:
  zh: 按合同累计支付超过合同金额（含已登记的变更和审定额），多付部分没有依据。
  en: Payments under a contract exceed its amount with registered changes and settlement; nothing is owed for the rest.
not_when:
  zh: 有补充协议、结算审定或单价合同据实结算而台账未更新；合同号被多个合同共用。
  en: A supplement, a settlement or a unit-price contract that the register does not show yet; one number used for several contracts.
ask:
  zh: 合同及补充协议、结算审定单、付款明细和收款方对账单。
  en: Contract and supplements, settlement, the list of payments and the payee's statement.
reads: [payment, contract]
optional: [contract_change]
population: {table: payment, where: "coalesce(status, 'paid') = 'paid' AND contract_no IS NOT NULL"}
scope: all
params: {tolerated_share: 0.005}
lead: {unit: unit_id, subject: [contract_no], amount: overpaid, currency: currency, on: last_paid_on}
reason:
  zh: "合同{contract_no}（{contract_title}）应付不超过{owed}，已付{times}笔共{paid}，超出{overpaid}。"
  en: "Contract {contract_no} ({contract_title}) allows {owed}; {times} payments of {paid} were made, {overpaid} too much."
examples:
  - says: three payments above the amount; one within, one with a refund, one with a larger settlement
    given:
      contract:
        - &signed {unit_id: U1, contract_no: HT-1, title: 道路维修, amount: 100000.00, currency: CNY}
        - {<<: *signed, contract_no: HT-2}
        - {<<: *signed, contract_no: HT-3}
        - {<<: *signed, contract_no: HT-4, settled: 118000.00}
      payment:
        - &paid {unit_id: U1, contract_no: HT-1, payee_name: 甲公司, amount: 40000.00, paid_on: 2025-03-03, currency: CNY}
        - {<<: *paid, paid_on: 2025-05-03}
        - {<<: *paid, paid_on: 2025-07-03, contract_no: ht1}
        - {<<: *paid, contract_no: HT-2, amount: 100000.00}
        - {<<: *paid, contract_no: HT-3, amount: 120000.00}
        - {<<: *paid, contract_no: HT-3, amount: -20000.00, status: returned}
        - {<<: *paid, contract_no: HT-4, amount: 118000.00}
    expect:
      - {unit_id: U1, contract_no: HT-1, owed: 100000.00, paid: 120000.00, overpaid: 20000.00, payment_rows: [1, 2, 3]}
  - says: a register knows a school by its name only; another school with the same number, within its amount, is left alone
    given:
      contract:
        - &named {unit_id: 云禾县第一中学, unit_name: 云禾县第一中学, contract_no: HT-1, amount: 100000.00}
        - {<<: *named, unit_id: 云禾县第二中学, unit_name: 云禾县第二中学, amount: 130000.00}
      payment:
        - &coded {unit_id: U1, unit_name: 云禾县第一中学, contract_no: HT-1, payee_name: 甲公司, amount: 120000.00, paid_on: 2025-03-03}
        - {<<: *coded, unit_id: U2, unit_name: 云禾县第二中学}
    expect:
      - {unit_id: U1, contract_no: HT-1, owed: 100000.00, paid: 120000.00, payment_rows: [1], contract_rows: [1]}
*/
WITH -- A register of contracts may know a unit by its name only.
owed AS (
  SELECT unit_id, max(unit_name) AS unit_name, regexp_replace(upper(contract_no), '[^0-9A-Z一-龥]|号|第|编', '', 'g') AS contract_key, max(contract_no) AS contract_no, max(title) AS contract_title, max(currency) AS currency,
    sum(greatest(coalesce(amount, 0), coalesce(changed_amount, 0), coalesce(settled, 0))) AS owed,
    list_sort(list(row_id)) AS contract_rows
  FROM contract
  WHERE coalesce(status, 'active') <> 'cancelled' AND contract_no IS NOT NULL
  GROUP BY unit_id, regexp_replace(upper(contract_no), '[^0-9A-Z一-龥]|号|第|编', '', 'g')
  HAVING sum(greatest(coalesce(amount, 0), coalesce(changed_amount, 0), coalesce(settled, 0))) > 0
),
owners AS (
  SELECT regexp_replace(upper(contract_no), '[^0-9A-Z一-龥]|号|第|编', '', 'g') AS contract_key, count(DISTINCT unit_id) AS units
  FROM contract
  GROUP BY regexp_replace(upper(contract_no), '[^0-9A-Z一-龥]|号|第|编', '', 'g')
),
changed AS (
  SELECT regexp_replace(upper(contract_no), '[^0-9A-Z一-龥]|号|第|编', '', 'g') AS contract_key, max(coalesce(amount_after, 0)) AS amount_after, sum(coalesce(amount, 0)) AS added
  FROM contract_change
  WHERE contract_no IS NOT NULL
  GROUP BY regexp_replace(upper(contract_no), '[^0-9A-Z一-龥]|号|第|编', '', 'g')
),
paid AS (
  SELECT unit_id, max(unit_name) AS unit_name, regexp_replace(upper(contract_no), '[^0-9A-Z一-龥]|号|第|编', '', 'g') AS contract_key, currency, sum(amount) AS paid, count(*) FILTER (WHERE amount > 0) AS times, max(paid_on) AS last_paid_on,
    list_sort(list(row_id)) AS payment_rows
  FROM payment
  WHERE (coalesce(status, 'paid') = 'paid' OR amount < 0 AND status = 'returned') AND contract_no IS NOT NULL
  GROUP BY unit_id, regexp_replace(upper(contract_no), '[^0-9A-Z一-龥]|号|第|编', '', 'g'), currency
)
SELECT paid.unit_id, owed.contract_no, owed.contract_title, paid.currency, paid.times, paid.last_paid_on,
  CAST(greatest(owed.owed + greatest(coalesce(changed.added, 0), 0), coalesce(changed.amount_after, 0)) AS DECIMAL(18, 2)) AS owed,
  CAST(paid.paid AS DECIMAL(18, 2)) AS paid,
  CAST(paid.paid - greatest(owed.owed + greatest(coalesce(changed.added, 0), 0), coalesce(changed.amount_after, 0))
    AS DECIMAL(18, 2)) AS overpaid,
  paid.payment_rows, owed.contract_rows
FROM paid
JOIN owners ON owners.contract_key = paid.contract_key
JOIN owed ON owed.contract_key = paid.contract_key AND owed.currency IS NOT DISTINCT FROM paid.currency
  AND (owed.unit_id = paid.unit_id OR owed.unit_id IS NULL AND owners.units <= 1
    OR owed.unit_id = owed.unit_name AND (contains(paid.unit_name, owed.unit_name)
      OR contains(owed.unit_name, paid.unit_name) AND length(paid.unit_name) >= 4))
LEFT JOIN changed ON changed.contract_key = paid.contract_key AND owners.units <= 1
WHERE paid.paid > (1 + $tolerated_share)
  * greatest(owed.owed + greatest(coalesce(changed.added, 0), 0), coalesce(changed.amount_after, 0))
