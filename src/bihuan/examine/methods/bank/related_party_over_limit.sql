/*
id: related_party_over_limit
title: {zh: 关联方授信超过资本净额比例, en: Related parties owe a bank more than its limits}
status: stable
role: lead
level: high
basis: [bank-rpt]
why:
  zh: 银行股东、高管及其控制的企业的贷款余额，超过资本净额的规定比例（单个关联方、其集团、全部关联方），风险集中，且可能是掏空。
  en: Owners and leaders of the bank, and firms that they control, owe more than the set shares of its net capital (one party, its group, all of them); the risk is in few hands and the bank may be drained.
not_when:
  zh: 扣除保证金存单、国债质押后不超；股份已转让；资本净额口径不同；同名不同人。
  en: Within the limit after cash deposits and treasury bonds pledged; the share was sold; another measure of capital; a namesake.
ask:
  zh: 关联方名录和穿透表、授信审批和关联交易委员会记录、贷款用途和资金去向、保证金。
  en: The list of related parties with who controls whom, approvals and the minutes on related transactions, where the money went, deposits pledged.
reads: [loan, bank_capital]
optional: [relation]
population: {table: loan, where: "balance > 0"}
max_share: 0.2
scope: all
params: {controls: 0.5}
lead: {unit: unit_id, subject: [party_key], amount: owed, currency: currency, on: reported_on}
reason:
  zh: "关联方{customer_name}（“—”为全部关联方）及其控制的企业共{customers}户，贷款余额{owed}，占资本净额{net_capital}的{percent}%（最大一户{largest}）；限额单户{one_percent}%、集团{group_percent}%、全部关联方{all_percent}%。"
  en: "{customer_name} (— stands for all related parties) and the firms it controls, {customers} borrowers, owe {owed}, {percent} % of net capital {net_capital} (the largest one {largest}); the limits are {one_percent} % for one, {group_percent} % for a group, {all_percent} % for all."
examples:
  - says: an owner over a tenth; three firms of another owner over fifteen hundredths; an owner and its sister under one hand; a small owner, a repaid loan and a stranger are left alone
    given:
      bank_capital:
        - {unit_name: 甲银行, reported_on: 2024-12-31, net_capital: 50000.00}
        - {unit_name: 甲银行, reported_on: 2025-12-31, net_capital: 100000.00}
      relation:
        - &held {org_name: 甲银行, kind: shareholder, holder_name: 大股东公司, holder_id_no: G1, share: 0.09}
        - {<<: *held, holder_name: 王某, holder_id_no: P1, share: 0.07}
        - {<<: *held, holder_name: 小股东公司, holder_id_no: G5, share: 0.004}
        - {<<: *held, holder_name: 母公司, holder_id_no: G8, share: 0.08}
        - {org_name: 母公司, org_credit_code: G8, kind: shareholder, holder_name: 李某, holder_id_no: P2, share: 0.9}
        - {org_name: 姊妹公司, org_credit_code: G9, kind: shareholder, holder_name: 李某, holder_id_no: P2, share: 0.7}
        - {org_name: 子一, org_credit_code: S1, kind: shareholder, holder_name: 王某, holder_id_no: P1, share: 0.8}
        - {org_name: 子二, org_credit_code: S2, kind: legal_person, holder_name: 王某, holder_id_no: P1}
        - {org_name: 子三, org_credit_code: S3, kind: shareholder, holder_name: 王某, holder_id_no: P1, share: 0.1}
      loan:
        - &loan {loan_id: L1, unit_name: 甲银行, customer_name: 大股东公司, customer_id_no: G1, amount: 8000.00, balance: 7000.00, from_date: 2025-02-01, reported_on: 2025-12-31}
        - {<<: *loan, loan_id: L2, balance: 6000.00}
        - {<<: *loan, loan_id: L3, customer_name: 子一, customer_id_no: S1, balance: 9000.00}
        - {<<: *loan, loan_id: L4, customer_name: 子二, customer_id_no: S2, balance: 9500.00}
        - {<<: *loan, loan_id: L5, customer_name: 子三, customer_id_no: S3, balance: 9500.00}
        - {<<: *loan, loan_id: L6, customer_name: 小股东公司, customer_id_no: G5, balance: 9900.00}
        - {<<: *loan, loan_id: L7, customer_name: 路人公司, customer_id_no: X, balance: 12000.00}
        - {<<: *loan, loan_id: L8, balance: 0.00}
        - {<<: *loan, loan_id: LB, unit_id: 甲银行, customer_name: 大股东公司, customer_id_no: G1, balance: 500.00}
        - {<<: *loan, loan_id: L9, customer_name: 母公司, customer_id_no: G8, balance: 8000.00}
        - {<<: *loan, loan_id: LA, customer_name: 姊妹公司, customer_id_no: G9, balance: 8500.00}
    expect:
      - {customer_name: 大股东公司, owed: 13500.00, percent: 13.5, customers: 1, loan_rows: [1, 2, 9], relation_rows: [1]}
      - {customer_name: 母公司, owed: 16500.00, customers: 2, loan_rows: [10, 11], relation_rows: [4, 5, 6]}
      - {customer_name: 王某, owed: 18500.00, percent: 18.5, customers: 2, loan_rows: [3, 4], relation_rows: [2, 7, 8]}
*/
WITH capital_of AS (
  SELECT unit_name, min(unit_id) AS unit_id
  FROM bank_capital
  WHERE unit_name IS NOT NULL
  GROUP BY unit_name
  HAVING count(DISTINCT unit_id) = 1
),
-- A list of loans may know the bank by its name only.
noted AS (
  SELECT loan.row_id, coalesce(capital_of.unit_id, loan.unit_id) AS unit_id, loan.unit_name, loan.loan_id, coalesce(loan.customer_id_no, loan.customer_name) AS customer, loan.customer_name, loan.balance, loan.currency, loan.is_related_party,
    coalesce(loan.reported_on, loan.from_date) AS reported_on,
    row_number() OVER (PARTITION BY loan.unit_id, loan.loan_id ORDER BY loan.reported_on DESC NULLS LAST, loan.row_id DESC) AS newest
  FROM loan
  LEFT JOIN capital_of ON capital_of.unit_name = loan.unit_name
),
owed AS (
  SELECT row_id, unit_id, unit_name, customer, customer_name, balance, coalesce(currency, '') AS currency, is_related_party, reported_on
  FROM noted
  WHERE newest = 1 AND balance > 0 AND customer IS NOT NULL
),
capitals AS (
  SELECT unit_id, max(unit_name) AS bank, max_by.reported_on, max_by.net_capital
  FROM (
    SELECT unit_id, unit_name, reported_on, net_capital,
      row_number() OVER (PARTITION BY unit_id ORDER BY reported_on DESC, row_id DESC) AS newest
    FROM bank_capital
    WHERE net_capital > 0
  ) AS max_by
  WHERE max_by.newest = 1
  GROUP BY unit_id, max_by.reported_on, max_by.net_capital
),
banks AS (
  SELECT unit_id, unit_name AS name
  FROM loan
  WHERE unit_name IS NOT NULL
  GROUP BY unit_id, unit_name
  UNION
  SELECT unit_id, unit_name AS name
  FROM bank_capital
  WHERE unit_name IS NOT NULL
  GROUP BY unit_id, unit_name
),
limits AS (
  SELECT capitals.unit_id, capitals.net_capital, capitals.reported_on,
    max(CASE WHEN unit_parameter.name = 'related_one_share' THEN CAST(unit_parameter.value AS DECIMAL(18, 6)) END) AS one_share,
    max(CASE WHEN unit_parameter.name = 'related_group_share' THEN CAST(unit_parameter.value AS DECIMAL(18, 6)) END) AS group_share,
    max(CASE WHEN unit_parameter.name = 'related_all_share' THEN CAST(unit_parameter.value AS DECIMAL(18, 6)) END) AS all_share,
    max(CASE WHEN unit_parameter.name = 'related_holder_share' THEN CAST(unit_parameter.value AS DECIMAL(18, 6)) END) AS holder_share
  FROM capitals
  JOIN unit_parameter ON unit_parameter.unit_id = capitals.unit_id AND unit_parameter.valid_from <= capitals.reported_on
    AND (unit_parameter.valid_to IS NULL OR capitals.reported_on < unit_parameter.valid_to)
  GROUP BY capitals.unit_id, capitals.net_capital, capitals.reported_on
),
-- Owners of some weight and those who lead the bank, by number or, without one, by name; and who is flagged on the loan.
parties AS (
  SELECT banks.unit_id, coalesce(relation.holder_id_no, relation.holder_name) AS party, max(relation.holder_name) AS name,
    list_sort(list(DISTINCT relation.row_id)) AS held_rows
  FROM relation
  JOIN banks ON banks.name = relation.org_name
  JOIN limits ON limits.unit_id = banks.unit_id
  WHERE relation.to_date IS NULL AND coalesce(relation.holder_id_no, relation.holder_name) IS NOT NULL
    AND (relation.kind IN ('officer', 'legal_person', 'controller', 'supervisor')
      OR relation.kind = 'shareholder' AND relation.share >= limits.holder_share)
  GROUP BY banks.unit_id, coalesce(relation.holder_id_no, relation.holder_name)
),
-- Who controls a firm: sister firms under one hand are one group with the owner of the bank.
held AS (
  SELECT coalesce(holder_id_no, holder_name) AS holder, coalesce(org_credit_code, org_name) AS firm, max(org_name) AS name,
    list_sort(list(DISTINCT row_id)) AS relation_rows
  FROM relation
  WHERE to_date IS NULL AND coalesce(holder_id_no, holder_name) IS NOT NULL AND coalesce(org_credit_code, org_name) IS NOT NULL
    AND (kind IN ('legal_person', 'controller') OR kind = 'shareholder' AND share >= $controls)
  GROUP BY coalesce(holder_id_no, holder_name), coalesce(org_credit_code, org_name)
),
reached AS (
  SELECT unit_id, party, party AS customer, held_rows AS relation_rows
  FROM parties
  UNION ALL
  SELECT unit_id, party, name AS customer, held_rows AS relation_rows
  FROM parties
  WHERE length(name) >= 5
  UNION ALL
  SELECT parties.unit_id, parties.party, coalesce(relation.org_credit_code, relation.org_name) AS customer,
    list_concat(parties.held_rows, list_sort(list(DISTINCT relation.row_id))) AS relation_rows
  FROM parties
  JOIN relation ON coalesce(relation.holder_id_no, relation.holder_name) = parties.party AND relation.to_date IS NULL
    AND (relation.kind IN ('legal_person', 'controller') OR relation.kind = 'shareholder' AND relation.share >= $controls)
  LEFT JOIN banks ON banks.name = relation.org_name AND banks.unit_id = parties.unit_id
  WHERE banks.unit_id IS NULL
  GROUP BY parties.unit_id, parties.party, coalesce(relation.org_credit_code, relation.org_name), parties.held_rows
  UNION ALL
  SELECT parties.unit_id, parties.party, sister.firm AS customer, list_concat(parties.held_rows, list_concat(above.relation_rows, sister.relation_rows)) AS relation_rows
  FROM parties
  JOIN held AS above ON above.firm = parties.party
  JOIN held AS sister ON sister.holder = above.holder AND sister.firm <> above.firm
  LEFT JOIN banks ON banks.name = sister.name AND banks.unit_id = parties.unit_id
  WHERE banks.unit_id IS NULL
),
exposed AS (
  SELECT reached.unit_id, reached.party, owed.customer, owed.currency, owed.row_id, owed.balance, owed.reported_on, reached.relation_rows
  FROM reached
  JOIN owed ON owed.unit_id = reached.unit_id AND owed.customer = reached.customer
  UNION ALL
  SELECT unit_id, customer AS party, customer, currency, row_id, balance, reported_on, NULL AS relation_rows
  FROM owed
  WHERE is_related_party
),
-- One party may be reached over several ties: its loan counts once.
once AS (
  SELECT unit_id, party, customer, currency, row_id, max(balance) AS balance, max(reported_on) AS reported_on,
    list_sort(flatten(list(relation_rows) FILTER (WHERE relation_rows IS NOT NULL))) AS relation_rows
  FROM exposed
  GROUP BY unit_id, party, customer, currency, row_id
),
by_customer AS (
  SELECT unit_id, party, customer, currency, sum(balance) AS balance, max(reported_on) AS reported_on, list_sort(list(row_id)) AS loan_rows,
    list_sort(flatten(list(relation_rows) FILTER (WHERE relation_rows IS NOT NULL))) AS relation_rows
  FROM once
  GROUP BY unit_id, party, customer, currency
),
by_party AS (
  SELECT unit_id, party, currency, count(*) AS customers, max(balance) AS largest, sum(balance) AS owed, max(reported_on) AS reported_on,
    list_sort(list_distinct(flatten(list(loan_rows)))) AS loan_rows,
    list_sort(list_distinct(flatten(list(relation_rows) FILTER (WHERE relation_rows IS NOT NULL)))) AS relation_rows
  FROM by_customer
  GROUP BY unit_id, party, currency
),
all_rows AS (
  SELECT unit_id, currency, row_id, max(balance) AS balance, max(customer) AS customer, max(reported_on) AS reported_on
  FROM once
  GROUP BY unit_id, currency, row_id
),
sums AS (
  SELECT unit_id, party, currency, customers, largest, owed, reported_on, loan_rows, relation_rows, false AS is_all
  FROM by_party
  UNION ALL
  SELECT unit_id, '全部关联方' AS party, currency, count(DISTINCT customer) AS customers, max(balance) AS largest, sum(balance) AS owed,
    max(reported_on) AS reported_on, list_sort(list(row_id)) AS loan_rows, NULL AS relation_rows, true AS is_all
  FROM all_rows
  GROUP BY unit_id, currency
),
names AS (
  SELECT unit_id, party, max(name) AS name
  FROM parties
  GROUP BY unit_id, party
)
SELECT sums.unit_id, md5(sums.party) AS party_key, CASE WHEN NOT sums.is_all THEN coalesce(names.name, sums.party) END AS customer_name, sums.customers,
  CAST(sums.largest AS DECIMAL(18, 2)) AS largest, CAST(sums.owed AS DECIMAL(18, 2)) AS owed, nullif(sums.currency, '') AS currency, sums.reported_on,
  limits.net_capital, round(CAST(sums.owed AS DOUBLE) * 100 / nullif(CAST(limits.net_capital AS DOUBLE), 0), 1) AS percent,
  round(CAST(limits.one_share AS DOUBLE) * 100, 1) AS one_percent, round(CAST(limits.group_share AS DOUBLE) * 100, 1) AS group_percent,
  round(CAST(limits.all_share AS DOUBLE) * 100, 1) AS all_percent, sums.loan_rows, sums.relation_rows
FROM sums
JOIN limits ON limits.unit_id = sums.unit_id
LEFT JOIN names ON names.unit_id = sums.unit_id AND names.party = sums.party
WHERE NOT sums.is_all AND (sums.largest > limits.net_capital * limits.one_share OR sums.owed > limits.net_capital * limits.group_share)
  OR sums.is_all AND sums.owed > limits.net_capital * limits.all_share
