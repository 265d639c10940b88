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
      payment:
        - &paid {unit_id: U1, contract_no: HT-1, payee_name: 宏运劳务有限公司, amount: 200000.00, paid_on: 2025-03-03, currency: CNY}
        - {<<: *paid, payee_name: 云禾建设有限责任公司}
        - {<<: *paid, payee_name: 云禾建设有限公司西城分公司}
        - {<<: *paid, contract_no: HT-2, payee_name: 甲科技(集团)有限公司}
        - {<<: *paid, contract_no: HT-3, payee_name: 丙设计院}
    expect:
      - {unit_id: U1, contract_no: HT-1, payee_name: 宏运劳务有限公司, paid: 200000.00, payment_rows: [1]}
*/
WITH signed AS (
  SELECT unit_id, contract_no, supplier_name, max(title) AS contract_title,
    upper(regexp_replace(supplier_name, '(有限责任公司|股份有限公司|有限公司|公司|[[:space:]()（）·.,-])', '', 'g')) AS core,
    list_sort(list(row_id)) AS contract_rows
  FROM contract
  WHERE supplier_name IS NOT NULL AND contract_no IS NOT NULL AND coalesce(status, 'active') <> 'cancelled'
  GROUP BY unit_id, contract_no, supplier_name
),
owners AS (
  SELECT contract_no, count(DISTINCT unit_id) AS units
  FROM contract
  GROUP BY contract_no
),
paid AS (
  SELECT unit_id, contract_no, payee_name, currency, sum(amount) AS paid, count(*) AS times, max(paid_on) AS last_paid_on,
    upper(regexp_replace(payee_name, '(有限责任公司|股份有限公司|有限公司|公司|[[:space:]()（）·.,-])', '', 'g')) AS core,
    list_sort(list(row_id)) AS payment_rows
  FROM payment
  WHERE amount > 0 AND coalesce(status, 'paid') = 'paid' AND contract_no IS NOT NULL AND payee_name IS NOT NULL
  GROUP BY unit_id, contract_no, payee_name, currency
),
pairs AS (
  SELECT paid.unit_id, paid.contract_no, paid.payee_name, paid.currency, paid.paid, paid.times, paid.last_paid_on,
    paid.payment_rows, signed.supplier_name, signed.contract_title, signed.contract_rows,
    contains(paid.core, signed.core) OR contains(signed.core, paid.core)
      OR contains(upper(signed.supplier_name), paid.core) AS is_the_contractor
  FROM paid
  JOIN owners ON owners.contract_no = paid.contract_no
  JOIN signed ON signed.contract_no = paid.contract_no
    AND (signed.unit_id = paid.unit_id OR signed.unit_id IS NULL AND owners.units <= 1)
)
SELECT unit_id, contract_no, payee_name, currency, max(supplier_name) AS supplier_name, max(contract_title) AS contract_title,
  CAST(max(paid) AS DECIMAL(18, 2)) AS paid, max(times) AS times, max(last_paid_on) AS last_paid_on,
  arg_max(payment_rows, supplier_name) AS payment_rows, arg_max(contract_rows, supplier_name) AS contract_rows
FROM pairs
GROUP BY unit_id, contract_no, payee_name, currency
HAVING count_if(is_the_contractor) = 0 AND max(paid) >= $least_amount
