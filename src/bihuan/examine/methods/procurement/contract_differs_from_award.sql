/*
id: contract_differs_from_award
title: {zh: 合同金额或乙方与中标结果不一致, en: The contract differs from the award in price or party}
status: stable
role: lead
level: high
basis: []
why:
  zh: 合同应按中标结果订立；金额高出中标价或换了乙方，招标就失去了意义。
  en: A contract must follow the award; a higher price or another party makes the tender void of meaning.
not_when:
  zh: 单价合同按实际数量签订；一个中标分签几份合同（已合计）；企业更名；含税与不含税口径不同。
  en: Unit-price contracts by quantity, one award in several contracts (added up), a renamed firm, with or without tax.
ask:
  zh: 中标通知书、合同原件和补充协议，差额的批准文件，乙方变更的法律文件。
  en: The award notice, the original contract and supplements, who approved the difference or the change of party.
reads: [award, contract]
population: {table: contract, where: "amount > 0 AND coalesce(status, 'active') <> 'cancelled'"}
scope: row
params: {tolerance: 0.01, least_difference: 100}
lead: {unit: unit_id, subject: [process, contract_no], amount: at_risk, currency: currency, on: signed_on}
reason:
  zh: "“{title}”中标人{supplier_name}、中标价{award_amount}，合同{contract_no}乙方{party_name}、金额{contract_amount}，{what_zh_en}。"
  en: "“{title}”: awarded to {supplier_name} at {award_amount}; contract {contract_no} is with {party_name} at {contract_amount}: {what_zh_en}."
examples:
  - says: a dearer contract; another party; two contracts that add up to the award, a consortium's second member and small rounding are left alone
    given:
      award:
        - &won {ocid: P1, award_id: A1, title: 道路维修, status: active, supplier_id: S1, supplier_name: 甲公司, amount: 500000.00, awarded_on: 2025-03-01}
        - {<<: *won, ocid: P2}
        - {<<: *won, ocid: P3}
        - {<<: *won, ocid: P4}
        - {<<: *won, ocid: P5}
        - {<<: *won, ocid: P5, supplier_id: S2, supplier_name: 乙公司, amount: null}
      contract:
        - &signed {ocid: P1, award_id: A1, contract_no: C1, title: 道路维修, signed_on: 2025-03-10, amount: 560000.00, supplier_id: S1, supplier_name: 甲公司, status: active}
        - {<<: *signed, ocid: P2, contract_no: C2, amount: 500000.00, supplier_id: S9, supplier_name: 壬公司}
        - {<<: *signed, ocid: P3, contract_no: C3, amount: 200000.00}
        - {<<: *signed, ocid: P3, contract_no: C4, amount: 300000.00}
        - {<<: *signed, ocid: P4, contract_no: C5, amount: 500050.00}
        - {<<: *signed, ocid: P5, contract_no: C6, amount: 500000.00, supplier_id: S2, supplier_name: 乙公司}
    expect:
      - {process: P1, contract_no: C1, at_risk: 60000.00, contract_rows: [1], award_rows: [1]}
      - {process: P2, contract_no: C2, at_risk: 500000.00, contract_rows: [2], award_rows: [2]}
  - says: another party where the contract lacks an id, and where the award lacks a name; the winner, given so, is left alone, and so are an id and a name
    given:
      award:
        - &both {ocid: P1, award_id: A1, title: 道路维修, status: active, supplier_id: S1, supplier_name: 甲公司, amount: 500000.00}
        - &by_id {<<: *both, ocid: P2, supplier_name: null}
        - {<<: *both, ocid: P3}
        - {<<: *by_id, ocid: P4}
        - {<<: *both, ocid: P5, supplier_id: null}
        - {<<: *by_id, ocid: P6}
      contract:
        - &party {ocid: P1, award_id: A1, contract_no: C1, title: 道路维修, amount: 500000.00, supplier_name: 壬公司, status: active}
        - {<<: *party, ocid: P2, contract_no: C2, supplier_id: S9}
        - {<<: *party, ocid: P3, contract_no: C3, supplier_name: 甲公司}
        - {<<: *party, ocid: P4, contract_no: C4, supplier_id: S1, supplier_name: 甲公司}
        - {<<: *party, ocid: P5, contract_no: C5, supplier_id: S1, supplier_name: 甲公司}
        - {<<: *party, ocid: P6, contract_no: C6}
    expect:
      - {process: P1, contract_no: C1, at_risk: 500000.00, contract_rows: [1], award_rows: [1]}
      - {process: P2, contract_no: C2, at_risk: 500000.00, contract_rows: [2], award_rows: [2]}
*/
WITH standing AS (
  SELECT row_id, coalesce(ocid, tender_id) AS process, coalesce(award_id, lot_id, '') AS award_no, lot_id,
    supplier_id, coalesce(supplier_id, supplier_name) AS supplier, supplier_name, amount, currency, awarded_on
  FROM award
  WHERE coalesce(status, 'active') = 'active'
),
awards AS (
  SELECT process, award_no, max(lot_id) AS lot_id, max(supplier_name) AS supplier_name, sum(amount) AS amount,
    max(currency) AS currency, max(awarded_on) AS awarded_on, list_sort(list(row_id)) AS award_rows,
    count(*) OVER (PARTITION BY process) AS awards_of_process
  FROM standing
  GROUP BY process, award_no
),
-- A contract belongs to the award that it names, to that of its lot, or to the only one of its process.
joined AS (
  SELECT coalesce(contract.unit_id, contract.unit_name) AS unit_id, awards.process, contract.contract_no,
    coalesce(contract.title, awards.process) AS title, contract.amount, contract.currency, contract.signed_on,
    contract.supplier_id, contract.supplier_name, awards.award_no, awards.supplier_name AS award_supplier,
    awards.amount AS award_amount, awards.currency AS award_currency, awards.awarded_on, awards.award_rows,
    contract.row_id AS contract_row
  FROM contract
  JOIN awards ON awards.process = coalesce(contract.ocid, contract.tender_id)
    AND (awards.award_no = contract.award_id OR contract.award_id IS NULL AND awards.lot_id = contract.lot_id
      OR contract.award_id IS NULL AND awards.awards_of_process = 1)
  WHERE coalesce(contract.status, 'active') <> 'cancelled'
),
sums AS (
  SELECT process, award_no, currency, sum(amount) AS contracted
  FROM joined
  GROUP BY process, award_no, currency
),
-- An id on one side and a name on the other cannot be compared, so they may be of one firm.
parties AS (
  SELECT joined.contract_no, joined.process, count(*) FILTER (WHERE coalesce(results.supplier = joined.supplier_id, false)
    OR results.supplier_name IS NULL AND joined.supplier_id IS NULL
    OR coalesce(results.supplier = joined.supplier_name, false) OR coalesce(results.supplier_name = joined.supplier_name, false)
    OR coalesce(results.supplier_name = joined.supplier_id, false)) AS known
  FROM joined
  JOIN standing AS results ON results.process = joined.process AND results.award_no = joined.award_no
  WHERE joined.supplier_name IS NOT NULL
  GROUP BY joined.contract_no, joined.process
),
compared AS (
  SELECT joined.unit_id, joined.process, joined.contract_no, joined.title, joined.currency, joined.signed_on,
    joined.award_supplier AS supplier_name, joined.award_amount, coalesce(joined.supplier_name, '—') AS party_name,
    joined.amount AS contract_amount, coalesce(parties.known, 1) = 0 AS is_other_party, joined.contract_row,
    joined.award_rows,
    sums.currency IS NOT DISTINCT FROM joined.award_currency AND abs(sums.contracted - joined.award_amount)
      > greatest($least_difference, joined.award_amount * $tolerance) AS is_other_amount,
    sums.contracted - joined.award_amount AS difference
  FROM joined
  JOIN sums ON sums.process = joined.process AND sums.award_no = joined.award_no
    AND sums.currency IS NOT DISTINCT FROM joined.currency
  LEFT JOIN parties ON parties.process = joined.process AND parties.contract_no = joined.contract_no
)
SELECT unit_id, process, contract_no, title, currency, signed_on, supplier_name, award_amount, party_name, contract_amount,
  CASE WHEN is_other_party AND is_other_amount THEN '乙方和金额都不同 other party and price'
    WHEN is_other_party THEN '乙方不同 another party'
    WHEN difference > 0 THEN '合同价高于中标价 dearer than the award'
    ELSE '合同价低于中标价 cheaper than the award' END AS what_zh_en,
  CAST(CASE WHEN is_other_party THEN contract_amount ELSE abs(difference) END AS DECIMAL(18, 2)) AS at_risk,
  list_sort(list(DISTINCT contract_row) FILTER (WHERE contract_row IS NOT NULL)) AS contract_rows, award_rows
FROM compared
WHERE is_other_party OR coalesce(is_other_amount, false)
GROUP BY unit_id, process, contract_no, title, currency, signed_on, supplier_name, award_amount, party_name,
  contract_amount, is_other_party, is_other_amount, difference, award_rows
