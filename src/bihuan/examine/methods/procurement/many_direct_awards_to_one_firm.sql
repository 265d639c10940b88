/*
id: many_direct_awards_to_one_firm
title: {zh: 多次直接委托同一家企业, en: Many direct awards to one firm}
status: stable
role: lead
level: medium
basis: [gpr-28]
why:
  zh: 一年内多次不经竞争把采购给同一家，合计超过限额，可能化整为零、定向照顾。
  en: Several awards without competition to one firm in a year, above a limit together, may be splitting or favour.
not_when:
  zh: 原供应商的配套维保、专利产品；已论证公示的单一来源。
  en: Maintenance by the first supplier, patented products, a single source that was argued and published.
ask:
  zh: 每次直接采购的审批，能否合并采购，价格比较，与该企业的关系。
  en: Approval of each, whether they could be joined, price comparisons, ties to the firm.
reads: [award, unit_parameter]
optional: [tender, contract]
population: {table: award, where: "amount > 0 AND coalesce(status, 'active') = 'active'"}
scope: year
params: {least_times: 3, limit_currency: CNY}
lead: {unit: unit_id, subject: [supplier, award_year], amount: total, currency: currency, on: last_on}
reason:
  zh: "{award_year}年直接委托{supplier_name}{times}次，合计{total}，超过限额{purchase_limit}。"
  en: "In {award_year} {supplier_name} got {times} direct awards, {total} together, above the limit of {purchase_limit}."
examples:
  - says: three direct awards above the limit together; competitive awards, and small sums, are left alone
    given:
      unit_parameter:
        - {name: procurement_limit_500000, value: "500000"}
      tender:
        - &tender {ocid: P1, tender_id: T1, method: direct}
        - {<<: *tender, ocid: P2}
        - {<<: *tender, ocid: P4, method: open}
        - {<<: *tender, ocid: P5, method: open}
        - {<<: *tender, ocid: P6, method: open}
      award:
        - &won {ocid: P1, award_id: A1, status: active, supplier_id: S1, supplier_name: 甲公司, amount: 200000.00, awarded_on: 2025-03-10}
        - {<<: *won, ocid: P2}
        - {<<: *won, ocid: P3, method_details: 单一来源采购}
        - {<<: *won, ocid: P4, supplier_id: S2}
        - {<<: *won, ocid: P5, supplier_id: S2}
        - {<<: *won, ocid: P6, supplier_id: S2}
        - {<<: *won, ocid: P7, method_details: 直接委托, supplier_id: S3, amount: 100.00}
        - {<<: *won, ocid: P8, method_details: 直接委托, supplier_id: S3, amount: 100.00}
        - {<<: *won, ocid: P9, method_details: 直接委托, supplier_id: S3, amount: 100.00}
      contract:
        # a register of contracts without an award behind them; what was competed for, and what the award tells already, counts not
        - &signed {contract_no: C1, supplier_name: 丁公司, method_details: 直接委托, amount: 190000.00, signed_on: 2025-05-10}
        - {<<: *signed, contract_no: C2}
        - {<<: *signed, contract_no: C3, method_details: 单一来源采购}
        - {<<: *signed, contract_no: C4, method_details: 竞争性磋商}
        - {<<: *signed, contract_no: C5, ocid: P1, supplier_id: S1, supplier_name: 甲公司}
    expect:
      - {supplier: S1, times: 3, total: 600000.00, award_rows: [1, 2, 3]}
      - {supplier: 丁公司, times: 3, total: 570000.00, contract_rows: [1, 2, 3]}
*/
WITH methods_of AS (
  SELECT coalesce(ocid, tender_id) AS process, bool_or(method = 'direct') AS is_direct
  FROM tender
  GROUP BY coalesce(ocid, tender_id)
),
known AS (
  SELECT DISTINCT coalesce(ocid, tender_id) AS process
  FROM award
),
-- What was bought directly: as awarded, else as a contract without an award tells.
direct AS (
  SELECT award.row_id AS award_row, NULL AS contract_row, coalesce(award.unit_id, award.unit_name) AS unit_id, year(award.awarded_on) AS award_year,
    coalesce(award.supplier_id, award.supplier_name) AS supplier, award.supplier_name, award.amount, award.currency,
    award.awarded_on
  FROM award
  LEFT JOIN methods_of ON methods_of.process = coalesce(award.ocid, award.tender_id)
  WHERE award.amount > 0 AND coalesce(award.status, 'active') = 'active' AND award.awarded_on IS NOT NULL
    AND award.currency = $limit_currency
    AND coalesce(methods_of.is_direct, regexp_matches(award.method_details, '单一来源|直接采购|直接发包|直接委托'), false)
  UNION ALL
  SELECT NULL AS award_row, contract.row_id AS contract_row, coalesce(contract.unit_id, contract.unit_name) AS unit_id,
    year(contract.signed_on) AS award_year, coalesce(contract.supplier_id, contract.supplier_name) AS supplier,
    contract.supplier_name, contract.amount, contract.currency, contract.signed_on AS awarded_on
  FROM contract
  ANTI JOIN known ON known.process = coalesce(contract.ocid, contract.tender_id)
  WHERE contract.amount > 0 AND coalesce(contract.status, 'active') <> 'cancelled' AND contract.signed_on IS NOT NULL
    AND contract.currency = $limit_currency AND contract.contract_no IS NOT NULL
    AND regexp_matches(contract.method_details, '单一来源|直接采购|直接发包|直接委托')
),
limits AS (
  SELECT unit_id, valid_from, coalesce(valid_to, DATE '9999-12-31') AS valid_to, CAST(value AS DECIMAL(18, 2)) AS purchase_limit
  FROM unit_parameter
  WHERE starts_with(name, 'procurement_limit')
),
-- The lowest limit that held on the day.
limited AS (
  SELECT direct.award_row, direct.contract_row, direct.unit_id, direct.award_year, direct.supplier, direct.supplier_name, direct.amount,
    direct.currency, direct.awarded_on, min(limits.purchase_limit) AS purchase_limit
  FROM direct
  JOIN limits ON limits.unit_id = direct.unit_id AND limits.valid_from <= direct.awarded_on
    AND direct.awarded_on < limits.valid_to
  GROUP BY ALL
)
SELECT unit_id, supplier, award_year, max(supplier_name) AS supplier_name, count(*) AS times,
  CAST(sum(amount) AS DECIMAL(18, 2)) AS total, max(currency) AS currency, max(awarded_on) AS last_on,
  max(purchase_limit) AS purchase_limit, list_sort(list(award_row) FILTER (WHERE award_row IS NOT NULL)) AS award_rows,
  list_sort(list(contract_row) FILTER (WHERE contract_row IS NOT NULL)) AS contract_rows
FROM limited
GROUP BY unit_id, supplier, award_year
HAVING count(*) >= $least_times AND sum(amount) >= max(purchase_limit)
