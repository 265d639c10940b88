/*
id: signed_late
title: {zh: 中标后超过规定日数才签合同, en: The contract was signed too long after the award}
status: stable
role: lead
level: low
basis: [tender-46]
why:
  zh: 中标通知书发出后应在规定日数内按招标文件和投标文件签订合同；拖着不签，往往在谈改变价格、内容或换人。
  en: A contract is due within days of the award notice; delay often means that price, scope or party are being changed.
not_when:
  zh: 质疑投诉期间暂停；资料中的签订日期是录入或备案日期；不可抗力。
  en: A suspension during a complaint, a date of filing instead of signing, force majeure.
ask:
  zh: 中标通知书签收、合同原件签署日期，延迟的书面原因，合同与投标文件的对照。
  en: Receipt of the notice, the date on the original, written reasons, the contract beside the bid.
reads: [award, contract, unit_parameter]
population: {table: contract, where: "signed_on IS NOT NULL AND coalesce(status, 'active') <> 'cancelled'"}
max_share: 0.2
scope: row
lead: {unit: unit_id, subject: [process, contract_no], amount: amount, currency: currency, on: signed_on}
reason:
  zh: "“{title}”{awarded_on}中标，{signed_on}才签订合同{contract_no}，相隔{days}天，超过规定的{most_days}天。"
  en: "“{title}” was awarded on {awarded_on} and contract {contract_no} signed on {signed_on}, {days} days later; {most_days} are allowed."
examples:
  - says: forty days; thirty days and a cancelled award are left alone
    given:
      unit_parameter:
        - {name: contract_days_after_award, value: "30"}
      award:
        - &won {ocid: P1, award_id: A1, title: 道路维修, status: active, supplier_id: S1, supplier_name: 甲公司, amount: 500000.00, awarded_on: 2025-03-01}
        - {<<: *won, ocid: P2}
        - {<<: *won, ocid: P3, status: cancelled}
        - {<<: *won, ocid: P3, award_id: A2, awarded_on: 2025-04-01}
      contract:
        - &signed {ocid: P1, award_id: A1, contract_no: C1, title: 道路维修, signed_on: 2025-04-10, amount: 500000.00, status: active}
        - {<<: *signed, ocid: P2, contract_no: C2, signed_on: 2025-03-31}
        - {<<: *signed, ocid: P3, award_id: null, contract_no: C3}
    expect:
      - {process: P1, contract_no: C1, days: 40, most_days: 30, contract_rows: [1], award_rows: [1]}
*/
WITH standing AS (
  SELECT row_id, coalesce(ocid, tender_id) AS process, coalesce(award_id, lot_id, '') AS award_no, lot_id,
    coalesce(supplier_id, supplier_name) AS supplier, supplier_name, amount, currency, awarded_on
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
)
SELECT joined.unit_id, joined.process, joined.contract_no, joined.title, joined.amount, joined.currency,
  joined.signed_on, joined.awarded_on, date_diff('day', joined.awarded_on, joined.signed_on) AS days,
  CAST(min(CAST(allowed.value AS DECIMAL(9, 0))) AS DECIMAL(9, 0)) AS most_days,
  list_sort(list(DISTINCT joined.contract_row) FILTER (WHERE joined.contract_row IS NOT NULL)) AS contract_rows,
  joined.award_rows
FROM joined
JOIN unit_parameter AS allowed ON allowed.unit_id = joined.unit_id AND allowed.name = 'contract_days_after_award'
  AND allowed.valid_from <= joined.signed_on AND (allowed.valid_to IS NULL OR joined.signed_on < allowed.valid_to)
WHERE date_diff('day', joined.awarded_on, joined.signed_on) > CAST(allowed.value AS DECIMAL(9, 0))
GROUP BY joined.unit_id, joined.process, joined.contract_no, joined.title, joined.amount, joined.currency,
  joined.signed_on, joined.awarded_on, joined.award_rows
