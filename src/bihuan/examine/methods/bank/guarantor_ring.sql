/*
id: guarantor_ring
title: {zh: 借款人互相担保、循环担保, en: Borrowers stand surety for each other in a ring}
status: stable
role: lead
level: medium
basis: []
why:
  zh: 两户互保，或甲为乙、乙为丙、丙又为甲担保（企业的法定代表人、控股股东担保视同该企业），一户出险全部代偿落空，担保形同虚设。
  en: Two stand surety for each other, or A for B, B for C and C for A (a firm's representative or owner counts as the firm); when one fails, none can pay, and the surety is worth nothing.
not_when:
  zh: 农户联保、小组联保等产品；担保公司、政策性担保；已另有足额抵押；已结清的贷款。
  en: Joint-liability groups, which are a product; guarantee companies; sufficient collateral besides; loans that are settled.
ask:
  zh: 各户的财务状况和对外担保总额、担保审查意见、资金去向，是否为同一实际控制人。
  en: Each one's means and all sureties it has given, the bank's opinion on them, where the money went, whether one person is behind all.
reads: [loan]
optional: [relation]
population: {table: loan, where: "guarantor IS NOT NULL OR guarantor_id_no IS NOT NULL"}
max_share: 0.2
scope: all
params: {controls: 0.5, joint: "联保|小组"}
lead: {unit: unit_id, subject: [ring_key], amount: owed, currency: currency, on: last_on}
reason:
  zh: "{customer_name}等{members}户循环担保，相关贷款{loans}笔共{owed}。"
  en: "{members} borrowers ({customer_name}) stand surety for each other in a ring, over {loans} loans of {owed} in all."
examples:
  - says: a pair; a ring of five; a ring of three where an owner signs for his firm and a name stands without number; a chain, an owner for his own firm, a joint-liability group and a settled loan are left alone
    given:
      relation:
        - {org_name: 丁公司, org_credit_code: G4, kind: legal_person, holder_name: 老丁, holder_id_no: P4}
      loan:
        - &loan {loan_id: L1, customer_name: 甲食品有限公司, customer_id_no: G1, guarantor: 路人；乙商贸有限公司, guarantor_id_no: P9；G2, security: 保证, amount: 100.00, balance: 100.00, from_date: 2025-02-01}
        - {<<: *loan, loan_id: L2, customer_name: 乙商贸有限公司, customer_id_no: G2, guarantor: 甲食品, guarantor_id_no: null}
        - {<<: *loan, loan_id: L3, customer_name: 丙公司, customer_id_no: G3, guarantor: 老丁, guarantor_id_no: P4}
        - {<<: *loan, loan_id: L4, customer_name: 丁公司, customer_id_no: G4, guarantor: 戊公司, guarantor_id_no: G5}
        - {<<: *loan, loan_id: L5, customer_name: 戊公司, customer_id_no: G5, guarantor: 丙公司, guarantor_id_no: G3}
        - {<<: *loan, loan_id: L6, customer_name: 己公司, customer_id_no: G6, guarantor: 甲食品有限公司, guarantor_id_no: G1}
        - {<<: *loan, loan_id: L7, customer_name: 丁公司, customer_id_no: G4, guarantor: 老丁, guarantor_id_no: P4}
        - {<<: *loan, loan_id: V1, customer_name: 张三, customer_id_no: V1, guarantor: 李四, guarantor_id_no: V2, security: 农户联保}
        - {<<: *loan, loan_id: V2, customer_name: 李四, customer_id_no: V2, guarantor: 张三, guarantor_id_no: V1, security: 农户联保}
        - {<<: *loan, loan_id: R1, customer_name: 壬一商行, customer_id_no: R1, guarantor: 壬二, guarantor_id_no: R2}
        - {<<: *loan, loan_id: R2, customer_name: 壬二, customer_id_no: R2, guarantor: 壬三, guarantor_id_no: R3}
        - {<<: *loan, loan_id: R3, customer_name: 壬三, customer_id_no: R3, guarantor: 壬四, guarantor_id_no: R4}
        - {<<: *loan, loan_id: R4, customer_name: 壬四, customer_id_no: R4, guarantor: 壬五, guarantor_id_no: R5}
        - {<<: *loan, loan_id: R5, customer_name: 壬五, customer_id_no: R5, guarantor: 壬一商行, guarantor_id_no: R1}
        - {<<: *loan, loan_id: S1, customer_name: 庚公司, customer_id_no: G7, guarantor: 辛公司, guarantor_id_no: G8}
        - {<<: *loan, loan_id: S2, customer_name: 辛公司, customer_id_no: G8, guarantor: 庚公司, guarantor_id_no: G7, balance: 0.00}
    expect:
      - {members: 2, loans: 2, owed: 200.00, loan_rows: [1, 2]}
      - {members: 3, loans: 3, owed: 300.00, loan_rows: [3, 4, 5]}
      - {members: 5, loans: 5, owed: 500.00, loan_rows: [10, 11, 12, 13, 14]}
*/
WITH places AS (
  SELECT 1 AS at
  UNION ALL
  SELECT 2 AS at
  UNION ALL
  SELECT 3 AS at
),
-- Up to three sureties may stand in one cell.
listed AS (
  SELECT row_id, unit_id, loan_id, customer_id_no, customer_name, balance, amount, currency, from_date, security, group_name, purpose, reported_on,
    regexp_replace(coalesce(guarantor, ''), '[,，;；/]', '、', 'g') AS guarantors, regexp_replace(coalesce(guarantor_id_no, ''), '[,，;；/]', '、', 'g') AS numbers
  FROM loan
),
noted AS (
  SELECT listed.row_id, listed.unit_id, listed.loan_id, coalesce(listed.customer_id_no, listed.customer_name) AS customer, listed.customer_name,
    nullif(trim(split_part(listed.guarantors, '、', places.at)), '') AS guarantor, nullif(trim(split_part(listed.numbers, '、', places.at)), '') AS guarantor_id_no,
    coalesce(listed.balance, listed.amount) AS owed, coalesce(listed.currency, '') AS currency, listed.from_date,
    concat(coalesce(listed.security, ''), coalesce(listed.group_name, ''), coalesce(listed.purpose, '')) AS security,
    regexp_replace(coalesce(listed.customer_name, ''), '有限责任公司|股份有限公司|有限公司|公司|[（）() ]', '', 'g') AS customer_bare,
    regexp_replace(trim(split_part(listed.guarantors, '、', places.at)), '有限责任公司|股份有限公司|有限公司|公司|[（）() ]', '', 'g') AS guarantor_bare,
    row_number() OVER (PARTITION BY listed.unit_id, listed.loan_id, places.at ORDER BY listed.reported_on DESC NULLS LAST, listed.row_id DESC) AS newest
  FROM listed
  CROSS JOIN places
),
current_loans AS (
  SELECT row_id, unit_id, customer, customer_name, customer_bare, guarantor, guarantor_id_no, guarantor_bare, owed, currency, from_date
  FROM noted
  WHERE newest = 1 AND owed > 0 AND customer IS NOT NULL AND NOT regexp_matches(security, $joint)
),
-- A name without a number means the borrower of that name, where there is but one.
called AS (
  SELECT customer_bare, min(customer) AS customer
  FROM current_loans
  WHERE length(customer_bare) >= 2
  GROUP BY customer_bare
  HAVING count(DISTINCT customer) = 1
),
borrowers AS (
  SELECT customer
  FROM current_loans
  GROUP BY customer
),
-- Whoever leads or owns a firm that borrows stands for the firm.
behind AS (
  SELECT relation.holder_id_no AS person, min(borrowers.customer) AS firm
  FROM relation
  JOIN borrowers ON borrowers.customer = relation.org_credit_code
  WHERE relation.holder_id_no IS NOT NULL AND relation.to_date IS NULL
    AND (relation.kind IN ('legal_person', 'controller') OR relation.kind = 'shareholder' AND relation.share >= $controls)
  GROUP BY relation.holder_id_no
),
stood AS (
  SELECT current_loans.row_id, current_loans.unit_id, current_loans.currency, current_loans.owed, current_loans.from_date, current_loans.customer_name,
    coalesce(debtor.firm, current_loans.customer) AS debtor,
    coalesce(surety.firm, current_loans.guarantor_id_no, called.customer, current_loans.guarantor) AS surety
  FROM current_loans
  LEFT JOIN called ON called.customer_bare = current_loans.guarantor_bare AND current_loans.guarantor_id_no IS NULL
  LEFT JOIN behind AS surety ON surety.person = coalesce(current_loans.guarantor_id_no, called.customer)
  LEFT JOIN behind AS debtor ON debtor.person = current_loans.customer
),
edges AS (
  SELECT unit_id, currency, debtor, surety, sum(owed) AS owed, max(from_date) AS last_on, max(customer_name) AS name, list_sort(list(DISTINCT row_id)) AS held_rows
  FROM stood
  WHERE surety IS NOT NULL AND surety <> debtor
  GROUP BY unit_id, currency, debtor, surety
),
-- Sureties that themselves borrow against a surety: all others cannot close a ring.
inner_edges AS (
  SELECT edges.unit_id, edges.currency, edges.debtor, edges.surety, edges.owed, edges.last_on, edges.name, edges.held_rows
  FROM edges
  JOIN (SELECT DISTINCT unit_id, currency, debtor FROM edges) AS also ON also.unit_id = edges.unit_id AND also.currency = edges.currency AND also.debtor = edges.surety
),
rings AS (
  SELECT a.unit_id, a.currency, 2 AS members, a.debtor AS first_of, concat(a.debtor, '|', b.debtor) AS ring, a.owed + b.owed AS owed,
    greatest(a.last_on, b.last_on) AS last_on, concat(a.name, '、', b.name) AS names, list_concat(a.held_rows, b.held_rows) AS held_rows
  FROM inner_edges AS a
  JOIN inner_edges AS b ON b.unit_id = a.unit_id AND b.currency = a.currency AND b.debtor = a.surety AND b.surety = a.debtor
  WHERE a.debtor < b.debtor
  UNION ALL
  SELECT a.unit_id, a.currency, 3 AS members, a.debtor AS first_of, concat(a.debtor, '|', b.debtor, '|', c.debtor) AS ring, a.owed + b.owed + c.owed AS owed,
    greatest(a.last_on, b.last_on, c.last_on) AS last_on, concat(a.name, '、', b.name, '、', c.name) AS names,
    list_concat(list_concat(a.held_rows, b.held_rows), c.held_rows) AS held_rows
  FROM inner_edges AS a
  JOIN inner_edges AS b ON b.unit_id = a.unit_id AND b.currency = a.currency AND b.debtor = a.surety
  JOIN inner_edges AS c ON c.unit_id = a.unit_id AND c.currency = a.currency AND c.debtor = b.surety AND c.surety = a.debtor
  WHERE a.debtor < b.debtor AND a.debtor < c.debtor AND b.debtor <> c.debtor
  UNION ALL
  SELECT a.unit_id, a.currency, 4 AS members, a.debtor AS first_of, concat(a.debtor, '|', b.debtor, '|', c.debtor, '|', d.debtor) AS ring,
    a.owed + b.owed + c.owed + d.owed AS owed, greatest(a.last_on, b.last_on, c.last_on, d.last_on) AS last_on,
    concat(a.name, '、', b.name, '、', c.name, '、', d.name) AS names,
    list_concat(list_concat(a.held_rows, b.held_rows), list_concat(c.held_rows, d.held_rows)) AS held_rows
  FROM inner_edges AS a
  JOIN inner_edges AS b ON b.unit_id = a.unit_id AND b.currency = a.currency AND b.debtor = a.surety
  JOIN inner_edges AS c ON c.unit_id = a.unit_id AND c.currency = a.currency AND c.debtor = b.surety
  JOIN inner_edges AS d ON d.unit_id = a.unit_id AND d.currency = a.currency AND d.debtor = c.surety AND d.surety = a.debtor
  WHERE a.debtor < b.debtor AND a.debtor < c.debtor AND a.debtor < d.debtor AND b.debtor <> c.debtor AND b.debtor <> d.debtor AND c.debtor <> d.debtor  UNION ALL
  SELECT a.unit_id, a.currency, 5 AS members, a.debtor AS first_of, concat(a.debtor, '|', b.debtor, '|', c.debtor, '|', d.debtor, '|', e.debtor) AS ring,
    a.owed + b.owed + c.owed + d.owed + e.owed AS owed, greatest(a.last_on, b.last_on, c.last_on, d.last_on, e.last_on) AS last_on,
    concat(a.name, '、', b.name, '、', c.name, '、', d.name, '、', e.name) AS names,
    list_concat(list_concat(list_concat(a.held_rows, b.held_rows), list_concat(c.held_rows, d.held_rows)), e.held_rows) AS held_rows
  FROM inner_edges AS a
  JOIN inner_edges AS b ON b.unit_id = a.unit_id AND b.currency = a.currency AND b.debtor = a.surety
  JOIN inner_edges AS c ON c.unit_id = a.unit_id AND c.currency = a.currency AND c.debtor = b.surety
  JOIN inner_edges AS d ON d.unit_id = a.unit_id AND d.currency = a.currency AND d.debtor = c.surety
  JOIN inner_edges AS e ON e.unit_id = a.unit_id AND e.currency = a.currency AND e.debtor = d.surety AND e.surety = a.debtor
  WHERE a.debtor < b.debtor AND a.debtor < c.debtor AND a.debtor < d.debtor AND a.debtor < e.debtor AND b.debtor <> c.debtor AND b.debtor <> d.debtor
    AND b.debtor <> e.debtor AND c.debtor <> d.debtor AND c.debtor <> e.debtor AND d.debtor <> e.debtor
),
-- A long ring over members of a shorter one says nothing new.
shortest AS (
  SELECT unit_id, currency, members, ring, owed, last_on, names, held_rows,
    row_number() OVER (PARTITION BY unit_id, currency, first_of ORDER BY members, ring) AS place
  FROM rings
)
SELECT unit_id, md5(ring) AS ring_key, names AS customer_name, members, array_length(list_distinct(held_rows)) AS loans, CAST(owed AS DECIMAL(18, 2)) AS owed,
  nullif(currency, '') AS currency, last_on, list_sort(list_distinct(held_rows)) AS loan_rows
FROM shortest
WHERE place = 1
