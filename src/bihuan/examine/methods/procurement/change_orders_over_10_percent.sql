/*
id: change_orders_over_10_percent
title: {zh: 合同变更累计超过原合同一成, en: Changes add more than a tenth to a contract}
status: stable
role: lead
level: medium
basis: [gp-49]
why:
  zh: 低价中标、变更补回；政府采购补充合同金额不得超过原合同的百分之十，工程变更超过一成也应重点核实。
  en: Win low, earn by changes; supplements to government procurement may not exceed a tenth, and large works variations deserve a look.
not_when:
  zh: 经批准的设计变更、政策性调价、地质条件变化；工程签证不适用政府采购法第四十九条。
  en: Approved redesign, price adjustment by policy, ground conditions; works variations are not under article 49.
ask:
  zh: 每次变更的申请、批准、签证和计价，变更内容是否本应在原清单内，是否重新采购。
  en: Request, approval and pricing of each change, whether it belonged to the first list, whether it was tendered again.
reads: [contract, unit_parameter]
optional: [contract_change]
population: {table: contract, where: "amount > 0 AND coalesce(status, 'active') <> 'cancelled'"}
scope: all
lead: {unit: unit_id, subject: [process, contract_no], amount: increase, currency: currency, on: changed_on}
reason:
  zh: "合同{contract_no}“{title}”原价{contract_amount}，{changes}次变更累计增加{increase}（{percent}%），超过{allowed_percent}%。"
  en: "Contract {contract_no} “{title}” of {contract_amount} grew by {increase} ({percent} %) in {changes} changes; {allowed_percent} % are allowed."
examples:
  - says: two changes of sixteen per cent; a total after changes; nine per cent, a saving and another contract are left alone
    given:
      unit_parameter:
        - {name: contract_supplement_share, value: "0.10"}
      contract:
        - &contract {contract_no: C1, title: 水渠, amount: 100000.00, signed_on: 2025-03-01, status: active}
        - {<<: *contract, contract_no: C2, changed_amount: 125000.00}
        - {<<: *contract, contract_no: C3}
        - {<<: *contract, contract_no: C4}
      contract_change:
        - &change {contract_no: C1, change_no: "1", changed_on: 2025-05-01, amount: 9000.00}
        - {<<: *change, change_no: "2", amount: null, amount_before: 109000.00, amount_after: 116000.00, changed_on: 2025-06-01}
        - {<<: *change, contract_no: C3}
        - {<<: *change, contract_no: C4, amount: 30000.00}
        - {<<: *change, contract_no: C4, change_no: "2", amount: -25000.00}
        - {<<: *change, contract_no: C4, change_no: "3", stage: tender, amount: 90000.00}
    expect:
      - {contract_no: C1, increase: 16000.00, changes: 2, percent: 16, contract_rows: [1], contract_change_rows: [1, 2]}
      - {contract_no: C2, increase: 25000.00, contract_rows: [2]}
*/
WITH changes AS (
  SELECT contract.row_id AS contract_row, count(*) AS changes,
    sum(coalesce(change.amount, change.amount_after - change.amount_before, 0)) AS increase,
    max(change.changed_on) AS changed_on, list_sort(list(change.row_id)) AS contract_change_rows
  FROM contract
  JOIN contract_change AS change ON change.contract_no = contract.contract_no
    AND (change.ocid = contract.ocid OR change.ocid IS NULL OR contract.ocid IS NULL)
    AND (change.unit_id = contract.unit_id OR change.unit_id IS NULL OR contract.unit_id IS NULL)
  WHERE coalesce(change.stage, 'contract') = 'contract'
    AND coalesce(change.currency, contract.currency) IS NOT DISTINCT FROM contract.currency
  GROUP BY contract.row_id
),
grown AS (
  SELECT contract.row_id, coalesce(contract.unit_id, contract.unit_name) AS unit_id,
    coalesce(contract.ocid, contract.tender_id, '') AS process, contract.contract_no,
    coalesce(contract.title, contract.contract_no) AS title, contract.amount AS contract_amount, contract.currency,
    contract.signed_on, coalesce(changes.changed_on, contract.signed_on) AS changed_on,
    coalesce(changes.changes, 0) AS changes, changes.contract_change_rows,
    greatest(coalesce(changes.increase, 0), coalesce(contract.changed_amount - contract.amount, 0)) AS increase
  FROM contract
  LEFT JOIN changes ON changes.contract_row = contract.row_id
  WHERE contract.amount > 0 AND coalesce(contract.status, 'active') <> 'cancelled'
)
SELECT grown.unit_id, grown.process, grown.contract_no, max(grown.title) AS title,
  max(grown.contract_amount) AS contract_amount, max(grown.currency) AS currency, max(grown.changed_on) AS changed_on,
  max(grown.changes) AS changes, CAST(max(grown.increase) AS DECIMAL(18, 2)) AS increase,
  round(max(CAST(grown.increase AS DOUBLE) / nullif(CAST(grown.contract_amount AS DOUBLE), 0)) * 100, 1) AS percent,
  CAST(max(CAST(allowed.value AS DECIMAL(9, 4)) * 100) AS DECIMAL(9, 1)) AS allowed_percent,
  list_sort(list(DISTINCT grown.row_id)) AS contract_rows,
  list_sort(list_distinct(flatten(list(grown.contract_change_rows)
    FILTER (WHERE grown.contract_change_rows IS NOT NULL)))) AS contract_change_rows
FROM grown
JOIN unit_parameter AS allowed ON allowed.unit_id = grown.unit_id AND allowed.name = 'contract_supplement_share'
  AND (allowed.valid_from <= coalesce(grown.signed_on, grown.changed_on)
    OR coalesce(grown.signed_on, grown.changed_on) IS NULL)
  AND (allowed.valid_to IS NULL OR coalesce(grown.signed_on, grown.changed_on) < allowed.valid_to)
  AND grown.increase > grown.contract_amount * CAST(allowed.value AS DECIMAL(9, 4))
GROUP BY grown.unit_id, grown.process, grown.contract_no
