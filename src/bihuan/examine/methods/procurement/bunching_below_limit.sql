/*
id: bunching_below_limit
title: {zh: 采购金额扎堆在限额之下, en: Purchases bunch just below a limit}
status: stable
role: lead
level: medium
basis: [gp-28]
why:
  zh: 若不受限额影响，限额之下和之上的合同份数应大致相当；明显多出来的可能有意压在限额以下。
  en: Where a limit plays no part, as many contracts lie just above it as below; a surplus below suggests prices fitted to it.
not_when:
  zh: 限额附近有固定标准的采购；限额以上的由上级集中采购，未在本资料中。
  en: A fixed rate near the limit; purchases above it are made centrally and not in these data.
ask:
  zh: 限额以下这些合同的采购方式、预算和询价记录，与限额以上的对照。
  en: Method, budget and quotations of those below, beside those above.
reads: [contract, unit_parameter]
population: {table: contract, where: "amount > 0 AND coalesce(status, 'active') <> 'cancelled'"}
scope: year
params: {band_share: 0.1, least_count: 6, least_z: 2.2, most_of_one_amount: 0.5, limit_currency: CNY}
lead: {unit: unit_id, subject: [purchase_limit, signed_year], amount: total_below, currency: currency, on: last_on}
reason:
  zh: "{signed_year}年，限额{purchase_limit}之下一成之内有{below}份合同，之上一成之内只有{above}份（z = {z}）。"
  en: "In {signed_year}, {below} contracts lie within a tenth below {purchase_limit} and {above} within a tenth above (z = {z})."
examples:
  - says: seven below and none above; a fixed rate and an even spread are left alone
    given:
      unit_parameter:
        - &limit {unit_id: U1, name: procurement_limit_500000, value: "500000"}
        - {<<: *limit, unit_id: U2}
        - {<<: *limit, unit_id: U3}
      contract:
        - &signed {unit_id: U1, contract_no: C1, amount: 460000.00, signed_on: 2025-03-01, status: active}
        - {<<: *signed, contract_no: C2, amount: 471000.00}
        - {<<: *signed, contract_no: C3, amount: 476500.00}
        - {<<: *signed, contract_no: C4, amount: 482000.00}
        - {<<: *signed, contract_no: C5, amount: 487500.00}
        - {<<: *signed, contract_no: C6, amount: 493000.00}
        - {<<: *signed, contract_no: C7, amount: 498500.00}
        - {<<: *signed, unit_id: U2, contract_no: D0, amount: 498000.00}
        - {<<: *signed, unit_id: U2, contract_no: D1, amount: 498000.00}
        - {<<: *signed, unit_id: U2, contract_no: D2, amount: 498000.00}
        - {<<: *signed, unit_id: U2, contract_no: D3, amount: 498000.00}
        - {<<: *signed, unit_id: U2, contract_no: D4, amount: 498000.00}
        - {<<: *signed, unit_id: U2, contract_no: D5, amount: 498000.00}
        - {<<: *signed, unit_id: U2, contract_no: D6, amount: 498000.00}
        - {<<: *signed, unit_id: U2, contract_no: D7, amount: 498000.00}
        - {<<: *signed, unit_id: U3, contract_no: E0, amount: 456000.00}
        - {<<: *signed, unit_id: U3, contract_no: E1, amount: 463000.00}
        - {<<: *signed, unit_id: U3, contract_no: E2, amount: 470000.00}
        - {<<: *signed, unit_id: U3, contract_no: E3, amount: 477000.00}
        - {<<: *signed, unit_id: U3, contract_no: E4, amount: 484000.00}
        - {<<: *signed, unit_id: U3, contract_no: E5, amount: 491000.00}
        - {<<: *signed, unit_id: U3, contract_no: E6, amount: 498000.00}
        - {<<: *signed, unit_id: U3, contract_no: E7, amount: 505000.00}
        - {<<: *signed, unit_id: U3, contract_no: E8, amount: 512000.00}
        - {<<: *signed, unit_id: U3, contract_no: E9, amount: 519000.00}
        - {<<: *signed, unit_id: U3, contract_no: E10, amount: 526000.00}
        - {<<: *signed, unit_id: U3, contract_no: E11, amount: 533000.00}
        - {<<: *signed, unit_id: U3, contract_no: E12, amount: 540000.00}
    expect:
      - {unit_id: U1, purchase_limit: 500000, below: 7, above: 0, contract_rows: [1, 2, 3, 4, 5, 6, 7]}
*/
WITH limits AS (
  SELECT unit_id, valid_from, coalesce(valid_to, DATE '9999-12-31') AS valid_to, CAST(value AS DECIMAL(18, 2)) AS purchase_limit
  FROM unit_parameter
  WHERE starts_with(name, 'procurement_limit')
),
near AS (
  SELECT DISTINCT contract.row_id, coalesce(contract.unit_id, contract.unit_name) AS unit_id, contract.amount,
    contract.currency, contract.signed_on, year(contract.signed_on) AS signed_year, limits.purchase_limit,
    contract.amount < limits.purchase_limit AS is_below
  FROM contract
  JOIN limits ON limits.unit_id = coalesce(contract.unit_id, contract.unit_name)
    AND limits.valid_from <= contract.signed_on AND contract.signed_on < limits.valid_to
    AND contract.amount >= limits.purchase_limit * (1 - $band_share)
    AND contract.amount < limits.purchase_limit * (1 + $band_share)
  WHERE coalesce(contract.status, 'active') <> 'cancelled' AND contract.currency = $limit_currency
),
counted AS (
  SELECT unit_id, purchase_limit, currency, signed_year, count(*) FILTER (WHERE is_below) AS below, count(*) FILTER (WHERE NOT is_below) AS above,
    count(*) AS near_it, coalesce(sum(amount) FILTER (WHERE is_below), 0) AS total_below, max(signed_on) AS last_on,
    list_sort(list(row_id) FILTER (WHERE is_below)) AS contract_rows
  FROM near
  GROUP BY unit_id, purchase_limit, currency, signed_year
),
most_frequent AS (
  SELECT unit_id, purchase_limit, currency, signed_year, max(times) AS times
  FROM (
    SELECT unit_id, purchase_limit, currency, signed_year, amount, count(*) AS times
    FROM near
    WHERE is_below
    GROUP BY unit_id, purchase_limit, currency, signed_year, amount
  ) AS amounts
  GROUP BY unit_id, purchase_limit, currency, signed_year
)
-- Normal approximation of the binomial with p = 1/2 and continuity correction.
SELECT counted.unit_id, counted.purchase_limit, counted.currency, counted.signed_year, counted.below, counted.above,
  round((counted.below - 0.5 - counted.near_it / 2.0) / nullif(sqrt(counted.near_it / 4.0), 0), 1) AS z,
  CAST(counted.total_below AS DECIMAL(18, 2)) AS total_below, counted.last_on, counted.contract_rows
FROM counted
JOIN most_frequent AS most ON most.unit_id = counted.unit_id AND most.purchase_limit = counted.purchase_limit
  AND most.currency IS NOT DISTINCT FROM counted.currency AND most.signed_year = counted.signed_year
WHERE counted.below >= $least_count AND most.times <= $most_of_one_amount * counted.below
  AND counted.below - 0.5 - counted.near_it / 2.0 >= $least_z * sqrt(counted.near_it / 4.0)
