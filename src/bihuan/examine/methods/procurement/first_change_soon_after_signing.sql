/*
id: first_change_soon_after_signing
title: {zh: 合同刚签就变更增价, en: A price increase right after signing}
status: stable
role: lead
level: medium
basis: []
why:
  zh: 签约后很快就变更增加金额，可能在投标时已知道要变更，借低价中标再补回。
  en: An increase soon after signing suggests that it was known when bidding; the low price is made good.
not_when:
  zh: 招标后发生的不可预见情况；变更日期是录入日期；减少金额的变更。
  en: Something unforeseen after the tender, a date of filing, a decrease.
ask:
  zh: 变更理由何时已知，谁提出和批准，其他投标人是否知情，变更单价依据。
  en: When the reason was known, who asked and approved, whether other bidders knew, what the prices rest on.
reads: [contract, contract_change]
population: {table: contract, where: "signed_on IS NOT NULL AND coalesce(status, 'active') <> 'cancelled'"}
scope: row
params: {most_days: 30, least_share: 0.02}
lead: {unit: unit_id, subject: [process, contract_no], amount: increase, currency: currency, on: changed_on}
reason:
  zh: "合同{contract_no}“{title}”{signed_on}签订，{days}天后（{changed_on}）即变更增加{increase}。"
  en: "Contract {contract_no} “{title}”, signed on {signed_on}, was raised by {increase} only {days} days later ({changed_on})."
examples:
  - says: two weeks after; two months after, a decrease and a trifle are left alone
    given:
      contract:
        - &contract {contract_no: C1, title: 水渠, amount: 100000.00, signed_on: 2025-03-01, status: active}
        - {<<: *contract, contract_no: C2}
        - {<<: *contract, contract_no: C3}
        - {<<: *contract, contract_no: C4}
      contract_change:
        - &change {contract_no: C1, change_no: "1", changed_on: 2025-03-15, amount: 9000.00}
        - {<<: *change, contract_no: C2, changed_on: 2025-05-15}
        - {<<: *change, contract_no: C3, amount: -9000.00}
        - {<<: *change, contract_no: C4, amount: 900.00}
    expect:
      - {contract_no: C1, increase: 9000.00, days: 14, contract_rows: [1], contract_change_rows: [1]}
*/
WITH increases AS (
  SELECT coalesce(contract.unit_id, contract.unit_name) AS unit_id,
    coalesce(contract.ocid, contract.tender_id, '') AS process, contract.contract_no,
    coalesce(contract.title, contract.contract_no) AS title, contract.currency, contract.signed_on,
    contract.row_id AS contract_row, change.row_id AS change_row, change.changed_on,
    coalesce(change.amount, change.amount_after - change.amount_before) AS increase
  FROM contract
  JOIN contract_change AS change ON change.contract_no = contract.contract_no
    AND (change.ocid = contract.ocid OR change.ocid IS NULL OR contract.ocid IS NULL)
    AND (change.unit_id = contract.unit_id OR change.unit_id IS NULL OR contract.unit_id IS NULL)
  WHERE coalesce(change.stage, 'contract') = 'contract' AND coalesce(contract.status, 'active') <> 'cancelled'
    AND change.changed_on >= contract.signed_on
    AND change.changed_on <= contract.signed_on + INTERVAL 1 DAY * $most_days
    AND coalesce(change.amount, change.amount_after - change.amount_before) >= contract.amount * $least_share
    AND coalesce(change.amount, change.amount_after - change.amount_before) > 0
)
SELECT unit_id, process, contract_no, max(title) AS title, max(currency) AS currency, max(signed_on) AS signed_on,
  min(changed_on) AS changed_on, date_diff('day', max(signed_on), min(changed_on)) AS days,
  CAST(sum(increase) AS DECIMAL(18, 2)) AS increase, 
  list_sort(list(DISTINCT contract_row) FILTER (WHERE contract_row IS NOT NULL)) AS contract_rows,
  list_sort(list(DISTINCT change_row) FILTER (WHERE change_row IS NOT NULL)) AS contract_change_rows
FROM increases
GROUP BY unit_id, process, contract_no
