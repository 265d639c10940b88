/*
id: payee_is_not_the_contractor
title: {zh: 收款人不是合同对方, en: The payee is not the contractor}
status: stable
role: lead
level: high
basis: [accounting]
why:
  zh: 合同款付给了合同以外的单位或个人，可能是挂靠、转包、虚构合同，或者款项被截留。
  en: Money owed under a contract went to somebody else; the contract may have been lent, passed on or made up.
not_when:
  zh: 有债权转让、委托付款、保理协议，或收款方是对方更名后的企业、分支机构、联合体成员。
  en: The claim was assigned or factored, or the payee is the firm under its new name, a branch or a member of the consortium.
ask:
  zh: 合同、债权转让或委托付款协议、发票开具方、收款方与合同对方的关系说明。
  en: The contract, the assignment or mandate, who issued the invoice, how payee and contractor are related.
reads: [payment, contract]
population: {table: payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND contract_no IS NOT NULL AND payee_name IS NOT NULL"}
scope: all
params: {least_amount: 1000}
lead: {unit: unit_id, subject: [contract_no, payee_name], amount: paid, currency: currency, on: last_paid_on}
reason:
  zh: "合同{contract_no}（{contract_title}）对方是{supplier_name}，却付给{payee_name}{times}笔共{paid}。"
  en: "Contract {contract_no} ({contract_title}) is with {supplier_name}, but {payee_name} was paid {paid} in {times} payments."
examples:
  - says: paid to another firm; the same firm written otherwise, a branch and a consortium are left alone
    given:
      contract:
        - &signed {unit_id: U1, contract_no: HT-1, title: 操场改造, supplier_name: 云禾建设有限公司, amount: 500000.00, currency: CNY}
        - {<<: *signed, contract_no: HT-2, supplier_name: 甲科技（集团）有限公司}
        - {<<: *signed, contract_no: HT-3, supplier_name: 乙公司、丙设计院}
        - {<<: *signed, contract_no: HT-4, supplier_name: 丁科技有限公司}
      payment:
        - &paid {unit_id: U1, contract_no: HT-1, payee_name: 宏运劳务有限公司, amount: 200000.00, paid_on: 2025-03-03, currency: CNY}
        - {<<: *paid, payee_name: 云禾建设有限责任公司}
        - {<<: *paid, payee_name: 云禾建设有限公司西城分公司}
        - {<<: *paid, contract_no: HT-2, payee_name: 甲科技(集团)有限公司}
        - {<<: *paid, contract_no: HT-3, payee_name: 丙设计院}
        # under its new name into the old account; paid to another and returned
        - {<<: *paid, contract_no: HT-4, payee_name: 丁科技有限公司, payee_account: "111"}
        - {<<: *paid, contract_no: HT-4, payee_name: 丁数字有限公司, payee_account: "111"}
        - {<<: *paid, contract_no: HT-4, payee_name: 戊有限公司}
        - {<<: *paid, contract_no: HT-4, payee_name: 戊有限公司, amount: -200000.00, paid_on: 2025-05-03}
    expect:
      - {unit_id: U1, contract_no: HT-1, payee_name: 宏运劳务有限公司, paid: 200000.00, payment_rows: [1]}
  - says: a register knows a school by its name only; another school that pays its own contractor of that number is left alone
    given:
      contract:
        - &named {unit_id: 云禾县第一中学, unit_name: 云禾县第一中学, contract_no: HT-1, supplier_name: 云禾建设有限公司}
        - {<<: *named, unit_id: 云禾县第二中学, unit_name: 云禾县第二中学, supplier_name: 宏运劳务有限公司}
      payment:
        - &coded {unit_id: U1, unit_name: 云禾县第一中学, contract_no: HT-1, payee_name: 宏运劳务有限公司, amount: 200000.00, paid_on: 2025-03-03}
        - {<<: *coded, unit_id: U2, unit_name: 云禾县第二中学}
    expect:
      - {unit_id: U1, contract_no: HT-1, supplier_name: 云禾建设有限公司, payment_rows: [1], contract_rows: [1]}
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
  SELECT unit_id, max(unit_name) AS unit_name, regexp_replace(upper(contract_no), '[^0-9A-Z一-龥]|号|第|编', '', 'g') AS contract_key, max(contract_no) AS contract_no, supplier_name,
    max(supplier_account) AS supplier_account, max(title) AS contract_title,
    upper(regexp_replace(supplier_name, '(有限责任公司|股份有限公司|有限公司|公司|[[:space:]()（）·.,-])', '', 'g')) AS core,
    list_sort(list(row_id)) AS contract_rows
  FROM contract
  WHERE supplier_name IS NOT NULL AND contract_no IS NOT NULL AND coalesce(status, 'active') <> 'cancelled'
  GROUP BY unit_id, regexp_replace(upper(contract_no), '[^0-9A-Z一-龥]|号|第|编', '', 'g'), supplier_name
),
owners AS (
  SELECT regexp_replace(upper(contract_no), '[^0-9A-Z一-龥]|号|第|编', '', 'g') AS contract_key, count(DISTINCT unit_id) AS units
  FROM contract
  GROUP BY regexp_replace(upper(contract_no), '[^0-9A-Z一-龥]|号|第|编', '', 'g')
),
-- A firm under its new name keeps the account into which it was paid under the old one.
accounts AS (
  SELECT payee_name, payee_account
  FROM payment
  WHERE payee_account IS NOT NULL AND payee_name IS NOT NULL AND amount > 0
  GROUP BY payee_name, payee_account
),
paid AS (
  SELECT unit_id, max(unit_name) AS unit_name, regexp_replace(upper(contract_no), '[^0-9A-Z一-龥]|号|第|编', '', 'g') AS contract_key, payee_name, max(payee_account) AS payee_account, currency, sum(amount) AS paid, count(*) AS times, max(paid_on) AS last_paid_on,
    upper(regexp_replace(payee_name, '(有限责任公司|股份有限公司|有限公司|公司|[[:space:]()（）·.,-])', '', 'g')) AS core,
    list_sort(list(row_id)) AS payment_rows
  FROM payment
  ANTI JOIN answered ON answered.row_id = payment.row_id
  WHERE amount > 0 AND coalesce(status, 'paid') = 'paid' AND contract_no IS NOT NULL AND payee_name IS NOT NULL
  GROUP BY unit_id, regexp_replace(upper(contract_no), '[^0-9A-Z一-龥]|号|第|编', '', 'g'), payee_name, currency
),
pairs AS (
  SELECT paid.unit_id, signed.contract_no, paid.payee_name, paid.currency, paid.paid, paid.times, paid.last_paid_on,
    paid.payment_rows, signed.supplier_name, signed.contract_title, signed.contract_rows,
    contains(paid.core, signed.core) OR contains(signed.core, paid.core)
      OR contains(upper(signed.supplier_name), paid.core)
      OR coalesce(paid.payee_account = signed.supplier_account, false) OR accounts.payee_name IS NOT NULL AS is_the_contractor
  FROM paid
  JOIN owners ON owners.contract_key = paid.contract_key
  JOIN signed ON signed.contract_key = paid.contract_key
    AND (signed.unit_id = paid.unit_id OR signed.unit_id IS NULL AND owners.units <= 1
    OR signed.unit_id = signed.unit_name AND (contains(paid.unit_name, signed.unit_name)
      OR contains(signed.unit_name, paid.unit_name) AND length(paid.unit_name) >= 4))
  LEFT JOIN accounts ON accounts.payee_name = signed.supplier_name AND accounts.payee_account = paid.payee_account
)
SELECT unit_id, contract_no, payee_name, currency, max(supplier_name) AS supplier_name, max(contract_title) AS contract_title,
  CAST(max(paid) AS DECIMAL(18, 2)) AS paid, max(times) AS times, max(last_paid_on) AS last_paid_on,
  arg_max(payment_rows, supplier_name) AS payment_rows, arg_max(contract_rows, supplier_name) AS contract_rows
FROM pairs
GROUP BY unit_id, contract_no, payee_name, currency
HAVING count(*) FILTER (WHERE is_the_contractor) = 0 AND max(paid) >= $least_amount
